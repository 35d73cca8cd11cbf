frappe.listview_settings["History Import"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			Queued: "orange",
			Running: "orange",
			"Dry Run Done": "blue",
			Completed: "green",
			"Partly Refused": "yellow",
			Failed: "red",
		};
		return [
			__(doc.status, null, "History Import"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};
