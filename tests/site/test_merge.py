"""Two records of the same prospect or customer become one, and nothing of either is lost."""

from datetime import timedelta

import frappe
import pytest
from frappe.desk.doctype.tag.tag import DocTags
from frappe.desk.form import assign_to
from frappe.desk.like import toggle_like
from frappe.utils import now_datetime

from crm_etapas.api import prospects as api
from crm_etapas.exceptions import MergeError
from tests.site.factories import (
	make_customer,
	make_event,
	make_interaction,
	make_item,
	make_lead,
	make_opportunity,
	make_quotation,
	make_user,
)


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
	"""ERPNext asks gravatar.com for a picture of each new address."""
	monkeypatch.setattr("erpnext.crm.doctype.lead.lead.has_gravatar", lambda email: "")


def word() -> str:
	return frappe.generate_hash(length=8)


def merge(gone, kept, **values):
	"""Merge through the API and return the one kept as the database has it."""
	assert api.merge(gone.doctype, gone.name, kept.name, values or None) == kept.name
	assert not frappe.db.exists(gone.doctype, gone.name)
	return frappe.get_doc(kept.doctype, kept.name)


def names_of(doctype: str, **filters) -> set[str]:
	return set(frappe.get_all(doctype, filters, pluck="name"))


def comments(doc, comment_type: str) -> list[str]:
	filters = {"reference_doctype": doc.doctype, "reference_name": doc.name, "comment_type": comment_type}
	return frappe.get_all("Comment", filters, pluck="content", order_by="creation")


# D7
def test_empty_fields_are_filled_and_the_others_stay():
	gone = make_lead(
		first_name="Ana",
		last_name="Torres",
		job_title="Compras",
		website="espiga.example",
		annual_revenue=5000,
	)
	kept = make_lead(first_name="Ana", last_name="Torres", job_title="Gerencia")
	merged = merge(gone, kept)
	assert merged.website == "espiga.example"
	assert merged.annual_revenue == 5000
	assert merged.job_title == "Gerencia"
	(note,) = comments(merged, "Info")
	assert gone.name in note and "Compras" in note
	assert "Gerencia" not in note and "espiga" not in note


# D7
def test_the_user_chooses_and_what_was_not_chosen_is_written_down():
	gone = make_lead(job_title="Compras", fax="fax-one", territory=None)
	kept = make_lead(job_title="<i>Gerencia</i>", fax="222")
	merged = merge(gone, kept, job_title="Compras", fax="222", last_name=kept.last_name)
	assert (merged.job_title, merged.fax) == ("Compras", "222")
	(note,) = comments(merged, "Info")
	assert "Gerencia" in note and "fax-one" in note and gone.last_name in note
	assert "<i>" not in note


# D7
def test_what_belongs_together_is_not_mixed():
	gone = make_lead(
		first_name="Luis", middle_name="Alberto", last_name="Rivas", city="Mérida", country="Spain"
	)
	kept = make_lead(first_name="Ana", middle_name=None, last_name="Torres", country="Mexico")
	merged = merge(gone, kept)
	assert (merged.first_name, merged.middle_name, merged.lead_name) == ("Ana", None, "Ana Torres")
	assert (merged.city, merged.country) == (None, "Mexico")
	(note,) = comments(merged, "Info")
	assert all(value in note for value in ("Luis", "Alberto", "Rivas", "Mérida"))


# D7
def test_an_identification_goes_over_with_its_type():
	values = {"type_name": f"RIF {word()}", "check_digit_rule": "ve.rif"}
	rif = frappe.get_doc({"doctype": "Identification Type", **values}).insert().name
	gone = make_lead(identification_type=rif, identification_number="J-07013380-5")
	merged = merge(gone, make_lead())
	assert (merged.identification_type, merged.identification_number) == (rif, "J-07013380-5")
	assert merged.identification_key == "J070133805"


# D7
def test_an_address_that_only_one_may_have_goes_over():
	email = f"{word()}@example.com"
	gone = make_lead(email_id=email)
	frappe.db.set_value("Lead", gone.name, "lead_import_id", "crm:1")
	merged = merge(gone, make_lead())
	assert (merged.email_id, merged.lead_import_id) == (email, "crm:1")


