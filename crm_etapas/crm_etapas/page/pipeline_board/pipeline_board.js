frappe.pages["pipeline-board"].on_page_load = function (wrapper) {
	// its code comes with its first visit, and no other page pays for it
	wrapper.ready = frappe.require(["board.bundle.js", "board.bundle.css"]).then(() => {
		wrapper.board = new crm_etapas.Board(wrapper);
	});
};

frappe.pages["pipeline-board"].on_page_show = async function (wrapper) {
	await wrapper.ready;
	wrapper.board.show();
};
