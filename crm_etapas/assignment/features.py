"""What of a prospect skills speak of, from a document or from the database for many at once."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import frappe

from crm_etapas.assignment import load
from crm_etapas.assignment.known import Clues
from crm_etapas.assignment.rules import Features
from crm_etapas.profile import ATTRIBUTES
from crm_etapas.profile.places import PLACES

PLACE_FIELDS = ("territory", *PLACES)
FIELDS = (
	"business_segment",
	"sales_channel",
	"potential_level",
	"language",
	"email_id",
	"identification_key",
	"identification_type",
	"company_key",
	"lead_owner",
	"prospect_stage",
)


def of(prospect: Mapping, attributes: Iterable[Mapping] | None = None) -> Features:
	"""Return the features of a prospect, a document or a row with `columns()`.

	:param attributes: rows of its attributes; the document's own, if not given.
	"""
	values: dict[str, set[str]] = {}
	for row in attributes if attributes is not None else prospect.get(ATTRIBUTES) or []:
		values.setdefault(row.get("attribute"), set()).add((row.get("value") or "").casefold())
	return Features(
		segment=prospect.get("business_segment"),
		channel=prospect.get("sales_channel"),
		level=prospect.get("potential_level"),
		language=prospect.get("language") or frappe.db.get_default("lang") or "en",
		places=frozenset(filter(None, map(prospect.get, PLACE_FIELDS))),
		attributes={name: frozenset(found) for name, found in values.items()},
		email=prospect.get("email_id"),
		holder=_holder(prospect),
	)


def clues_of(prospect: Mapping) -> Clues:
	"""Return what a customer is known by."""
	return Clues(
		prospect.get("name"),
		prospect.get("identification_key"),
		prospect.get("identification_type"),
		(prospect.get("email_id") or "").casefold() or None,
		prospect.get("company_key"),
	)


def with_owners(features: Features, owners: Iterable[str]) -> Features:
	return replace(features, owners=tuple(owners))


def columns() -> list[str]:
	"""Return the fields of Lead that features are made of."""
	meta = frappe.get_meta("Lead")
	return ["name", *(field for field in (*FIELDS, *PLACE_FIELDS) if meta.has_field(field))]


def attributes_of(names: list[str]) -> dict[str, list[dict]]:
	"""Return the attributes of some prospects, by their names."""
	found: dict[str, list[dict]] = {}
	rows = frappe.get_all(
		"Customer Attribute Value",
		{"parenttype": "Lead", "parent": ["in", names]},
		["parent", "attribute", "value"],
	)
	for row in rows:
		found.setdefault(row.parent, []).append(row)
	return found


def _holder(prospect: Mapping) -> str | None:
	is_there = not prospect.get("__islocal") and load.is_open(prospect.get("prospect_stage"))
	return prospect.get("lead_owner") if is_there else None
