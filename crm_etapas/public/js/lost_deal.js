/** Set as Lost: one dialog for opportunities and quotations, in the place of ERPNext's own. */

import { KEYS, on_key, tell_key } from "./form_keys.js";
import { ask_for } from "./stage_move.js";

const DOCTYPES = ["Opportunity", "Quotation"];
const ENDED = ["Lost", "Closed", "Converted"];

export function add_to_forms() {
	for (const doctype of DOCTYPES) {
		let done = false;
		frappe.ui.form.on(doctype, {
			// by now ERPNext's own script has been read, whose handlers ours come after
			setup() {
				if (done) return;
				done = true;
				frappe.ui.form.off(doctype, "set_as_lost_dialog");
				frappe.ui.form.on(doctype, { set_as_lost_dialog: lose });
				if (doctype === "Opportunity") frappe.ui.form.on(doctype, { refresh: add_button });
			},
		});
	}
}

/** ERPNext's *Close* loses an opportunity without asking why. */
function add_button(frm) {
	frm.remove_custom_button(__("Close"));
	const label = __("Set as Lost");
	const action = () => lose(frm);
	on_key(frm, KEYS.lose, { label, action, allowed: () => may_lose(frm) });
	if (may_lose(frm)) tell_key(frm.add_custom_button(label, action), label, KEYS.lose);
}

function may_lose(frm) {
	return !frm.is_new() && frm.perm[0]?.write && !ENDED.includes(frm.doc.status);
}

async function lose(frm) {
	await take_status_back(frm);
	if (frm.is_dirty()) {
		await frm.save(frm.doc.docstatus === 1 ? "Update" : "Save");
		if (frm.is_dirty()) return; // not saved: the form has said why
	}
	tell_server(frm, {});
}

/** The status that was chosen in the form comes back from the server, once the reasons are there. */
async function take_status_back(frm) {
	if (frm.doctype !== "Opportunity" || frm.doc.status !== "Lost") return;
	const { message } = await frappe.db.get_value(frm.doctype, frm.docname, "status");
	frm.doc.status = message.status;
	frm.refresh_field("status");
}

function tell_server(frm, given) {
	const { doctype, docname: name } = frm;
	const label = __("Set as Lost");
	frappe.call({
		method: "crm_etapas.api.deals.lose",
		type: "POST",
		args: { doctype, name, ...given },
		freeze: true,
		error_handlers: {
			StageRequirementError: ({ missing }) =>
				ask_for(frm, missing, label, given, (answers) => tell_server(frm, answers), {
					title: label,
					action: label,
				}),
		},
		callback: ({ message }) => {
			frappe.show_alert({ message: __(message.stage || "Lost"), indicator: "red" });
			frm.reload_doc();
		},
	});
}
