"""Where somebody is: region, zone and sector in ERPNext's tree of territories, and a point on the map.

Each territory has one kind. A sector lies in its zone and a zone in its region, as the tree says. Nothing is
done to records when the tree changes: they keep what they have until their own places are changed.
"""

import json
import math
from itertools import pairwise

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Coalesce, NullIf
from frappe.utils import flt, now

from crm_etapas.exceptions import PlaceError
from crm_etapas.profile import DOCTYPES, travel

# smallest first, as fields are named; the label of each is its territory kind
PLACES = {"sector": "Sector", "zone": "Zone", "region": "Region"}
TRAVELLING = ("zone", "sector")
DEGREES = 6  # decimal places of a coordinate: eleven centimetres
LIMITS = {"latitude": 90, "longitude": 180}


def settle(doc: Document, method: str | None = None) -> None:
	"""doc_events handler: fill zone and region from the sector, and ERPNext's territory where it is empty.

	One query, and only when a place has changed.

	:raises PlaceError: if a territory is of another kind, or the places do not lie in each other.
	"""
	fields = [field for field in PLACES if doc.meta.has_field(field)]
	if not any(doc.get(field) and doc.has_value_changed(field) for field in fields):
		return
	above = _above({doc.get(field) for field in fields} - {None, ""})
	for field in fields:
		_check_kind(doc, field, above)
	for lower, upper in pairwise(fields):
		_lie_in(doc, lower, upper, above)
	if doc.meta.has_field("territory") and not doc.get("territory"):
		doc.territory = doc.sector or doc.zone


def keep_point(address: Document, method: str | None = None) -> None:
	"""doc_events handler: keep latitude and longitude equal to the point on the map, whichever was changed.

	0, 0 stands for no point. If both were changed to different places, latitude and longitude are right.

	:raises PlaceError: if the point lies nowhere on earth, or the map's value cannot be read.
	"""
	_round_and_check(address)
	if not any(address.has_value_changed(field) for field in ("location", *LIMITS)):
		return
	before = address.get_doc_before_save()
	features = _features(address)
	point = _last_point(features)
	typed = (address.latitude, address.longitude)
	typed_before = (flt(before.latitude, DEGREES), flt(before.longitude, DEGREES)) if before else (0, 0)
	if typed == typed_before and address.has_value_changed("location"):
		address.latitude, address.longitude = point or (0, 0)
		_round_and_check(address)
	elif typed == (point or (0, 0)):
		return
	else:
		point = typed if any(typed) else None
	address.location = _geojson(features, point)


def share(address: Document, method: str | None = None) -> None:
	"""doc_events handler: the main address gives zone and sector to the prospects and customers that it is of.

	Main is the one that is marked as preferred for billing, or the only one. A record takes them if it has none, or
	those of one of its addresses: what somebody chose by hand stays.
	"""
	before = address.get_doc_before_save()
	mine, old = _places(address), _places(before) if before else (None, None)
	if not any(mine + old) or address.get("disabled"):
		return
	names = {d: [row.link_name for row in address.links if row.link_doctype == d] for d in DOCTYPES}
	names = {doctype: linked for doctype, linked in names.items() if linked}
	others = _others(address, names) if names else {}
	for doctype, linked in names.items():
		taking = []
		for record in frappe.get_all(doctype, {"name": ["in", linked]}, ["name", *TRAVELLING]):
			has, theirs = _places(record), others.get((doctype, record.name), [])
			is_main = address.is_primary_address or not theirs
			if is_main and has != mine and (not any(has) or has == old or has in theirs):
				taking.append(record.name)
		if taking:
			_give(doctype, taking, mine)


def _above(names: set[str]) -> dict[str, dict[str, str]]:
	"""Return, for each territory, the nearest one of every kind that it lies in or is, by kind.

	The kind of a territory itself stands under "".
	"""
	chosen, above = frappe.qb.DocType("Territory").as_("chosen"), frappe.qb.DocType("Territory").as_("above")
	rows = (
		frappe.qb.from_(chosen)
		.join(above)
		.on((above.lft <= chosen.lft) & (above.rgt >= chosen.rgt))
		.select(chosen.name.as_("of"), above.name, above.territory_kind)
		.where(chosen.name.isin(list(names)))
		.orderby(above.lft)  # the root first, so that the nearest one wins
		.run(as_dict=True)
	)
	found = {}
	for row in rows:
		kinds = found.setdefault(row.of, {})
		if row.territory_kind:
			kinds[row.territory_kind] = row.name
		if row.name == row.of:
			kinds[""] = row.territory_kind
	return found


def _check_kind(doc: Document, field: str, above: dict) -> None:
	name, kind = doc.get(field), PLACES[field]
	if not name or name not in above or not doc.has_value_changed(field) or above[name][""] == kind:
		return  # Frappe itself refuses a link to nothing
	frappe.throw(
		_("{0} is no {1}. Choose another one, or set its Territory Kind").format(
			frappe.bold(_(name)), frappe.bold(_(kind))
		),
		PlaceError,
		title=_(kind),
	)


