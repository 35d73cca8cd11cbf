frappe.listview_settings["Sales Rep Profile"] = {
	add_fields: ["enabled", "most_open", "most_new", "user"],
	loads: {},

	/** Loads change with every assignment, so they are asked for whenever the list is. */
	async refresh(list) {
		this.loads = await frappe.xcall("crm_etapas.api.assignment.loads");
		list.render();
	},

	get_indicator(doc) {
		return doc.enabled
			? [__("Enabled"), "green", "enabled,=,1"]
			: [__("Disabled"), "gray", "enabled,=,0"];
	},

	formatters: {
		most_open: (value, df, doc) => load_of(doc, "open", value),
		most_new: (value, df, doc) => load_of(doc, "new", value),
	},
};

/** What they have, of what they can take. */
function load_of(doc, kind, most) {
	const load = frappe.listview_settings["Sales Rep Profile"].loads[doc.name];
	if (!load) return most || "";
	return most ? __("{0} of {1}", [load[kind], most]) : load[kind];
}
