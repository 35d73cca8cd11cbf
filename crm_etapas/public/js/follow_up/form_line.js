/** The next contact with a record in one line above its form. */

import { from_now } from "../relative_time.js";
import { attempts_made } from "./attempts.js";
import { days_since } from "./contacts_made.js";
import { complete, log, plan } from "./dialogs.js";
import { of_form, RESPONSIBLE } from "./record.js";

/** Add the line and the shortcuts to the forms of whatever has a next contact. */
export function add_to_forms() {
	for (const doctype of Object.keys(RESPONSIBLE)) {
		frappe.ui.form.on(doctype, {
			setup: translate_description,
			onload_post_render: add_shortcuts,
			refresh: show,
		});
	}
}

/** Frappe adds the time zone to the description of a moment before it translates it, and finds no translation. */
function translate_description(frm) {
	const { description } = frm.fields_dict.next_contact_date?.df || {};
	if (description) frm.set_df_property("next_contact_date", "description", __(description));
}

function add_shortcuts(frm) {
	const add = (shortcut, description, action) =>
		frappe.ui.keys.add_shortcut({ shortcut, description, action, page: frm.page });
	const on_form = (action) => () => may_follow_up(frm) && open(frm, action);
	add("alt+shift+i", __("Log Interaction"), on_form(log));
	add("alt+shift+c", __("Plan Next Contact"), on_form(plan));
}

export function may_follow_up(frm) {
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
		open(frm, actions[$(event.currentTarget).attr("data-action")]);
	});
}

/** Open one of the dialogs for the record of a form. */
export async function open(frm, action) {
	const record = await of_form(frm);
	if (record) action(record);
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
