const METHODS = "crm_etapas.api.assignment";
const DISABLED = { filters: { disabled: 0 } };

frappe.ui.form.on("Sales Rep Profile", {
	setup(frm) {
		frm.set_query("user", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("segments", () => DISABLED);
		frm.set_query("channels", () => DISABLED);
		frm.set_query("levels", () => ({ filters: { disabled: 0, level_type: "Prospect" } }));
		frm.set_query("attribute", "attributes", () => DISABLED);
	},

	refresh(frm) {
		frm.add_custom_button(__("Dry Run"), () => dry_run(frm));
		if (!frm.is_new()) show_load(frm);
	},
});

async function show_load(frm) {
	const { name, most_open, most_new } = frm.doc;
	const loads = await frappe.xcall(`${METHODS}.loads`);
	const load = loads[name];
	if (!load || frm.doc.name !== name) return;
	frm.dashboard.clear_headline();
	frm.dashboard.stats_area_row?.empty();
	frm.dashboard.add_indicator(
		`${__("Open Prospects")}: ${of_most(load.open, most_open)}`,
		colour(load.open, most_open)
	);
	frm.dashboard.add_indicator(
		`${__("New This Week")}: ${of_most(load.new, most_new)}`,
		colour(load.new, most_new)
	);
	frm.dashboard.show();
}

function of_most(count, most) {
	return most ? __("{0} of {1}", [count, most]) : count;
}

function colour(count, most) {
	if (!most || count < 0.8 * most) return "green";
	return count < most ? "orange" : "red";
}

function dry_run(frm) {
	const today = frappe.datetime.get_today();
	const dialog = crm_etapas.make_dialog({
		title: __("How Prospects Would Have Spread"),
		size: "large",
		fields: [
			{
				fieldname: "from_date",
				fieldtype: "Date",
				label: __("Came In From"),
				default: frappe.datetime.add_months(today, -3),
				reqd: 1,
			},
			{ fieldtype: "Column Break" },
			{
				fieldname: "until_date",
				fieldtype: "Date",
				label: __("Until"),
				default: today,
				reqd: 1,
			},
			{ fieldtype: "Section Break" },
			{ fieldname: "spread", fieldtype: "HTML" },
		],
		primary_action_label: __("Dry Run"),
		async primary_action({ from_date, until_date }) {
			const { message } = await frappe.call({
				method: `${METHODS}.dry_run`,
				type: "POST",
				args: { profiles_changes: [frm.doc], from_date, until_date },
				freeze: true,
			});
			dialog.fields_dict.spread.$wrapper.html(shown(message));
		},
	});
	dialog.show();
}

function shown(result) {
	if (!result.run) return crm_etapas.assignment.spread(result);
	const link = frappe.utils.get_form_link("Assignment Run", result.run, true);
	return `<p>${__("These are many prospects. {0} has the result when it is done.", [link])}</p>`;
}
