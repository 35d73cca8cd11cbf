const LOOK_AGAIN = 3000;
const UNDER_WAY = ["Queued", "Running"];

frappe.ui.form.on("Assignment Run", {
	onload(frm) {
		frappe.realtime.on("assignment_progress", (message) => {
			if (message.document === frm.doc.name) follow(frm, message);
		});
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const { status, progress, result } = frm.doc;
		if (UNDER_WAY.includes(status)) {
			const label = __(status, null, "Assignment Run");
			frm.dashboard.show_progress(__("Assignment Run"), progress || 0, label);
			setTimeout(() => look_again(frm, frm.doc.name), LOOK_AGAIN);
		}
		const spread = result ? crm_etapas.assignment.spread(JSON.parse(result)) : "";
		frm.fields_dict.result_view.$wrapper.html(spread);
	},
});

/** Without realtime updates too, the form shows how far it is. */
function look_again(frm, name) {
	if (frm.doc.name === name && frm.$wrapper.is(":visible")) frm.reload_doc();
}

function follow(frm, { progress, assigned, queued, refused }) {
	Object.assign(frm.doc, { progress, assigned, queued, refused });
	frm.refresh_fields(["progress", "assigned", "queued", "refused"]);
}
