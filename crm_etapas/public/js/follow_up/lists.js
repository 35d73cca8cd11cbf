/** Logging and planning for the records chosen in a list. */

import { read_again, when_list_opens } from "../list_onload.js";
import { log, plan, plan_many } from "./dialogs.js";
import { RESPONSIBLE } from "./record.js";

export function add_to_lists() {
	for (const doctype of Object.keys(RESPONSIBLE)) when_list_opens(doctype, add_actions);
}

function add_actions(list) {
	const { doctype, page } = list;
	if (!frappe.model.can_write(doctype)) return;
	page.add_actions_menu_item(__("Log Interaction"), () => {
		const names = list.get_checked_items(true);
		if (names.length === 1) log(chosen(list));
		else frappe.msgprint(__("Choose a single record to log what happened with it"));
	});
	page.add_actions_menu_item(__("Plan Next Contact"), () => {
		const names = list.get_checked_items(true);
		if (names.length === 1) plan(chosen(list));
		else plan_many({ doctype, names, done: () => read_again(list) });
	});
}

function chosen(list) {
	const [row] = list.get_checked_items();
	const title = row[list.meta.title_field] || row.name;
	return { doctype: list.doctype, name: row.name, title, done: () => read_again(list) };
}
