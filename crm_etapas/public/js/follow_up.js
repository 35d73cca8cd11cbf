/** The next contact with a record in one line above its form, and the dialogs to plan it and to note what happened. */

import { attempt_field, attempts_made, current_attempt, propose_next } from "./attempts.js";
import { days_since } from "./contacts_made.js";

// as crm_etapas/follow_up/media.py
const MEDIA = ["Phone", "Email", "Meeting", "Visit", "Chat", "SMS", "Other"];
const RESPONSIBLE = {
	Lead: "lead_owner",
	Opportunity: "opportunity_owner",
	Customer: "account_manager",
};
const MORNING = "09:00:00";

/** Add the line and the shortcuts to the forms of whatever has a next contact. */
export function add_to_forms() {
	for (const doctype of Object.keys(RESPONSIBLE)) {
		frappe.ui.form.on(doctype, { onload_post_render: add_shortcuts, refresh: show });
	}
}

function add_shortcuts(frm) {
	const add = (shortcut, description, action) =>
		frappe.ui.keys.add_shortcut({ shortcut, description, action, page: frm.page });
	const on_saved = (action) => () => may_follow_up(frm) && action(frm);
	add("alt+shift+i", __("Log Interaction"), on_saved(log));
	add("alt+shift+c", __("Plan Next Contact"), on_saved(plan));
}

function may_follow_up(frm) {
	return !frm.is_new() && frm.perm[0]?.write;
}

async function show(frm) {
	const line = container(frm);
	if (!may_follow_up(frm)) {
		line.empty();
		return;
	}
	const { docname } = frm;
	await know_user(frm.doc.next_contact_by);
	if (frm.docname !== docname) return;
	line.html(render(frm));
	const actions = { log, plan, complete };
	line.find("[data-action]").on("click", (event) => {
		actions[$(event.currentTarget).attr("data-action")](frm);
	});
}

/** The desk knows the names of those who have had to do with a record; whoever is to contact it may be new. */
async function know_user(user) {
	if (!user || frappe.boot.user_info[user]) return;
	const method = "frappe.desk.form.load.get_user_info_for_viewers";
	frappe.update_user_info(await frappe.xcall(method, { users: JSON.stringify([user]) }));
}

/** Below the stages, where there are any. */
function container(frm) {
	let line = frm.layout.wrapper.children(".next-contact");
	if (!line.length) {
		line = $('<section class="next-contact"></section>').attr(
			"aria-label",
			__("Next Contact")
		);
		frm.layout.wrapper.find("> .form-message, > .form-page").first().before(line);
	}
	return line;
}

function render(frm) {
	const button = (action, label, kind = "default") =>
		`<button type="button" class="btn btn-xs btn-${kind}" data-action="${action}">${label}</button>`;
	const { next_contact_date } = frm.doc;
	const buttons = next_contact_date
		? [button("complete", __("Done…"), "primary"), button("plan", __("Reschedule"))]
		: [button("plan", __("Plan Next Contact"))];
	return `<p class="${is_overdue(frm.doc) ? "is-overdue" : ""}">${about(frm.doc)}</p>
		<p>${buttons.join(" ")} ${button("log", __("Log Interaction"))}</p>`;
}

function is_overdue(doc) {
	return doc.next_contact_date && doc.next_contact_date < frappe.datetime.system_datetime();
}

function about(doc) {
	const since =
		doc.last_contact_on && __("Last contact: {0}", [days_since(doc.last_contact_on)]);
	return [planned(doc), since, attempts_made(doc)].filter(Boolean).join(" · ");
}

function planned(doc) {
	const escape = frappe.utils.escape_html;
	if (!doc.next_contact_date) return __("No next contact is planned");
	const when = frappe.datetime.str_to_user(doc.next_contact_date);
	const parts = [
		`<strong>${escape(when)}</strong> (${from_now(doc.next_contact_date)})`,
		__(doc.next_contact_medium),
		escape(frappe.user.full_name(doc.next_contact_by)),
		escape(doc.next_contact_subject || ""),
	];
	const label = is_overdue(doc) ? __("Overdue contact") : __("Next contact");
	return `${label}: ${parts.filter(Boolean).join(" · ")}`;
}

function from_now(moment) {
	return frappe.datetime.convert_to_user_tz(moment, false).fromNow();
}

/** Plan or move the next contact. */
async function plan(frm) {
	if (!(await saved(frm))) return;
	const { doc } = frm;
	const dialog = new frappe.ui.Dialog({
		title: doc.next_contact_date ? __("Reschedule the Next Contact") : __("Plan Next Contact"),
		fields: fields_of_plan({
			date: doc.next_contact_date || tomorrow(),
			by: doc.next_contact_by || doc[RESPONSIBLE[frm.doctype]] || frappe.session.user,
			medium: doc.next_contact_medium || MEDIA[0],
			subject: doc.next_contact_subject,
			reqd: 1,
		}),
		primary_action_label: __("Plan"),
		primary_action: (values) => send(frm, dialog, "schedule", plan_of(values)),
	});
	if (doc.next_contact_date) {
		dialog.set_secondary_action_label(__("Cancel the Contact"));
		dialog.set_secondary_action(() => send(frm, dialog, "schedule", {}));
	}
	dialog.show();
}

/** Note something that has happened; what is planned stays planned. */
async function log(frm) {
	if (await saved(frm)) ask_what_happened(frm, __("Log Interaction"), "log_interaction");
}

/** Say what came of the contact that was planned, and when the next one is. */
async function complete(frm) {
	if (await saved(frm)) ask_what_happened(frm, __("What Came of It?"), "complete");
}

async function ask_what_happened(frm, title, method) {
	const completes = method === "complete";
	const [results, attempt] = await Promise.all([
		frappe.db.get_list("Interaction Result", {
			fields: ["name", "is_default", "is_answer"],
			filters: { disabled: 0 },
			order_by: "creation asc",
			limit: 50,
		}),
		current_attempt(frm),
	]);
	const now = frappe.datetime.system_datetime();
	const options = results.map(({ name }) => ({ value: name, label: __(name) }));
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			attempt_field(attempt),
			{ fieldtype: "Section Break", hide_border: 1 },
			select_medium(
				"medium",
				(completes && frm.doc.next_contact_medium) || attempt?.medium || MEDIA[0],
				1
			),
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
				by: frm.doc.next_contact_by || frm.doc[RESPONSIBLE[frm.doctype]],
			}),
		],
		primary_action_label: __("Save"),
		primary_action(values) {
			const { medium, direction, on, result, note } = values;
			const next_contact = values.next_date ? plan_of(values) : null;
			send(frm, dialog, method, {
				...{ medium, direction, result, note, next_contact },
				on: on === now ? null : on, // now is when it is saved
			});
		},
	});
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

/** The dialogs write through the server, so what stands in the form is saved first. */
async function saved(frm) {
	if (frm.is_dirty()) await frm.save();
	return !frm.is_dirty(); // if not saved, the form has said why
}

function send(frm, dialog, method, args) {
	frappe.call({
		method: `crm_etapas.api.follow_up.${method}`,
		type: "POST",
		args: { doctype: frm.doctype, name: frm.docname, ...args },
		freeze: true,
		callback: () => {
			dialog.hide();
			frm.reload_doc();
		},
	});
}
