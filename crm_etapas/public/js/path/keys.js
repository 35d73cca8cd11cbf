/** The bar by keyboard: one stop of the Tab key, arrows from stage to stage, Enter moves. */

const STEPS = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export function walk_with_arrows(bar) {
	const buttons = bar.find("button").toArray();
	bar.on("keydown", (event) => {
		const at = buttons.indexOf(event.target);
		const by = STEPS[event.key];
		if (at < 0 || by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
		event.preventDefault();
		event.stopPropagation();
		const to = Math.min(Math.max(at + by, 0), buttons.length - 1);
		make_stop(buttons, buttons[to]);
		buttons[to].focus();
	});
}

/** Bring the current stage into sight, and give it the focus back if it was on the path. */
export function focus_current(shown, had_focus) {
	const buttons = shown.find(".stage-path-steps button").toArray();
	const current = buttons.find((button) => button.hasAttribute("aria-current"));
	make_stop(buttons, current || buttons[0]);
	if (!current) return;
	const step = current.parentElement;
	const bar = step.parentElement;
	bar.scrollLeft = step.offsetLeft - (bar.clientWidth - step.offsetWidth) / 2;
	if (had_focus) current.focus({ preventScroll: true });
}

function make_stop(buttons, stop) {
	for (const button of buttons) button.tabIndex = button === stop ? 0 : -1;
}