# D12, D7: what may not be forgotten
def test_a_customer_stays_one_and_a_no_to_mails_stays_a_no():
	gone, kept = make_lead(notifications_enabled=0, unsubscribed=1), make_lead()
	customer = make_customer(lead_name=gone.name)
	gone.reload()
	assert gone.party_condition == "Customer"
	merged = merge(gone, kept)
	assert merged.party_condition == "Customer"
	assert frappe.db.get_value("Customer", customer.name, "lead_name") == kept.name
	assert frappe.db.count("Customer", {"lead_name": kept.name}) == 1
	assert (merged.notifications_enabled, merged.unsubscribed) == (0, 1)


# D15
def test_the_history_has_no_gap_and_the_stage_is_the_one_kept():
	gone = make_lead(prospect_stage="Intento de Contacto")
	frappe.db.set_value(
		"Stage Log", {"reference_name": gone.name}, "entered_on", now_datetime() - timedelta(days=3)
	)
	kept = make_lead(prospect_stage="Contacto Establecido")
	merged = merge(gone, kept)
	assert merged.prospect_stage == "Contacto Establecido"
	stays = frappe.get_all(
		"Stage Log",
		{"reference_name": kept.name, "pipeline": "prospect"},
		["stage", "entered_on", "left_on"],
		order_by="sequence",
	)
	assert [stay.stage for stay in stays] == ["Intento de Contacto", "Contacto Establecido"]
	assert stays[0].left_on == stays[1].entered_on and not stays[1].left_on
	assert not names_of("Stage Log", reference_name=gone.name)
	assert "Intento de Contacto" in comments(merged, "Info")[0]


# A3
def test_the_stage_can_be_chosen_and_goes_through_the_door():
	gone, kept = make_lead(prospect_stage="Contacto Establecido"), make_lead(prospect_stage="Nuevo")
	merged = merge(gone, kept, prospect_stage="Contacto Establecido")
	assert merged.prospect_stage == "Contacto Establecido"
	last = frappe.get_last_doc(
		"Stage Log", {"reference_name": kept.name, "pipeline": "prospect", "left_on": ["is", "not set"]}
	)
	assert last.stage == "Contacto Establecido"


# C3, C4, C7, D10, D14
def test_all_that_hangs_on_it_hangs_on_the_one_kept():
	gone, kept = make_lead(), make_lead()
	mail, event = make_interaction(gone), make_event(gone)
	comment = gone.add_comment("Comment", "Prefiere que le llamen por la tarde")
	file = frappe.get_doc(
		{
			"doctype": "File",
			"file_name": f"{word()}.txt",
			"content": word(),
			"attached_to_doctype": "Lead",
			"attached_to_name": gone.name,
		}
	).insert()
	opportunity = make_opportunity(gone)
	quotation = make_quotation(quotation_to="Lead", party_name=gone.name, items=[an_item()])
	prospect = frappe.get_doc(
		{"doctype": "Prospect", "company_name": f"Grupo {word()}", "leads": [{"lead": gone.name}]}
	).insert()
	address = an_address(gone)
	gone.reload()
	gone.append("notes", {"note": "Pidió catálogo"})
	gone.append("notes", {"note": "Pidió precio"})
	gone.save()
	frappe.get_doc(
		{
			"doctype": "Notification Log",
			"for_user": "Administrator",
			"subject": "Nuevo",
			"document_type": "Lead",
			"document_name": gone.name,
		}
	).insert()
	kept.append("notes", {"note": "Pidió catálogo"})
	kept.save()

	merged = merge(gone, kept)

	assert frappe.db.get_value("Communication", mail.name, "reference_name") == kept.name
	assert frappe.db.exists("Event Participants", {"parent": event.name, "reference_docname": kept.name})
	assert frappe.db.get_value("Comment", comment.name, "reference_name") == kept.name
	assert comment.name in merged._comments
	assert frappe.db.get_value("File", file.name, "attached_to_name") == kept.name
	assert frappe.db.get_value("Opportunity", opportunity.name, "party_name") == kept.name
	assert frappe.db.get_value("Quotation", quotation.name, "party_name") == kept.name
	assert [row.lead for row in frappe.get_doc("Prospect", prospect.name).leads] == [kept.name]
	assert linked_leads(address) == [kept.name]
	assert "Pidió precio" in [row.note for row in merged.notes]
	assert frappe.db.exists("Notification Log", {"document_type": "Lead", "document_name": kept.name})
	nothing_names(gone.name)


