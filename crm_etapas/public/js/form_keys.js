/** One key for what is done most on a form, the same as in My Day. They are Frappe's shortcuts, so "?" lists them. */

export const KEYS = { log: "L", plan: "P", complete: "D", convert: "V", lose: "X" };

/** Let a key do something on a form: not while somebody writes or a dialog is open, nor where it is not allowed. */
export function on_key(frm, key, { label, action, allowed }) {
	frappe.ui.keys.add_shortcut({
		shortcut: key.toLowerCase(),
		description: label,
		action: () => void action(),
		page: frm.page,
		condition: () => !$(".modal.show").length && allowed(),
	});
}

/** Attributes of a button that has a key: its tooltip says which. */
export function hint(label, key) {
	return `title="${frappe.utils.escape_html(`${label} (${key})`)}" aria-keyshortcuts="${key}"`;
}

/** The same for a button that Frappe has made. */
export function tell_key(button, label, key) {
	return button.attr({ title: `${label} (${key})`, "aria-keyshortcuts": key });
}
