/** What the forms and lists of all stage DocTypes share. */

import { limit_users } from "./coming_back.js";

const COLOUR_OF_OUTCOME = {
	Open: "blue",
	"On Hold": "purple",
	Won: "green",
	Lost: "red",
	Junk: "gray",
};

export function refresh(frm) {
	const doctype = doctype_of_stage(frm.doctype);
	if (!doctype) return;
	frm.set_query("allowed_next_stages", () => ({
		filters: { disabled: 0, name: ["!=", frm.doc.name || ""] },
	}));
	if (frm.fields_dict.stage_when_rotten) {
		frm.set_query("stage_when_rotten", () => ({
			filters: { disabled: 0, name: ["!=", frm.doc.name || ""] },
		}));
	}
	if (frm.fields_dict.wakes_into) {
		limit_users(frm);
		frm.set_query("wakes_into", () => ({
			filters: { disabled: 0, outcome: "Open", name: ["!=", frm.doc.name || ""] },
		}));
	}
	if (!frm.is_new()) {
		frm.add_custom_button(__("Preview Rules"), () => preview_rules(frm));
	}
	frappe.model.with_doctype(doctype, () => {
		const fields = frappe.get_meta(doctype).fields.filter(can_be_asked_for);
		frm.fields_dict.requirements.grid.update_docfield_property(
			"fieldname",
			"options",
			fields.map((df) => ({ value: df.fieldname, label: __(df.label, null, doctype) }))
		);
	});
}

async function preview_rules(frm) {
	const { message } = await frappe.call({
		method: "crm_etapas.api.stages.preview_rules",
		type: "POST",
		args: { stage: frm.doc },
		freeze: true,
	});
	frappe.msgprint({
		title: __("What the rules would have stopped"),
		message: preview_text(message, doctype_of_stage(frm.doctype)),
		wide: true,
	});
}

function preview_text({ looked_at, stopped, by_rule, examples }, doctype) {
	const escape = frappe.utils.escape_html;
	const rules = by_rule
		.map((rule) => `<li>${escape(rule.label)}: ${rule.stopped}</li>`)
		.join("");
	const rows = examples.map(
		({ name, title, lacks }) =>
			`<li>${frappe.utils.get_form_link(doctype, name, true, escape(title))}: ${escape(
				lacks.join(", ")
			)}</li>`
	);
	return `<p>${__("{0} of the {1} records that stand here would not have come in.", [
		stopped,
		looked_at,
	])}</p><ul>${rules}</ul>${
		rows.length ? `<p>${__("For example:")}</p><ul>${rows.join("")}</ul>` : ""
	}`;
}

export function indicator(doc, doctype) {
	if (doc.disabled) return [__("Disabled"), "gray", "disabled,=,1"];
	return [
		__(doc.outcome, null, doctype),
		COLOUR_OF_OUTCOME[doc.outcome],
		`outcome,=,${doc.outcome}`,
	];
}

export function swatch(colour) {
	if (!/^#[0-9a-f]{3,8}$/i.test(colour || "")) return "";
	return `<span class="stage-swatch" style="background: ${colour}" title="${colour}"></span>`;
}

function can_be_asked_for(df) {
	return df.label && !df.hidden && !frappe.model.layout_fields.includes(df.fieldtype);
}

function doctype_of_stage(stage_doctype) {
	const pipelines = frappe.boot.crm_etapas_pipelines || [];
	return pipelines.find((pipeline) => pipeline.stage_doctype === stage_doctype)?.doctype;
}
