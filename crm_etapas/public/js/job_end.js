/** Tells whoever started a long job that it has ended, on whatever page they are. */

const SHOWN_FOR = 15; // seconds

export function tell_of_ended_jobs() {
	// before that there is no connection to listen on
	$(document).on("app_ready", () => frappe.realtime.on("crm_etapas_job_ended", tell));
}

function tell({ message, document_type, document_name, link }) {
	const to = link || frappe.utils.get_form_link(document_type, document_name);
	const text = `${frappe.utils.escape_html(message)} <a href="${to}">${__("Open")}</a>`;
	frappe.show_alert({ message: text, indicator: "blue" }, SHOWN_FOR);
}
