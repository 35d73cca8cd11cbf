"""Runs an import in the background for the desk: how far it is and what it found stay on its document."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import now_datetime

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.job import import_history
from crm_etapas.history_import.report import Report
from crm_etapas.pipeline import document_job

FILES = {"accounts": "accounts_file", "items": "items_file"}


def enqueue(doc: Document, dry_run: bool) -> None:
	"""Put an import into the queue; one that is there already is not put there twice.

	:raises HistoryImportError: if it is running.
	"""
	refuse_while_running(doc)
	doc.db_set({"status": "Queued", "dry_run": int(dry_run), "progress": 0, "error": None})
	document_job.enqueue(doc, "crm_etapas.history_import.tasks.execute", document=doc.name, dry_run=dry_run)


def refuse_while_running(doc: Document) -> None:
	"""Refuse what must not happen while the import runs or waits for a worker.

	:raises HistoryImportError:
	"""
	document_job.refuse_while_running(doc, HistoryImportError)


def execute(document: str, dry_run: bool) -> None:
	"""Run the import of a History Import document; its outcome, a failure too, is written on the document."""
	doc = frappe.get_doc("History Import", document)
	with document_job.only_one(doc, timeout=1):
		_execute(doc, dry_run)


def _execute(doc: Document, dry_run: bool) -> None:
	doc.db_set({"status": "Running", "started_on": now_datetime(), "finished_on": None}, notify=True)
	frappe.db.commit()  # seen while the import runs
	with document_job.language_of_user():
		try:
			outcome = _outcome(doc, _import(doc, dry_run))
		except HistoryImportError as error:
			outcome = {"status": "Failed", "error": str(error)}
		except Exception:
			frappe.db.rollback()
			log = doc.log_error(_("The history import broke off"))
			message = _(
				"It broke off. What is there stays; the next run goes on from there. See Error Log {0}"
			)
			outcome = {"status": "Failed", "error": message.format(log.name)}
	doc.db_set({**outcome, "finished_on": now_datetime()}, notify=True)
	frappe.db.commit()  # the outcome outlives whatever the worker does next


def content_of(file: str) -> tuple[str, bytes]:
	"""Return name and content of a File, by its name or url.

	:raises HistoryImportError: if there is none that the user may read on this site.
	"""
	# the same content uploaded twice is two Files with one url; one that the user may read is enough
	names = frappe.get_all("File", or_filters={"name": file, "file_url": file}, pluck="name")
	files = (frappe.get_doc("File", name) for name in names)
	doc = next((f for f in files if not f.is_folder and f.has_permission("read")), None)
	if not doc:
		raise HistoryImportError(_("There is no file {0} that you may read. Choose it again").format(file))
	if doc.is_remote_file:
		raise HistoryImportError(_("{0} lies on another server. Upload it here").format(file))
	content = doc.get_content()
	return doc.file_name, content.encode() if isinstance(content, str) else content


def _import(doc: Document, dry_run: bool) -> Report:
	extras = {name: content_of(doc.get(field)) for name, field in FILES.items() if doc.get(field)}

	def progress(done: int, total: int) -> None:
		percent = 100 * done / max(total, 1)
		doc.db_set("progress", percent, update_modified=False)
		frappe.db.commit()  # for whoever opens the form meanwhile
		frappe.publish_realtime(
			"history_import_progress",
			{"document": doc.name, "progress": percent},
			doctype=doc.doctype,
			docname=doc.name,
		)

	return import_history(content_of(doc.import_file), doc.mapping, extras, dry_run, progress)


def _outcome(doc: Document, report: Report) -> dict:
	status = "Partly Refused" if report.refused else "Completed"
	return {
		"status": "Dry Run Done" if report.dry_run else status,
		"source": report.source,
		"progress": 100,
		"total_rows": report.rows,
		"created": report.created["Opportunity"],
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
