/** Words of ours that Frappe shows as they are in the code: it loses their context, or adds something to them. */

import { when_list_opens } from "./list_onload.js";

// DocTypes whose lists are filtered by a choice
const WITH_CHOICES = [
	"Assignment Run",
	"Bulk Move",
	"Contact Validation",
	"Customer Attribute",
	"Customer Follow-up",
	"Customer Follow-up Rule",
	"History Import",
	"Lead Conversion",
	"List Export",
	"Opportunity Stage",
	"Potential Level",
	"Prospect Import",
	"Prospect Stage",
	"Qualification Criterion",
	"Scorecard",
	"Stage Log",
];

export function say_in_the_users_language(with_dates) {
	for (const doctype of WITH_CHOICES) when_list_opens(doctype, say_choices);
	for (const doctype of with_dates) frappe.ui.form.on(doctype, { refresh: say_descriptions });
}

/** The filters above a list translate their options without their DocType. */
function say_choices({ doctype, page }) {
	for (const field of Object.values(page.fields_dict)) {
		if (field.df.fieldtype !== "Select") continue;
		field.df.context = doctype;
		field.last_options = null;
		field.set_options();
	}
}

/** A field for date and time adds the time zone to its description before translating it. */
function say_descriptions(frm) {
	for (const field of frm.fields) {
		if (field.df.fieldtype !== "Datetime" || !field.df.description) continue;
		const [said] = field.df.description.split("<br>");
		field.df.description = __(said);
		field.set_description();
	}
}
