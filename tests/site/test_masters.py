"""The lists that an admin keeps: exactly one default of each, and ERPNext's own lists beside them."""

import frappe
import pytest

from crm_etapas import master
from crm_etapas.exceptions import ProfileError
from tests.site.factories import make_lead, make_user

MASTERS = {
	"Sales Channel": "channel_name",
	"Business Segment": "segment_name",
	"Potential Level": "level_name",
	"Identification Type": "type_name",
	"Disqualification Reason": "reason_name",
}


def make_master(doctype: str, **values):
	name = f"Prueba {frappe.generate_hash(length=6)}"
	return frappe.get_doc({"doctype": doctype, MASTERS[doctype]: name, **values}).insert()


def defaults(doctype: str, **kind) -> list[str]:
	return frappe.get_all(doctype, {"is_default": 1, **kind}, pluck="name")


# D2, D3, D4
@pytest.mark.parametrize("doctype", MASTERS)
def test_each_list_starts_with_records_and_one_default(doctype):
	assert frappe.db.count(doctype) >= 6
	kinds = (
		[{"level_type": kind} for kind in ("Prospect", "Customer")] if doctype == "Potential Level" else [{}]
	)
	for kind in kinds:
		assert len(defaults(doctype, **kind)) == 1
	assert not frappe.get_all(doctype, {"description": ["in", ("", None)]})


# D2, D3, D4
@pytest.mark.parametrize("doctype", MASTERS)
def test_marking_another_default_takes_the_mark_from_the_first(doctype):
	before = defaults(doctype)
	new = make_master(doctype, is_default=1)
	kind = {"level_type": "Prospect"} if doctype == "Potential Level" else {}
	assert defaults(doctype, **kind) == [new.name] == [master.default(doctype, **kind)]
	if kind:  # the customers' default is another one's
		assert set(defaults(doctype)) & set(before)


# D2, D3, D4
@pytest.mark.parametrize("doctype", MASTERS)
def test_the_default_cannot_be_unmarked_disabled_or_deleted(doctype):
	make_master(doctype)
	for values in ({"is_default": 0}, {"disabled": 1}):
		with pytest.raises(frappe.ValidationError, match="predeterminad"):
			frappe.get_doc(doctype, defaults(doctype)[0]).update(values).save()
	with pytest.raises(frappe.ValidationError, match="predeterminad"):
		frappe.delete_doc(doctype, defaults(doctype)[0])


# D4
def test_a_default_level_cannot_change_to_the_other_kind():
	level = frappe.get_doc("Potential Level", defaults("Potential Level", level_type="Prospect")[0])
	with pytest.raises(frappe.ValidationError, match="predeterminad"):
		level.update({"level_type": "Customer"}).save()


# C3, D2, D3
def test_every_channel_and_segment_has_a_name_in_erpnext():
	channel = make_master("Sales Channel")
	segment = make_master("Business Segment")
	assert frappe.db.exists("Lead Source", channel.erpnext_source)
	assert frappe.db.exists("Market Segment", segment.market_segment)
	assert not frappe.get_all("Sales Channel", {"erpnext_source": ["in", ("", None)]})


# D2: ERPNext's Spanish names are used where it has them
def test_starting_channels_stand_beside_the_sources_that_erpnext_has():
	assert frappe.db.get_value("Sales Channel", "Llamada en Frío", "erpnext_source") in (
		"Cold Calling",
		frappe._("Cold Calling", lang="es"),
	)


# D2
def test_renaming_a_channel_renames_it_on_records_and_in_their_history():
	channel = make_master("Sales Channel")
	lead = make_lead(sales_channel=channel.name)
	frappe.rename_doc("Sales Channel", channel.name, "Rebautizado")
	assert frappe.db.get_value("Lead", lead.name, "sales_channel") == "Rebautizado"
	assert frappe.db.get_value("Stage Log", {"reference_name": lead.name}, "channel") == "Rebautizado"
	lead.reload()
	assert lead.save().sales_channel == "Rebautizado"


