/** Shows on a document's form how far its background job is, as long as it waits or runs. */

const LOOK_AGAIN = 3000;

/** Listen to a job when the form is made.
 *
 * `job` has `event` (published by the job with the document's name and its figures), `running` (the status while it
 * works) and `figures` (the fields that it writes meanwhile); `title`, from the document, where its DocType's does not do.
 */
export function listen(frm, job) {
	frappe.realtime.on(job.event, ({ document, ...figures }) => {
		if (document === frm.doc.name) follow(frm, { status: job.running, ...figures }, job);
	});
}

/** Show how far it is, and look again: without realtime updates too. */
export function show(frm, job) {
	draw(frm, job);
	const { name, status } = frm.doc;
	if (is_under_way(status, job)) setTimeout(() => look_again(frm, job, name), LOOK_AGAIN);
}

async function look_again(frm, job, name) {
	if (frm.doc.name !== name || !frm.$wrapper.is(":visible")) return;
	const fields = ["status", ...job.figures];
	const { message } = await frappe.db.get_value(frm.doctype, name, fields);
	if (frm.doc.name !== name) return;
	if (!is_under_way(message.status, job)) {
		frm.reload_doc();
		return;
	}
	follow(frm, message, job);
	setTimeout(() => look_again(frm, job, name), LOOK_AGAIN);
}

function follow(frm, figures, job) {
	Object.assign(frm.doc, figures);
	frm.refresh_fields(Object.keys(figures));
	draw(frm, job);
}

function draw(frm, job) {
	const { status, progress } = frm.doc;
	if (!is_under_way(status, job)) {
		frm.dashboard.hide_progress();
		return;
	}
	const title = job.title ? job.title(frm.doc) : __(frm.doctype);
	frm.dashboard.show_progress(title, progress || 0, __(status, null, frm.doctype));
}

function is_under_way(status, job) {
	return ["Queued", job.running].includes(status);
}
