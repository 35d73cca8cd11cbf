/** What can be done with a record of My Day without opening it. */

import { CONTACTS } from "./sections.js";

const { follow_up } = crm_etapas;

// name: key, picture, label, and whether it is to be had for a record
const ACTIONS = {
	call: {
		key: "C",
		icon: "es-line-call",
		label: () => __("Call", null, "by phone"),
		offered: (section, row) => row.phone,
		href: (row) => `tel:${row.phone.replace(/[^\d+]/g, "")}`,
		act: (record, section) =>
			is_planned(section, record.doc)
				? follow_up.complete(record)
				: follow_up.log(record, { medium: "Phone" }),
	},
	mail: {
		key: "E",
		icon: "es-line-email",
		label: () => __("Write an Email"),
		offered: (section, row) => row.email && frappe.model.can_email(row.doctype),
		act: write_mail,
	},
	complete: {
		key: "D",
		icon: "es-line-check",
		label: () => __("Done: What Came of It?"),
		offered: (section, row) => is_planned(section, row),
		act: (record) => follow_up.complete(record),
	},
	log: {
		key: "L",
		icon: "es-line-edit-alt",
		label: () => __("Log Interaction"),
		offered: () => true,
		act: (record) => follow_up.log(record),
	},
	plan: {
		key: "P",
		icon: "es-line-calender",
		label: (row) =>
			row.next_contact_date ? __("Reschedule the Next Contact") : __("Plan Next Contact"),
		offered: () => true,
		act: (record) => follow_up.plan(record),
	},
	move: {
		key: "M",
		icon: "es-line-arrow-right",
		label: () => __("Move to Stage"),
		offered: (section, row) => row.stage,
		act: (record) => crm_etapas.choose_stage(record),
	},
	snooze: {
		key: "S",
		icon: "es-line-time",
		label: () => __("Snooze"),
		offered: (section, row) => row.stage && !is_planned(section, row),
		act: (record) => follow_up.snooze(record),
	},
};

/** The actions in their order, for the keyboard's help: name, key and label. */
export function all_actions() {
	return Object.entries(ACTIONS).map(([name, { key, label }]) => ({
		name,
		key,
		label: label({}),
	}));
}

/** Return what can be done with a record: name, key, label, icon and href. */
export function can(section, row, day) {
	if (!day.writable.includes(row.doctype)) return [];
	return Object.entries(ACTIONS)
		.filter(([, action]) => action.offered(section, row, day))
		.map(([name, { key, icon, label, href }]) => ({
			name,
			key,
			icon,
			label: label(row),
			href: href?.(row),
		}));
}

/** Do it, and call `done` once the record has changed. */
export function act(name, section, row, done) {
	const { doctype, title } = row;
	const doc = { ...row, [follow_up.RESPONSIBLE[doctype]]: row.responsible };
	ACTIONS[name].act({ doctype, name: row.name, title, doc, email: row.email, done }, section);
}

/** What woke up may have a contact planned, or not. */
function is_planned(section, { next_contact_date }) {
	return CONTACTS.includes(section) || (section === "woken" && Boolean(next_contact_date));
}

function write_mail({ doctype, name, title, email, done }) {
	new frappe.views.CommunicationComposer({
		doc: { doctype, name },
		recipients: email,
		title: `${frappe.utils.escape_html(title)}: ${__("Write an Email")}`,
		success: done,
	});
}
