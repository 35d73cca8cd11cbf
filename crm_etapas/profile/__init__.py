"""What is known of a prospect, an opportunity, a customer, and how it stays true and goes along.

`record` puts the parts together for the doc_events: `travel` (values that go along every Make), `erpnext_names`
(channel and segment beside ERPNext's own fields), `defaults`, `attributes`, `validity` and `condition`.
"""

# the fields of this profile that travel from a prospect to what is made of it
FIELDS = (
	"sales_channel",
	"business_segment",
	"potential_level",
	"zone",
	"sector",
	"legal_name",
	"identification_type",
	"identification_number",
	"validity_days",
	"notifications_enabled",
)
ATTRIBUTES = "customer_attributes"
DOCTYPES = ("Lead", "Opportunity", "Prospect", "Customer")
