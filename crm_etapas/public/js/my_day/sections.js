/** What the sections of My Day are called, and why a record stands in one. */

import { from_now, written } from "../relative_time.js";

const HOUR = { hour: "numeric", minute: "2-digit" };
const DAY = { weekday: "short", day: "numeric", month: "short" };
export const CONTACTS = ["overdue", "today", "week"];

export function label_of(section) {
	return {
		overdue: __("Overdue", null, "contacts"),
		today: __("Today"),
		week: __("Next 7 Days"),
		woken: __("Woken Up", null, "records"),
		rotting: __("Neglected", null, "records"),
		expired: __("No Longer Valid", null, "records"),
		new: __("New and Untouched"),
	}[section];
}

export function hint_of(section) {
	return {
		overdue: __("Contacts whose day has passed"),
		today: __("Contacts planned for today"),
		week: __("Contacts planned for the days after today"),
		woken: __("They were to be contacted later, and now is later"),
		rotting: __("Open for too long without anybody looking after them"),
		expired: __("Their days of validity are over, and they are still open"),
		new: __("In their first stage; nobody has tried to reach them"),
	}[section];
}

/** Say in a few words why a record stands in a section, with the exact moment. */
export function why(section, row) {
	if (CONTACTS.includes(section)) return when_planned(section, row.next_contact_date);
	const [text, moment] = {
		woken: [__("Woke up {0}"), row.woken_on],
		rotting: [__("Neglected since {0}"), row.rotting_since],
		expired: [__("Valid until {0}"), row.valid_until],
		new: [__("Came in {0}"), row.creation],
	}[section];
	const is_day = moment?.length === "2026-01-01".length;
	const shown = is_day ? frappe.datetime.str_to_user(moment) : from_now(moment);
	return { text: __(text, [shown]), exact: frappe.datetime.str_to_user(moment) };
}

/** Today the hour, in the next days the day too, and of what is overdue how long ago it was. */
function when_planned(section, date) {
	const exact = frappe.datetime.str_to_user(date);
	const is_late = frappe.datetime.convert_to_user_tz(date, false).isBefore();
	if (section === "overdue") return { text: from_now(date), exact, is_late };
	const hour = written(date, HOUR);
	if (section === "today") return { text: hour, exact, is_late };
	return { text: `${written(date, DAY)}, ${hour}`, exact };
}
