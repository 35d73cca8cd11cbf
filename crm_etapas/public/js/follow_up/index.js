/** The next contact with a record and what has happened, on forms and lists, and for whoever else opens the dialogs. */

import * as contacts_made from "./contacts_made.js";
import * as form_line from "./form_line.js";
import * as interactions from "./interactions.js";
import * as lists from "./lists.js";

export { complete, log, plan, plan_many } from "./dialogs.js";
export { icon_of } from "./media.js";
export { of_form, RESPONSIBLE } from "./record.js";
export { snooze, snooze_many, unsnooze } from "./snooze.js";

export function add_to_desk() {
	form_line.add_to_forms();
	contacts_made.add();
	interactions.add_to_forms();
	lists.add_to_lists();
}
