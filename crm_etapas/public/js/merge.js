/** Makes one record of two: shows what they say differently, side by side, and asks what to keep. */

import { make_dialog } from "./dialog.js";

export function may_merge({ doctype }) {
	return frappe.model.can_write(doctype) && frappe.model.can_delete(doctype);
}

export function add_to_menu(frm) {
	if (!frm.is_new() && may_merge(frm)) {
		frm.page.add_menu_item(__("Merge with…"), () => choose(frm));
	}
}

function choose(frm) {
	frappe.prompt(
		{
			fieldname: "other",
			fieldtype: "Link",
			options: frm.doctype,
			label: __("Is the same as"),
			reqd: 1,
			only_select: 1,
			get_query: () => ({ filters: { name: ["!=", frm.docname] } }),
		},
		async ({ other }) => {
			if (frm.is_dirty()) await frm.save();
			if (!frm.is_dirty()) compare(frm.doctype, other, frm.docname);
		},
		__("Merge {0} with…", [frm.docname]),
		__("Compare")
	);
}

/** Show what two records say differently, then merge the one into the other. */
export async function compare(doctype, gone, kept) {
	const rows = await frappe.xcall("crm_etapas.api.prospects.compare", { doctype, gone, kept });
	const dialog = make_dialog({
		title: __("Merge {0} into {1}", [gone, kept]),
		size: "large",
		fields: [{ fieldname: "comparison", fieldtype: "HTML" }],
		primary_action_label: __("Merge Records"),
		async primary_action() {
			dialog.disable_primary_action();
			try {
				await merge(doctype, gone, kept, chosen(dialog, rows));
				dialog.hide();
			} finally {
				dialog.enable_primary_action();
			}
		},
		secondary_action_label: __("Keep {0} Instead", [gone]),
		secondary_action() {
			dialog.hide();
			compare(doctype, kept, gone);
		},
	});
	dialog.fields_dict.comparison.$wrapper.html(table(doctype, gone, kept, rows));
	dialog.show();
}

async function merge(doctype, gone, kept, values) {
	await frappe.call({
		method: "crm_etapas.api.prospects.merge",
		type: "POST",
		args: { doctype, gone, kept, values },
		freeze: true,
	});
	frappe.model.remove_from_locals(doctype, gone);
	frappe.show_alert({
		message: __("{0} is now a part of {1}", [gone, kept]),
		indicator: "green",
	});
	if (cur_frm && cur_frm.doctype === doctype && cur_frm.docname === kept) {
		cur_frm.reload_doc();
	} else {
		frappe.set_route("Form", doctype, kept);
	}
}

function chosen(dialog, rows) {
	const taken = ({ fieldname }) =>
		dialog.$wrapper.find(`input[name="${fieldname}"]:checked`).val();
	return Object.fromEntries(rows.map((row) => [row.fieldname, row[taken(row)]]));
}

function table(doctype, gone, kept, rows) {
	const explanation = __(
		"Everything that hangs on {0} will hang on {1}. What is not kept stands in a comment. This cannot be undone.",
		[gone, kept]
	);
	const note = `<p class="text-muted">${frappe.utils.escape_html(explanation)}</p>`;
	if (!rows.length)
		return `<p>${__("{0} says nothing that {1} does not say.", [gone, kept])}</p>${note}`;
	const heading = (text, name) =>
		`<th scope="col">${text} ${frappe.utils.get_form_link(doctype, name, true, name)}</th>`;
	return `<div class="table-responsive"><table class="table table-bordered merge-table">
		<thead><tr>
			<th scope="col">${__("Field")}</th>
			${heading(__("Stays:"), kept)}${heading(__("Goes:"), gone)}
		</tr></thead>
		<tbody>${rows.map(table_row).join("")}</tbody>
	</table></div>${note}`;
}

function table_row(row) {
	return `<tr>
		<th scope="row">${frappe.utils.escape_html(row.label)}</th>
		<td>${choice(row, "kept")}</td><td>${choice(row, "gone")}</td>
	</tr>`;
}

function choice(row, side) {
	const text = frappe.utils.escape_html(text_of(row, row[side]));
	return `<label><input type="radio" name="${row.fieldname}" value="${side}"
		aria-label="${frappe.utils.escape_html(row.label)}: ${text}"
		${row.takes === side ? "checked" : ""}> ${text}</label>`;
}

function text_of({ fieldtype, options }, value) {
	if (fieldtype === "Check") return value ? __("Yes") : __("No");
	if (value === null || value === undefined || value === "") return __("(empty)");
	if (fieldtype === "Select" || fieldtype === "Link") return __(value);
	return frappe.utils.html2text(
		String(frappe.format(value, { fieldtype, options }, { inline: 1 }))
	);
}
