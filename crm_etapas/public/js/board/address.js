/** What the user looks at: in the address, and kept for the next time. */

const KEPT_AS = "Board";
const NOTHING = { filters: [], text: "", mine: 0, sort: "recent", lanes: "" };

/** Return what the address asks for, or else what the user saw last. */
export async function read(doctype, pipeline) {
	const asked = from_address();
	if (asked) return { ...NOTHING, ...asked };
	const settings = await frappe.model.user_settings.get(doctype).catch(() => ({}));
	frappe.model.user_settings[doctype] = settings;
	return { ...NOTHING, ...settings[KEPT_AS]?.[pipeline] };
}

export function keep(doctype, pipeline, wishes) {
	const params = new URLSearchParams();
	if (wishes.filters.length) params.set("filters", JSON.stringify(wishes.filters));
	if (wishes.text) params.set("search", wishes.text);
	if (wishes.mine) params.set("mine", "1");
	if (wishes.sort !== NOTHING.sort) params.set("sort", wishes.sort);
	if (wishes.lanes) params.set("lanes", wishes.lanes);
	const query = params.toString();
	const { pathname } = window.location;
	window.history.replaceState(
		window.history.state,
		"",
		query ? `${pathname}?${query}` : pathname
	);
	frappe.model.user_settings.save(doctype, KEPT_AS, { [pipeline]: wishes });
}

function from_address() {
	const params = new URLSearchParams(window.location.search);
	if (![...params.keys()].length) return null;
	return {
		filters: parsed(params.get("filters")),
		text: params.get("search") || "",
		mine: params.get("mine") === "1" ? 1 : 0,
		sort: params.get("sort") || NOTHING.sort,
		lanes: params.get("lanes") || "",
	};
}

function parsed(text) {
	try {
		const filters = JSON.parse(text || "[]");
		return Array.isArray(filters)
			? filters.filter((one) => Array.isArray(one) && one.length > 3)
			: [];
	} catch {
		return [];
	}
}
