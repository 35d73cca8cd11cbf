frappe.query_reports["Disqualified Prospects"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -12),
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "sales_channel",
			label: __("Sales Channel"),
			fieldtype: "Link",
			options: "Sales Channel",
		},
		{
			fieldname: "business_segment",
			label: __("Business Segment"),
			fieldtype: "Link",
			options: "Business Segment",
		},
		{
			fieldname: "lead_owner",
			label: __("Salesperson"),
			fieldtype: "Link",
			options: "User",
		},
		{
			fieldname: "include_junk",
			label: __("Junk Too"),
			fieldtype: "Check",
		},
	],

	/** A figure opens the list of the prospects behind it. */
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname !== "prospects" || !data?.color) return shown;
		return `<a href="${list_of(data.reason)}">${data.prospects}</a>`;
	},
};

function list_of(reason) {
	const { from_date, to_date, ...same } = frappe.query_report.get_filter_values();
	delete same.include_junk;
	const query = new URLSearchParams(same);
	query.set("disqualification_reason", reason || JSON.stringify(["is", "not set"]));
	query.set("process_status", JSON.stringify(["!=", "En Gestión"]));
	if (from_date && to_date) {
		query.set("disqualified_on", JSON.stringify(["between", [from_date, to_date]]));
	}
	return `/app/lead/view/list?${query}`;
}
