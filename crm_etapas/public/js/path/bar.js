/** The stages as a bar, in order; those that end the work stand apart at its end. */

import { has_ended, in_order, is_dark, safe_colour } from "../stage_look.js";

const escape = frappe.utils.escape_html;

export function bar(path, writable) {
	const stages = in_order(path.stages);
	const current = stages.findIndex((stage) => stage.name === path.stage);
	const steps = stages.map((stage, index) =>
		step(stage, {
			path,
			is_current: index === current,
			is_past: index < current && !has_ended(stages[current]) && !has_ended(stage),
			is_first_end: has_ended(stage) && !has_ended(stages[index - 1] || {}),
			may_enter: writable && stage.allowed && !stage.disabled,
		})
	);
	return `<ol class="stage-path-steps">${steps.join("")}</ol>`;
}

function step(stage, { path, is_current, is_past, is_first_end, may_enter }) {
	const classes = {
		"is-current": is_current,
		"is-past": is_past,
		"is-end": has_ended(stage),
		"is-first-end": is_first_end,
		"is-rotten": is_current && path.rotten,
		"on-dark": is_dark(stage.color),
	};
	const named = Object.keys(classes).filter((name) => classes[name]);
	return `<li class="stage-path-step ${named.join(" ")}" style="--stage-color: ${safe_colour(
		stage.color
	)}">
		<button type="button" data-stage="${escape(stage.name)}" aria-label="${escape(stage.label)}"
			aria-description="${escape(stage.meaning || "")}" tabindex="-1"
			${is_current ? 'aria-current="step"' : ""}
			${!is_current && !may_enter ? 'aria-disabled="true"' : ""}>
			<span class="stage-path-label">${is_past ? "✓ " : ""}${escape(stage.label)}</span>
			${is_current ? `<span class="stage-path-days">${days_in_stage(path)}</span>` : ""}
		</button>
	</li>`;
}

function days_in_stage(path) {
	const days = Math.floor(path.days || 0);
	if (days === 0) return __("Today");
	return days === 1 ? __("1 day") : __("{0} days", [days]);
}
