/** Leave a record alone until a day, and say why. */

export function snooze({ doctype, name, title, done }) {
	const day = (days) => frappe.datetime.add_days(frappe.datetime.get_today(), days);
	const dialog = new frappe.ui.Dialog({
		title: `${frappe.utils.escape_html(title)}: ${__("Snooze")}`,
		fields: [
			{
				fieldname: "until",
				fieldtype: "Date",
				label: __("Until"),
				default: day(7),
				min_date: frappe.datetime.str_to_obj(day(1)),
				reqd: 1,
			},
			{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("Snooze"),
		primary_action: ({ until, reason }) =>
			frappe.call({
				method: "crm_etapas.api.follow_up.snooze",
				type: "POST",
				args: { doctype, name, until, reason },
				freeze: true,
				callback: () => {
					dialog.hide();
					done();
				},
			}),
	});
	dialog.show();
}