# D10, D14, C6, C7
def test_nothing_is_doubled():
	gone, kept = make_lead(), make_lead()
	address = an_address(gone, kept)
	event = make_event(gone)
	event.append("event_participants", {"reference_doctype": "Lead", "reference_docname": kept.name})
	event.save()
	prospect = frappe.get_doc(
		{
			"doctype": "Prospect",
			"company_name": f"Grupo {word()}",
			"leads": [{"lead": gone.name}, {"lead": kept.name}],
		}
	).insert()
	user = make_user("Sales User").name
	for lead in (gone, kept):
		DocTags("Lead").add(lead.name, "Feria")
		frappe.share.add("Lead", lead.name, user, write=1)
		follow = {"doctype": "Document Follow", "ref_doctype": "Lead", "ref_docname": lead.name, "user": user}
		frappe.get_doc(follow).insert()
		toggle_like("Lead", lead.name, "Yes")
	DocTags("Lead").add(gone.name, "Urgente")

	merged = merge(gone, kept)

	assert linked_leads(address) == [kept.name]
	participants = frappe.get_doc("Event", event.name).event_participants
	leads = [row.reference_docname for row in participants if row.reference_doctype == "Lead"]
	assert leads == [kept.name]
	assert [row.lead for row in frappe.get_doc("Prospect", prospect.name).leads] == [kept.name]
	assert sorted(filter(None, merged._user_tags.split(","))) == ["Feria", "Urgente"]
	tags = frappe.get_all("Tag Link", {"document_name": kept.name}, pluck="tag")
	assert sorted(tags) == ["Feria", "Urgente"]
	assert frappe.db.count("DocShare", {"share_name": kept.name, "user": user}) == 1
	assert frappe.db.count("Document Follow", {"ref_docname": kept.name, "user": user}) == 1
	assert frappe.parse_json(merged._liked_by) == ["Administrator"]
	nothing_names(gone.name)


# C4
def test_no_todo_is_lost_and_none_is_open_twice():
	gone, kept = make_lead(), make_lead()
	user = make_user("Sales User").name
	frappe.db.set_value("Notification Settings", user, "enable_email_notifications", 0)
	for lead in (gone, kept):
		assign_to.add({"doctype": "Lead", "name": lead.name, "assign_to": [user], "description": "Llamar"})
	mine = frappe.get_doc(
		{
			"doctype": "ToDo",
			"description": "Enviar el catálogo",
			"owner": user,
			"allocated_to": user,
			"reference_type": "Lead",
			"reference_name": gone.name,
		}
	).insert()
	frappe.db.set_value("ToDo", mine.name, "owner", user)  # rename would delete it
	before = frappe.db.count("ToDo")

	merged = merge(gone, kept)

	assert frappe.db.count("ToDo") == before
	open_ones = names_of("ToDo", reference_type="Lead", reference_name=kept.name, status="Open")
	assert mine.name in open_ones and len(open_ones) == 2
	assert frappe.parse_json(merged._assign) == [user]


# C6
def test_a_contact_entered_twice_is_there_once_and_another_one_stays():
	settings = frappe.get_single("CRM Settings")
	settings.auto_creation_of_contact = 1
	settings.allow_lead_duplication_based_on_emails = 1
	settings.save()
	person = {"first_name": "Ana", "last_name": f"Torres {word()}", "email_id": f"{word()}@example.com"}
	kept, gone = make_lead(**person, mobile_no="+525512345678"), make_lead(**person)
	other = frappe.get_doc(
		{
			"doctype": "Contact",
			"first_name": "Luis",
			"email_ids": [{"email_id": f"{word()}@example.com", "is_primary": 1}],
			"links": [{"link_doctype": "Lead", "link_name": gone.name}],
		}
	).insert()
	ours, theirs = contacts_of(kept), contacts_of(gone) - {other.name}
	assert len(ours) == len(theirs) == 1
	opportunity = make_opportunity(gone, contact_person=next(iter(theirs)))

	merge(gone, kept)

	assert contacts_of(kept) == ours | {other.name}
	assert frappe.db.get_value("Opportunity", opportunity.name, "contact_person") in ours
	nothing_names(gone.name)


