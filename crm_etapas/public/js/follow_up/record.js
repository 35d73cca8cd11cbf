/**
 * A record as the dialogs take it: `{ doctype, name, title?, doc?, frm?, done? }`. `title` names it in the dialog where
 * it is not on the screen, `doc` holds its fields, which are asked for otherwise, and `done` is called when it has
 * changed.
 */

// DocTypes that have a next contact: who is answerable for their records
export const RESPONSIBLE = {
	Lead: "lead_owner",
	Opportunity: "opportunity_owner",
	Customer: "account_manager",
};
const KNOWN = ["date", "by", "medium", "subject"].map((part) => `next_contact_${part}`);

/** Return the record of a form; the dialogs write through the server, so what stands in the form is saved first. */
export async function of_form(frm) {
	if (frm.is_dirty()) await frm.save();
	if (frm.is_dirty()) return null; // not saved: the form has said why
	const { doctype, docname, doc } = frm;
	return { doctype, name: docname, doc, frm, done: () => frm.reload_doc() };
}

/** Return the fields of a record that the dialogs begin with. */
export async function know({ doctype, name, doc }) {
	if (doc) return doc;
	const fields = [...KNOWN, RESPONSIBLE[doctype]];
	return (await frappe.db.get_value(doctype, name, fields)).message;
}
