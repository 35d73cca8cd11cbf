/** The next contact with a record, in the panel beside its form. */

import { hint, KEYS, on_key } from "../form_keys.js";
import { section } from "../record_panel/place.js";
import { from_now } from "../relative_time.js";
import { attempts_made } from "./attempts.js";
import { days_since } from "./contacts_made.js";
import { complete, log, plan } from "./dialogs.js";
import { of_form, RESPONSIBLE } from "./record.js";

/** Add the section and the keys to the forms of whatever has a next contact. */
export function add_to_forms() {
	for (const doctype of Object.keys(RESPONSIBLE)) {
		frappe.ui.form.on(doctype, {
			refresh: show,
		});
	}
}

function add_keys(frm) {
	const add = (key, label, action, allowed = () => true) =>
		on_key(frm, key, {
			label,
			action: () => open(frm, action),
			allowed: () => may_follow_up(frm) && allowed(),
		});
	add(KEYS.log, __("Log Interaction"), log);
	add(KEYS.plan, __("Plan Next Contact"), plan);
	add(KEYS.complete, __("Done: What Came of It?"), complete, () => frm.doc.next_contact_date);
}

export function may_follow_up(frm) {
	return !frm.is_new() && frm.perm[0]?.write;
}

async function show(frm) {
	add_keys(frm);
	const line = section(frm, "next-contact").attr("aria-label", __("Next Contact"));
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

function render(frm) {
	const button = (action, label, kind = "default") =>
		`<button type="button" class="btn btn-xs btn-${kind}" data-action="${action}"
			${hint(label, KEYS[action])}>${label}</button>`;
	const { next_contact_date } = frm.doc;
	const buttons = next_contact_date
		? [button("complete", __("Done…"), "primary"), button("plan", __("Reschedule"))]
		: [button("plan", __("Plan Next Contact"))];
	return `<h5>${__("Next Contact")}</h5>${about(frm.doc)}
		<div>${buttons.join(" ")} ${button("log", __("Log Interaction"))}</div>`;
}

function is_overdue(doc) {
	return doc.next_contact_date && doc.next_contact_date < frappe.datetime.system_datetime();
}

function about(doc) {
	const since =
		doc.last_contact_on && __("Last contact: {0}", [days_since(doc.last_contact_on)]);
	const done = [since, attempts_made(doc)].filter(Boolean).join(" · ");
	return `${planned(doc)}${done ? `<p class="text-muted">${done}</p>` : ""}`;
}

function planned(doc) {
	const escape = frappe.utils.escape_html;
	if (!doc.next_contact_date) return `<p>${__("No next contact is planned")}</p>`;
	const when = `<strong>${escape(frappe.datetime.str_to_user(doc.next_contact_date))}</strong>
		(${from_now(doc.next_contact_date)})`;
	const how = [__(doc.next_contact_medium), escape(frappe.user.full_name(doc.next_contact_by))];
	return `<p class="${is_overdue(doc) ? "is-overdue" : ""}">
			${is_overdue(doc) ? `${__("Overdue contact")}: ` : ""}${when}</p>
		<p>${how.filter(Boolean).join(" · ")}</p>
		${doc.next_contact_subject ? `<p>${escape(doc.next_contact_subject)}</p>` : ""}`;
}
