import { show_history } from "./stage_history.js";
import { move_to_stage } from "./stage_move.js";

// outcomes that end the work on a record: their stages stand at the end of the path
const CLOSING = ["Won", "Lost", "Junk"];

/** Show the stages above the form, with where the record stands and what to do there. */
export async function show_path(frm) {
	const container = path_container(frm);
	if (frm.is_new()) {
		container.empty();
		return;
	}
	const { doctype, docname } = frm;
	const { message } = await frappe.call({
		method: "crm_etapas.api.stages.get_path",
		type: "GET",
		args: { doctype, name: docname },
	});
	if (frm.doctype === doctype && frm.docname === docname) {
		container.html(render(message, frm));
		listen(container, frm, message);
	}
}

function path_container(frm) {
	let container = frm.layout.wrapper.children(".stage-path");
	if (!container.length) {
		container = $('<nav class="stage-path"></nav>').attr("aria-label", __("Stages"));
		frm.layout.wrapper.prepend(container);
	}
	return container;
}

function render(path, frm) {
	const current = path.stages.find((stage) => stage.name === path.stage);
	const writable = frm.perm[0] && frm.perm[0].write;
	const closes = (stage) => CLOSING.includes(stage.outcome);
	const in_order = [...path.stages.filter((s) => !closes(s)), ...path.stages.filter(closes)];
	const reached = current && !closes(current) ? in_order.indexOf(current) : 0;
	const steps = in_order
		.map((stage, index) => step(stage, stage === current, index < reached, writable))
		.join("");
	return `<ol class="stage-path-steps">${steps}</ol>${current ? about(current, path) : ""}`;
}

function step(stage, is_current, is_past, writable) {
	const classes = ["stage-path-step"];
	if (is_current) classes.push("is-current");
	if (is_past) classes.push("is-past");
	if (CLOSING.includes(stage.outcome)) classes.push("is-closing");
	const disabled = is_current || !writable || !stage.allowed || stage.disabled;
	return `<li class="${classes.join(" ")}" style="--stage-color: ${colour_of(stage)}">
		<button type="button" data-stage="${frappe.utils.escape_html(stage.name)}"
			title="${frappe.utils.escape_html(stage.meaning || stage.label)}"
			${is_current ? 'aria-current="step"' : ""} ${disabled ? "disabled" : ""}>
			${frappe.utils.escape_html(stage.label)}
		</button>
	</li>`;
}

function about(stage, path) {
	const todo = stage.checklist
		.map((item) => `<li>${frappe.utils.escape_html(item)}</li>`)
		.join("");
	return `<div class="stage-path-about">
		<p class="stage-path-time">
			<span class="${path.rotten ? "is-rotten" : ""}">${time_in_stage(path)}</span>
			<button type="button" class="btn btn-xs btn-default" data-action="history">${__(
				"History"
			)}</button>
		</p>
		<p>${frappe.utils.escape_html(stage.meaning || "")}
			<strong>${frappe.utils.escape_html(stage.guidance || "")}</strong></p>
		${todo ? `<ul class="stage-path-todo">${todo}</ul>` : ""}
	</div>`;
}

function time_in_stage(path) {
	const days = Math.floor(path.days || 0);
	if (days === 0) return __("Today in this stage");
	return days === 1 ? __("1 day in this stage") : __("{0} days in this stage", [days]);
}

function colour_of(stage) {
	return /^#[0-9a-f]{3,8}$/i.test(stage.color || "") ? stage.color : "var(--gray-500)";
}

function listen(container, frm, path) {
	container
		.find("[data-action=history]")
		.on("click", () =>
			show_history(frm.doctype, frm.docname, path.pipeline, () => frm.reload_doc())
		);
	container.find("button[data-stage]").on("click", (event) => {
		const name = $(event.currentTarget).attr("data-stage");
		move_to_stage(
			frm,
			path,
			path.stages.find((stage) => stage.name === name)
		);
	});
}
