/** Disqualifies prospects with a reason: on the form, where it proposes those that fit, and in the list. */

import { show_outcome } from "./bulk_move.js";
import { make_dialog } from "./dialog.js";
import { KEYS, on_key, tell_key } from "./form_keys.js";
import { read_again, when_list_opens } from "./list_onload.js";
import { ask_for } from "./stage_move.js";

const REASON = "Disqualification Reason";

export function add_to_lead() {
	frappe.ui.form.on("Lead", {
		setup: (frm) =>
			frm.set_query("disqualification_reason", () => ({ filters: { disabled: 0 } })),
		refresh,
	});
	when_list_opens("Lead", (list) => {
		if (!frappe.model.can_write("Lead")) return;
		list.page.add_actions_menu_item(__("Disqualify"), () => disqualify_chosen(list));
	});
}

function refresh(frm) {
	const open = may_disqualify(frm);
	show_met(frm, open ? frm.doc.__onload?.met_disqualification_reasons || [] : []);
	const label = __("Disqualify");
	const action = () => ask(frm);
	on_key(frm, KEYS.lose, { label, action, allowed: () => may_disqualify(frm) });
	if (open) tell_key(frm.add_custom_button(label, action, __("Action")), label, KEYS.lose);
}

function may_disqualify(frm) {
	return !frm.is_new() && !frm.doc.disqualified_on && frm.perm[0]?.write;
}

/** The banner stands there before it says something, so that screen readers hear of it. */
function show_met(frm, reasons) {
	let banner = frm.layout.wrapper.children(".met-reasons");
	if (!banner.length) {
		banner = $('<section class="met-reasons" role="status"></section>');
		banner.attr("aria-label", __("Reasons to Disqualify")).prependTo(frm.layout.wrapper);
	}
	banner.html(reasons.map(met).join(""));
	banner.find("[data-reason]").on("click", (event) => {
		ask(frm, $(event.currentTarget).attr("data-reason"));
	});
}

function met({ name, label, description }) {
	const escape = frappe.utils.escape_html;
	const says = __("This prospect meets: {0}", [frappe.utils.escape_html(label).bold()]);
	const action = __("Disqualify");
	return `<p>
		<span>${says}</span>
		<span class="text-muted">${escape(description || "")}</span>
		<button type="button" class="btn btn-xs btn-default"
			data-reason="${escape(name)}">${action}</button>
	</p>`;
}

async function ask(frm, reason) {
	if (frm.is_dirty()) {
		await frm.save();
		if (frm.is_dirty()) return; // not saved: the form has said why
	}
	ask_reason(__("Disqualify {0}", [frm.doc.title || frm.docname]), reason, (answers) =>
		disqualify(frm, answers)
	);
}

function disqualify(frm, answers) {
	frappe.call({
		method: "crm_etapas.api.disqualification.disqualify",
		type: "POST",
		args: { name: frm.docname, ...answers },
		freeze: true,
		error_handlers: {
			StageRequirementError: (response) =>
				ask_for(frm, response.missing, __("Disqualify"), answers, (all) =>
					disqualify(frm, all)
				),
		},
		callback: () => {
			frappe.show_alert({ message: __("Disqualified"), indicator: "orange" });
			frm.reload_doc();
		},
	});
}

function disqualify_chosen(list) {
	const names = list.get_checked_items(true);
	const title =
		names.length === 1
			? __("Disqualify 1 prospect")
			: __("Disqualify {0} prospects", [names.length]);
	ask_reason(title, null, async (answers) => {
		const bulk_move = await frappe.xcall("crm_etapas.api.disqualification.disqualify_many", {
			names,
			...answers,
		});
		list.clear_checked_items();
		show_outcome(bulk_move, () => read_again(list));
	});
}

/** Ask for reason and comment in one dialog. The default reason is proposed. */
async function ask_reason(title, reason, then) {
	const { message } = await frappe.db.get_value(REASON, { is_default: 1 }, "name");
	const dialog = make_dialog({
		title,
		fields: [
			{
				fieldname: "reason",
				fieldtype: "Link",
				options: REASON,
				label: __(REASON),
				reqd: 1,
				only_select: 1,
				default: reason || message.name,
				get_query: () => ({ filters: { disabled: 0 } }),
			},
			{
				fieldname: "comment",
				fieldtype: "Small Text",
				label: __("Comment"),
				description: __("Kept in the history, beside the reason"),
			},
		],
		primary_action_label: __("Disqualify"),
		primary_action(answers) {
			dialog.hide();
			then(answers);
		},
	});
	dialog.show();
}
