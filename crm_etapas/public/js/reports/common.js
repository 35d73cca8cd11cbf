/** What all reports share. Each report's script includes it, so that nothing but reports pays for it. */
frappe.provide("crm_etapas.reports");

(function (reports) {
	if (reports.define) return;

	/** Make a report: its own filters come first, then those that all have. */
	reports.define = function (
		name,
		{
			filters = [],
			without = [],
			defaults = {},
			labels = {},
			onload,
			after_datatable_render,
		} = {}
	) {
		const common = common_filters()
			.filter((df) => !without.includes(df.fieldname))
			.map((df) => ({
				...df,
				label: labels[df.fieldname] || df.label,
				default: defaults[df.fieldname] || df.default,
			}));
		frappe.query_reports[name] = {
			filters: [...filters, ...common],
			onload(report) {
				report.page.main.on("click", "[data-figure]", (event) => {
					const { figure, row } = event.currentTarget.dataset;
					event.preventDefault();
					open_records(report, figure, report.data[Number(row)].cell);
				});
				onload?.(report);
			},
			formatter,
			after_datatable_render(table) {
				after_datatable_render?.(frappe.query_report, table);
			},
		};
	};

	/** Several values of a master to choose from. */
	reports.several = (fieldname, label, doctype) => ({
		fieldname,
		label,
		fieldtype: "MultiSelectList",
		options: doctype,
		get_data: (text) => frappe.db.get_link_options(doctype, text),
	});

	/** One of a report's own choices; the first one stands there at the beginning. */
	reports.choice = (fieldname, label, values) => ({
		fieldname,
		label,
		fieldtype: "Select",
		options: values.map((value) => ({ value, label: __(value) })),
		default: values[0],
		reqd: 1,
	});

	function common_filters() {
		const today = frappe.datetime.get_today();
		const { several } = reports;
		return [
			{
				fieldname: "from_date",
				label: __("From Date"),
				fieldtype: "Date",
				default: frappe.datetime.add_months(today, -12),
				reqd: 1,
			},
			{
				fieldname: "to_date",
				label: __("To Date"),
				fieldtype: "Date",
				default: today,
				reqd: 1,
			},
			{ fieldname: "company", label: __("Company"), fieldtype: "Link", options: "Company" },
			several("owner", __("Salesperson"), "User"),
			{ fieldname: "team", label: __("Team"), fieldtype: "Link", options: "User Group" },
			several("channel", __("Sales Channel"), "Sales Channel"),
			several("segment", __("Business Segment"), "Business Segment"),
			several("potential_level", __("Potential Level"), "Potential Level"),
			several("qualification_level", __("Qualification Level"), "Qualification Level"),
			{
				fieldname: "territory",
				label: __("Territory"),
				fieldtype: "Link",
				options: "Territory",
			},
			several("campaign", __("Campaign"), "Campaign"),
			{ fieldname: "cycle", label: __("Cycle"), fieldtype: "Int" },
		];
	}

	/** A figure opens the records behind it, where the row says which ones those are. */
	function formatter(value, row, column, data, default_formatter) {
		const text = default_formatter(value, row, column, data);
		const shown = data?.bold ? `<strong>${text}</strong>` : text;
		if (!data?.cell || !column.opens_records || !value) return shown;
		return `<a href="#" style="text-decoration: underline" data-figure="${column.fieldname}" data-row="${row[0].rowIndex}">${shown}</a>`;
	}

	async function open_records(report, figure, cell) {
		const found = await frappe.xcall("crm_etapas.api.analytics.records", {
			report: report.report_name,
			filters: report.get_filter_values(),
			cell: { ...cell, figure },
		});
		const some = found.filter(({ total }) => total);
		const { label } = report.columns.find(({ fieldname }) => fieldname === figure);
		if (some.length > 1) choose(some, label);
		else if (some.length) open_list(some[0]);
	}

	/** Ask which of several DocTypes to open. */
	function choose(found, title) {
		const called = { Lead: __("Prospects"), Opportunity: __("Opportunities") };
		const dialog = crm_etapas.make_dialog({ title });
		for (const one of found) {
			$('<button type="button" class="btn btn-default btn-block">')
				.text(`${called[one.doctype]}: ${one.total}`)
				.on("click", () => {
					dialog.hide();
					open_list(one);
				})
				.appendTo(dialog.body);
		}
		dialog.show();
	}

	function open_list({ doctype, names, total }) {
		if (total > names.length) {
			frappe.show_alert({
				message: __("The list shows {0} of {1}", [names.length, total]),
				indicator: "orange",
			});
		}
		frappe.route_options = { name: ["in", names] };
		frappe.set_route("List", doctype, "List");
	}
})(crm_etapas.reports);
