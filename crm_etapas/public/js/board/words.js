/** What the board says, for its components hold no words of their own. */

import { from_now, written } from "../relative_time.js";

export function words() {
	return {
		add: __("Add a record to this stage"),
		actions: __("Actions"),
		board: __("Board", null, "of a pipeline"),
		days_in_stage: __("Days in this stage"),
		empty_column: __("Nobody here"),
		forbidden: __("You may not see these records. Ask an administrator for access"),
		fold: __("Collapse the column"),
		unfold: __("Open the column"),
		loading: __("Loading"),
		more: __("Show more"),
		neglected: __("Neglected", null, "records"),
		next_contact: __("Next Contact"),
		no_contact: __("No contact planned"),
		not_loaded: __("The board could not be loaded. Check the connection and try again"),
		nothing_found: __("No record matches what you are looking for"),
		nothing_yet: __(
			"There is nothing here yet. Add the first record, or import your prospects"
		),
		remove_filters: __("Remove filters"),
		retry: __("Retry"),
		new_record: __("New"),
		value: __("Value"),
		weighted: __("Weighted value: what is likely to be won, by the stage's probability"),
		only_these: __("Show only these"),
	};
}

export function sort_label(sort) {
	return {
		recent: __("Newest in the Stage"),
		oldest: __("Longest in the Stage"),
		next_contact: __("Next Contact"),
		value: __("Highest Value"),
	}[sort];
}

export function lanes_label(lanes) {
	return {
		"": __("No Lanes"),
		responsible: __("Lanes by Salesperson"),
		segment: __("Lanes by Segment"),
	}[lanes];
}

export function count_of({ count, is_exact }) {
	const number = format_number(count, null, 0);
	return is_exact ? number : `${number}+`;
}

/** Amounts by currency, as a sum in words. */
export function money(values, is_exact = true) {
	return Object.entries(values)
		.map(([currency, value]) => amount(value, currency) + (is_exact ? "" : "+"))
		.join(" + ");
}

export function amount(value, currency) {
	return format_currency(value, currency || frappe.boot.sysdefaults.currency, 0);
}

export function days(number) {
	if (!number) return __("today", null, "days in a stage");
	return number === 1 ? __("1 day") : __("{0} days", [number]);
}

/** When the next contact is, and whether its moment has passed. */
export function next_contact({ next_contact_date: date }) {
	if (!date) return null;
	const is_late = frappe.datetime.convert_to_user_tz(date, false).isBefore();
	const text = is_late
		? from_now(date)
		: written(date, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
	return { text, is_late, exact: frappe.datetime.str_to_user(date) };
}

/** A card in one sentence, for those who hear it. */
export function spoken(card, column, user) {
	const contact = next_contact(card);
	return [
		card.title,
		card.detail,
		card.amount && amount(card.amount, card.currency),
		column.label,
		card.days !== undefined && __("{0} in this stage", [days(card.days)]),
		card.rotting_since && __("Neglected", null, "records"),
		contact &&
			(contact.is_late
				? __("contact overdue: {0}", [contact.text])
				: __("next contact: {0}", [contact.text])),
		user,
	]
		.filter(Boolean)
		.join(", ");
}

export const said = {
	moved: (card, column) => __("{0} is now in {1}", [card.title, column.label]),
	returned: (card, column) => __("{0} stays in {1}", [card.title, column.label]),
	loaded: (count) => (count === 1 ? __("1 record") : __("{0} records", [count])),
};
