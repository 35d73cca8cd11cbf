/** Takes what a list shows along as an Excel workbook: at once, or as a List Export in the background. */

import { make_dialog } from "./dialog.js";
import { when_list_opens } from "./list_onload.js";

const METHODS = "crm_etapas.api.export";
const REMEMBERED = "Export to Excel"; // in the user's settings of the DocType

export function add_to_lists(doctypes) {
	for (const doctype of doctypes) {
		when_list_opens(doctype, (list) => {
			if (!frappe.model.can_export(doctype)) return;
			list.page.add_menu_item(__("Export to Excel"), () => open_dialog(list));
		});
	}
}

async function open_dialog(list) {
	const { doctype } = list;
	const { message } = await frappe.call({
		method: `${METHODS}.columns`,
		type: "GET",
		args: { doctype },
	});
	const choice = new Choice(message.groups, remembered(doctype));
	const dialog = make_dialog({
		title: __("Export to Excel"),
		size: "large",
		fields: [
			{ fieldname: "about", fieldtype: "HTML", options: about(message.own_only) },
			...choice.fields,
		],
		primary_action_label: __("Export"),
		primary_action() {
			const columns = choice.chosen(dialog);
			if (!columns.length) {
				frappe.msgprint(__("Choose at least one column"));
				return;
			}
			dialog.hide();
			const all = columns.length === choice.keys.length;
			frappe.model.user_settings.save(doctype, REMEMBERED, {
				columns: all ? null : columns,
			});
			export_list(list, all ? null : columns);
		},
	});
	dialog.$wrapper
		.find("[data-choose]")
		.on("click", (event) =>
			choice.set_all(dialog, $(event.currentTarget).attr("data-choose") === "all")
		);
	dialog.show();
}

function about(own_only) {
	const whose = own_only ? __("Only records that you have created are exported.") : "";
	return `<p>${__("The records that the list shows, in its order.")} ${whose}</p>
		<p>
			<button type="button" class="btn btn-xs btn-default" data-choose="all">${__(
				"All Columns"
			)}</button>
			<button type="button" class="btn btn-xs btn-default" data-choose="none">${__("None")}</button>
		</p>`;
}

function remembered(doctype) {
	return frappe.get_user_settings(doctype, REMEMBERED).columns;
}

/** The columns as check boxes, group by group. A box is known by its number: keys may have any character. */
class Choice {
	constructor(groups, chosen) {
		this.keys = groups.flatMap((group) => group.columns.map((column) => column.key));
		this.fields = groups.map((group, index) => ({
			fieldname: `group_${index}`,
			fieldtype: "MultiCheck",
			label: frappe.utils.escape_html(group.label),
			columns: "13rem",
			sort_options: false,
			options: group.columns.map(({ key, label }) => ({
				value: String(this.keys.indexOf(key)),
				label: frappe.utils.escape_html(label),
				checked: !chosen || chosen.includes(key),
			})),
		}));
	}

	chosen(dialog) {
		return this.fields.flatMap(({ fieldname }) =>
			dialog
				.get_field(fieldname)
				.get_checked_options()
				.map((index) => this.keys[index])
		);
	}

	set_all(dialog, checked) {
		this.fields.forEach(({ fieldname }) =>
			dialog
				.get_field(fieldname)
				.$wrapper.find(":checkbox")
				.prop("checked", checked)
				.change()
		);
	}
}

async function export_list(list, columns) {
	const args = { ...what_is_shown(list), columns: columns || [] };
	const name = await frappe.xcall(`${METHODS}.start`, args);
	if (name) {
		frappe.set_route("Form", "List Export", name);
	} else {
		open_url_post(`/api/method/${METHODS}.download`, args);
	}
}

/** What the list asks the server for, in the words of the methods. */
function what_is_shown(list) {
	const { doctype, filters, or_filters = [], order_by = "", text = "" } = list.get_args();
	return { doctype, filters, or_filters, order_by, text };
}
