/** What the dialogs of follow-up ask for goes to the server, for one record or for several; see `record.js`. */

export function titled({ title }, what) {
	return title ? `${frappe.utils.escape_html(title)}: ${what}` : what;
}

/** Send it for one record. A dialog stays open if it is refused. */
export function send(record, dialog, method, args = {}) {
	const { doctype, name, done } = record;
	frappe.call({
		method: `crm_etapas.api.follow_up.${method}`,
		type: "POST",
		args: { doctype, name, ...args },
		freeze: true,
		callback: () => {
			dialog?.hide();
			done?.();
		},
	});
}

/** Send it for several records of a DocType, and say what was refused; `told` words how many were not. */
export async function send_many({ doctype, names, done }, dialog, method, args, told) {
	const { message } = await frappe.call({
		method: `crm_etapas.api.follow_up.${method}`,
		type: "POST",
		args: { doctype, names, ...args },
		freeze: true,
	});
	dialog.hide();
	tell(doctype, message, told);
	done?.();
}

function tell(doctype, results, told) {
	const escape = frappe.utils.escape_html;
	const refused = results.filter(({ reason }) => reason);
	const outcome = told(results.length - refused.length);
	if (!refused.length) {
		frappe.show_alert({ message: outcome, indicator: "green" });
		return;
	}
	const because = ({ name, title, reason }) =>
		`${frappe.utils.get_form_link(doctype, name, true, escape(title))}: ${escape(reason)}`;
	frappe.msgprint({
		title: outcome,
		message: refused.map(because),
		as_list: true,
		indicator: "orange",
	});
}
