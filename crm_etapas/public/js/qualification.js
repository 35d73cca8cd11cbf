/** How far a prospect is qualified: its level in the funnel, why it stands there, and what to ask it. */

import { about } from "./record_panel/reading.js";
import { show_history } from "./stage_history.js";
import { safe_colour } from "./stage_look.js";

const METHODS = "crm_etapas.api.qualification";
const PIPELINE = "qualification";

export function add_to_form() {
	frappe.ui.form.on("Lead", { refresh: (frm) => void show(frm) });
}

async function show(frm) {
	const container = container_of(frm);
	if (frm.is_new()) {
		container.empty();
		return;
	}
	const known = await about(frm).catch(() => null);
	if (known) draw(frm, known.qualification);
}

function container_of(frm) {
	let container = frm.layout.wrapper.children(".qualification");
	if (!container.length) {
		container = $('<section class="qualification"></section>').attr(
			"aria-label",
			__("Qualification")
		);
		const path = frm.layout.wrapper.children(".stage-path");
		if (path.length) path.after(container);
		else frm.layout.wrapper.prepend(container);
	}
	return container;
}

function draw(frm, explained) {
	const container = container_of(frm);
	const open = container
		.find("details[open]")
		.map((index, details) => details.dataset.part)
		.get();
	const writable = frm.perm[0] && frm.perm[0].write;
	container.html(
		[
			funnel(explained),
			summary(explained),
			acceptance(explained, writable),
			hold(explained, writable),
			missing(explained),
			questions(explained, writable),
			criteria(explained),
		].join("")
	);
	open.forEach((part) => container.find(`details[data-part="${part}"]`).prop("open", true));
	container.find("[data-action]").on("click", (event) => {
		const { action } = event.currentTarget.dataset;
		ACTIONS[action](frm, container, explained);
	});
}

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

function funnel({ levels, level }) {
	const count = levels.length;
	const steps = levels.map((step, index) => {
		const classes = ["qualification-level"];
		if (step.reached) classes.push("is-reached");
		if (step.name === level) classes.push("is-current");
		// from wide to narrow: each begins as high as the one before it ends
		const [from, to] = [index, index + 1].map((n) => (34 * n) / count);
		const about = [step.meaning, points_of(step)].filter(Boolean).join(" ");
		return `<li class="${classes.join(" ")}" title="${escape(about)}"
			${step.name === level ? 'aria-current="step"' : ""}>
			<span class="qualification-shape" style="--colour: ${safe_colour(step.color)};
				clip-path: polygon(0 ${from}%, 100% ${to}%, 100% ${100 - to}%, 0 ${100 - from}%)"></span>
			<span class="qualification-name">${escape(step.label)}</span>
		</li>`;
	});
	return `<ol class="qualification-funnel">${steps.join("")}</ol>`;
}

function points_of({ points, minimum_points }) {
	if (!minimum_points) return "";
	return __("{0} of {1} points", [number(points), number(minimum_points)]);
}

function number(value) {
	return format_number(value, null, Number.isInteger(value) ? 0 : 1);
}

function summary({ levels, level, label, score, entered_on, counts }) {
	const guidance = levels.find((step) => step.name === level)?.guidance;
	const facts = [
		`<strong>${escape(label)}</strong>`,
		__("{0} points", [number(score)]),
		entered_on && `${__("since")} ${day(entered_on)}`,
		counts && `<span class="indicator-pill green">${__("Counts in the Pipeline")}</span>`,
	];
	return `<div class="qualification-summary">
		<span>${facts.filter(Boolean).join(" · ")}</span>
		<button type="button" class="btn btn-xs btn-default" data-action="history">
			${__("History")}</button>
		${guidance ? `<p>${escape(guidance)}</p>` : ""}
	</div>`;
}

function day(moment) {
	return frappe.datetime.str_to_user(frappe.datetime.convert_to_user_tz(moment), false, true);
}

function minute(moment) {
	const seconds = /:\d\d$/;
	return frappe.datetime
		.str_to_user(frappe.datetime.convert_to_user_tz(moment))
		.replace(seconds, "");
}

function acceptance({ acceptance, accept_by, overdue }, writable) {
	if (acceptance === "Rejected") {
		return note(
			"red",
			__("Sales rejected it. The reason is in its history"),
			release(writable)
		);
	}
	if (acceptance !== "Pending") return "";
	const until = !accept_by
		? __("Sales must accept it")
		: overdue
		? __("Overdue: sales had until {0} to accept it", [minute(accept_by)])
		: __("Sales have until {0} to accept it", [minute(accept_by)]);
	const buttons = writable
		? `${button("accept", __("Accept"), "btn-primary")}${button("reject", __("Reject"))}`
		: "";
	return note(overdue ? "red" : "orange", until, buttons);
}

function hold({ hold, acceptance }, writable) {
	if (hold !== "Not Higher" || acceptance === "Rejected") return "";
	const text = __("Somebody took it back by hand, so the rules do not take it up again");
	return note("blue", text, release(writable));
}

