/** What the forms of imports have in common: dry run, start or go on, progress, the report. */

import * as job_progress from "./job_progress.js";

const job_of = (frm) => ({
	event: `${frappe.scrub(frm.doctype)}_progress`,
	running: "Running",
	figures: ["progress"],
	title: ({ dry_run, doctype }) => (dry_run ? __("Dry Run") : __(doctype)),
});

/** Show how far the import of a form is, while it runs. */
export function follow(frm) {
	job_progress.listen(frm, job_of(frm));
}

/**
 * Show the report and the buttons of a saved import.
 *
 * @param {string} method starts the import; takes `name` and `dry_run`.
 * @param {function(number): string} question asks, after a dry run, whether so many records may be created.
 */
export function show(frm, method, question) {
	frm.fields_dict.report_view.$wrapper.html(frm.doc.report || "");
	if (frm.is_new()) return;
	job_progress.show(frm, job_of(frm));
	if (frm.is_dirty()) return;
	const start = async (dry_run) => {
		await frappe.call({ method, args: { name: frm.doc.name, dry_run }, freeze: true });
		frm.reload_doc();
	};
	frm.add_custom_button(__("Dry Run"), () => start(1));
	const resumes = frm.doc.status === "Running" || frm.doc.status === "Failed";
	const label = resumes && !frm.doc.dry_run ? __("Resume") : __("Start Import");
	frm.add_custom_button(label, () => ask(frm, start, question)).addClass("btn-primary");
}

function ask(frm, start, question) {
	if (frm.doc.status === "Dry Run Done") {
		frappe.confirm(question(frm.doc.created), () => start(0));
	} else if (frm.doc.status === "Draft") {
		frappe.confirm(__("Import without a dry run first?"), () => start(0));
	} else {
		start(0);
	}
}

/** What the lists of all imports show: how far each one is. */
export function list_settings(doctype) {
	const colours = {
		Queued: "orange",
		Running: "orange",
		"Dry Run Done": "blue",
		Completed: "green",
		"Partly Refused": "yellow",
		Failed: "red",
	};
	return {
		add_fields: ["status"],
		get_indicator: (doc) => [
			__(doc.status, null, doctype),
			colours[doc.status] || "gray",
			`status,=,${doc.status}`,
		],
	};
}
