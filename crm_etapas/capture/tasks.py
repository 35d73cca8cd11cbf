"""Runs an import of prospects in the background: how far it is and what it found stay on its document."""

import frappe
from frappe.model.document import Document

from crm_etapas.capture.job import Options, import_prospects
from crm_etapas.exceptions import ProspectImportError
from crm_etapas.pipeline import document_job
from crm_etapas.tabular import tasks
from crm_etapas.tabular.report import Report
from crm_etapas.tabular.tasks import Progress, content_of


def enqueue(doc: Document, dry_run: bool) -> None:
	"""Put an import into the queue; one that is there already is not put there twice.

	:raises ProspectImportError: if it is running.
	"""
	tasks.enqueue(doc, "crm_etapas.capture.tasks.execute", dry_run, ProspectImportError)


def refuse_while_running(doc: Document) -> None:
	"""Refuse what must not happen while the import runs or waits for a worker.

	:raises ProspectImportError:
	"""
	document_job.refuse_while_running(doc, ProspectImportError)


def execute(document: str, dry_run: bool) -> None:
	"""Run the import of a Prospect Import document; its outcome, a failure too, is written on the document."""

	def run(doc: Document, progress: Progress) -> Report:
		return import_prospects(content_of(doc.import_file), _options(doc), dry_run, progress)

	tasks.execute(frappe.get_doc("Prospect Import", document), run, "Lead")


def _options(doc: Document) -> Options:
	return Options(
		source=doc.source,
		mapping=doc.mapping,
		duplicates=doc.duplicates,
		mails=bool(doc.send_notifications),
		date_format=doc.date_format,
		number_format=doc.number_format,
	)
