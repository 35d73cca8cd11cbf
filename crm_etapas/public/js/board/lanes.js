/** Rows across the columns: whose records they are, or of which segment. */

const ALL = [{ key: "all", label: "", has: () => true }];

export function lanes_of(board, by) {
	if (!board || !by) return ALL;
	const fieldname = by === "responsible" ? board.responsible_field : "business_segment";
	const cards = board.columns.flatMap((column) => column.cards);
	const values = [...new Set(cards.map((card) => card[by]).filter(Boolean))];
	const lanes = values.map((value) => ({
		key: value,
		label:
			by === "responsible" ? frappe.user_info(value).fullname : board.segments[value]?.label,
		color: by === "segment" ? board.segments[value]?.color : "transparent",
		filter: fieldname && [fieldname, value],
		has: (card) => card[by] === value,
	}));
	lanes.sort((one, other) => String(one.label).localeCompare(other.label));
	const rest = {
		key: "",
		label: by === "responsible" ? __("Without a Salesperson") : __("Without a Segment"),
		color: "transparent",
		has: (card) => !card[by],
	};
	if (cards.some(rest.has)) lanes.push(rest);
	return lanes.length ? lanes : ALL;
}
