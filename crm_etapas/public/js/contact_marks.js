/** The red and green marks of a contact's emails and mobiles. Pressing red asks the client whether it is theirs. */

import { make_dialog } from "./dialog.js";

const TABLES = { email_ids: "email_id", phone_nos: "phone" };

/** Show the marks wherever Frappe lists the contacts of a record, right after it has drawn the list. */
export function add_to_contact_lists() {
	const draw = frappe.contacts.render_address_and_contact;
	frappe.contacts.render_address_and_contact = function (frm) {
		draw.apply(this, arguments);
		decorate(frm);
	};
}

/** Show the marks in the tables of the contact's own form. */
export function add_to_contact_form(frm) {
	for (const [table, column] of Object.entries(TABLES)) {
		const grid = frm.fields_dict[table]?.grid;
		if (!grid) continue;
		grid.wrapper.addClass("with-contact-marks");
		grid.update_docfield_property("validated", "formatter", (value, df, options, row) =>
			mark_in_table(frm, row, column)
		);
		grid.refresh();
		listen(grid.wrapper.get(0), (row) => press_in_table(frm, row, column));
	}
}

function decorate(frm) {
	const { contact_list = [], contact_marks = {} } = frm.doc.__onload || {};
	const wrapper = $(frm.fields_dict.contact_html?.wrapper);
	wrapper.find(".address-box").each((index, box) => {
		const contact = contact_list[index]?.name;
		const marks = contact_marks[contact] || [];
		$(box)
			.find('a[href^="mailto:"], a[href^="tel:"]')
			.each((_, link) => {
				const mark = marks.find(({ address }) => address === link.textContent.trim());
				if (mark) $(link).after(" ", draw_mark(mark));
			});
	});
	listen(wrapper.get(0), (row) => {
		for (const [contact, marks] of Object.entries(contact_marks)) {
			const mark = marks.find((each) => each.row === row);
			if (mark) validate(contact, mark, () => frm.reload_doc());
		}
	});
}

function mark_in_table(frm, row, column) {
	if (!row || !row[column]) return "";
	const saved = saved_mark(frm, row, column);
	if (saved) return draw_mark(saved);
	const is_landline = !row.__islocal && !changed(frm, row, column);
	return is_landline ? "" : draw_mark({ row: row.name, address: row[column] });
}

function press_in_table(frm, name, column) {
	const row = Object.keys(TABLES)
		.flatMap((table) => frm.doc[table] || [])
		.find((each) => each.name === name);
	const mark = row && saved_mark(frm, row, column);
	if (mark && !frm.is_dirty()) {
		validate(frm.doc.name, mark, () => frm.reload_doc());
	} else {
		frappe.msgprint(__("Save the contact first, then press the mark again"));
	}
}

function marks_of(frm) {
	return frm.doc.__onload?.contact_marks?.[frm.doc.name] || [];
}

function saved_mark(frm, row, column) {
	return marks_of(frm).find((mark) => mark.row === row.name && mark.address === row[column]);
}

/** Whether a row has been edited since it was saved, so that its mark counts no more. */
function changed(frm, row, column) {
	return marks_of(frm).some((mark) => mark.row === row.name && mark.address !== row[column]);
}

/** Listen for marks being pressed, before a table takes the click as a wish to edit the row. */
function listen(element, then) {
	if (!element) return;
	element.removeEventListener("click", element.on_contact_mark, true);
	element.on_contact_mark = (event) => {
		const button = event.target.closest("button.contact-mark");
		if (!button) return;
		event.preventDefault();
		event.stopPropagation();
		then(button.dataset.row);
	};
	element.addEventListener("click", element.on_contact_mark, true);
}

function draw_mark({ row, address, validated_on, waiting_until }) {
	const escape = frappe.utils.escape_html;
	if (validated_on) {
		const when = __("Validated on {0}", [frappe.datetime.str_to_user(validated_on)]);
		return `<span class="contact-mark indicator-pill green" title="${escape(when)}">${__(
			"Validated"
		)}</span>`;
	}
	const state = waiting_until ? __("Waiting for the Client") : __("Not Validated");
	if (!frappe.model.can_write("Contact")) {
		return `<span class="contact-mark indicator-pill red">${state}</span>`;
	}
	const title = __("{0} is not validated. Press to send the client a message", [address]);
	return `<button type="button" class="contact-mark indicator-pill red" data-row="${escape(
		row
	)}" title="${escape(title)}">${state}</button>`;
}

function validate(contact, mark, then) {
	if (mark.medium === "SMS" && mark.waiting_until) {
		ask_for_code(contact, mark, then);
	} else {
		confirm_and_send(contact, mark, then);
	}
}

function confirm_and_send(contact, mark, then) {
	const address = frappe.utils.escape_html(mark.address);
	const question =
		mark.medium === "SMS"
			? __("Send an SMS with a code to {0}?", [address.bold()])
			: __("Send a mail with a link to {0}?", [address.bold()]);
	frappe.confirm(question, async () => {
		await call("send", { contact, address: mark.address });
		frappe.show_alert({ message: __("Sent to {0}", [address]), indicator: "green" });
		if (mark.medium === "SMS") ask_for_code(contact, mark, then);
		else then();
	});
}

function ask_for_code(contact, mark, then) {
	const dialog = make_dialog({
		title: __("Code Sent to {0}", [frappe.utils.escape_html(mark.address)]),
		fields: [
			{
				fieldname: "code",
				fieldtype: "Data",
				label: __("Code"),
				reqd: 1,
				description: __("Ask the client for the code in the message"),
			},
		],
		primary_action_label: __("Confirm"),
		async primary_action({ code }) {
			const { confirmed, tries_left } = await call("confirm_code", {
				contact,
				address: mark.address,
				code,
			});
			if (!confirmed && tries_left) {
				dialog.set_df_property(
					"code",
					"description",
					__("That is not the code. Tries left: {0}", [tries_left])
				);
				return;
			}
			dialog.hide();
			if (confirmed) {
				frappe.show_alert({ message: __("Validated"), indicator: "green" });
			} else {
				frappe.msgprint(__("The code does not count any more. Send another one"));
			}
		},
		secondary_action_label: __("Send Another"),
		secondary_action() {
			dialog.hide();
			confirm_and_send(contact, mark, then);
		},
	});
	dialog.onhide = then; // the mark has changed, whatever was answered
	dialog.show();
}

async function call(method, args) {
	const { message } = await frappe.call({
		method: `crm_etapas.api.verification.${method}`,
		type: "POST",
		args,
		freeze: true,
	});
	return message;
}
