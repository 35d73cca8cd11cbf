"""The same change of several records, each for itself."""

from collections.abc import Callable, Iterable

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, strip_html

from crm_etapas.pipeline.deadlock import CONFLICTS

SAVEPOINT = "changing_one_of_many"


def each(doctype: str, names: Iterable[str], change: Callable[[Document], None]) -> list[dict]:
	"""Change one record after the other; one that cannot be changed keeps none of the others from it.

	They are taken in the order of their names, so that two users who change the same ones lock them in the same
	order. A deadlock, which undoes all of them, is the caller's.

	:return: a dict a record: name, title and reason: why it was refused, or None.
	"""
	return [_one(doctype, name, change) for name in sorted({cstr(name) for name in names})]


def _one(doctype: str, name: str, change: Callable[[Document], None]) -> dict:
	frappe.db.savepoint(SAVEPOINT)
	told = len(frappe.local.message_log)
	title = name
	try:
		doc = _writable(doctype, name)
		title = doc.get_title() or name
		change(doc)
	except CONFLICTS:
		raise
	except (frappe.ValidationError, frappe.PermissionError) as error:
		frappe.db.rollback(save_point=SAVEPOINT)
		said = [entry.get("message") for entry in frappe.get_message_log()[told:]] or [str(error)]
		return {"name": name, "title": title, "reason": strip_html(" ".join(filter(None, said)))}
	finally:
		# what one record had to say is told with it, not shown in a heap
		del frappe.local.message_log[told:]
	return {"name": name, "title": title, "reason": None}


def _writable(doctype: str, name: str) -> Document:
	"""Return a record to write, or refuse in the same words whether it is hidden or does not exist."""
	told = len(frappe.local.message_log)
	try:
		doc = frappe.get_doc(doctype, name, for_update=True)
	except frappe.DoesNotExistError:
		doc = None
	if not doc or not doc.has_permission("write"):
		del frappe.local.message_log[told:]
		frappe.throw(
			_("There is no {0} {1} that you may change").format(_(doctype), frappe.bold(name)),
			frappe.PermissionError,
		)
	return doc