# C: who may keep the lists
def test_salespeople_choose_from_the_lists_and_do_not_write_them():
	user = make_user("Sales User")
	frappe.set_user(user.name)
	for doctype in MASTERS:
		assert frappe.get_list(doctype, limit=1)
		with pytest.raises(frappe.PermissionError):
			make_master(doctype)


# D1
@pytest.mark.parametrize(
	("data_type", "options", "given", "kept"),
	[
		("Text", None, " Rojo ", "Rojo"),
		("Number", None, "12,50", "12.5"),
		("Number", None, "-3", "-3"),
		("Date", None, "2026-12-31", "2026-12-31"),
		("Yes/No", None, "Sí", "Yes"),
		("Yes/No", None, "0", "No"),
		("Option", "Chico\nGrande", "grande", "Grande"),
	],
)
def test_a_value_is_kept_the_one_way_of_its_type(data_type, options, given, kept):
	attribute = make_attribute(data_type=data_type, options=options)
	lead = make_lead(customer_attributes=[{"attribute": attribute.name, "value": given}])
	(row,) = lead.customer_attributes
	assert row.value == kept
	assert (row.number_value, str(row.date_value or "")) == (
		float(kept) if data_type == "Number" else 0,
		kept if data_type == "Date" else "",
	)


# D1
@pytest.mark.parametrize(
	("data_type", "options", "given", "why"),
	[
		("Number", None, "muchos", "número"),
		("Date", None, "31 de nunca", "fecha"),
		("Yes/No", None, "quizás", "Sí"),
		("Option", "Chico\nGrande", "Mediano", "Chico, Grande"),
	],
)
def test_a_value_that_does_not_fit_is_refused_with_what_would(data_type, options, given, why):
	attribute = make_attribute(data_type=data_type, options=options)
	with pytest.raises(ProfileError, match=why) as error:
		make_lead(customer_attributes=[{"attribute": attribute.name, "value": given}])
	assert attribute.name in str(error.value) and given in str(error.value)


# D1
def test_only_a_multiple_attribute_has_several_values():
	one, several = make_attribute(), make_attribute(multiple=1)
	two = [{"attribute": several.name, "value": value} for value in ("a", "b")]
	lead = make_lead(customer_attributes=two)
	assert len(lead.customer_attributes) == 2
	with pytest.raises(ProfileError, match="un solo valor"):
		make_lead(customer_attributes=[{"attribute": one.name, "value": value} for value in ("a", "b")])
	several.multiple = 0
	with pytest.raises(ProfileError, match=lead.name):
		several.save()


# D1
def test_an_attribute_keeps_its_type_while_values_would_not_fit():
	attribute = make_attribute()
	lead = make_lead(customer_attributes=[{"attribute": attribute.name, "value": "doce"}])
	with pytest.raises(ProfileError, match="doce"):
		attribute.update({"data_type": "Number"}).save()
	lead.customer_attributes[0].value = "12"
	lead.save()
	attribute.reload()
	attribute.update({"data_type": "Number"}).save()
	lead.reload()
	assert lead.customer_attributes[0].number_value == 12


# D1
def test_a_disabled_attribute_takes_no_new_values_and_keeps_the_old():
	attribute = make_attribute()
	lead = make_lead(customer_attributes=[{"attribute": attribute.name, "value": "a"}])
	attribute.update({"disabled": 1}).save()
	lead.reload()
	lead.save()
	with pytest.raises(ProfileError, match="inhabilitado"):
		make_lead(customer_attributes=[{"attribute": attribute.name, "value": "a"}])


# D1
def test_an_attribute_of_options_needs_some():
	with pytest.raises(frappe.ValidationError, match="opciones"):
		make_attribute(data_type="Option", options=" \n ")


def make_attribute(**values):
	name = f"Atributo {frappe.generate_hash(length=6)}"
	return frappe.get_doc({"doctype": "Customer Attribute", "attribute_name": name, **values}).insert()
