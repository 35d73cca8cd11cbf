/** The newest interactions with a record, in the panel beside its form. */

import { hint, KEYS } from "../form_keys.js";
import { section } from "../record_panel/place.js";
import { about } from "../record_panel/reading.js";
import { from_now } from "../relative_time.js";
import { log } from "./dialogs.js";
import { may_follow_up, open } from "./form_line.js";
import { icon_of } from "./media.js";
import { RESPONSIBLE } from "./record.js";

const SHOWN = 5;

export function add_to_forms() {
	for (const doctype of Object.keys(RESPONSIBLE)) {
		// nothing that comes after it waits for the server's answer
		frappe.ui.form.on(doctype, { refresh: (frm) => void show(frm) });
	}
}

async function show(frm) {
	const panel = section(frm, "interactions").attr("aria-label", __("Interactions"));
	if (frm.is_new()) {
		panel.empty();
		return;
	}
	if (!panel.children().length) panel.html(frame());
	panel
		.find("[data-action=log]")
		.toggleClass("hidden", !may_follow_up(frm))
		.off("click")
		.on("click", () => open(frm, log));
	listen_for_others(frm);
	draw(frm, (await about(frm).catch(() => null))?.interactions);
}

async function read_again(frm) {
	const { doctype, docname } = frm;
	const { message } = await frappe.call({
		method: "crm_etapas.api.follow_up.recent",
		type: "GET",
		args: { doctype, name: docname, limit: SHOWN },
	});
	if (frm.docname === docname) draw(frm, message);
}

function draw(frm, interactions) {
	if (interactions)
		section(frm, "interactions").find(".interactions-list").html(render(interactions));
}

function frame() {
	return `<div class="interactions-head">
			<h5>${__("Interactions")}</h5>
			<button type="button" class="btn btn-xs btn-default" data-action="log" ${hint(
				__("Log Interaction"),
				KEYS.log
			)}>${__("Log", null, "an interaction")}</button>
		</div>
		<ul class="interactions-list list-unstyled"></ul>`;
}

/** Whoever else logs something, or a mail that comes in, is told by the server to whom has the record open. */
function listen_for_others(frm) {
	if (frm.interactions_listener) {
		frappe.realtime.off("docinfo_update", frm.interactions_listener);
	}
	frm.interactions_listener = ({ doc, key }) => {
		const is_ours =
			doc.reference_doctype === frm.doctype && doc.reference_name === frm.docname;
		if (is_ours && key === "communications") read_again(frm);
	};
	frappe.realtime.on("docinfo_update", frm.interactions_listener);
}

function render(interactions) {
	if (!interactions.length) {
		return `<li class="text-muted">${__("Nothing has been logged yet")}</li>`;
	}
	return interactions.map(line).join("");
}

function line({ medium, direction, on, result, note, by }) {
	const escape = frappe.utils.escape_html;
	const sent = direction === "Sent";
	const arrow = frappe.utils.icon(sent ? "arrow-up-right" : "arrow-down-left", "xs");
	const who = sent ? __("We did") : __("The client did");
	const about = [by, result && __(result)].filter(Boolean).map(escape).join(" · ");
	return `<li>
		<span class="interaction-medium" title="${__(medium)}">${icon_of(medium)}</span>
		<div class="interaction-about">
			<div><strong>${__(medium)}</strong>
				<span title="${__("Who Began")}: ${who}">${arrow}<span class="sr-only">${who}</span></span>
				<time title="${escape(frappe.datetime.str_to_user(on))}">${from_now(on)}</time></div>
			${about ? `<div>${about}</div>` : ""}
			${note ? `<div class="text-muted ellipsis" title="${escape(note)}">${escape(note)}</div>` : ""}
		</div>
	</li>`;
}