# D1
def test_attributes_come_together():
	attribute, several = an_attribute(), an_attribute(multiple=1)
	gone = make_lead(customer_attributes=values_of((attribute, "Rojo"), (several, "A"), (several, "B")))
	kept = make_lead(customer_attributes=values_of((attribute, "Azul"), (several, "A")))
	merged = merge(gone, kept)
	assert [(row.attribute, row.value) for row in merged.customer_attributes] == [
		(attribute, "Azul"),
		(several, "A"),
		(several, "B"),
	]
	assert "Rojo" in comments(merged, "Info")[0]


# C2
def test_customers_merge_by_the_same_way():
	company = frappe.get_all("Company", pluck="name")[0]
	sellers = [a_seller(), a_seller()]
	gone = make_customer(
		website="espiga.example",
		sales_team=[{"sales_person": sellers[0], "allocated_percentage": 100}],
		credit_limits=[{"company": company, "credit_limit": 100}],
	)
	kept = make_customer(sales_team=[{"sales_person": sellers[1], "allocated_percentage": 100}])
	quotation = make_quotation(quotation_to="Customer", party_name=gone.name, items=[an_item()])
	merged = merge(gone, kept)
	assert merged.website == "espiga.example"
	assert [row.sales_person for row in merged.sales_team] == [sellers[1]]
	assert [row.credit_limit for row in merged.credit_limits] == [100]
	assert frappe.db.get_value("Quotation", quotation.name, "party_name") == kept.name
	(note,) = comments(merged, "Info")
	assert sellers[0] in note and gone.customer_name in note
	nothing_names(gone.name)


# D7
def test_the_comparison_shows_only_what_differs_and_what_would_be_taken():
	gone = make_lead(first_name="Ana", last_name="Torres", job_title="Compras", website="espiga.example")
	kept = make_lead(first_name="Ana", last_name="Torres", job_title="Gerencia", fax="222")
	rows = {row["fieldname"]: row for row in api.compare("Lead", gone.name, kept.name)}
	assert set(rows) == {"job_title", "website"}
	assert (rows["job_title"]["gone"], rows["job_title"]["kept"]) == ("Compras", "Gerencia")
	assert (rows["job_title"]["takes"], rows["website"]["takes"]) == ("kept", "gone")


# D5
def test_who_may_not_write_both_or_delete_the_one_that_goes_is_refused():
	gone, kept = make_lead(), make_lead()
	seller = make_user("Sales User").name
	frappe.set_user(seller)
	assert not frappe.has_permission("Lead", "delete", doc=gone.name)
	for method in (api.merge, api.compare):
		with pytest.raises(frappe.PermissionError):
			method("Lead", gone.name, kept.name)
	frappe.set_user("Administrator")
	assert frappe.db.exists("Lead", gone.name)
	frappe.set_user(make_user("Sales Manager", "Sales User").name)
	assert api.merge("Lead", gone.name, kept.name) == kept.name


# D5: a field that the user may not write is neither chosen by them nor lost
def test_a_field_of_a_higher_level_is_filled_but_not_told():
	frappe.make_property_setter(
		{"doctype": "Lead", "fieldname": "fax", "property": "permlevel", "value": 1, "property_type": "Int"}
	)
	gone, kept, third = (
		make_lead(fax="fax-one", website="a"),
		make_lead(website="b"),
		make_lead(website="c", fax="fax-two"),
	)
	frappe.set_user(make_user("Sales Manager", "Sales User").name)
	assert "fax" not in [row["fieldname"] for row in api.compare("Lead", gone.name, kept.name)]
	with pytest.raises(MergeError):
		api.merge("Lead", gone.name, kept.name, {"fax": "999"})
	api.merge("Lead", gone.name, kept.name)
	api.merge("Lead", third.name, kept.name)
	frappe.set_user("Administrator")
	assert frappe.db.get_value("Lead", kept.name, "fax") == "fax-one"
	assert not [note for note in comments(kept, "Info") if "fax-two" in note]


