frappe.listview_settings["Bulk Move"] = {
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
			__(doc.status, null, "Bulk Move"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};
