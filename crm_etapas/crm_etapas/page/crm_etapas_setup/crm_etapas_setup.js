frappe.pages["crm-etapas-setup"].on_page_load = function (wrapper) {
	// its code comes with its first visit, and no other page pays for it
	wrapper.ready = frappe
		.require(["guided_setup.bundle.js", "guided_setup.bundle.css"])
		.then(() => {
			wrapper.setup = new crm_etapas.GuidedSetup(wrapper);
		});
};

frappe.pages["crm-etapas-setup"].on_page_show = async function (wrapper) {
	await wrapper.ready;
	wrapper.setup.show();
};
