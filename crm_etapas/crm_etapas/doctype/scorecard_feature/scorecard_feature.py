"""What a scorecard looks at: a field of the lead, or an attribute."""

from frappe.model.document import Document


class ScorecardFeature(Document):
	pass
