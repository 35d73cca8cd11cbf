frappe.listview_settings["Assignment Run"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = {
			Queued: "orange",
			Running: "orange",
			Completed: "green",
			"Partly Refused": "yellow",
			Failed: "red",
		};
		return [
			__(doc.status, null, "Assignment Run"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};
