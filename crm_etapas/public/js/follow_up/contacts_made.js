/** The contacts made with a record: kept true in an open form, and in lists as days since the last one. */

import { when_list_opens } from "../list_onload.js";

const DOCTYPES = ["Lead", "Opportunity", "Customer"];
const MOMENTS = ["last_contact_on", "last_answer_on"];
let is_listening = false;

export function add() {
	for (const doctype of DOCTYPES) {
		when_list_opens(doctype, ({ settings }) => {
			const since = Object.fromEntries(MOMENTS.map((fieldname) => [fieldname, days_since]));
			settings.formatters = { ...since, ...settings.formatters };
		});
		frappe.ui.form.on(doctype, { refresh: describe });
	}
}

/** "3 days ago", with the moment itself when pointed at. */
export function days_since(moment) {
	return moment ? frappe.datetime.comment_when(moment) : "";
}

/** Another user's mail or call changes nothing that somebody is writing in the form. */
function listen() {
	if (is_listening) return;
	is_listening = true;
	frappe.realtime.on("contacts_made", ({ doctype, name, values }) => {
		const doc = locals[doctype]?.[name];
		if (!doc) return;
		Object.assign(doc, values);
		if (cur_frm?.doc !== doc) return;
		cur_frm.refresh_fields(Object.keys(values));
		cur_frm.trigger("contacts_made"); // for the lines above the form
	});
}

function describe(frm) {
	listen();
	for (const fieldname of MOMENTS) {
		frm.get_field(fieldname)?.set_description(days_since(frm.doc[fieldname]));
	}
}
