/** Says while a prospect or customer is entered whom it may repeat. */
import { add_to_menu, compare, may_merge } from "./merge.js";

// what the server compares and what says how to read it, see crm_etapas/identity/duplicates.py
const COMPARED = {
	Lead: [
		"identification_number",
		"email_id",
		"mobile_no",
		"phone",
		"whatsapp_no",
		"company_name",
	],
	Customer: ["identification_number", "email_id", "mobile_no", "customer_name"],
};
const CONTEXT = [
	"identification_type",
	"customer_type",
	"country",
	"company",
	"customer",
	"lead_name",
];
const PAUSE = 400; // milliseconds without a change

/** Add the banner and the menu entry to the forms of what is compared. */
export function add_to_forms() {
	for (const [doctype, fields] of Object.entries(COMPARED)) {
		frappe.ui.form.on(doctype, {
			refresh,
			before_save: (frm) => frm.duplicates?.timer && look(frm),
			after_save: (frm) => frm.duplicates && (frm.duplicates.docname = frm.docname),
			...Object.fromEntries(fields.map((field) => [field, look_soon])),
		});
	}
}

function refresh(frm) {
	add_to_menu(frm);
	if (frm.is_new() || frm.duplicates?.docname === frm.docname) {
		look(frm);
	} else {
		clearTimeout(frm.duplicates?.timer);
		frm.duplicates = null;
		show(frm, []);
	}
}

function look_soon(frm) {
	clearTimeout(frm.duplicates?.timer);
	frm.duplicates = { docname: frm.docname, timer: setTimeout(() => look(frm), PAUSE) };
}

async function look(frm) {
	clearTimeout(frm.duplicates?.timer);
	const { doctype, docname, doc } = frm;
	const asked = (frm.duplicates = { docname });
	const found = identifies(doc) ? await ask(frm) : [];
	if (frm.duplicates !== asked || frm.docname !== docname || frm.doctype !== doctype) return;
	doc.__duplicates_shown = found.map((row) => row.name); // saving does not say them again
	show(frm, found);
}

function identifies(doc) {
	return COMPARED[doc.doctype].some((field) => doc[field]);
}

function ask(frm) {
	const fields = [...COMPARED[frm.doctype], ...CONTEXT].filter((field) => frm.doc[field]);
	return frappe.xcall("crm_etapas.api.prospects.duplicates", {
		doctype: frm.doctype,
		name: frm.is_new() ? null : frm.docname,
		values: Object.fromEntries(fields.map((field) => [field, frm.doc[field]])),
	});
}

function show(frm, found) {
	const banner = container(frm);
	banner.html(found.length ? render(frm, found) : "");
	banner.find("[data-merge]").on("click", (event) => merge(frm, event.currentTarget));
}

/** The banner stands there before it says something, so that screen readers hear of it. */
function container(frm) {
	let banner = frm.layout.wrapper.children(".duplicates");
	if (!banner.length) {
		banner = $('<section class="duplicates" role="status"></section>');
		banner.attr("aria-label", __("Possible Duplicates")).prependTo(frm.layout.wrapper);
	}
	return banner;
}

function render(frm, found) {
	const items = found.map((row) => item(frm, row)).join("");
	return `<p><strong>${__("Entered already?")}</strong></p><ul>${items}</ul>`;
}

function item(frm, { doctype, name, title, condition, owner, stage, because }) {
	const escape = frappe.utils.escape_html;
	const colour = condition === "Customer" ? "green" : "blue";
	const about = [
		stage && __(stage),
		owner && frappe.user.full_name(owner),
		because.join(", "),
	].filter(Boolean);
	const merge = escape(__("Merge with {0}", [title]));
	const button =
		doctype === frm.doctype && may_merge(frm)
			? `<button type="button" class="btn btn-xs btn-default" data-merge="${escape(name)}"
				aria-label="${merge}">${__("Merge Records")}</button>`
			: "";
	return `<li>
		<span class="indicator-pill no-indicator-dot ${colour}">${__(condition)}</span>
		<a href="${frappe.utils.get_form_link(doctype, name)}" target="_blank">${escape(title)}</a>
		<span class="duplicates-about">${escape(about.join(" · "))}</span>
		${button}
	</li>`;
}

/** The record of the form goes, the one that was there before stays. A new one is saved first. */
async function merge(frm, button) {
	const other = $(button).attr("data-merge");
	if (frm.is_dirty()) {
		await frm.save();
		if (frm.is_dirty()) return; // not saved: the form has said why
	}
	compare(frm.doctype, frm.docname, other);
}
