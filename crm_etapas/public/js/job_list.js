/** The list of a DocType whose records are jobs: how each one stands, in colour. */

const COLOURS = {
	Queued: "orange",
	Running: "orange",
	Completed: "green",
	"Partly Refused": "yellow",
	Failed: "red",
};

export function settings(doctype) {
	return {
		add_fields: ["status"],
		get_indicator: ({ status }) => [
			__(status, null, doctype),
			COLOURS[status] || "gray",
			`status,=,${status}`,
		],
	};
}
