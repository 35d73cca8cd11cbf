"""What a value of a feature is worth, and what it was seen in."""

from frappe.model.document import Document


class ScorecardPoints(Document):
	pass