function release(writable) {
	return writable ? button("release", __("Let the Rules Decide")) : "";
}

function note(colour, text, buttons) {
	return `<div class="qualification-note" data-colour="${colour}">
		<span>${escape(text)}</span><span class="qualification-buttons">${buttons}</span>
	</div>`;
}

function button(action, label, kind = "btn-default") {
	return `<button type="button" class="btn btn-xs ${kind}" data-action="${action}">${label}</button>`;
}

function missing({ missing, next, levels }) {
	if (!missing.length) return "";
	const label = levels.find((step) => step.name === next)?.label;
	const entries = missing.map((text) => `<li>${escape(text)}</li>`).join("");
	return `<div class="qualification-missing">
		<span>${__("For {0} it lacks:", [escape(label)])}</span><ul>${entries}</ul>
	</div>`;
}

function questions({ levels, level, next }, writable) {
	const asked = levels.filter((step) => step.questions.length);
	if (!asked.length) return "";
	const now = asked.some(
		(step) =>
			[level, next].includes(step.name) &&
			step.questions.some((question) => question.mandatory && !question.answer)
	);
	const fields = asked.flatMap((step) =>
		step.questions.map((question) => field(question, writable))
	);
	const save = writable ? button("answer", __("Save Answers"), "btn-primary") : "";
	return `<details data-part="questions" ${now ? "open" : ""}>
		<summary>${__("Questions")} (${answered(asked)})</summary>
		<div class="qualification-questions">${fields.join("")}</div>
		<div class="qualification-buttons">${save}</div>
	</details>`;
}

function answered(asked) {
	const all = asked.flatMap((step) => step.questions);
	return `${all.filter((question) => question.answer).length}/${all.length}`;
}

function field(question, writable) {
	const label = escape(question.label) + (question.mandatory ? " <b>*</b>" : "");
	const attributes = `data-question="${escape(question.question)}" ${
		writable ? "" : "disabled"
	}`;
	return `<label class="qualification-question">
		<span class="control-label">${label}</span>${input(question, attributes)}</label>`;
}

function input({ answer_type, options, answer }, attributes) {
	const value = escape(answer);
	if (answer_type === "Text") {
		return `<textarea class="form-control" rows="2" ${attributes}>${value}</textarea>`;
	}
	if (["Option", "Yes/No"].includes(answer_type)) {
		const choices = answer_type === "Option" ? options : ["Yes", "No"];
		const all = ["", ...choices].map(
			(choice) =>
				`<option value="${escape(choice)}" ${choice === (answer || "") ? "selected" : ""}>
					${escape(choice && __(choice))}</option>`
		);
		return `<select class="form-control" ${attributes}>${all.join("")}</select>`;
	}
	const type = answer_type === "Date" ? 'type="date"' : 'type="text" inputmode="decimal"';
	return `<input class="form-control" ${type} value="${value}" ${attributes}>`;
}

function criteria({ levels }) {
	const parts = levels
		.filter((step) => step.criteria.length)
		.map(
			(step) => `<section>
				<h6>${escape(step.label)} <small>${points_of(step)}</small></h6>
				<ul class="qualification-criteria">${step.criteria.map(criterion).join("")}</ul>
			</section>`
		);
	if (!parts.length) return "";
	return `<details data-part="criteria">
		<summary>${__("Criteria")}</summary>
		<div class="qualification-levels">${parts.join("")}</div>
	</details>`;
}

function criterion({ label, must, met, points, gave, saw }) {
	const sign = (value) => (value > 0 ? `+${number(value)}` : number(value));
	const gives = must ? __("must") : met ? sign(gave) : `(${sign(points)})`;
	return `<li class="${met ? "is-met" : ""}">
		<span class="qualification-mark" aria-label="${met ? __("met") : __("not met")}">
			${met ? "✓" : "✗"}</span>
		<span class="qualification-what">${escape(label)}
			${saw ? `<small class="text-muted">${escape(saw)}</small>` : ""}</span>
		<span class="qualification-points">${gives}</span>
	</li>`;
}

const ACTIONS = {
	history: (frm) => show_history(frm.doctype, frm.docname, PIPELINE, () => frm.reload_doc()),

	accept: (frm) => call(frm, "accept"),

	reject: (frm) =>
		frappe.prompt(
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
			({ reason }) => call(frm, "reject", { reason }),
			__("Reject"),
			__("Reject")
		),

	release: (frm) => call(frm, "release"),

	answer(frm, container) {
		const answers = {};
		container.find("[data-question]").each((index, element) => {
			answers[element.dataset.question] = element.value;
		});
		call(frm, "answer", { answers });
	},
};

/** What was typed into the form is saved first: the method saves the prospect too. */
async function call(frm, method, args = {}) {
	if (frm.is_dirty()) {
		await frm.save();
		if (frm.is_dirty()) return; // not saved: the form has said why
	}
	await frappe.call({
		method: `${METHODS}.${method}`,
		type: "POST",
		args: { name: frm.docname, ...args },
		freeze: true,
	});
	frm.reload_doc();
}
