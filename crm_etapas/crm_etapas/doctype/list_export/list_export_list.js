frappe.listview_settings["List Export"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Queued: "orange", Running: "orange", Completed: "green", Failed: "red" };
		return [
			__(doc.status, null, "List Export"),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		];
	},
};
