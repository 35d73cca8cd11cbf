/** Why a prospect went to this salesperson, on its form; assigning anew, there and in the list. */

import { make_dialog } from "./dialog.js";
import { read_again, when_list_opens } from "./list_onload.js";

const METHODS = "crm_etapas.api.assignment";
const escape = (text) => frappe.utils.escape_html(text ?? "");

export function add_to_lead() {
	frappe.ui.form.on("Lead", { refresh });
	when_list_opens("Lead", add_to_list);
}

function refresh(frm) {
	const owner = frm.fields_dict.lead_owner;
	if (!owner) return;
	owner.$wrapper.find(".why-this-salesperson").remove();
	if (frm.is_new() || !frappe.boot.crm_etapas_assigns_by_skill) return;
	const label = frm.doc.lead_owner ? __("Why this salesperson?") : __("Why nobody?");
	$(`<button type="button" class="btn btn-xs btn-link why-this-salesperson">${label}</button>`)
		.appendTo(owner.$wrapper)
		.on("click", () => show_why(frm));
	if (frm.perm[0]?.write) {
		frm.page.add_menu_item(__("Assign by Skill"), () => assign(frm));
	}
}

async function show_why(frm) {
	const { message } = await frappe.call({
		method: `${METHODS}.explain`,
		type: "GET",
		args: { name: frm.docname },
	});
	const dialog = make_dialog({
		title: message.lead_owner ? __("Why this salesperson?") : __("Why nobody?"),
		size: "large",
		fields: [{ fieldtype: "HTML", fieldname: "why" }],
	});
	dialog.fields_dict.why.$wrapper.html(explained(message));
	if (frm.perm[0]?.write) {
		dialog.set_secondary_action_label(__("Assign by Skill"));
		dialog.set_secondary_action(() => {
			dialog.hide();
			assign(frm);
		});
	}
	dialog.show();
}

function explained({ assigned, lead_owner, owner_name }) {
	if (!assigned) {
		const text = lead_owner
			? __("{0} was chosen by hand, or had it before prospects were assigned by skill.", [
					`<strong>${escape(owner_name)}</strong>`,
			  ])
			: __("It was never assigned by skill.");
		return `<p>${text}</p>`;
	}
	const moved_on = (assigned.user || "") !== (lead_owner || "");
	const later = moved_on
		? `<p>${__("Somebody gave it to {0} by hand later.", [
				`<strong>${escape(owner_name || __("nobody"))}</strong>`,
		  ])}</p>`
		: "";
	return `${later}${given(assigned)}${others(assigned.others)}`;
}

function given(assigned) {
	const when = frappe.datetime.str_to_user(
		frappe.datetime.convert_to_user_tz(assigned.assigned_on)
	);
	const cause = [__(assigned.cause, null, "Assignment Log"), assigned.comment]
		.filter(Boolean)
		.map(escape)
		.join(": ");
	const who = assigned.user ? assigned.full_name : __("Queue of {0}", [assigned.queue]);
	return `<div class="assignment-given">
		<div class="assignment-who">${escape(who)}</div>
		<div>${escape(assigned.reason)}</div>
		<div class="text-muted small">${when} · ${cause}</div>
	</div>`;
}

function others(rows) {
	if (!rows.length) return "";
	const cells = (row) => `<tr>
		<td>${escape(row.full_name)}</td>
		<td>${escape(row.reason)}</td>
		<td class="text-right d-none d-sm-table-cell">${row.open}</td>
		<td class="text-right d-none d-sm-table-cell">${row.new}</td>
	</tr>`;
	return `<p class="assignment-others">${__("Why not the others")}</p>
	<div class="table-responsive"><table class="table table-sm table-bordered">
		<thead><tr>
			<th>${__("Salesperson")}</th>
			<th>${__("Why not")}</th>
			<th class="text-right d-none d-sm-table-cell">${__("Open then")}</th>
			<th class="text-right d-none d-sm-table-cell">${__("New that week")}</th>
		</tr></thead>
		<tbody>${rows.map(cells).join("")}</tbody>
	</table></div>`;
}

async function assign(frm) {
	if (frm.is_dirty()) {
		frappe.msgprint(__("Save the prospect first"));
		return;
	}
	const { message } = await frappe.call({
		method: `${METHODS}.assign`,
		type: "POST",
		args: { name: frm.docname },
		freeze: true,
	});
	await frm.reload_doc();
	if (message.lead_owner) {
		const text = __("Assigned to {0}", [escape(message.owner_name)]);
		frappe.show_alert({ message: text, indicator: "green" });
	}
}

function add_to_list(list) {
	if (!frappe.boot.crm_etapas_assigns_by_skill || !frappe.model.can_write("Lead")) return;
	list.page.add_actions_menu_item(__("Assign by Skill"), async () => {
		const names = list.get_checked_items(true);
		const { message } = await frappe.call({
			method: `${METHODS}.assign_many`,
			type: "POST",
			args: { names },
			freeze: true,
		});
		read_again(list);
		const link = frappe.utils.get_form_link("Assignment Run", message, true);
		frappe.show_alert({ message: __("See how it went: {0}", [link]), indicator: "blue" });
	});
}

/** A table of how prospects would have spread: as they did, with the profiles of today, with the changed ones. */
export function spread({ total, rows }) {
	const share = (count) =>
		total ? ` <span class="text-muted">(${percent(count / total)})</span>` : "";
	const number = (count) =>
		`<td class="text-right">${format_number(count, null, 0)}${share(count)}</td>`;
	const cells = (row) => `<tr>
		<td>${escape(row.user ? row.full_name || row.user : __("Others, nobody or the queue"))}</td>
		${number(row.actual)}${number(row.today)}${number(row.changed)}
	</tr>`;
	return `<p>${__("{0} prospects came in", [format_number(total, null, 0)])}</p>
	<div class="table-responsive"><table class="table table-sm table-bordered">
		<thead><tr>
			<th>${__("Salesperson")}</th>
			<th class="text-right">${__("As it is")}</th>
			<th class="text-right">${__("With the saved profiles")}</th>
			<th class="text-right">${__("With the changes")}</th>
		</tr></thead>
		<tbody>${rows.map(cells).join("")}</tbody>
	</table></div>
	<p class="text-muted small">${__(
		"Everybody begins with nothing on their hands; owners of existing customers, holidays and leaves are left out."
	)}</p>`;
}

function percent(part) {
	return `${Math.round(part * 100)} %`;
}
