/** The week's figures by mail: switched on here, or sent at once. */
frappe.provide("crm_etapas.reports");

(function (reports) {
	const method = (name) => `crm_etapas.api.analytics.${name}`;

	reports.offer_mail = function (report) {
		report.page.add_inner_button(__("By Mail"), open);
	};

	async function open() {
		const { wanted, day } = await frappe.xcall(method("wants_weekly_figures"));
		const dialog = crm_etapas.make_dialog({
			title: __("The Week's Figures by Mail"),
			fields: [
				{
					fieldname: "wanted",
					fieldtype: "Check",
					label: __("Mail Me the Week's Figures"),
					default: wanted,
					description: day
						? __("Every {0}, when the working day begins", [__(day)])
						: __(
								"An administrator has switched these mails off in CRM Etapas Settings"
						  ),
				},
			],
			primary_action_label: __("Save"),
			async primary_action(values) {
				await frappe.xcall(method("want_weekly_figures"), { wanted: values.wanted });
				dialog.hide();
				frappe.show_alert({ message: __("Saved"), indicator: "green" });
			},
			secondary_action_label: __("Send Me Last Week's Now"),
			async secondary_action() {
				await frappe.xcall(method("send_weekly_figures"));
				dialog.hide();
				frappe.show_alert({ message: __("The mail is on its way"), indicator: "green" });
			},
		});
		dialog.show();
	}
})(crm_etapas.reports);
