"""What a scorecard looks at: fields and attributes of a prospect with a list of values. The admin chooses which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, escape_html

from crm_etapas import master
from crm_etapas.exceptions import ScorecardError
from crm_etapas.pipelines import PROSPECT
from crm_etapas.profile import ATTRIBUTES

FIELDTYPES = ("Link", "Select", "Check")
DATA_TYPES = ("Option", "Yes/No")
# what follows from how it ended, or names the record itself: with it a scorecard would know the answer beforehand
TELLS_THE_END = frozenset(
	{
		PROSPECT.stage_field,
		PROSPECT.process_status_field,
		PROSPECT.status.fieldname,
		"disqualification_reason",
		"disqualified_by",
		"party_condition",
		"customer",
		"qualification_status",
		"qualified_by",
		"naming_series",
	}
)
# those that most companies can learn from; a new scorecard begins with them
USUAL = ("sales_channel", "business_segment", "potential_level", "territory", "zone", "industry")


@dataclass(frozen=True)
class Feature:
	"""A field of the lead, or an attribute."""

	fieldname: str | None = None
	attribute: str | None = None

	@property
	def label(self) -> str:
		return _(self.attribute) if self.attribute else _(_meta().get_label(self.fieldname), context="Lead")

	def link(self, value: str) -> dict[str, str]:
		"""Return the record that a value names, if there is one: when that is renamed, so are its points."""
		df = self.fieldname and _meta().get_field(self.fieldname)
		if not df or df.fieldtype != "Link" or not frappe.db.exists(df.options, value):
			return {}
		return {"linked_doctype": df.options, "linked_name": value}

	def shown(self, value: str | None) -> str | None:
		"""Return a value as the desk shows it."""
		df = self.fieldname and _meta().get_field(self.fieldname)
		if df and df.fieldtype == "Check" and value is not None:
			return _("Yes") if value == "1" else _("No")
		return value and _(value)


def of(scorecard: Document) -> list[Feature]:
	return [Feature(row.fieldname or None, row.attribute or None) for row in scorecard.features]


def check(scorecard: Document) -> None:
	"""Refuse what cannot be learned from.

	:raises ScorecardError: with the row and why.
	"""
	seen = set()
	for row, feature in zip(scorecard.features, of(scorecard), strict=True):
		if reason := _why_not(feature) or (feature in seen and _("it stands there twice")):
			frappe.throw(
				_("Row {0}: {1} cannot be learned from: {2}").format(
					row.idx, frappe.bold(escape_html(feature.attribute or feature.fieldname or "")), reason
				),
				ScorecardError,
				title=_("Features"),
			)
		seen.add(feature)
	if not seen:
		frappe.throw(_("Choose at least one feature to learn from"), ScorecardError, title=_("Features"))


def fields(features: Iterable[Feature]) -> list[str]:
	"""Return the fields of the lead that are looked at and that it still has."""
	meta = _meta()
	return [f.fieldname for f in features if f.fieldname and meta.has_field(f.fieldname)]


def of_doc(doc: Document, features: Sequence[Feature]) -> tuple[str | None, ...]:
	"""Return the values of a lead in memory."""
	attributes = {row.attribute: row.value for row in doc.get(ATTRIBUTES) or []}
	return values(doc, attributes, features)


def values(row, attributes: dict[str, str], features: Sequence[Feature]) -> tuple[str | None, ...]:
	"""Return the values of a lead by its row and its attributes; None is unknown."""
	return tuple(
		_known(attributes.get(f.attribute) if f.attribute else row.get(f.fieldname)) for f in features
	)


def attributes_of(names: Sequence[str], features: Iterable[Feature]) -> dict[str, dict[str, str]]:
	"""Return the attributes of leads that are looked at: by lead, attribute to value. One query."""
	wanted = [feature.attribute for feature in features if feature.attribute]
	found: dict[str, dict[str, str]] = {}
	if wanted and names:
		filters = {"parenttype": "Lead", "parent": ["in", names], "attribute": ["in", wanted]}
		columns = ["parent", "attribute", "value"]
		for row in frappe.get_all("Customer Attribute Value", filters, columns, order_by=None):
			found.setdefault(row.parent, {})[row.attribute] = row.value
	return found


def _why_not(feature: Feature) -> str | None:
	if bool(feature.fieldname) == bool(feature.attribute):
		return _("name either a field or an attribute")
	if feature.attribute:
		attribute = master.records("Customer Attribute").get(feature.attribute)
		if not attribute or attribute.multiple or attribute.data_type not in DATA_TYPES:
			return _("only attributes with one value, of a list or yes or no, can be counted")
		return None
	df = _meta().get_field(feature.fieldname)
	if not df:
		return _("a lead has no such field")
	if df.fieldtype not in FIELDTYPES:
		return _("only fields with a list of values can be counted: links, selections and boxes to tick")
	if feature.fieldname in TELLS_THE_END:
		return _("it is only known when it is over")
	return None


def _known(value) -> str | None:
	return cstr(value).strip() or None


def _meta():
	return frappe.get_meta("Lead")
