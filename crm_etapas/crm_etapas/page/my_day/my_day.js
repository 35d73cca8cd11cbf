frappe.pages["my-day"].on_page_load = function (wrapper) {
	// its code comes with its first visit, and no other page pays for it
	wrapper.ready = frappe.require(["my_day.bundle.js", "my_day.bundle.css"]).then(() => {
		wrapper.my_day = new crm_etapas.MyDay(wrapper);
	});
};

frappe.pages["my-day"].on_page_show = async function (wrapper) {
	await wrapper.ready;
	wrapper.my_day.show();
};
