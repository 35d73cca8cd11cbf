"""What a conversion will make of a prospect and what it will take that is there already."""

from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.model.document import Document

from crm_etapas.conversion import matching, origin, record
from crm_etapas.exceptions import ConversionError

CUSTOMER, CONTACT, OPPORTUNITY = PARTS = ("Customer", "Contact", "Opportunity")


@dataclass(frozen=True)
class Wish:
	"""What the user wants of a conversion.

	:param parts: which of `PARTS`.
	:param existing: by part, the record to take; None for a new one. A part that is not there: as it is proposed.
	:param values: by part, fields of what is made: what it lacks, or what shall be otherwise.
	"""

	parts: tuple[str, ...] = PARTS
	existing: dict[str, str | None] = field(default_factory=dict)
	values: dict[str, dict] = field(default_factory=dict)

	def __post_init__(self):
		if unknown := {*self.parts, *self.existing, *self.values} - set(PARTS):
			frappe.throw(
				_("A conversion makes no {0}. Choose among: {1}").format(
					", ".join(sorted(map(str, unknown))), ", ".join(map(_, PARTS))
				),
				ConversionError,
			)
		if not self.parts:
			frappe.throw(_("Choose at least one record to convert into"), ConversionError)


@dataclass
class Part:
	"""One record of a conversion.

	:param candidates: what there is already, see `matching`.
	:param chosen: what is taken; None if a new one is made.
	:param settled: why there is nothing to choose, in the user's language: it was made of this prospect.
	"""

	candidates: list[dict]
	chosen: str | None = None
	settled: str | None = None


def plan(lead: Document, wish: Wish) -> dict[str, Part]:
	"""Return by name the parts that the user wants.

	:raises ConversionError, frappe.PermissionError: if a record that was chosen is not there for the user.
	"""
	done = record.what_stands(lead.name)
	return {name: _part(lead, name, done.get(name), wish) for name in PARTS if name in wish.parts}


def _part(lead: Document, name: str, done: str | None, wish: Wish) -> Part:
	if done:
		return Part([], done, settled=_("converted from this prospect"))
	if name == CUSTOMER and (own := frappe.db.get_value("Customer", {"lead_name": lead.name})):
		return Part([], own, settled=_("made of this prospect"))
	if name in wish.existing:
		chosen = wish.existing[name]
		return Part([], chosen and _takeable(name, chosen))
	candidates = _CANDIDATES[name](lead)
	return Part(candidates, next((row["name"] for row in candidates if row["sure"]), None))


def _opportunities(lead: Document) -> list[dict]:
	because = [_("open opportunity of this prospect")]
	return [{**row, "because": because, "sure": True} for row in origin.open_opportunities(lead.name)]


def _takeable(doctype: str, name: str) -> str:
	if not frappe.db.exists(doctype, name) or not frappe.has_permission(doctype, "read", doc=name):
		frappe.throw(
			_("There is no {0} {1} that you may see. Choose another one, or a new one").format(
				_(doctype), frappe.bold(name)
			),
			frappe.PermissionError,
			title=_("Not Permitted"),
		)
	if doctype == CUSTOMER and frappe.db.get_value(doctype, name, "disabled"):
		frappe.throw(
			_("The customer {0} is disabled. Choose another one, or enable it first").format(
				frappe.bold(name)
			),
			ConversionError,
			title=_("Not Converted"),
		)
	return name


_CANDIDATES = {CUSTOMER: matching.customers, CONTACT: matching.contacts, OPPORTUNITY: _opportunities}
