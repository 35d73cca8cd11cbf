"""Records that a request names: the same words whether one is hidden or does not exist."""

import json

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.model.document import Document
from frappe.utils import escape_html


def existing(doctype: str, name: str, tables: bool = True) -> Document:
	"""Return the document, or refuse in the same words whether it is hidden or does not exist.

	:param tables: whether its tables are needed; each of them costs a query.
	"""
	frappe.has_permission(doctype, "read", throw=True)
	if row := frappe.db.get_value(doctype, name, "*", as_dict=True):
		whole = tables or _tables_decide_who_reads(doctype)
		doc = frappe.get_doc(doctype, row.name) if whole else frappe.get_doc({**row, "doctype": doctype})
		told = len(frappe.local.message_log)
		if frappe.has_permission(doctype, "read", doc=doc):
			return doc
		del frappe.local.message_log[told:]  # a check that asks another record says why not
	frappe.throw(
		_("There is no {0} {1} that you may see. Check the name, or ask for access").format(
			_(doctype), frappe.bold(name)
		),
		frappe.PermissionError,
		title=_("Not Permitted"),
	)


def read(given, kind: type = dict, of: type | None = None, error: type[Exception] = frappe.ValidationError):
	"""Return a copy of what a request gives as JSON or as it is; an empty one for nothing.

	:param kind: dict or list.
	:param of: of what type each of its values has to be; that of a key may be None too.
	:raises error: if it is anything else.
	"""
	try:
		value = json.loads(given) if isinstance(given, str) else given
	except ValueError:
		value = given
	if value in (None, ""):
		return kind()
	if isinstance(value, kind):
		parts = [part for part in value.values() if part is not None] if kind is dict else value
		if of is None or all(isinstance(part, of) for part in parts):
			return kind(value)
	frappe.throw(
		_("{0} cannot be read. Give it as JSON").format(frappe.bold(escape_html(str(given)[:40]))), error
	)


def _tables_decide_who_reads(doctype: str) -> bool:
	"""Tell whether the rows of a document's tables may hide it: User Permissions and apps look at them."""
	hooks = frappe.get_hooks("has_permission")
	return bool(hooks.get(doctype) or hooks.get("*") or get_user_permissions(frappe.session.user))
