/** Adds "Import Prospects" to the menu of the list of prospects. */

import { when_list_opens } from "./list_onload.js";

const DOCTYPE = "Prospect Import";

export function add_to_list() {
	when_list_opens("Lead", (list) => {
		if (!frappe.model.can_create(DOCTYPE) || !frappe.model.can_import("Lead")) return;
		list.page.add_menu_item(__("Import Prospects"), () => frappe.new_doc(DOCTYPE));
	});
}
