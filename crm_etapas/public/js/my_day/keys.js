/** My Day without a mouse. The keys are Frappe's shortcuts of the page, so "?" lists them. */

import { all_actions } from "./actions.js";

export function listen(my_day) {
	const { page } = my_day;
	const add = (shortcut, description, action) =>
		frappe.ui.keys.add_shortcut({
			shortcut,
			description,
			action,
			page,
			condition: () => !$(".modal.show").length,
		});
	add("j", __("Next record (also: arrow down)"), () => my_day.step(1));
	add("down", "", () => my_day.step(1));
	add("k", __("Previous record (also: arrow up)"), () => my_day.step(-1));
	add("up", "", () => my_day.step(-1));
	add("enter", __("Open the record"), () => {
		if (document.activeElement.matches("a, button")) return false; // which does what it says
		my_day.open_current();
	});
	for (const { name, key, label } of all_actions()) {
		add(key.toLowerCase(), label, () => my_day.press(name));
	}
	// Frappe knows the key by its place on an English keyboard
	$(document).on("keydown", (event) => {
		const is_writing = $(document.activeElement).is(
			"input, select, textarea, [contenteditable]"
		);
		if (event.key !== "?" || is_writing || !page.wrapper.is(":visible")) return;
		if (!$(".modal.show").length) frappe.ui.keys.show_keyboard_shortcut_dialog();
	});
}

/** The keys, where a keyboard is likely. */
export function render_help() {
	const keys = [
		["J", __("down")],
		["K", __("up")],
		["Enter", __("open", null, "a record")],
		["D", __("done", null, "a contact")],
		["L", __("log", null, "an interaction")],
		["P", __("plan", null, "a contact")],
		["M", __("move", null, "to a stage")],
		["?", __("all keys")],
	];
	return `<p class="my-day-keys text-muted">${keys
		.map(([key, label]) => `<span><kbd>${key}</kbd> ${label}</span>`)
		.join("")}</p>`;
}
