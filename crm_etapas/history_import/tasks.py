"""Runs an import in the background for the desk: how far it is and what it found stay on its document."""

import frappe
from frappe.model.document import Document

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.job import import_history
from crm_etapas.pipeline import document_job
from crm_etapas.tabular import tasks
from crm_etapas.tabular.report import Report
from crm_etapas.tabular.tasks import Progress, content_of

FILES = {"accounts": "accounts_file", "items": "items_file"}


def enqueue(doc: Document, dry_run: bool) -> None:
	"""Put an import into the queue; one that is there already is not put there twice.

	:raises HistoryImportError: if it is running.
	"""
	tasks.enqueue(doc, "crm_etapas.history_import.tasks.execute", dry_run, HistoryImportError)


def refuse_while_running(doc: Document) -> None:
	"""Refuse what must not happen while the import runs or waits for a worker.

	:raises HistoryImportError:
	"""
	document_job.refuse_while_running(doc, HistoryImportError)


def execute(document: str, dry_run: bool) -> None:
	"""Run the import of a History Import document; its outcome, a failure too, is written on the document."""

	def run(doc: Document, progress: Progress) -> Report:
		extras = {name: content_of(doc.get(field)) for name, field in FILES.items() if doc.get(field)}
		return import_history(content_of(doc.import_file), doc.mapping, extras, dry_run, progress)

	tasks.execute(frappe.get_doc("History Import", document), run, "Opportunity")
