/** The dialogs that let records wait until a day, for a reason; see `record.js`. */

import { make_dialog } from "../dialog.js";
import { send, send_many, titled } from "./sending.js";

const LONGEST_REASON = 140; // as crm_etapas/follow_up/attention/snooze.py

/** Let a record wait. */
export function snooze(record) {
	const dialog = ask(titled(record, __("Snooze")), (values) =>
		send(record, dialog, "snooze", values)
	);
}

/** Let a record wait no longer. */
export function unsnooze(record) {
	send(record, null, "unsnooze");
}

/** Let several records of a DocType wait; `done` is called when they do. */
export function snooze_many(records) {
	const title = __("Snooze {0} records", [records.names.length]);
	const told = (count) =>
		count === 1 ? __("1 record snoozed") : __("{0} records snoozed", [count]);
	const dialog = ask(title, (values) => send_many(records, dialog, "snooze_many", values, told));
}

function ask(title, then) {
	const day = (days) => frappe.datetime.add_days(frappe.datetime.get_today(), days);
	const dialog = make_dialog({
		title,
		fields: [
			{
				fieldname: "until",
				fieldtype: "Date",
				label: __("Until"),
				default: day(7),
				min_date: frappe.datetime.str_to_obj(day(1)),
				reqd: 1,
			},
			{
				fieldname: "reason",
				fieldtype: "Data",
				label: __("Reason for Snoozing"),
				length: LONGEST_REASON,
				reqd: 1,
				description: __("Said above the form and on the timeline"),
			},
		],
		primary_action_label: __("Snooze"),
		primary_action: then,
	});
	dialog.show();
	return dialog;
}
