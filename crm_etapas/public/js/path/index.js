/** The stages above a form: where the record stands, what to do there, and the way on. */

import { show_history } from "../stage_history.js";
import { move_to_stage } from "../stage_move.js";
import { bar } from "./bar.js";
import { guide, tick } from "./guide.js";
import { focus_current, walk_with_arrows } from "./keys.js";
import { show_meanings } from "./preview.js";

/** Show the path of a form's record; what was asked for another record meanwhile is dropped. */
export async function show_path(frm) {
	const container = path_container(frm);
	if (frm.is_new()) {
		container.hide();
		return;
	}
	container.show();
	const { doctype, docname } = frm;
	const is_other = container.attr("data-name") !== docname;
	if (is_other)
		container.attr("data-name", docname).children(".stage-path-shown").html(loading());
	let path;
	try {
		path = await frappe.xcall(
			"crm_etapas.api.stages.get_path",
			{ doctype, name: docname },
			"GET"
		);
	} catch {
		if (frm.docname === docname) show_failure(container, frm);
		return;
	}
	if (frm.doctype === doctype && frm.docname === docname) show(container, frm, path, is_other);
}

function path_container(frm) {
	let container = frm.layout.wrapper.children(".stage-path");
	if (!container.length) {
		container = $(`<nav class="stage-path">
			<div class="stage-path-shown"></div>
			<div class="sr-only" role="status"></div>
		</nav>`).attr("aria-label", __("Stages"));
		frm.layout.wrapper.prepend(container);
	}
	return container;
}

function show(container, frm, path, is_other) {
	const shown = container.children(".stage-path-shown");
	const had_focus = shown[0].contains(document.activeElement);
	const writable = Boolean(frm.perm[0]?.write);
	shown.html(bar(path, writable) + guide(path, writable));
	listen(shown, frm, path, writable);
	const current = path.stages.find((stage) => stage.name === path.stage);
	if (!is_other && shown.data("stage") !== path.stage) {
		container.children("[role=status]").text(__("Now in {0}", [current?.label || ""]));
	}
	shown.data("stage", path.stage);
	focus_current(shown, had_focus);
}

function listen(shown, frm, path, writable) {
	const { doctype, docname: name } = frm;
	const go_to = (stage) => move_to_stage(frm, path, stage);
	const steps = shown.find(".stage-path-steps");
	walk_with_arrows(steps);
	show_meanings(steps, path.stages);
	shown.find("button[data-stage]").on("click", (event) => {
		const button = event.currentTarget;
		const stage = path.stages.find((s) => s.name === button.getAttribute("data-stage"));
		if (stage.name === path.stage) return;
		if (button.getAttribute("aria-disabled") !== "true") go_to(stage);
		else frappe.show_alert({ message: why_not(path, stage, writable), indicator: "orange" });
	});
	shown
		.find("[data-action=history]")
		.on("click", () => show_history(doctype, name, path.pipeline, () => frm.reload_doc()));
	shown
		.find("[data-action=next]")
		.on("click", () => go_to(path.stages.find((stage) => stage.name === path.next.name)));
	shown
		.find("[data-item]")
		.on("change", (event) => tick(event.currentTarget, doctype, name, path));
}

function why_not(path, stage, writable) {
	if (!writable) return __("You may read this record, but not move it");
	const current = path.stages.find((s) => s.name === path.stage);
	if (stage.disabled) return __("{0} is disabled", [stage.label]);
	return __("From {0} nothing goes directly to {1}", [current.label, stage.label]);
}

function loading() {
	return `<div class="stage-path-loading" aria-busy="true">
		<span class="sr-only">${__("Loading")}</span></div>`;
}

function show_failure(container, frm) {
	const shown = container.children(".stage-path-shown");
	shown.html(`<div class="stage-path-failure" role="alert">
		${__("The stages could not be loaded.")}
		<button type="button" class="btn btn-xs btn-default">${__("Retry")}</button>
	</div>`);
	shown.find("button").on("click", () => show_path(frm));
}
