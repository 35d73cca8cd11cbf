/** Converts a prospect in one step: shows what would be made and what is there already, and takes it back again. */

import { make_dialog } from "./dialog.js";
import { KEYS, on_key, tell_key } from "./form_keys.js";
import { read_again, when_list_opens } from "./list_onload.js";
import { ask_for } from "./stage_move.js";

const METHODS = "crm_etapas.api.conversion";
const PARTS = ["Customer", "Contact", "Opportunity"];
// parts of which the user may name another record than those that are proposed
const MAY_BE_ANOTHER = ["Customer", "Contact"];
const SHOWN_FIELDS = 6;

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

export function add_to_lead() {
	frappe.ui.form.on("Lead", { refresh });
	when_list_opens("Lead", (list) => {
		if (!frappe.model.can_write("Lead")) return;
		list.page.add_actions_menu_item(__("Convert", null, "Lead"), () => {
			const names = list.get_checked_items(true);
			if (names.length === 1) convert({ name: names[0], then: () => read_again(list) });
			else frappe.msgprint(__("Choose one prospect to convert"));
		});
	});
}

function refresh(frm) {
	const writable = !frm.is_new() && frm.perm[0]?.write;
	show_conversion(frm, frm.is_new() ? null : frm.doc.__onload?.conversion, writable);
	const label = __("Convert", null, "Lead");
	const action = () => save_and_convert(frm);
	on_key(frm, KEYS.convert, { label, action, allowed: () => may_convert(frm) });
	if (!may_convert(frm)) return;
	tell_key(frm.add_custom_button(label, action), label, KEYS.convert).addClass(
		"btn-primary-light"
	);
}

function may_convert(frm) {
	return !frm.is_new() && frm.perm[0]?.write && !frm.doc.__onload?.conversion?.whole;
}

async function save_and_convert(frm) {
	if (frm.is_dirty()) {
		await frm.save();
		if (frm.is_dirty()) return; // not saved: the form has said why
	}
	convert({ name: frm.docname, then: () => frm.reload_doc() });
}

/** The banner stands there before it says something, so that screen readers hear of it. */
function show_conversion(frm, conversion, writable) {
	let banner = frm.layout.wrapper.children(".lead-conversion");
	if (!banner.length) {
		banner = $('<section class="lead-conversion" role="status"></section>');
		banner.attr("aria-label", __("Conversion")).prependTo(frm.layout.wrapper);
	}
	if (!conversion) {
		banner.empty();
		return;
	}
	const undoable = writable && conversion.can_be_undone;
	const button = `<button type="button" class="btn btn-xs btn-default">${__("Undo")}</button>`;
	const on = frappe.datetime.str_to_user(conversion.converted_on);
	banner.html(`<p><span>${__("Converted on {0}", [on])}</span>
		<span>${links(conversion)}</span>${undoable ? button : ""}</p>`);
	banner.find("button").on("click", () => undo(frm.docname, () => frm.reload_doc()));
}

function links(conversion) {
	return PARTS.filter((part) => conversion[part.toLowerCase()])
		.map((part) => {
			const name = conversion[part.toLowerCase()];
			return `${__(part)}: ${frappe.utils.get_form_link(part, name, true, escape(name))}`;
		})
		.join(" · ");
}

/**
 * Show what a prospect would be converted into, and convert it.
 * @param {string} name of the lead
 * @param {function} [then] called with the outcome, see crm_etapas.conversion.convert.outcome
 */
export async function convert({ name, then }) {
	const { message } = await frappe.call({
		method: `${METHODS}.preview`,
		type: "GET",
		args: { lead: name },
		freeze: true,
	});
	const dialog = make_dialog({
		title: __("Convert {0}", [message.title]),
		size: "extra-large",
		fields: [{ fieldname: "parts", fieldtype: "HTML" }],
		primary_action_label: __("Convert", null, "Lead"),
		primary_action() {
			const wish = chosen(dialog, others);
			if (!wish.parts.length) {
				frappe.show_alert({ message: __("Choose at least one"), indicator: "orange" });
				return;
			}
			const [unnamed] = wish.unnamed;
			if (unnamed) {
				const message = __("Choose the {0} that exists, or a new one", [__(unnamed)]);
				frappe.show_alert({ message, indicator: "orange" });
				others[unnamed].$input.trigger("focus");
				return;
			}
			delete wish.unnamed;
			dialog.hide();
			carry_out(name, wish, then);
		},
	});
	const body = dialog.fields_dict.parts.$wrapper;
	body.html(
		`<div class="conversion-parts">${PARTS.map((part) => card(part, message.parts[part])).join(
			""
		)}</div>`
	);
	const others = Object.fromEntries(
		MAY_BE_ANOTHER.map((part) => [part, link_to_another(body, part)])
	);
	body.on("change", "[data-wanted]", (event) => follow(event.currentTarget));
	dialog.show();
}

