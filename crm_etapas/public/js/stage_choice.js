import { make_dialog } from "./dialog.js";
import { move } from "./stage_move.js";

/** Ask which stage a record moves to, for whoever does not have its form open. See `follow_up/record.js`. */
export async function choose_stage(record) {
	const { doctype, name, title } = record;
	const { message: path } = await frappe.call({
		method: "crm_etapas.api.stages.get_path",
		type: "GET",
		args: { doctype, name },
	});
	const choices = path.stages.filter(
		(stage) => stage.allowed && !stage.disabled && stage.name !== path.stage
	);
	const dialog = make_dialog({
		title: `${frappe.utils.escape_html(title || name)}: ${__("Move to Stage")}`,
		fields: [
			{
				fieldname: "stage",
				fieldtype: "Select",
				label: __("Stage"),
				reqd: 1,
				options: choices.map((stage) => ({ value: stage.name, label: stage.label })),
				onchange: () => {
					const stage = choices.find((s) => s.name === dialog.get_value("stage"));
					dialog.fields_dict.stage.set_description(
						frappe.utils.escape_html(stage?.meaning || "")
					);
				},
			},
			{
				fieldname: "comment",
				fieldtype: "Small Text",
				label: __("Comment"),
			},
		],
		primary_action_label: __("Move", null, "to a stage"),
		primary_action({ stage, comment }) {
			dialog.hide();
			move(
				record,
				path.pipeline,
				choices.find((choice) => choice.name === stage),
				{ comment }
			);
		},
	});
	dialog.show();
}
