frappe.ui.form.on("Qualification Criterion", crm_etapas.qualification.criterion_form);
