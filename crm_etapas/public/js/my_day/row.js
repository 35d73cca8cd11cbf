/** One record of My Day, as HTML. */

import { can } from "./actions.js";
import { CONTACTS, why } from "./sections.js";

/** `day` is what the server has said of the day; `is_current`, whether the keyboard stands here. */
export function render_row(section, row, day, is_current) {
	const escape = frappe.utils.escape_html;
	const { text, exact, is_late } = why(section, row);
	const key = key_of(row);
	const [icon, about] = CONTACTS.includes(section)
		? [crm_etapas.follow_up.icon_of(row.next_contact_medium), about_contact(row, day)]
		: ["", ""];
	return `<li class="my-day-row" data-key="${escape(key)}" data-section="${section}"
			tabindex="${is_current ? 0 : -1}" aria-label="${escape(`${row.title}. ${text}`)}">
		${avatar(row)}
		<div class="my-day-main">
			<div class="my-day-who ellipsis">
				<a class="my-day-title" tabindex="-1" href="${link_to(row)}">${escape(row.title)}</a>
				<span class="text-muted">${[row.detail, __(row.doctype), amount(row)]
					.filter(Boolean)
					.map(escape)
					.join(" · ")}</span>
			</div>
			<div class="my-day-why">
				<span class="my-day-when ${is_late ? "is-late" : ""}" title="${escape(exact)}">${icon}
					${escape(text)}</span>
				${about ? `<span class="ellipsis">${escape(about)}</span>` : ""}
				${marks(section, row, day)}
			</div>
		</div>
		${stage(row)}
		<div class="my-day-actions" role="group" aria-label="${__("Actions")}">
			${buttons(section, row, day, is_current)}
		</div>
	</li>`;
}

export function key_of({ doctype, name }) {
	return `${doctype}/${name}`;
}

export function link_to({ doctype, name }) {
	return frappe.utils.escape_html(frappe.utils.get_form_link(doctype, name));
}

function avatar({ title, image }) {
	const url = image && frappe.utils.escape_html(encodeURI(image));
	return `<span aria-hidden="true">${frappe.get_avatar("avatar-medium", title, url)}</span>`;
}

function amount({ amount, currency }) {
	return amount ? format_currency(amount, currency, 0) : null;
}

function about_contact({ next_contact_medium, next_contact_subject, next_contact_by }, { user }) {
	const whose = next_contact_by !== user && frappe.user.full_name(next_contact_by);
	return [next_contact_subject || __(next_contact_medium), whose].filter(Boolean).join(" · ");
}

/** What else is to be known of a record, which stands in one section only. */
function marks(section, row, { date }) {
	const also = [];
	const mark = (name, is_marked, colour, label) => {
		if (is_marked && name !== section) also.push([colour, label]);
	};
	const is_snoozed = row.snoozed_until > date;
	mark("woken", row.woken_on, "blue", __("Woken Up"));
	mark("rotting", row.rotting_since && !is_snoozed, "orange", __("Neglected"));
	mark("expired", row.valid_until && row.valid_until < date, "gray", __("No Longer Valid"));
	return also
		.map(
			([colour, label]) =>
				`<span class="indicator-pill ${colour} no-indicator-dot">${label}</span>`
		)
		.join("");
}

function stage({ stage }) {
	if (!stage) return '<span class="my-day-stage"></span>';
	const colour = /^#[0-9a-f]{3,8}$/i.test(stage.color || "") ? stage.color : "var(--gray-500)";
	const label = frappe.utils.escape_html(stage.label);
	return `<span class="my-day-stage ellipsis" style="--stage-color: ${colour}" title="${label}">${label}</span>`;
}

function buttons(section, row, day, is_current) {
	const attributes = (name, label, key) =>
		`class="btn btn-default icon-btn" data-action="${name}" tabindex="${is_current ? 0 : -1}"
			aria-label="${label}" title="${label}${key ? ` (${key})` : ""}"`;
	return can(section, row, day)
		.map(({ name, label, key, icon, href }) => {
			const inside = frappe.utils.icon(icon, "sm");
			return href
				? `<a ${attributes(name, label, key)} href="${frappe.utils.escape_html(
						href
				  )}">${inside}</a>`
				: `<button type="button" ${attributes(name, label, key)}>${inside}</button>`;
		})
		.join("");
}
