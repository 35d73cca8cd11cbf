/** How stages are shown anywhere: their order, their colour, what ends the work. */

// outcomes that end the work on a record: their stages stand at the end
const ENDS = ["Won", "Lost", "Junk"];
const NO_COLOUR = "#6b7280";

export function has_ended(stage) {
	return ENDS.includes(stage.outcome);
}

/** Return the stages with those at the end that end the work. */
export function in_order(stages) {
	return [...stages.filter((stage) => !has_ended(stage)), ...stages.filter(has_ended)];
}

/** Return a colour that is one, whatever an admin has written. */
export function safe_colour(colour) {
	return /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.test(colour || "") ? colour : NO_COLOUR;
}

/** Tell whether white is easier to read on a colour than black, by WCAG's relative luminance. */
export function is_dark(colour) {
	const hex = safe_colour(colour).slice(1);
	const parts = hex.length === 3 ? [...hex].map((c) => c + c) : hex.match(/../g);
	const [r, g, b] = parts.map((part) => {
		const value = parseInt(part, 16) / 255;
		return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
	});
	return 0.2126 * r + 0.7152 * g + 0.0722 * b < 0.179;
}
