/** What the forms and lists of all stage DocTypes share. */

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
	frm.set_query("stage", "allowed_next_stages", () => ({
		filters: { disabled: 0, name: ["!=", frm.doc.name || ""] },
	}));
	frappe.model.with_doctype(doctype, () => {
		const fields = frappe.get_meta(doctype).fields.filter(can_be_asked_for);
		frm.fields_dict.requirements.grid.update_docfield_property(
			"fieldname",
			"options",
			fields.map((df) => ({ value: df.fieldname, label: __(df.label, null, doctype) }))
		);
	});
}

export function indicator(doc, doctype) {
	if (doc.disabled) return [__("Disabled"), "gray", "disabled,=,1"];
	return [__(doc.outcome, null, doctype), COLOUR_OF_OUTCOME[doc.outcome], `outcome,=,${doc.outcome}`];
}

export function swatch(colour) {
	if (!/^#[0-9a-f]{3,8}$/i.test(colour || "")) return "";
	return `<span class="stage-swatch" style="background: ${colour}" title="${colour}"></span>`;
}

function can_be_asked_for(df) {
	return df.label && !df.hidden && !df.read_only && !frappe.model.layout_fields.includes(df.fieldtype);
}

function doctype_of_stage(stage_doctype) {
	const pipelines = frappe.boot.crm_etapas_pipelines || [];
	return pipelines.find((pipeline) => pipeline.stage_doctype === stage_doctype)?.doctype;
}
