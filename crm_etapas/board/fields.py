"""Which fields of a pipeline's records the board reads: whatever the DocType has and the user may read."""

from functools import cached_property

import frappe
from frappe.model import get_permitted_fields

from crm_etapas.pipeline.registry import Pipeline, pipelines_of

# what is shown of a record: the fields that may say so, the best first
_SHOWN: dict[str, tuple[str, ...]] = {
	"detail": ("lead_name", "customer_name", "contact_display", "company_name"),
	"image": ("image",),
	"email": ("email_id", "contact_email"),
	"phone": ("mobile_no", "contact_mobile", "phone", "whatsapp_no", "whatsapp"),
	"currency": ("currency",),
	"level": ("qualification_level",),
	"segment": ("business_segment",),
	"next_contact_date": ("next_contact_date",),
	"next_contact_by": ("next_contact_by",),
	"next_contact_medium": ("next_contact_medium",),
	"next_contact_subject": ("next_contact_subject",),
	"rotting_since": ("rotting_since",),
	"snoozed_until": ("snoozed_until",),
}


class Fields:
	"""The fields of one pipeline for the user of the session."""

	def __init__(self, pipeline: Pipeline):
		self.pipeline = pipeline
		self.meta = frappe.get_meta(pipeline.doctype)
		self.permitted = set(get_permitted_fields(pipeline.doctype))

	@cached_property
	def amount(self) -> str | None:
		"""What a record is worth, in its own currency; any pipeline of the DocType may say which field that is."""
		amounts = (p.snapshot.get("amount") for p in (self.pipeline, *pipelines_of(self.pipeline.doctype)))
		return next((name for name in amounts if name and self.has(name)), None)

	@cached_property
	def value(self) -> str | None:
		"""The same in the company's currency, as ERPNext keeps it beside the other."""
		base = f"base_{self.amount}"
		return base if self.amount and self.has(base) else self.amount

	@property
	def company(self) -> str | None:
		company = self.pipeline.snapshot.get("company")
		return company if company and self.has(company) else None

	@cached_property
	def shown(self) -> dict[str, tuple[str, ...]]:
		"""What a card says, and the fields that say it."""
		wanted = {
			"title": (self.meta.get_title_field(),),
			**_SHOWN,
			"responsible": (self.pipeline.responsible_field,),
			"amount": (self.amount,),
			"entered_on": (self.pipeline.entered_on_field,),
		}
		known = {
			key: tuple(name for name in names if name and self.has(name)) for key, names in wanted.items()
		}
		return {key: names for key, names in known.items() if names}

	def has(self, fieldname: str) -> bool:
		return fieldname in self.permitted
