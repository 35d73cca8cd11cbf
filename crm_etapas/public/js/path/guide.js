/** What the current stage means, what to do there, and what the next one asks for. */

import { from_now } from "../relative_time.js";

const escape = frappe.utils.escape_html;
const OPEN = "crm_etapas_path_guide"; // whether this browser shows the guide: "1" or "0"

export function guide(path, writable) {
	const stage = path.stages.find((s) => s.name === path.stage);
	if (!stage) return "";
	const parts = [about(stage), checklist(path, writable), next(path, writable)].filter(Boolean);
	return `<div class="stage-path-guide">
		<button type="button" class="btn btn-xs btn-default" data-action="history">
			${__("History")}
		</button>
		<details ${is_open() ? "open" : ""}
			ontoggle="localStorage.setItem('${OPEN}', this.open ? '1' : '0')">
			<summary>${__("What to do here")}</summary>
			<div class="stage-path-parts">${parts.join("")}</div>
		</details>
	</div>`;
}

/** On a telephone the guide would push the form off the screen, until somebody opens it. */
function is_open() {
	const chosen = localStorage.getItem(OPEN);
	return chosen ? chosen === "1" : !frappe.is_mobile();
}

function about(stage) {
	return `<section class="stage-path-about">
		${stage.meaning ? `<p>${escape(stage.meaning)}</p>` : ""}
		${stage.guidance ? `<p class="stage-path-guidance">${escape(stage.guidance)}</p>` : ""}
	</section>`;
}

function checklist(path, writable) {
	if (!path.checklist.length) return "";
	const label = __("Checklist");
	return `<section aria-label="${label}">
		<h5>${label} <span class="stage-path-count">${count(path)}</span></h5>
		<ul class="stage-path-checklist">${path.checklist
			.map((item) => checklist_item(item, writable))
			.join("")}</ul>
	</section>`;
}

function count(path) {
	return `${path.checklist.filter((item) => item.by).length}/${path.checklist.length}`;
}

function checklist_item({ item, label, by, on }, writable) {
	const who = by ? `${frappe.user.full_name(by)}, ${from_now(on)}` : "";
	return `<li><label title="${escape(who)}">
		<input type="checkbox" data-item="${escape(item)}" ${by ? "checked" : ""}
			${writable ? "" : "disabled"}>
		<span>${escape(label)}</span>
	</label></li>`;
}

function next({ next }, writable) {
	if (!next) return "";
	const lacks = next.missing
		.map(({ label, detail }) => `<li>${escape(detail ? `${label} (${detail})` : label)}</li>`)
		.join("");
	const label = __("What comes next");
	return `<section aria-label="${label}">
		<h5>${__("To reach {0}", [escape(next.label)])}</h5>
		${
			lacks
				? `<p>${__("Still missing:")}</p><ul class="stage-path-missing">${lacks}</ul>`
				: `<p class="stage-path-ready">${__("Nothing is missing")}</p>`
		}
		${
			writable
				? `<button type="button" class="btn btn-xs btn-primary" data-action="next">
					${__("Move to {0}", [escape(next.label)])}</button>`
				: ""
		}
	</section>`;
}

/** Tick an item for everybody, or take the tick off; what the server refuses is as it was. */
export async function tick(box, doctype, name, path) {
	const { pipeline } = path;
	const args = { doctype, name, pipeline, item: box.dataset.item, done: box.checked };
	try {
		path.checklist = await frappe.xcall("crm_etapas.api.stages.tick", args, "POST");
		$(box).closest("section").find(".stage-path-count").text(count(path));
	} catch {
		box.checked = !box.checked;
	}
}
