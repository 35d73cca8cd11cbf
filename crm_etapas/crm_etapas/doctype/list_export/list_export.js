const JOB = { event: "list_export_progress", running: "Running", figures: ["progress", "total"] };

frappe.ui.form.on("List Export", {
	onload: (frm) => crm_etapas.job_progress.listen(frm, JOB),

	refresh(frm) {
		if (frm.is_new()) return;
		crm_etapas.job_progress.show(frm, JOB);
		const { status, owner, file } = frm.doc;
		if (status === "Completed") {
			frm.add_custom_button(__("Download"), () => window.open(file)).addClass("btn-primary");
		} else if (owner === frappe.session.user) {
			frm.add_custom_button(__("Start Again"), () => start_again(frm));
		}
	},
});

async function start_again(frm) {
	await frappe.xcall("crm_etapas.api.export.start_again", { name: frm.doc.name });
	frm.reload_doc();
}
