/** Adds "Import History" to the menu of the opportunity list. */

(() => {
	const TEMPLATE = {
		source: "",
		columns: { id: "", stage: "", party: "", owner: "", amount: "" },
		stages: {},
		history: [{ stage: "", entered_on: "" }],
		owners: { email_domain: "" },
	};

	const settings = (frappe.listview_settings["Opportunity"] ||= {});
	const onload = settings.onload;
	settings.onload = function (list) {
		onload?.call(this, list);
		if (may_import()) list.page.add_menu_item(__("Import History"), open_dialog);
	};

	function may_import() {
		return frappe.model.can_create("History Import") && frappe.model.can_create("Opportunity");
	}

	function open_dialog() {
		const dialog = crm_etapas.make_dialog({
			title: __("Import History"),
			fields: [
				{
					fieldname: "file",
					fieldtype: "Attach",
					label: __("File with Opportunities"),
					reqd: 1,
				},
				{
					fieldname: "mapping",
					fieldtype: "Code",
					options: "JSON",
					label: __("Mapping"),
					description: __("What the columns of the files mean"),
					default: JSON.stringify(TEMPLATE, null, 2),
					reqd: 1,
				},
				{ fieldtype: "Section Break", label: __("Second Files"), collapsible: 1 },
				{ fieldname: "accounts", fieldtype: "Attach", label: __("File with Accounts") },
				{ fieldtype: "Column Break" },
				{ fieldname: "items", fieldtype: "Attach", label: __("File with Items") },
			],
			primary_action_label: __("Dry Run"),
			primary_action: (values) => dry_run(dialog, values),
		});
		dialog.show();
	}

	/** The report comes on the form of the import, which also imports and shows how far it is. */
	async function dry_run(dialog, values) {
		const { message } = await frappe.call({
			method: "crm_etapas.api.history_import.run",
			args: { ...values, dry_run: 1 },
			freeze: true,
		});
		dialog.hide();
		frappe.set_route("Form", "History Import", message.name);
	}
})();