def _lie_in(doc: Document, lower: str, upper: str, above: dict) -> None:
	"""Fill the upper place from the lower one. What was not chosen here and now gives way."""
	name = doc.get(lower)
	if not name or name not in above:
		return
	right = above[name].get(PLACES[upper])
	came_along = doc.is_new() and travel.origin_of(doc)  # from before the tree was changed
	if not doc.get(upper) or not doc.has_value_changed(upper) or came_along:
		if right or doc.has_value_changed(lower):
			doc.set(upper, right)
			above.setdefault(right, above[name])
	elif doc.get(upper) != right:
		_contradict(doc, lower, upper, right)


def _contradict(doc: Document, lower: str, upper: str, right: str | None) -> None:
	inner, outer = frappe.bold(_(doc.get(lower))), frappe.bold(_(doc.get(upper)))
	if right:
		reason = _("{0} does not lie in {1} but in {2}. Choose that one, or another {3}").format(
			inner, outer, frappe.bold(_(right)), _(PLACES[lower])
		)
	else:
		reason = _("{0} does not lie in {1}. Choose another one, or move it there in the tree of territories")
		reason = reason.format(inner, outer)
	frappe.throw(reason, PlaceError, title=_(PLACES[upper]))


def _round_and_check(address: Document) -> None:
	for field, limit in LIMITS.items():
		address.set(field, flt(address.get(field), DEGREES))
		if abs(address.get(field)) > limit:
			frappe.throw(
				_("{0} must lie between {1} and {2}, and is {3}").format(
					frappe.bold(_(address.meta.get_label(field))), -limit, limit, address.get(field)
				),
				PlaceError,
				title=_("Map"),
			)


def _features(address: Document) -> list[dict]:
	"""Return what is drawn on the map, as GeoJSON features."""
	if not address.location:
		return []
	try:
		features = json.loads(address.location)["features"]
		_last_point(features)
	except (ValueError, KeyError, TypeError, IndexError):
		frappe.throw(
			_(
				"The location on the map must be a GeoJSON FeatureCollection. Clear it and mark the point again"
			),
			PlaceError,
			title=_("Map"),
		)
	return features


def _last_point(features: list[dict]) -> tuple[float, float] | None:
	"""Return latitude and longitude of the point that was drawn last."""
	points = [f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "Point"]
	if not points:
		return None
	longitude, latitude = (float(degrees) for degrees in points[-1][:2])
	if not (math.isfinite(latitude) and math.isfinite(longitude)):
		raise ValueError("a coordinate is no number")
	return flt(latitude, DEGREES), flt(longitude, DEGREES)


def _geojson(features: list[dict], point: tuple[float, float] | None) -> str | None:
	"""Return the map with this one point, and with what else is drawn on it."""
	kept = [feature for feature in features if feature["geometry"]["type"] != "Point"]
	if point:
		geometry = {"type": "Point", "coordinates": [point[1], point[0]]}
		kept.append({"type": "Feature", "properties": {}, "geometry": geometry})
	return json.dumps({"type": "FeatureCollection", "features": kept}) if kept else None


def _places(doc: Document | frappe._dict) -> tuple[str | None, ...]:
	return tuple(doc.get(field) or None for field in TRAVELLING)


def _others(address: Document, names: dict[str, list[str]]) -> dict[tuple[str, str], list[tuple]]:
	"""Return zone and sector of the other addresses that some records have, by the record."""
	link, other = frappe.qb.DocType("Dynamic Link"), frappe.qb.DocType("Address")
	rows = (
		frappe.qb.from_(link)
		.join(other)
		.on(other.name == link.parent)
		.select(link.link_doctype, link.link_name, other.zone, other.sector)
		.where((link.parenttype == "Address") & (other.name != address.name) & (other.disabled == 0))
		.where(link.link_doctype.isin(list(names)))
		.where(link.link_name.isin([name for linked in names.values() for name in linked]))
		.run(as_dict=True)
	)
	found = {}
	for row in rows:
		found.setdefault((row.link_doctype, row.link_name), []).append(_places(row))
	return found


def _give(doctype: str, names: list[str], places: tuple) -> None:
	"""Write zone and sector past the documents: whoever may edit an address need not be able to edit them.

	Whoever has one of them open is told to reload before saving it.
	"""
	table = frappe.qb.DocType(doctype)
	update = frappe.qb.update(table).set(table.modified, now()).set(table.modified_by, frappe.session.user)
	for field, place in zip(TRAVELLING, places, strict=True):
		update = update.set(table[field], place)
	if most_specific := places[1] or places[0]:
		update = update.set(table.territory, Coalesce(NullIf(table.territory, ""), most_specific))
	update.where(table.name.isin(names)).run()
	for name in names:
		frappe.clear_document_cache(doctype, name)
