"""The errors of this app. All are `frappe.ValidationError`, so that the desk, REST and Data Import
show their message to the user; each message names the record and what to do about it."""

import frappe


class StageError(frappe.ValidationError):
	"""A stage cannot be set."""


class UnknownStageError(StageError):
	"""The stage does not exist in the record's pipeline."""


class DisabledStageError(StageError):
	"""The stage exists but takes no more records."""


class TransitionNotAllowedError(StageError):
	"""The stage left or the user's roles do not allow this move."""


class StageRequirementError(StageError):
	"""The record lacks what the stage asks for.

	`missing` is a list of dicts with the keys fieldname, label, kind, fieldtype and options. It also
	travels in the response as `missing`, so that the desk can ask for it in one dialog.
	"""

	def __init__(self, message: str = "", missing: list[dict] | None = None):
		super().__init__(message)
		self.missing = missing or []


class HistoryImportError(frappe.ValidationError):
	"""The file or the mapping of a history import cannot be used."""


class BulkMoveError(frappe.ValidationError):
	"""A bulk move has nothing to move, or is running already."""
