const UNDER_WAY = ["Queued", "Running"];

frappe.ui.form.on("History Import", {
	onload(frm) {
		frappe.realtime.on("history_import_progress", (message) => {
			if (message.document !== frm.doc.name) return;
			frm.doc.progress = message.progress;
			show_progress(frm);
		});
	},

	refresh(frm) {
		frm.fields_dict.report_view.$wrapper.html(frm.doc.report || "");
		show_progress(frm);
		if (frm.is_new() || frm.is_dirty()) return;
		frm.add_custom_button(__("Dry Run"), () => start(frm, 1));
		const resumes = frm.doc.status === "Running" || frm.doc.status === "Failed";
		frm.add_custom_button(
			resumes && !frm.doc.dry_run ? __("Resume") : __("Start Import"),
			() => ask(frm)
		).addClass("btn-primary");
	},
});

function ask(frm) {
	if (frm.doc.status === "Dry Run Done") {
		frappe.confirm(__("Create {0} opportunities?", [frm.doc.created]), () => start(frm, 0));
	} else if (frm.doc.status === "Draft") {
		frappe.confirm(__("Import without a dry run first?"), () => start(frm, 0));
	} else {
		start(frm, 0);
	}
}

async function start(frm, dry_run) {
	await frappe.call({
		method: "crm_etapas.api.history_import.start",
		args: { name: frm.doc.name, dry_run },
		freeze: true,
	});
	frm.reload_doc();
}

function show_progress(frm) {
	frm.dashboard.hide_progress();
	if (UNDER_WAY.includes(frm.doc.status)) {
		const title = frm.doc.dry_run ? __("Dry Run") : __("History Import");
		frm.dashboard.show_progress(
			title,
			frm.doc.progress || 0,
			__(frm.doc.status, null, "History Import")
		);
	}
}
