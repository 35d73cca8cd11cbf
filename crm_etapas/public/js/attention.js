/** What nobody looks after: said above the form and in the lists of leads and opportunities, with a way to let it wait. */

import { of_form, snooze, snooze_many, unsnooze } from "./follow_up/index.js";
import { read_again, when_list_opens } from "./list_onload.js";

// as crm_etapas/follow_up/attention
const DOCTYPES = ["Lead", "Opportunity"];
// an open end would find records without a date too
const BEGINNING = "2000-01-01";
const FIELDS = [
	"rotting_since",
	"snoozed_until",
	"snooze_reason",
	"valid_until",
	"next_contact_date",
];

export function add_to_forms_and_lists() {
	for (const doctype of DOCTYPES) {
		frappe.ui.form.on(doctype, { refresh: show, contacts_made: say });
		when_list_opens(doctype, add_to_list);
	}
}

/** What there is to say of a record: each with kind, colour, a sign, a word, the whole text, and a filter for its like. */
function marks_of(doctype, doc) {
	const { stage_field, open_stages, active_stages } = pipeline_of(doctype);
	if (!open_stages.includes(doc[stage_field])) return [];
	const today = frappe.datetime.get_today();
	const { rotting_since, snoozed_until, snooze_reason, valid_until, next_contact_date } = doc;
	const marks = [];
	if (snoozed_until > today) {
		marks.push({
			kind: "snoozed",
			colour: "gray",
			sign: "Zz",
			word: __("Snoozed"),
			text: __("Snoozed until {0}: {1}", [day(snoozed_until), snooze_reason || ""]),
			filter: `snoozed_until,>,${today}`,
		});
	}
	if (rotting_since) {
		marks.push({
			kind: "neglected",
			colour: "red",
			sign: "!",
			word: __("Neglected"),
			text: __("Neglected since {0}: nothing has happened, and no contact is planned", [
				day(rotting_since),
			]),
			filter: `rotting_since,>=,${BEGINNING}`,
		});
	}
	const is_put_off =
		!active_stages.includes(doc[stage_field]) ||
		snoozed_until > today ||
		next_contact_date > frappe.datetime.system_datetime();
	if (valid_until && valid_until < today && !is_put_off) {
		marks.push({
			kind: "expired",
			colour: "orange",
			sign: "×",
			word: __("Expired", null, "Prospect"),
			text: __("Its validity ended on {0}", [day(valid_until)]),
		});
	}
	return marks;
}

function pipeline_of(doctype) {
	return frappe.boot.crm_etapas_pipelines.find((pipeline) => pipeline.doctype === doctype);
}

function yesterday() {
	return frappe.datetime.add_days(frappe.datetime.get_today(), -1);
}

function day(date) {
	return frappe.datetime.str_to_user(date);
}

function show(frm) {
	say(frm);
	const { stage_field, open_stages } = pipeline_of(frm.doctype);
	if (!frm.is_new() && frm.perm[0]?.write && open_stages.includes(frm.doc[stage_field])) {
		frm.page.add_menu_item(__("Snooze"), () => act(frm, snooze));
	}
}

function say(frm) {
	const container = container_of(frm);
	if (frm.is_new()) {
		container.empty();
		return;
	}
	const writable = frm.perm[0]?.write;
	container.html(marks_of(frm.doctype, frm.doc).map((mark) => banner(mark, writable)));
	container.find("[data-action=snooze]").on("click", () => act(frm, snooze));
	container.find("[data-action=unsnooze]").on("click", () => act(frm, unsnooze));
}

/** Between the stages and the next contact. */
function container_of(frm) {
	let container = frm.layout.wrapper.children(".attention");
	if (!container.length) {
		container = $('<section class="attention"></section>').attr("aria-label", __("Attention"));
		const path = frm.layout.wrapper.children(".stage-path");
		if (path.length) path.after(container);
		else frm.layout.wrapper.prepend(container);
	}
	return container;
}

function banner({ kind, text }, writable) {
	const actions = {
		snoozed: ["unsnooze", __("End the Snooze")],
		neglected: ["snooze", __("Snooze")],
	};
	const [action, label] = actions[kind] || [];
	const button =
		writable && action
			? `<button type="button" class="btn btn-xs btn-default" data-action="${action}">${label}</button>`
			: "";
	return `<p data-kind="${kind}"><span>${frappe.utils.escape_html(text)}</span>${button}</p>`;
}

/** Open one of the dialogs for the record of a form. */
async function act(frm, action) {
	const record = await of_form(frm);
	if (record) action(record);
}

function add_to_list(list) {
	if (list.view_name !== "List") return;
	const { doctype } = list;
	const { stage_field } = pipeline_of(doctype);
	[stage_field, ...FIELDS].forEach((field) => list._add_field(field));
	mark_names(list);
	list.page.add_menu_item(__("Show Neglected"), () =>
		filter_by(list, [["rotting_since", ">=", BEGINNING]])
	);
	list.page.add_menu_item(__("Show Expired"), () =>
		filter_by(list, [
			["valid_until", "Between", [BEGINNING, yesterday()]],
			[stage_field, "in", pipeline_of(doctype).active_stages],
		])
	);
	if (frappe.model.can_write(doctype)) {
		list.page.add_actions_menu_item(__("Snooze"), () => snooze_chosen(list));
	}
}

/** Put the marks beside the name: a sign where room is scarce, a word on a telephone. */
function mark_names(list) {
	const subject_of = list.get_subject_element.bind(list);
	list.get_subject_element = (doc, title) => {
		const subject = subject_of(doc, title);
		const marks = marks_of(list.doctype, doc).map(pill).join("");
		subject.insertAdjacentHTML("beforeend", marks);
		return subject;
	};
}

function pill({ colour, sign, word, text, filter }) {
	const filterable = filter ? `filterable" data-filter="${filter}` : "";
	return `<span class="indicator-pill ${colour} no-indicator-dot attention-pill ${filterable}"
		title="${frappe.utils.escape_html(text)}"><span class="attention-sign"
		aria-hidden="true">${sign}</span><span class="attention-word">${word}</span></span>`;
}

async function filter_by(list, filters) {
	await list.filter_area.clear(false);
	await list.filter_area.add(filters.map((filter) => [list.doctype, ...filter]));
}

function snooze_chosen(list) {
	const done = () => read_again(list);
	const { doctype } = list;
	const rows = list.get_checked_items();
	if (rows.length > 1) snooze_many({ doctype, names: rows.map((row) => row.name), done });
	else if (rows.length) {
		const [{ name, [list.meta.title_field]: title = name }] = rows;
		snooze({ doctype, name, title, done });
	}
}
