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


class TableError(frappe.ValidationError):
	"""A file that somebody brings, or what is said of its columns, cannot be used."""


class HistoryImportError(TableError):
	"""The file or the mapping of a history import cannot be used."""


class ProspectImportError(TableError):
	"""The file or the columns of an import of prospects cannot be used."""


class BulkMoveError(frappe.ValidationError):
	"""A bulk move has nothing to move, or is running already."""


class ProfileError(frappe.ValidationError):
	"""What is said of a prospect or customer cannot be: a level of another kind, an attribute's value."""


class InvalidPhone(frappe.InvalidPhoneNumberError):
	"""It cannot be a phone number. The message says why."""


class IncompletePhone(InvalidPhone):
	"""It can be a phone number, but says too little to be called from abroad."""


class InvalidIdentification(frappe.ValidationError):
	"""It is no number of its identification type. The message says why."""


class DuplicateIdentification(frappe.ValidationError):
	"""Another record has the same identification."""


class MergeError(frappe.ValidationError):
	"""Two records cannot be made one."""


class VerificationError(frappe.ValidationError):
	"""A message that validates an address must not be sent, or cannot be."""


class PlaceError(frappe.ValidationError):
	"""A place contradicts another one, is a territory of another kind, or lies nowhere on earth."""


class ExportError(frappe.ValidationError):
	"""A list cannot be exported, or nothing of it is left to export."""


class DocumentNameError(frappe.ValidationError):
	"""A document of a record cannot be called that."""


class FollowUpError(frappe.ValidationError):
	"""A contact cannot be planned so, or cannot have happened so."""


class ProtocolError(frappe.ValidationError):
	"""An attempt protocol cannot be followed like that: no tries, or a stage that it cannot lead to."""


class QualificationError(frappe.ValidationError):
	"""A criterion, a question or an answer cannot be, or nobody waits for one."""


class AssignmentError(frappe.ValidationError):
	"""A prospect cannot be assigned, or what is said of a salesperson cannot be."""


class DisqualificationError(frappe.ValidationError):
	"""A prospect cannot be disqualified like that: an unknown reason, no stage for it, a condition that fails."""


class ConversionError(frappe.ValidationError):
	"""A prospect cannot be converted like that, or the conversion not undone.

	`missing` is a list of dicts with the keys document (a DocType), fieldname, label, kind, fieldtype and options: the
	mandatory fields that nobody has filled in. It also travels in the response as `missing`.
	"""

	def __init__(self, message: str = "", missing: list[dict] | None = None):
		super().__init__(message)
		self.missing = missing or []


class FieldMapError(frappe.ValidationError):
	"""A field cannot go along to another one as the settings say."""


class ScorecardError(frappe.ValidationError):
	"""A scorecard cannot be learned, changed or used like that."""


class ComingBackError(frappe.ValidationError):
	"""Records cannot come back like that: a stage that ends the work, a user who is gone, days that cannot be."""


class DealError(frappe.ValidationError):
	"""An opportunity or a quotation cannot be won, lost or reopened like that."""


class BoardError(frappe.ValidationError):
	"""A board cannot be shown like that."""


class ReportFilterError(frappe.ValidationError):
	"""A report cannot be narrowed like that."""


class MixedCurrencies(ReportFilterError):
	"""Amounts of several currencies would have to be added."""


class MarketingCostError(frappe.ValidationError):
	"""A cost cannot be told of a channel or campaign and a period."""


class SetupError(frappe.ValidationError):
	"""A step of the guided set-up cannot be saved like that. The message names the row."""
