import * as bulk_move from "./bulk_move.js";
import { show_path } from "./path.js";
import * as stage_form from "./stage_form.js";

frappe.provide("crm_etapas");
crm_etapas.stage_form = stage_form;
crm_etapas.bulk_move = bulk_move;
bulk_move.add_to_lists(frappe.boot.crm_etapas_pipelines || []);

// every DocType that has a pipeline, other apps' ones too, gets the path on its form
for (const { doctype, stage_field } of frappe.boot.crm_etapas_pipelines || []) {
	frappe.ui.form.on(doctype, {
		setup: (frm) => frm.set_query(stage_field, () => ({ filters: { disabled: 0 } })),
		refresh: show_path,
	});
}
