const LOOK_AGAIN = 3000;

frappe.ui.form.on("Bulk Move", {
	onload(frm) {
		frappe.realtime.on("bulk_move_progress", (message) => {
			if (message.document === frm.doc.name) follow(frm, message);
		});
	},

	refresh(frm) {
		if (frm.is_new()) return;
		show(frm);
	},
});

async function show(frm) {
	const { name, status, refused } = frm.doc;
	const { UNDER_WAY, show_records } = crm_etapas.bulk_move;
	show_progress(frm);
	const outcome = await show_records(
		frm.fields_dict.records_view.$wrapper,
		name,
		status === "Partly Refused" ? "Refused" : ""
	);
	if (frm.doc.name !== name) return;
	if (UNDER_WAY.includes(outcome.status)) setTimeout(() => look_again(frm, name), LOOK_AGAIN);
	add_buttons(frm, outcome, refused);
}

function add_buttons(frm, outcome, refused) {
	const { ask_for_missing, go_on } = crm_etapas.bulk_move;
	frm.clear_custom_buttons();
	const then = () => frm.reload_doc();
	const waiting = outcome.total - outcome.moved - outcome.already_there - outcome.refused;
	if (waiting) {
		frm.add_custom_button(__("Go On"), () => go_on(outcome.name).then(then));
		return;
	}
	if (outcome.missing.some((entry) => entry.fieldname)) {
		frm.add_custom_button(__("Fill In and Go On"), () =>
			ask_for_missing(outcome, then)
		).addClass("btn-primary");
	}
	if (refused) {
		frm.add_custom_button(__("Try Refused Again"), () => go_on(outcome.name).then(then));
	}
}

/** Without realtime updates too, the form shows how far it is. */
async function look_again(frm, name) {
	if (frm.doc.name !== name || !frm.$wrapper.is(":visible")) return;
	const args = { name, limit: 1 };
	const outcome = await frappe.xcall("crm_etapas.api.stages.bulk_move_results", args);
	if (frm.doc.name !== name) return;
	if (!crm_etapas.bulk_move.UNDER_WAY.includes(outcome.status)) {
		frm.reload_doc();
		return;
	}
	follow(frm, outcome);
	setTimeout(() => look_again(frm, name), LOOK_AGAIN);
}

function follow(frm, { progress, moved, already_there, refused, status }) {
	Object.assign(frm.doc, { progress, moved, already_there, refused });
	frm.doc.status = status || "Running";
	frm.refresh_fields(["progress", "moved", "already_there", "refused", "status"]);
	show_progress(frm);
}

function show_progress(frm) {
	const { status, progress } = frm.doc;
	if (crm_etapas.bulk_move.UNDER_WAY.includes(status)) {
		const label = __(status, null, "Bulk Move");
		frm.dashboard.show_progress(__("Bulk Move"), progress || 0, label);
	} else {
		frm.dashboard.hide_progress();
	}
}
