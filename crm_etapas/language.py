"""Whom something is said to, in their language."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.translate import get_user_lang


@contextmanager
def speaking_to(user: str) -> Iterator[None]:
	"""Speak the language of a user."""
	before, frappe.local.lang = frappe.local.lang, get_user_lang(user)
	try:
		yield
	finally:
		frappe.local.lang = before
