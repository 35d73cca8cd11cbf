import * as assignment from "./assignment.js";
import * as attention from "./attention.js";
import * as board_entry from "./board_entry.js";
import * as bulk_move from "./bulk_move.js";
import * as coming_back from "./coming_back.js";
import * as contact_marks from "./contact_marks.js";
import * as conversion from "./conversion.js";
import * as customer_past from "./customer_past.js";
import { make_dialog } from "./dialog.js";
import * as disqualification from "./disqualification.js";
import * as documents from "./documents.js";
import * as duplicates from "./duplicates.js";
import * as list_export from "./export.js";
import * as follow_up from "./follow_up/index.js";
import * as import_form from "./import_form.js";
import { tell_of_ended_jobs } from "./job_end.js";
import * as job_list from "./job_list.js";
import * as job_progress from "./job_progress.js";
import * as lost_deal from "./lost_deal.js";
import * as lead_filters from "./lead_filters.js";
import { show_path } from "./path/index.js";
import * as places from "./places.js";
import * as profile from "./profile.js";
import * as prospect_import from "./prospect_import.js";
import * as record_panel from "./record_panel/index.js";
import * as record_reading from "./record_panel/reading.js";
import * as qualification from "./qualification.js";
import { criterion_form } from "./qualification_criterion.js";
import * as scorecard from "./scorecard.js";
import { choose_stage } from "./stage_choice.js";
import * as stage_form from "./stage_form.js";
import { say_in_the_users_language } from "./words.js";

frappe.provide("crm_etapas");
crm_etapas.assignment = assignment;
crm_etapas.convert = conversion.convert;
crm_etapas.stage_form = stage_form;
crm_etapas.scorecard = scorecard;
crm_etapas.bulk_move = bulk_move;
crm_etapas.import_form = import_form;
crm_etapas.qualification = { criterion_form };
crm_etapas.job_list = job_list;
crm_etapas.job_progress = job_progress;
crm_etapas.follow_up = follow_up;
crm_etapas.choose_stage = choose_stage;
crm_etapas.make_dialog = make_dialog;
bulk_move.add_to_lists(frappe.boot.crm_etapas_pipelines || []);
board_entry.add_to_lists(frappe.boot.crm_etapas_pipelines || []);

record_reading.add_to_forms(); // before whatever waits for what it reads

// every DocType that has a pipeline, other apps' ones too, gets the path on its form
for (const { doctype, stage_field } of frappe.boot.crm_etapas_pipelines || []) {
	frappe.ui.form.on(doctype, {
		setup: (frm) => frm.set_query(stage_field, () => ({ filters: { disabled: 0 } })),
	});
}
for (const doctype of new Set((frappe.boot.crm_etapas_pipelines || []).map((p) => p.doctype))) {
	frappe.ui.form.on(doctype, { refresh: show_path });
}

contact_marks.add_to_contact_lists();
frappe.ui.form.on("Contact", { refresh: contact_marks.add_to_contact_form });

for (const doctype of ["Address", "Lead", "Opportunity", "Prospect", "Customer"]) {
	frappe.ui.form.on(doctype, { setup: places.limit_places, ...places.on_change_of_places });
}
frappe.ui.form.on("Address", { location: places.point_chosen });

duplicates.add_to_forms();
disqualification.add_to_lead();
lost_deal.add_to_forms();
scorecard.add_to_lead();

const WITH_PROFILE = ["Lead", "Opportunity", "Prospect", "Customer"];
profile.add_to_forms(WITH_PROFILE);
documents.add_to_forms(WITH_PROFILE);
list_export.add_to_lists(WITH_PROFILE);
lead_filters.add_to_list();
qualification.add_to_form();
prospect_import.add_to_list();
follow_up.add_to_desk();
record_panel.add_to_lead();
attention.add_to_forms_and_lists();
coming_back.add_to_forms();
assignment.add_to_lead();
conversion.add_to_lead();
customer_past.add_to_form();
tell_of_ended_jobs();
say_in_the_users_language(WITH_PROFILE);
