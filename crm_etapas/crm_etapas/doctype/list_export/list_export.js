const UNDER_WAY = ["Queued", "Running"];
const LOOK_AGAIN = 3000;

frappe.ui.form.on("List Export", {
	onload(frm) {
		frappe.realtime.on("list_export_progress", ({ document, progress, total }) => {
			if (document === frm.doc.name) follow(frm, { status: "Running", progress, total });
		});
	},

	refresh(frm) {
		if (frm.is_new()) return;
		show_progress(frm);
		const { status, owner, file, name } = frm.doc;
		if (status === "Completed") {
			frm.add_custom_button(__("Download"), () => window.open(file)).addClass("btn-primary");
		} else if (owner === frappe.session.user) {
			frm.add_custom_button(__("Start Again"), () => start_again(frm));
		}
		if (UNDER_WAY.includes(status)) setTimeout(() => look_again(frm, name), LOOK_AGAIN);
	},
});

async function start_again(frm) {
	await frappe.xcall("crm_etapas.api.export.start_again", { name: frm.doc.name });
	frm.reload_doc();
}

/** Without realtime updates too, the form shows how far it is. */
async function look_again(frm, name) {
	if (frm.doc.name !== name || !frm.$wrapper.is(":visible")) return;
	const { message } = await frappe.db.get_value("List Export", name, [
		"status",
		"progress",
		"total",
	]);
	if (frm.doc.name !== name) return;
	if (!UNDER_WAY.includes(message.status)) {
		frm.reload_doc();
		return;
	}
	follow(frm, message);
	setTimeout(() => look_again(frm, name), LOOK_AGAIN);
}

function follow(frm, figures) {
	Object.assign(frm.doc, figures);
	frm.refresh_fields(Object.keys(figures));
	show_progress(frm);
}

function show_progress(frm) {
	frm.dashboard.hide_progress();
	const { status, progress } = frm.doc;
	if (UNDER_WAY.includes(status)) {
		frm.dashboard.show_progress(
			__("List Export"),
			progress || 0,
			__(status, null, "List Export")
		);
	}
}