function card(part, { candidates, chosen, settled, may_create, fields }) {
	const possible = may_create || candidates.length;
	const title = `<legend><label>
		<input type="checkbox" data-wanted ${possible ? "checked" : ""} ${settled ? "disabled" : ""}>
		${__(part)}</label></legend>`;
	const rows = candidates.map((candidate) =>
		settled ? there(candidate) : choice(part, candidate.name, there(candidate), chosen)
	);
	if (!settled && may_create) {
		rows.push(choice(part, "", `${__("New")}${details(fields)}`, chosen));
	}
	if (!settled && !may_create) {
		rows.push(`<p class="text-muted">${__("You may not create new ones")}</p>`);
	}
	const another =
		!settled && MAY_BE_ANOTHER.includes(part)
			? choice(part, "__another", `${__("Another one")}<div class="another"></div>`, chosen)
			: "";
	return `<fieldset class="conversion-part" data-part="${part}">
		${title}<div class="choices">${rows.join("")}${another}</div></fieldset>`;
}

function there({ name, title, because }) {
	return `<span>${__("Exists: {0}", [escape(title || name).bold()])}
		<small class="text-muted">${escape(because.join(", "))}</small></span>`;
}

function choice(part, value, html, chosen) {
	const checked = (chosen || "") === value ? "checked" : "";
	return `<div class="choice"><input type="radio" id="conversion-${part}-${escape(value)}"
		name="conversion-${part}" value="${escape(value)}" ${checked}>
		<label for="conversion-${part}-${escape(value)}">${html}</label></div>`;
}

function details(fields) {
	const row = ({ label, value, source }) => {
		const from =
			source && source !== label
				? ` <small class="text-muted">← ${escape(source)}</small>`
				: "";
		return `<dt>${escape(label)}${from}</dt><dd>${escape(value)}</dd>`;
	};
	const list = (some) => `<dl>${some.map(row).join("")}</dl>`;
	const more = fields.slice(SHOWN_FIELDS);
	const rest = more.length
		? `<details><summary>${__("{0} more fields", [more.length])}</summary>${list(
				more
		  )}</details>`
		: "";
	return list(fields.slice(0, SHOWN_FIELDS)) + rest;
}

/** A box to find another record in; finding one chooses it. */
function link_to_another(body, part) {
	const parent = body.find(`[data-part=${part}] .another`);
	if (!parent.length) return null;
	const radio = body.find(`[data-part=${part}] input[value=__another]`);
	const control = frappe.ui.form.make_control({
		parent,
		df: {
			fieldtype: "Link",
			fieldname: part.toLowerCase(),
			options: part,
			label: __(part),
			placeholder: __("Search"),
			only_select: 1,
			change: () => control.get_value() && radio.prop("checked", true),
		},
		only_input: true,
		render_input: true,
	});
	control.$input.attr("aria-label", __(part)).on("focus", () => radio.prop("checked", true));
	return control;
}

function follow(checkbox) {
	$(checkbox).closest("fieldset").toggleClass("is-left-out", !checkbox.checked);
}

function chosen(dialog, others) {
	const wish = { parts: [], existing_records: {}, values: {}, unnamed: [] };
	for (const part of PARTS) {
		const fieldset = dialog.$wrapper.find(`[data-part=${part}]`);
		if (!fieldset.find("[data-wanted]").prop("checked")) continue;
		wish.parts.push(part);
		const value = fieldset.find("input[type=radio]:checked").val();
		if (value === undefined) continue;
		const name = value === "__another" ? others[part].get_value() : value;
		if (value === "__another" && !name) wish.unnamed.push(part);
		wish.existing_records[part] = name || null;
	}
	return wish;
}

function carry_out(name, wish, then) {
	frappe.call({
		method: `${METHODS}.convert`,
		type: "POST",
		args: { lead: name, ...wish },
		freeze: true,
		freeze_message: __("Converting…"),
		error_handlers: {
			ConversionError: (response) => {
				if (response.missing?.length) ask_for_missing(name, wish, then, response.missing);
				else frappe.msgprint(JSON.parse(response._server_messages || "[]"));
			},
		},
		callback: ({ message }) => {
			show_outcome(message, then);
			then?.(message);
		},
	});
}

function ask_for_missing(name, wish, then, missing) {
	const [{ document }] = missing;
	const given = { values: wish.values[document] };
	ask_for(
		null,
		missing.map((entry) => ({ ...entry, reqd: 1 })),
		__(document),
		given,
		({ values }) =>
			carry_out(name, { ...wish, values: { ...wish.values, [document]: values } }, then),
		{ action: __("Convert", null, "Lead") }
	);
}

function show_outcome(outcome, then) {
	const dialog = make_dialog({
		title: outcome.is_converted ? __("Converted") : __("Converted, but the stage stays"),
		indicator: outcome.is_converted ? "green" : "orange",
		fields: [{ fieldname: "records", fieldtype: "HTML" }],
		secondary_action_label: outcome.made.length ? __("Undo") : undefined,
		secondary_action() {
			dialog.hide();
			undo(outcome.lead, () => then?.(null));
		},
	});
	const stays = __("The prospect stays in {0}: a rule of the stages keeps it there.", [
		escape(__(outcome.stage)).bold(),
	]);
	dialog.fields_dict.records.$wrapper.html(
		`<p>${links(outcome)}</p>${outcome.is_converted ? "" : `<p>${stays}</p>`}`
	);
	dialog.show();
}

function undo(lead, then) {
	const question = __(
		"What the conversion made is deleted, and the prospect is as it was before. Go on?"
	);
	frappe.confirm(question, async () => {
		await frappe.call({
			method: `${METHODS}.undo`,
			type: "POST",
			args: { lead },
			freeze: true,
		});
		frappe.show_alert({ message: __("The conversion was undone"), indicator: "green" });
		then();
	});
}
