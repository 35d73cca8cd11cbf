/** How long ago a moment was, or how soon it is, in the user's language. */

const UNITS = [
	["year", 365 * 86400],
	["month", 30 * 86400],
	["week", 7 * 86400],
	["day", 86400],
	["hour", 3600],
	["minute", 60],
];

/** Say it of a moment in the site's time zone, as the server has it: "hace 2 días", "dentro de 3 horas". */
export function from_now(moment) {
	const seconds = frappe.datetime
		.convert_to_user_tz(moment, false)
		.diff(window.moment(), "seconds");
	const [unit, size] = UNITS.find(([, size]) => Math.abs(seconds) >= size) || ["minute", 60];
	const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
	return format.format(Math.trunc(seconds / size), unit);
}

/** Write a moment with Intl's options, where the user is. */
export function written(moment, options) {
	const timeZone = frappe.boot.time_zone?.user || undefined;
	const date = frappe.datetime.convert_to_user_tz(moment, false).toDate();
	return new Intl.DateTimeFormat(language(), { timeZone, ...options }).format(date);
}

export function language() {
	return (frappe.boot.lang || "en").replace("_", "-");
}
