"""Runs an import in the background for the desk: how far it is and what it found stay on its document.

The document has the fields status, dry_run, progress, error, started_on, finished_on, source, total_rows, created,
already_there, guessed, refused, report and report_file.
"""

from collections.abc import Callable
from types import ModuleType

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.exceptions import TableError
from crm_etapas.pipeline import document_job
from crm_etapas.tabular.report import Report

RESULTS = ("total_rows", "created", "already_there", "guessed", "refused", "report_file", "error")

Progress = Callable[[int, int], None]


def enqueue(doc: Document, method: str, dry_run: bool, error_class: type[TableError]) -> None:
	"""Put an import into the queue; one that is there already is not put there twice.

	:param method: takes the arguments `document` and `dry_run`.
	:raises error_class: if it is running.
	"""
	document_job.refuse_while_running(doc, error_class)
	doc.db_set({"status": "Queued", "dry_run": int(dry_run), "progress": 0, "error": None})
	document_job.enqueue(doc, method, document=doc.name, dry_run=dry_run)


def begin(doc: Document, tasks: ModuleType, dry_run: bool, wait: bool = False) -> dict:
	"""Start an import: in the background, or now for whoever waits for it.

	:param tasks: the module of the import, with `enqueue` and `execute`.
	:return: `name` and `status`; for whoever waited, what came of it too.
	"""
	if not wait:
		tasks.enqueue(doc, dry_run)
		return {"name": doc.name, "status": doc.status}
	tasks.execute(doc.name, dry_run)
	return _results(doc)


def execute(doc: Document, run: Callable[[Document, Progress], Report], counted: str) -> None:
	"""Run the import of a document; its outcome, a failure too, is written on the document.

	:param run: does the work; is given the document and what to tell how far it is.
	:param counted: the DocType whose new records are the result.
	"""
	with document_job.only_one(doc, timeout=1):
		_execute(doc, run, counted)


def _results(doc: Document) -> dict:
	doc.reload()
	return {"name": doc.name, "status": doc.status, **{field: doc.get(field) for field in RESULTS}}


def content_of(file: str) -> tuple[str, bytes]:
	"""Return name and content of a File, by its name or url.

	:raises TableError: if there is none that the user may read on this site.
	"""
	# the same content uploaded twice is two Files with one url; one that the user may read is enough
	names = frappe.get_all("File", or_filters={"name": file, "file_url": file}, pluck="name")
	files = (frappe.get_doc("File", name) for name in names)
	doc = next((f for f in files if not f.is_folder and f.has_permission("read")), None)
	if not doc:
		raise TableError(_("There is no file {0} that you may read. Choose it again").format(file))
	if doc.is_remote_file:
		raise TableError(_("{0} lies on another server. Upload it here").format(file))
	content = doc.get_content()
	return doc.file_name, content.encode() if isinstance(content, str) else content


def url_of(file: str | None) -> str | None:
	"""Return the url of a File that is given by its name or url."""
	return file and (frappe.db.get_value("File", file, "file_url") or file)


def _execute(doc: Document, run: Callable[[Document, Progress], Report], counted: str) -> None:
	doc.db_set({"status": "Running", "started_on": now_datetime(), "finished_on": None}, notify=True)
	frappe.db.commit()  # seen while the import runs
	with document_job.language_of_user():
		try:
			outcome = _outcome(doc, run(doc, _progress(doc)), counted)
		except TableError as error:
			outcome = {"status": "Failed", "error": str(error)}
		except Exception:
			frappe.db.rollback()
			log = doc.log_error(_("{0} broke off").format(_(doc.doctype)))
			message = _(
				"It broke off. What is there stays; the next run goes on from there. See Error Log {0}"
			)
			outcome = {"status": "Failed", "error": message.format(log.name)}
		doc.db_set({**outcome, "finished_on": now_datetime()}, notify=True)
		document_job.tell_end(doc)
	frappe.db.commit()  # the outcome outlives whatever the worker does next


def _progress(doc: Document) -> Progress:
	event = f"{frappe.scrub(doc.doctype)}_progress"

	def progress(done: int, total: int) -> None:
		percent = 100 * done / max(total, 1)
		doc.db_set("progress", percent, update_modified=False)
		frappe.db.commit()  # for whoever opens the form meanwhile
		message = {"document": doc.name, "progress": percent}
		frappe.publish_realtime(event, message, doctype=doc.doctype, docname=doc.name)

	return progress


def _outcome(doc: Document, report: Report, counted: str) -> dict:
	status = "Partly Refused" if report.refused else "Completed"
	return {
		"status": "Dry Run Done" if report.dry_run else status,
		"source": report.source,
		"progress": 100,
		"total_rows": report.rows,
		"created": report.created[counted],
		"already_there": report.already_there,
		"guessed": report.guessed,
		"refused": report.refused,
		"report": report.to_html(),
		"report_file": _attach(doc, report),
	}


def _attach(doc: Document, report: Report) -> str:
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{doc.name}.csv",
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"is_private": 1,
			"content": report.to_csv(),
		}
	)
	return file.insert().file_url
