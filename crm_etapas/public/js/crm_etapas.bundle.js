import { show_path } from "./path.js";
import * as stage_form from "./stage_form.js";

frappe.provide("crm_etapas");
crm_etapas.stage_form = stage_form;

// every DocType that has a pipeline, other apps' ones too, gets the path on its form
for (const { doctype, stage_field } of frappe.boot.crm_etapas_pipelines || []) {
	frappe.ui.form.on(doctype, {
		setup: (frm) => frm.set_query(stage_field, () => ({ filters: { disabled: 0 } })),
		refresh: show_path,
	});
}
