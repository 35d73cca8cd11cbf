"""Exports of many records, in the background: what was asked for, how far it is and the file stay on a List Export."""

import json
import os
from collections.abc import Callable

import frappe
from frappe import _
from frappe.core.doctype.access_log.access_log import make_access_log
from frappe.core.doctype.file.utils import get_content_hash
from frappe.model.document import Document
from frappe.utils import get_files_path, now_datetime, nowdate, strip_html
from frappe.utils.file_lock import LockTimeoutError

from crm_etapas.exceptions import ExportError
from crm_etapas.finding.export import columns, selection, sheet
from crm_etapas.finding.export.selection import Selection
from crm_etapas.pipeline import document_job

AT_ONCE = 5_000
EXTENSION = "xlsx"


def create(asked: Selection, keys: list[str] | None) -> Document:
	"""Make a List Export and put it into the queue.

	:param keys: of the columns; all without it.
	"""
	columns.choose(asked.doctype, keys)
	doc = frappe.get_doc(
		{
			"doctype": "List Export",
			"reference_doctype": asked.doctype,
			"asked_for": json.dumps({**vars(asked), "columns": keys}, ensure_ascii=False, indent=1),
		}
	).insert(ignore_permissions=True)  # a DocType that nobody makes records of by hand
	_enqueue(doc)
	return doc


def start_again(doc: Document) -> None:
	"""Put an export into the queue that failed, or whose worker is gone.

	:raises ExportError: if it is running.
	"""
	refuse_while_running(doc)
	_enqueue(doc)


def refuse_while_running(doc: Document) -> None:
	"""Refuse what must not happen while an export runs or waits for a worker.

	:raises ExportError:
	"""
	document_job.refuse_while_running(doc, ExportError)


def execute(list_export: str) -> None:
	"""Write the file, as the user who asked for it; how it ends, a failure too, is written on the document.

	Whoever comes second while it runs has nothing to do.
	"""
	doc = frappe.get_doc("List Export", list_export)
	try:
		with document_job.only_one(doc), document_job.language_of_user():
			_execute(doc)
	except LockTimeoutError:
		return


def log_access(asked: Selection, keys: list[str] | None) -> None:
	"""Note in Frappe's Access Log who takes what along."""
	make_access_log(
		doctype=asked.doctype,
		file_type="Excel",
		filters=json.dumps([*asked.filters, *asked.or_filters], ensure_ascii=False),
		columns=json.dumps(keys, ensure_ascii=False) if keys else None,
		method="Export to Excel",
	)


def title(doctype: str) -> str:
	"""Return what the file is called, without what follows the point."""
	return f"{_(doctype)} {nowdate()}".replace("/", "-")


def _enqueue(doc: Document) -> None:
	doc.db_set({"status": "Queued", "progress": 0, "error": None})
	document_job.enqueue(doc, "crm_etapas.finding.export.job.execute", list_export=doc.name)


def _execute(doc: Document) -> None:
	doc.db_set({"status": "Running", "started_on": now_datetime(), "finished_on": None}, notify=True)
	frappe.db.commit()  # seen while it runs
	try:
		ending = {"status": "Completed", "error": None, "progress": 100, **_write(doc)}
	except (frappe.ValidationError, frappe.PermissionError) as error:
		frappe.db.rollback()
		ending = {"status": "Failed", "error": strip_html(str(error)) or _("Not permitted")}
	except Exception:
		frappe.db.rollback()
		log = doc.log_error(_("The export broke off"))
		ending = {
			"status": "Failed",
			"error": _("It broke off. Start it again, or see Error Log {0}").format(log.name),
		}
	doc.db_set({**ending, "finished_on": now_datetime()}, notify=True)
	_notify(doc)
	frappe.db.commit()  # the outcome outlives whatever the worker does next


def _write(doc: Document) -> dict:
	"""Write and attach the file; return its url and how many records are in it."""
	asked = json.loads(doc.asked_for)
	keys = asked.pop("columns")
	chosen = Selection(**asked)
	selection.check_permission(chosen.doctype)
	log_access(chosen, keys)
	names = chosen.names()
	doc.db_set("total", len(names), update_modified=False)
	workbook, written = sheet.write(
		chosen.doctype, names, columns.choose(chosen.doctype, keys), _teller(doc, len(names))
	)
	_forget_files(doc)
	return {"written": written, "file": _attach(doc, workbook.save)}


def _teller(doc: Document, total: int) -> Callable[[int], None]:
	"""Return what writes on the document how far it is, and tells whoever looks at it."""

	def tell(done: int) -> None:
		percent = 100 * done // max(total, 1)
		if percent == doc.progress:
			return
		doc.db_set("progress", percent, update_modified=False)
		frappe.db.commit()  # for whoever opens the form meanwhile
		message = {"document": doc.name, "progress": percent, "total": total}
		frappe.publish_realtime("list_export_progress", message, doctype=doc.doctype, docname=doc.name)

	return tell


def _attach(doc: Document, save: Callable[[str], None]) -> str:
	"""Write the workbook where Frappe keeps private files, and return the url of its File.

	It is not handed to Frappe as a whole: it may be larger than the memory a worker should take, and than
	what a user may upload.
	"""
	secret = frappe.generate_hash(length=8)  # nobody guesses the url
	name = f"{title(doc.reference_doctype)} {secret}.{EXTENSION}"
	url, path = f"/private/files/{name}", get_files_path(name, is_private=1)
	frappe.db.after_rollback.add(lambda: os.path.exists(path) and os.remove(path))
	save(path)
	file = frappe.get_doc(
		{
			"doctype": "File",
			"name": frappe.generate_hash(length=10),
			"file_name": name,
			"file_url": url,
			"file_type": EXTENSION.upper(),
			"file_size": os.path.getsize(path),
			# of its url: Frappe leaves a file on the disk as long as another one has the same content
			"content_hash": get_content_hash(url.encode()),
			"is_private": 1,
			"folder": frappe.db.get_value("File", {"is_attachments_folder": 1}),
			"attached_to_doctype": doc.doctype,
			"attached_to_name": doc.name,
			"attached_to_field": "file",
		}
	)
	file.db_insert()
	return file.file_url


def _forget_files(doc: Document) -> None:
	"""Delete what an earlier run has attached."""
	attached = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
	for name in frappe.get_all("File", attached, pluck="name"):
		frappe.delete_doc("File", name, ignore_permissions=True)  # the app's own, of the app's own document


def _notify(doc: Document) -> None:
	if doc.status == "Completed":
		subject = _("{0}: the Excel file with {1} records is ready")
	else:
		subject = _("{0}: the export to Excel failed")
	message = subject.format(_(doc.reference_doctype), doc.written)
	document_job.tell_user(doc.owner, message, document_type=doc.doctype, document_name=doc.name)
