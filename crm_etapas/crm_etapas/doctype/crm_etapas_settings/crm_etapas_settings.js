// the lists that a section depends on
const LISTS = {
	prospect_section: ["Identification Type", "Sales Channel", "Business Segment"],
	qualification_section: [
		"Qualification Level",
		"Qualification Criterion",
		"Disqualification Reason",
	],
	validation_section: ["Contact Validation", "Email Account"],
	hours_section: ["Attempt Protocol", "Holiday List"],
	follow_up_section: ["Email Template", "Interaction Result"],
	expired_section: ["Prospect Stage", "Opportunity Stage"],
	opportunity_section: ["Opportunity Stage", "Opportunity Lost Reason"],
	conversion_section: ["Lead Conversion"],
	assignment_section: ["Sales Rep Profile", "User Group", "Assignment Log"],
	status_section: ["Prospect Stage", "Opportunity Stage"],
	history_section: ["Stage Log", "Log Settings"],
};

frappe.ui.form.on("CRM Etapas Settings", {
	setup(frm) {
		for (const field of [
			"stage_of_expired_leads",
			"stage_of_expired_opportunities",
			"disqualification_stage",
		]) {
			frm.set_query(field, () => ({ filters: { disabled: 0 } }));
		}
	},

	refresh(frm) {
		(frm.doc.mapped_fields || []).forEach((row) => offer_fields(frm, row));
		show_lists(frm);
		frm.add_custom_button(__("Guided Set-up"), () => frappe.set_route("crm-etapas-setup"));
	},
});

/** Lead from each section to the lists that it depends on, as far as the user may read them. */
function show_lists(frm) {
	for (const [section, doctypes] of Object.entries(LISTS)) {
		const links = doctypes
			.filter((doctype) => frappe.model.can_read(doctype))
			.map((doctype) => `<a href="/app/${frappe.router.slug(doctype)}">${__(doctype)}</a>`);
		const { body } = frm.fields_dict[section];
		body.siblings(".settings-lists").remove();
		if (links.length) {
			$(
				`<p class="settings-lists text-muted small px-3">${__("See also")}: ${links.join(
					" · "
				)}</p>`
			).insertBefore(body);
		}
	}
}

frappe.ui.form.on("Mapped Field", {
	from_doctype: (frm, doctype, name) => offer_fields(frm, locals[doctype][name]),
	to_doctype: (frm, doctype, name) => offer_fields(frm, locals[doctype][name]),
	form_render: (frm, doctype, name) => offer_fields(frm, locals[doctype][name]),
});

/** Offer the fields of both DocTypes of a row, by their labels. */
function offer_fields(frm, row) {
	offer(frm, row, "from_field", row.from_doctype);
	offer(frm, row, "to_field", row.to_doctype);
}

function offer(frm, row, fieldname, doctype) {
	if (!doctype) return;
	frappe.model.with_doctype(doctype, () => {
		const layout = frappe.model.layout_fields;
		const fields = frappe
			.get_meta(doctype)
			.fields.filter((df) => df.label && !layout.includes(df.fieldtype))
			.map((df) => ({
				value: df.fieldname,
				label: __(df.label, null, doctype),
				description: df.fieldname,
			}));
		frappe.meta.get_docfield(row.doctype, fieldname, row.name).options = fields;
		const grid_row = frm.fields_dict.mapped_fields.grid.grid_rows_by_docname[row.name];
		for (const fields_of_row of [
			grid_row?.on_grid_fields_dict,
			grid_row?.grid_form?.fields_dict,
		]) {
			fields_of_row?.[fieldname]?.set_data?.(fields);
		}
	});
}
