"""What was expected of a group of closed prospects, and what came of it."""

from frappe.model.document import Document


class ScorecardCalibration(Document):
	pass
