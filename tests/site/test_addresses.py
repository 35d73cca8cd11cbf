"""Addresses and contacts of a prospect, with what ERPNext does not ask."""

import json

import frappe
import pytest
from frappe.desk.form.load import run_onload

from crm_etapas.exceptions import PlaceError
from tests.site.factories import make_lead
from tests.site.test_places import country, make_address

CARACAS, BOGOTA = (10.480593, -66.903603), (4.710989, -74.072092)


def location(*points, **other) -> str:
	"""A map as Frappe's field writes it, with some points (latitude, longitude)."""
	return json.dumps(
		{
			"type": "FeatureCollection",
			"features": [
				{
					"type": "Feature",
					"properties": {},
					"geometry": {"type": "Point", "coordinates": [p[1], p[0]]},
				}
				for p in points
			],
			**other,
		}
	)


def point(address) -> tuple:
	return address.latitude, address.longitude


def on_map(address) -> list[tuple]:
	"""The points of a map (latitude, longitude)."""
	features = json.loads(address.location)["features"] if address.location else []
	points = [f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "Point"]
	return [(latitude, longitude) for longitude, latitude in points]


# D8
def test_every_part_of_an_address_is_kept():
	values = {
		"address_type": "Shipping",
		"country": country(),
		"city": "Caracas",
		"municipality": "Chacao",
		"parish": "San José de Chacao",
		"pincode": "1060",
		"address_line1": "Av. Francisco de Miranda, edificio Parque Cristal, piso 3",
		"landmark": "Frente al Parque del Este",
	}
	address = make_address(**values).reload()
	assert {field: address.get(field) for field in values} == values


# D8
def test_coordinates_mark_the_map():
	address = make_address(latitude=CARACAS[0], longitude=CARACAS[1]).reload()
	assert on_map(address) == [CARACAS]
	address.latitude, address.longitude = BOGOTA
	address.save()
	assert on_map(address.reload()) == [BOGOTA]


# D8
def test_a_point_on_the_map_fills_the_coordinates():
	address = make_address(location=location(CARACAS)).reload()
	assert point(address) == CARACAS
	address.location = location(CARACAS, (4.7109886123456, -74.072092))  # the one that was drawn last
	address.save()
	assert point(address.reload()) == BOGOTA
	assert len(on_map(address)) <= 2
	address.location = location()
	address.save()
	assert point(address.reload()) == (0, 0)


# D8
def test_both_written_at_once_are_kept_or_the_coordinates_are_right():
	address = make_address(location=location(CARACAS), latitude=CARACAS[0], longitude=CARACAS[1])
	assert point(address) == CARACAS and on_map(address) == [CARACAS]
	address = make_address(location=location(CARACAS), latitude=BOGOTA[0], longitude=BOGOTA[1])
	assert point(address) == BOGOTA and on_map(address) == [BOGOTA]


# D8
def test_what_else_is_drawn_on_the_map_stays():
	ring = [[-67, 10], [-66, 10], [-66, 11], [-67, 10]]
	area = {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}}
	address = make_address(location=location(features=[area]))
	assert point(address) == (0, 0)
	address.latitude, address.longitude = CARACAS
	address.save()
	assert json.loads(address.location)["features"][0] == area
	assert on_map(address) == [CARACAS]
	address.latitude = address.longitude = 0
	address.save()
	assert json.loads(address.location)["features"] == [area]


# D8
@pytest.mark.parametrize(
	"values", [{"latitude": 90.1}, {"latitude": -91}, {"longitude": 180.5}, {"longitude": -200}]
)
def test_a_point_that_is_nowhere_is_refused(values):
	with pytest.raises(PlaceError, match=r"180|90"):
		make_address(**values)
	at = (values.get("latitude", 0), values.get("longitude", 0))
	with pytest.raises(PlaceError, match=r"180|90"):
		make_address(location=location(at))


# D8
@pytest.mark.parametrize(
	"value",
	["x", "[]", "{}", '{"features": [1]}', '{"features": [{"geometry": null}]}', location((float("nan"), 1))],
)
def test_a_map_that_cannot_be_read_is_refused(value):
	with pytest.raises(PlaceError, match="GeoJSON"):
		make_address(location=value)


# D8
def test_saving_an_address_without_a_point_leaves_the_map_empty():
	address = make_address().reload()
	address.city = "Valencia"
	address.save()
	assert not address.reload().location


# C6, D8, D9
def test_a_prospect_has_several_contacts_and_addresses():
	lead = make_lead()
	for place in (CARACAS, BOGOTA):
		make_address(lead, latitude=place[0], longitude=place[1])
	for name in ("Ana", "Luis"):
		frappe.get_doc(
			{
				"doctype": "Contact",
				"first_name": name,
				"last_name": "Rojas",
				"description": f"{name} decide",
				"is_primary_contact": int(name == "Luis"),
				"email_ids": [{"email_id": f"{name}@example.com", "is_primary": 1}],
				"phone_nos": [
					{"phone": "+582121234567", "is_primary_phone": 1},
					{"phone": "+584121234567", "is_primary_mobile_no": 1},
				],
				"links": [{"link_doctype": "Lead", "link_name": lead.name}],
			}
		).insert()
	form = frappe.get_doc("Lead", lead.name)
	run_onload(form)
	assert len(form.get_onload("addr_list")) == 2
	contacts = {row["first_name"]: row for row in form.get_onload("contact_list")}
	assert {"Ana", "Luis"} <= set(contacts)
	assert contacts["Luis"]["is_primary_contact"] and contacts["Ana"]["description"] == "Ana decide"
	assert set(form.get_onload("contact_marks")) == {row["name"] for row in form.get_onload("contact_list")}
