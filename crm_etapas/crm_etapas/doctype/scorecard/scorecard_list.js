const COLOUR = {
	Draft: "gray",
	Queued: "orange",
	Training: "orange",
	Trained: "blue",
	Refused: "red",
	Failed: "red",
};

frappe.listview_settings["Scorecard"] = {
	add_fields: ["is_active"],
	get_indicator({ status, is_active }) {
		if (is_active) return [__("Active"), "green", "is_active,=,1"];
		return [__(status, null, "Scorecard"), COLOUR[status], `status,=,${status}`];
	},
};
