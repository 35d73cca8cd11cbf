/** How somebody became a customer, on the form of the customer: prospects, opportunities, what these are worth. */

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
const SHOWN = 5;

export function add_to_form() {
	frappe.ui.form.on("Customer", { refresh });
}

async function refresh(frm) {
	if (frm.is_new()) return;
	const { docname } = frm;
	const { message } = await frappe.call({
		method: "crm_etapas.api.conversion.customer_past",
		type: "GET",
		args: { customer: docname },
	});
	if (frm.docname !== docname) return;
	frm.dashboard.parent.find(".customer-past").remove();
	const { prospects, opportunities, interactions } = message;
	if (!prospects.length && !opportunities.length && !interactions.length) return;
	const body = frm.dashboard.add_section(render(message), __("Pipeline"), "customer-past");
	body.closest(".customer-past").prependTo(frm.dashboard.parent);
	frm.dashboard.show();
}

function render({ prospects, opportunities, interactions, won, open }) {
	return `<div class="customer-past-figures">
			${figure(__("Won", null, "Opportunity Stage"), won)}${figure(
		__("Open", null, "Opportunity Stage"),
		open
	)}
		</div>
		<div class="customer-past-lists">
			${list(
				__("Prospects"),
				prospects.map((row) => record("Lead", row))
			)}
			${list(
				__("Opportunities"),
				opportunities.map((row) => record("Opportunity", row))
			)}
			${list(__("Interactions"), interactions.map(interaction))}
		</div>`;
}

function figure(label, amounts) {
	const shown = amounts.map(({ amount, currency }) => format_currency(amount, currency));
	return `<p><span class="text-muted">${label}</span> <strong>${
		shown.join(" + ") || "–"
	}</strong></p>`;
}

function list(title, rows) {
	if (!rows.length) return "";
	const more = rows.length - SHOWN;
	return `<section><h6>${title} <span class="text-muted">${rows.length}</span></h6>
		<ul class="list-unstyled">${rows.slice(0, SHOWN).join("")}</ul>
		${more > 0 ? `<p class="text-muted">${__("and {0} more", [more])}</p>` : ""}</section>`;
}

function record(doctype, row) {
	const link = frappe.utils.get_form_link(
		doctype,
		row.name,
		true,
		escape(row.title || row.name)
	);
	const amount = row.amount ? ` · ${format_currency(row.amount, row.currency)}` : "";
	const on = frappe.datetime.str_to_user(row.creation.split(" ")[0]);
	return `<li>${link} <small class="text-muted">${escape(
		row.label
	)}${amount} · ${on}</small></li>`;
}

function interaction({ name, subject, medium, by, on }) {
	const link = frappe.utils.get_form_link(
		"Communication",
		name,
		true,
		escape(subject || __(medium))
	);
	const day = frappe.datetime.str_to_user((on || "").split(" ")[0]);
	return `<li>${link} <small class="text-muted">${escape(by)} · ${day}</small></li>`;
}
