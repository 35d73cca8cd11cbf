/** What the server knows of a record beside its fields: asked for once a refresh, for all that speak of it. */

import { RESPONSIBLE } from "../follow_up/record.js";

const METHOD = "crm_etapas.api.record_panel.about";
// what is said of a record, which must not be read as said of the next one
const SAID = ".record-level, .record-likelihood, .interactions-list, .qualification";

/** Ask ahead of everything else that a refresh does; nothing waits for the answer. */
export function add_to_forms() {
	for (const doctype of Object.keys(RESPONSIBLE)) {
		frappe.ui.form.on(doctype, { refresh: ask });
	}
}

function ask(frm) {
	const { doctype, docname: name } = frm;
	if (frm.described_record !== name) frm.page.wrapper.find(SAID).empty();
	frm.described_record = name;
	frm.about_record = frm.is_new() ? null : frappe.xcall(METHOD, { doctype, name }, "GET");
	frm.about_record?.catch(() => {}); // whoever awaits it says so
}

/**
 * Return what is known of the form's record, see crm_etapas.api.record_panel.about; null for a new one, or when the
 * form shows another by now.
 */
export async function about(frm) {
	const { docname } = frm;
	const known = await frm.about_record;
	return frm.docname === docname ? known : null;
}
