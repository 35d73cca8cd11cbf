"""A background job that belongs to a document, which shows how far it is: one at a time, in one language."""

from contextlib import contextmanager

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.translate import get_user_lang
from frappe.utils.background_jobs import get_job
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock
from rq.job import JobStatus

TIMEOUT = 4 * 3600


def enqueue(doc: Document, method: str, **arguments) -> None:
	"""Put a document's job into the queue, once the transaction is through; never twice."""
	frappe.enqueue(
		method,
		queue="long",
		timeout=TIMEOUT,
		job_id=job_id(doc),
		deduplicate=True,
		enqueue_after_commit=True,
		**arguments,
	)


def refuse_while_running(doc: Document, error: type[Exception]) -> None:
	"""Refuse what must not happen while the job runs or waits for a worker.

	:raises error:
	"""
	if is_under_way(doc):
		frappe.throw(
			_("{0} is running. Wait until it has ended").format(doc.name), error, title=_(doc.doctype)
		)


def is_under_way(doc: Document) -> bool:
	"""Tell whether the job runs or waits for a worker.

	A worker that was killed leaves its job behind as started; the lock tells, for it dies with the worker.
	"""
	job = get_job(job_id(doc))
	status = job and job.get_status()
	if status == JobStatus.STARTED and not is_running(doc):
		job.delete()
		return False
	return status in (JobStatus.QUEUED, JobStatus.STARTED) or is_running(doc)


def only_one(doc: Document, timeout: int = 0):
	"""Hold the document's lock while its job runs.

	:raises LockTimeoutError: if another process holds it after `timeout` seconds.
	"""
	return filelock(f"{frappe.scrub(doc.doctype)}_{doc.name}", timeout=timeout)


def is_running(doc: Document) -> bool:
	try:
		with only_one(doc):
			return False
	except LockTimeoutError:
		return True


def job_id(doc: Document) -> str:
	return f"{frappe.scrub(doc.doctype)}::{doc.name}"


def tell_end(doc: Document) -> None:
	"""Tell whoever started the document's job how it has ended, wherever they are; who waited for it sees it anyway."""
	if getattr(frappe.local, "job", None):
		ending = _(doc.status, context=doc.doctype)
		message = f"{_(doc.doctype)} {doc.name}: {ending}"
		tell_user(frappe.session.user, message, document_type=doc.doctype, document_name=doc.name)


def tell_user(user: str, message: str, **about: str) -> None:
	"""Put a message among a user's notifications and show it on whatever page they have open.

	:param about: `document_type` and `document_name` of a record, or a `link`.
	"""
	values = {"doctype": "Notification Log", "type": "Alert", "for_user": user, "from_user": user}
	frappe.get_doc({**values, "subject": message, **about}).insert(
		ignore_permissions=True  # nobody may make these by hand
	)
	frappe.publish_realtime(
		"crm_etapas_job_ended", {"message": message, **about}, user=user, after_commit=True
	)


@contextmanager
def language_of_user():
	"""A worker speaks the site's language; what it writes down is for a person."""
	before = frappe.local.lang
	frappe.local.lang = get_user_lang()
	try:
		yield
	finally:
		frappe.local.lang = before
