"""What goes around an import while it runs: one of a source at a time, no mails, errors for whoever started it."""

import hashlib
from contextlib import contextmanager

import frappe
from frappe import _
from frappe.utils import escape_html
from frappe.utils.file_lock import LockTimeoutError
from frappe.utils.synchronization import filelock

from crm_etapas.exceptions import TableError


@contextmanager
def reporting_to_user(title: str, error_class: type[TableError]):
	"""Show what is wrong with a file to whoever is at the desk or at the other end of REST."""
	try:
		yield
	except TableError as error:
		frappe.throw(escape_html(str(error)), error_class, title=title)


def lock_name(kind: str, source: str) -> str:
	return f"{kind}_" + hashlib.sha1(source.encode(), usedforsecurity=False).hexdigest()[:16]


@contextmanager
def only_import_of(kind: str, source: str, error_class: type[TableError]):
	"""Keep two imports of one source from running at once.

	:raises error_class: if one runs already.
	"""
	try:
		with filelock(lock_name(kind, source), timeout=1):
			yield
	except LockTimeoutError:
		raise error_class(_("An import of {0} is running. Wait until it has ended").format(source))


@contextmanager
def import_flags(mute_emails: bool = True):
	"""Tell Frappe that records come in in numbers: it slows no one down, and sends no mails if it must not."""
	before = {flag: frappe.flags.get(flag) for flag in ("in_import", "mute_emails")}
	frappe.flags.update(in_import=True, mute_emails=mute_emails)
	try:
		yield
	finally:
		frappe.flags.update(before)
