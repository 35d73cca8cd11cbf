"""Two users who change the same records at the same moment: the one who was turned away tries again."""

from collections.abc import Callable
from functools import wraps

import frappe

CONFLICTS = (frappe.QueryDeadlockError, frappe.QueryTimeoutError)
ATTEMPTS = 3


def tried_again(function: Callable) -> Callable:
	"""Repeat a request's work after a deadlock or a lock timeout, which have undone all of it.

	Only if nothing was written before: then nothing of a caller's is lost by beginning anew.
	"""

	@wraps(function)
	def attempt(*args, **kwargs):
		is_all = not frappe.db.transaction_writes
		for _earlier in range(ATTEMPTS - 1):
			try:
				return function(*args, **kwargs)
			except CONFLICTS:
				if not is_all:
					raise
				frappe.db.rollback()
				frappe.clear_messages()
		return function(*args, **kwargs)

	return attempt
