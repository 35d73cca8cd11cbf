"""Loads or clears the sample in the background for the desk: one at a time, and how far it is outlives the page."""

import frappe
from frappe import _

from crm_etapas import demo
from crm_etapas.demo import made
from crm_etapas.exceptions import SetupError
from crm_etapas.pipeline import document_job

KEY = "crm_etapas_sample"
KEPT_FOR = 24 * 3600  # seconds that how it has ended is known
LOAD, CLEAR = "load", "clear"
# what takes the place of a document: there is one sample a site
SAMPLE = frappe._dict(doctype="Sample Data", name="Sample Data")


def state() -> dict:
	"""Return `count` of the sample's records, and of its last job: `action` (load or clear), `under_way`, `progress` in
	percent, `error` and `kept`: the records that others' records name."""
	last = frappe.cache.get_value(KEY, expires=True) or {}
	return {**last, "count": made.count(), "under_way": bool(last) and document_job.is_under_way(SAMPLE)}


def start(action: str) -> dict:
	"""Put the job into the queue, where it is once the transaction is through.

	:return: as `state`.
	:raises SetupError: if it is running.
	"""
	if document_job.is_under_way(SAMPLE):
		frappe.throw(
			_("The sample data is being loaded or cleared. Wait until that has ended"),
			SetupError,
			title=_("Sample Data"),
		)
	_remember(action, progress=0)
	document_job.enqueue(SAMPLE, "crm_etapas.demo.job.execute", action=action, user=frappe.session.user)
	return {**state(), "under_way": True}


def execute(action: str, user: str) -> None:
	"""Load or clear, and tell the user how it has ended.

	The sample has users, territories and customers, which no role of ERPNext may make all of. Who may ask for it is
	settled by then, so it is made with the rights of Administrator; its prospects are the user's.
	"""
	frappe.set_user("Administrator")
	frappe.local.lang = frappe.translate.get_user_lang(user)

	def tell(done: int, total: int) -> None:
		_remember(action, progress=100 * done // total)

	with document_job.only_one(SAMPLE):
		try:
			kept = demo.load(tell, user) if action == LOAD else demo.clear(tell)
			_remember(action, progress=100, kept=[f"{_(doctype)} {name}" for doctype, name in kept or []])
			loaded = _("The sample data is there: {0} records").format(made.count())
			message = loaded if action == LOAD else _cleared(kept)
		except Exception:
			frappe.db.rollback()
			log = frappe.log_error(title=_("The sample data could not be loaded or cleared"))
			message = _("The sample data could not be loaded or cleared. Try again, or see Error Log {0}")
			message = message.format(log.name)
			_remember(action, error=message)
	document_job.tell_user(user, message, link="/app/crm-etapas-setup/sample")
	frappe.db.commit()  # a job


def _cleared(kept: list[tuple[str, str]]) -> str:
	if not kept:
		return _("The sample data is cleared")
	return _("The sample data is cleared, except for {0} records that others name").format(len(kept))


def _remember(action: str, **values) -> None:
	frappe.cache.set_value(KEY, {"action": action, **values}, expires_in_sec=KEPT_FOR)
