/** Move the form's record to a stage; ask in one dialog for what the stage misses. */
export async function move_to_stage(frm, path, stage, given = {}) {
	if (frm.is_dirty()) {
		await frm.save();
		if (frm.is_dirty()) return; // not saved: the form has said why
	}
	frappe.call({
		method: "crm_etapas.api.stages.move",
		type: "POST",
		args: {
			doctype: frm.doctype,
			name: frm.docname,
			stage: stage.name,
			pipeline: path.pipeline,
			...given,
		},
		freeze: true,
		error_handlers: {
			StageRequirementError: (response) =>
				ask_for(frm, response.missing, stage.label, (answers) =>
					move_to_stage(frm, path, stage, answers)
				),
		},
		callback: () => {
			frappe.show_alert({
				message: __("Now in {0}", [stage.label]),
				indicator: "green",
			});
			frm.reload_doc();
		},
	});
}

/** Ask in one dialog for what a stage misses, with the choices that the form itself would offer. */
export function ask_for(frm, missing, label, then, action = __("Move")) {
	const to_do = missing.filter((entry) => !entry.fieldname);
	if (to_do.length) {
		frappe.msgprint({
			title: __("Before {0}", [label]),
			message: missing.map((entry) => entry.label),
			as_list: true,
			indicator: "orange",
		});
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("What {0} asks for", [label]),
		fields: missing.map((entry) => ({
			fieldname: entry.fieldname,
			label: entry.label,
			fieldtype: entry.fieldtype,
			options: entry.options,
			reqd: 1,
			get_query: frm?.fields_dict[entry.fieldname]?.get_query,
		})),
		primary_action_label: action,
		primary_action({ comment, ...values }) {
			dialog.hide();
			then({ comment, values });
		},
	});
	dialog.show();
}
