"""The words of the engine, each list once: options, order and rules come from here."""

from enum import Enum


class Outcome(str, Enum):
	"""What standing in a stage means for the record."""

	OPEN = "Open"
	ON_HOLD = "On Hold"
	WON = "Won"
	LOST = "Lost"
	JUNK = "Junk"

	@property
	def is_closed(self) -> bool:
		return self in CLOSED


ACTIVE = (Outcome.OPEN, Outcome.ON_HOLD)
CLOSED = (Outcome.WON, Outcome.LOST, Outcome.JUNK)
DISCARDED = (Outcome.LOST, Outcome.JUNK)


class Cause(str, Enum):
	"""Why a record entered a stage, as Stage Log keeps it."""

	MANUAL = "Manual"
	RULE = "Rule"
	INTERACTION = "Interaction"
	CONVERSION = "Conversion"
	QUOTATION = "Quotation"
	SALES_ORDER = "Sales Order"
	IMPORT = "Import"
	API = "API"
	CORRECTION = "Correction"


# What a stage means for the work on a record, by its Spanish name as users filter by it (D5).
PROCESS_STATUSES = ("En Gestión", "Descalificado", "No Interesado")
DISCARDING = PROCESS_STATUSES[1:]