# C2
def test_all_of_it_or_nothing():
	gone, kept = make_lead(job_title="Compras"), make_lead()
	mail = make_interaction(gone)
	frappe.db.set_value("Lead", gone.name, "industry", "No existe")
	frappe.db.savepoint("a_request")
	with pytest.raises(frappe.LinkValidationError):
		api.merge("Lead", gone.name, kept.name)
	frappe.db.rollback(
		save_point="a_request"
	)  # as Frappe does; it would not be there had something committed
	assert frappe.db.exists("Lead", gone.name)
	assert frappe.db.get_value("Communication", mail.name, "reference_name") == gone.name
	assert not frappe.db.get_value("Lead", kept.name, "job_title")


def test_a_name_that_cannot_be_changed_can_still_go():
	frappe.make_property_setter(
		{"doctype": "Lead", "doctype_or_field": "DocType", "property": "allow_rename", "value": 0}
		| {"property_type": "Check"},
		is_system_generated=False,
	)
	frappe.clear_cache(doctype="Lead")
	assert not frappe.get_meta("Lead").allow_rename
	merge(make_lead(), make_lead())


def test_what_cannot_be_merged():
	lead = make_lead()
	with pytest.raises(MergeError):
		api.merge("Lead", lead.name, lead.name)
	with pytest.raises(MergeError):
		api.merge("ToDo", "a", "b")
	with pytest.raises(MergeError):
		api.merge("Lead", make_lead().name, lead.name, {"prospect_stage_entered_on": "2020-01-01"})


def test_merging_warns_of_no_duplicates():
	company = f"Taller {word()}"
	gone, kept, _third = (make_lead(company_name=company) for _number in range(3))
	frappe.local.message_log = []
	merge(gone, kept)
	assert not frappe.local.message_log


def nothing_names(name: str) -> None:
	"""Look for the name in every column of the site that names records; its comments and the bin may."""
	allowed = {"Deleted Document", "Activity Log", "Comment", "Error Log", "Version"}
	for row in frappe.get_all(
		"DocField", {"fieldtype": ["in", ("Link", "Dynamic Link")]}, ["parent", "fieldname", "fieldtype"]
	):
		meta = frappe.get_meta(row.parent)
		if meta.issingle or meta.is_virtual or row.parent in allowed:
			continue
		if row.fieldtype == "Dynamic Link" or meta.get_field(row.fieldname).options in ("Lead", "Customer"):
			assert not frappe.db.exists(row.parent, {row.fieldname: name}), f"{row.parent}.{row.fieldname}"


def contacts_of(lead) -> set[str]:
	links = {"link_doctype": "Lead", "link_name": lead.name, "parenttype": "Contact"}
	return set(frappe.get_all("Dynamic Link", links, pluck="parent"))


def linked_leads(address: str) -> list[str]:
	return [row.link_name for row in frappe.get_doc("Address", address).links if row.link_doctype == "Lead"]


def an_address(*leads) -> str:
	address = {
		"doctype": "Address",
		"address_title": word(),
		"address_type": "Office",
		"address_line1": "Calle 1",
		"city": "Mérida",
		"country": "Mexico",
		"links": [{"link_doctype": "Lead", "link_name": lead.name} for lead in leads],
	}
	return frappe.get_doc(address).insert().name


def an_item() -> dict:
	return {"item_code": make_item(), "qty": 1, "rate": 1000}


def a_seller() -> str:
	return (
		frappe.get_doc({"doctype": "Sales Person", "sales_person_name": f"Vendedor {word()}", "is_group": 0})
		.insert()
		.name
	)


def an_attribute(multiple: int = 0) -> str:
	values = {"attribute_name": f"Atributo {word()}", "data_type": "Text", "multiple": multiple}
	return frappe.get_doc({"doctype": "Customer Attribute", **values}).insert().name


def values_of(*pairs: tuple[str, str]) -> list[dict]:
	return [{"attribute": attribute, "value": value} for attribute, value in pairs]
