/** The dialogs to plan the next contact with a record and to note what has happened, wherever they are opened. */

import { make_dialog } from "../dialog.js";
import { attempt_field, current_attempt, propose_next } from "./attempts.js";
import { know, RESPONSIBLE } from "./record.js";
import { MEDIA } from "./media.js";
import { send, send_many, titled } from "./sending.js";

const MORNING = "09:00:00";

/** Plan or move the next contact with a record, see `record.js`. */
export async function plan(record) {
	const doc = await know(record);
	const title = doc.next_contact_date
		? __("Reschedule the Next Contact")
		: __("Plan Next Contact");
	const dialog = make_dialog({
		title: titled(record, title),
		fields: fields_of_plan({
			date: doc.next_contact_date || tomorrow(),
			by: doc.next_contact_by || doc[RESPONSIBLE[record.doctype]] || frappe.session.user,
			medium: doc.next_contact_medium || MEDIA[0],
			subject: doc.next_contact_subject,
			reqd: 1,
		}),
		primary_action_label: __("Plan"),
		primary_action: (values) => send(record, dialog, "schedule", plan_of(values)),
	});
	if (doc.next_contact_date) {
		dialog.set_secondary_action_label(__("Cancel the Contact"));
		dialog.set_secondary_action(() => send(record, dialog, "schedule", {}));
	}
	dialog.show();
}

/** Plan the same next contact with several records of a DocType; `done` is called when they have been. */
export function plan_many(records) {
	const dialog = make_dialog({
		title: __("Plan the Next Contact with {0} Records", [records.names.length]),
		fields: fields_of_plan({ date: tomorrow(), reqd: 1 }),
		primary_action_label: __("Plan"),
		primary_action: (values) =>
			send_many(records, dialog, "schedule_many", plan_of(values), (count) =>
				__("{0} contacts planned", [count])
			),
	});
	dialog.fields_dict.next_by.set_description(__("Whoever is answerable for each, if empty"));
	dialog.show();
}

/** Note something that has happened; what is planned stays planned. `given` is what is known of it already. */
export function log(record, given = {}) {
	return ask_what_happened(record, __("Log Interaction"), "log_interaction", given);
}

/** Say what came of the contact that was planned, and when the next one is. */
export function complete(record) {
	return ask_what_happened(record, __("What Came of It?"), "complete");
}

async function ask_what_happened(record, title, method, given = {}) {
	const completes = method === "complete";
	const [doc, results, attempt] = await Promise.all([
		know(record),
		frappe.db.get_list("Interaction Result", {
			fields: ["name", "is_default", "is_answer"],
			filters: { disabled: 0 },
			order_by: "creation asc",
			limit: 50,
		}),
		current_attempt(record),
	]);
	const now = frappe.datetime.system_datetime();
	const options = results.map(({ name }) => ({ value: name, label: __(name) }));
	const planned = completes && doc.next_contact_medium;
	const dialog = make_dialog({
		title: titled(record, title),
		fields: [
			attempt_field(attempt),
			{ fieldtype: "Section Break", hide_border: 1 },
			select_medium("medium", given.medium || planned || attempt?.medium || MEDIA[0], 1),
			{
				fieldname: "direction",
				fieldtype: "Select",
				label: __("Who Began"),
				options: [
					{ value: "Sent", label: __("We did") },
					{ value: "Received", label: __("The client did") },
				],
				default: "Sent",
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "on",
				fieldtype: "Datetime",
				label: __("When"),
				default: now,
			},
			{
				fieldname: "result",
				fieldtype: "Select",
				label: __("Result"),
				options: ["", ...options],
				default: results.find((row) => row.is_default)?.name,
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "note", fieldtype: "Small Text", label: __("Note") },
			{ fieldtype: "Section Break", label: __("Next Contact") },
			...fields_of_plan({
				by: doc.next_contact_by || doc[RESPONSIBLE[record.doctype]],
			}),
		],
		primary_action_label: __("Save"),
		primary_action(values) {
			const { medium, direction, on, result, note } = values;
			const next_contact = values.next_date ? plan_of(values) : null;
			send(record, dialog, method, {
				...{ medium, direction, result, note, next_contact },
				on: on === now ? null : on, // now is when it is saved
			});
		},
	});
	// Frappe would stop at the text above it
	dialog.on_page_show = () => dialog.get_field("medium").set_focus();
	dialog.show();
	propose_next(dialog, attempt, results);
}

function fields_of_plan({ date, by, medium, subject, reqd = 0 }) {
	return [
		{
			fieldname: "next_date",
			fieldtype: "Datetime",
			label: __("When"),
			default: date,
			reqd,
		},
		{
			fieldname: "next_by",
			fieldtype: "Link",
			label: __("Who"),
			options: "User",
			default: by,
		},
		{ fieldtype: "Column Break" },
		select_medium("next_medium", medium || MEDIA[0]),
		{
			fieldname: "next_subject",
			fieldtype: "Data",
			label: __("What About"),
			default: subject,
		},
	];
}

function select_medium(fieldname, chosen, reqd = 0) {
	return {
		fieldname,
		fieldtype: "Select",
		label: __("How"),
		options: MEDIA.map((value) => ({ value, label: __(value) })),
		default: chosen,
		reqd,
	};
}

function plan_of({ next_date, next_by, next_medium, next_subject }) {
	return { date: next_date, by: next_by, medium: next_medium, subject: next_subject };
}

/** Tomorrow morning where the user is, in the site's time zone. */
function tomorrow() {
	const morning = `${frappe.datetime.add_days(frappe.datetime.get_today(), 1)} ${MORNING}`;
	return frappe.datetime.convert_to_system_tz(morning, true);
}
