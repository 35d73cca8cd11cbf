/** How far a prospect has come and what speaks for it, in a few lines beside its form. */

import { in_percent } from "../scorecard.js";
import { safe_colour } from "../stage_look.js";
import { section } from "./place.js";
import { about } from "./reading.js";

const MOST_REASONS = 3;
const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

export function add_to_lead() {
	frappe.ui.form.on("Lead", { refresh: (frm) => void show(frm) });
}

async function show(frm) {
	const parts = {
		level: section(frm, "record-level").attr("aria-label", __("Qualification Level")),
		likelihood: section(frm, "record-likelihood").attr("aria-label", __("Probability to Win")),
	};
	if (frm.is_new()) {
		for (const part of Object.values(parts)) part.empty();
		return;
	}
	let known;
	try {
		known = await about(frm);
	} catch {
		say_that_it_failed(frm, parts);
		return;
	}
	if (!known) return;
	const { qualification, score } = known;
	parts.level.html(qualification?.level ? level(qualification) : "");
	parts.likelihood.html(score ? likelihood(score) : "");
	parts.level.find("button").on("click", () => show_criteria(frm));
	parts.likelihood.find("button").on("click", () => frm.scroll_to_field("learned_score"));
}

function say_that_it_failed(frm, { level, likelihood }) {
	likelihood.empty();
	level.html(`<p role="alert">${__("What is known of it could not be loaded.")}</p>
		<button type="button" class="btn btn-xs btn-default">${__("Retry")}</button>`);
	level.find("button").on("click", () => frm.refresh());
}

function level({ level, label, score, levels }) {
	const colour = safe_colour(levels.find((step) => step.name === level)?.color);
	const reasons = levels
		.flatMap((step) => step.criteria)
		.filter((criterion) => criterion.gave)
		.map(({ label, gave }) => ({ text: label, points: gave }));
	return `<h5>${__("Qualification Level")}</h5>
		<p><span class="record-level-dot" style="background: ${colour}"></span>
			<strong>${escape(label)}</strong>
			<span>${__("{0} points", [number(score)])}</span></p>
		${most_telling(reasons)}`;
}

function likelihood({ probability, features }) {
	const reasons = features
		.filter((feature) => feature.value)
		.map(({ label, value, points }) => ({ text: `${label}: ${value}`, points }));
	return `<h5>${__("Probability to Win")}</h5>
		<p><strong>${in_percent(probability)}</strong></p>
		${most_telling(reasons)}`;
}

/** The reasons that count most, and the way to all of them. */
function most_telling(reasons) {
	const shown = [...reasons]
		.sort((a, b) => Math.abs(b.points) - Math.abs(a.points))
		.slice(0, MOST_REASONS)
		.map(
			({ text, points }) =>
				`<li><span>${escape(text)}</span> <b>${sign(points)}${number(
					Math.abs(points)
				)}</b></li>`
		);
	return `${shown.length ? `<ul>${shown.join("")}</ul>` : ""}
		<button type="button" class="btn btn-xs btn-default">${__("Why?")}</button>`;
}

function sign(points) {
	return points < 0 ? "−" : "+";
}

function number(value) {
	return format_number(value, null, Number.isInteger(value) ? 0 : 1);
}

function show_criteria(frm) {
	const criteria = frm.layout.wrapper.find(".qualification details[data-part=criteria]");
	criteria.prop("open", true);
	criteria.find("summary").trigger("focus");
	criteria[0]?.scrollIntoView({ block: "center" });
}
