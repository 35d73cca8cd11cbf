"""One step from a prospect to customer, contact and opportunity: all of it, once, and back again."""

from datetime import timedelta

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.desk.doctype.tag.tag import DocTags
from frappe.desk.form import assign_to
from frappe.model.base_document import get_controller
from frappe.utils import add_to_date, now_datetime

from crm_etapas.api import conversion as api
from crm_etapas.exceptions import ConversionError
from tests.site.factories import (
	make_customer,
	make_event,
	make_interaction,
	make_lead,
	make_opportunity,
	make_quotation,
	make_user,
)

CONVERTED = "Convertido a Oportunidad"
MADE = ["Contact", "Customer", "Opportunity"]


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
	"""ERPNext asks gravatar.com for a picture of each new address."""
	monkeypatch.setattr("erpnext.crm.doctype.lead.lead.has_gravatar", lambda email: "")
	monkeypatch.setattr("frappe.contacts.doctype.contact.contact.has_gravatar", lambda email: "")


@pytest.fixture
def no_contact_of_its_own():
	"""ERPNext does not make the contact with the prospect."""
	frappe.db.set_single_value("CRM Settings", "auto_creation_of_contact", 0)


def word() -> str:
	return frappe.generate_hash(length=8)


def make_prospect(**values):
	name = word()
	lead = make_lead(
		**{
			"company_name": f"Molinos {name}",
			"email_id": f"{name}@example.com",
			"mobile_no": "+34600111222",
			"job_title": "Compras",
			"sales_channel": "Referido",
			"business_segment": "Industria",
			"estimated_value": 5000,
			"expected_closing": "2999-01-31",
			**values,
		}
	)
	return lead


def assign(lead) -> str:
	"""Assign a prospect to somebody who gets no mail about it; return who."""
	user = make_user("Sales User").name
	frappe.db.set_value("Notification Settings", user, "enable_email_notifications", 0)
	assign_to.add({"doctype": "Lead", "name": lead.name, "assign_to": [user]})
	return user


def reread(lead):
	return frappe.get_doc("Lead", lead.name)


def everything() -> dict:
	doctypes = (
		"Customer",
		"Contact",
		"Opportunity",
		"Lead Conversion",
		"Dynamic Link",
		"ToDo",
		"File",
		"Event",
	)
	return {doctype: frappe.db.count(doctype) for doctype in (*doctypes, "Stage Log", "Communication Link")}


def open_events(lead) -> list:
	events = frappe.get_all("Event Participants", {"reference_docname": lead.name}, pluck="parent")
	filters = {"name": ["in", events], "status": "Open"}
	return sorted(frappe.get_all("Event", filters, ["subject", "starts_on"], as_list=True))


def make_mandatory(doctype: str, fieldname: str) -> str:
	"""Make a field mandatory, as another app or an admin does; return its label."""
	make_property_setter(doctype, fieldname, "reqd", 1, "Check", validate_fields_for_doctype=False)
	frappe.clear_cache(doctype=doctype)
	return frappe._(frappe.get_meta(doctype).get_label(fieldname), context=doctype)


# F5, A8
def test_a_company_becomes_customer_contact_and_opportunity(no_contact_of_its_own):
	lead = make_prospect(last_name="Torres", identification_type="RIF", identification_number="J-07013380-5")
	result = api.convert(lead.name)
	assert sorted(result["made"]) == MADE
	assert result["is_converted"] and result["stage"] == CONVERTED
	customer = frappe.get_doc("Customer", result["customer"])
	assert (customer.customer_name, customer.customer_type) == (lead.company_name, "Company")
	assert (customer.lead_name, customer.identification_number) == (lead.name, lead.identification_number)
	assert customer.customer_primary_contact == result["contact"]
	assert customer.email_id == lead.email_id
	contact = frappe.get_doc("Contact", result["contact"])
	assert (contact.first_name, contact.last_name, contact.designation) == ("Ana", "Torres", "Compras")
	assert (contact.email_id, contact.mobile_no) == (lead.email_id, lead.mobile_no)
	assert contact.has_link("Lead", lead.name) and contact.has_link("Customer", customer.name)
	opportunity = frappe.get_doc("Opportunity", result["opportunity"])
	assert (opportunity.opportunity_from, opportunity.party_name) == ("Lead", lead.name)
	assert (opportunity.opportunity_amount, str(opportunity.expected_closing)) == (5000, "2999-01-31")
	assert opportunity.contact_person == contact.name
	for doc in (customer, opportunity):
		assert (doc.sales_channel, doc.business_segment) == ("Referido", "Industria")
	lead = reread(lead)
	assert (lead.prospect_stage, lead.party_condition) == (CONVERTED, "Customer")


# F5, C1
def test_a_person_becomes_an_individual(no_contact_of_its_own):
	lead = make_prospect(company_name=None, last_name="Rojas")
	customer = frappe.get_doc("Customer", api.convert(lead.name)["customer"])
	assert (customer.customer_type, customer.customer_name) == ("Individual", "Ana Rojas")


# F5
def test_pressed_twice_it_makes_one_set():
	lead = make_prospect()
	first = api.convert(lead.name)
	before = everything()
	second = api.convert(lead.name, existing_records={"Contact": None, "Customer": None, "Opportunity": None})
	assert everything() == before
	assert second == {**first, "made": []}


# F5
def test_only_the_parts_that_are_wanted_are_made_and_the_others_later():
	lead = make_prospect()
	first = api.convert(lead.name, parts=["Customer"])
	assert first["made"] == ["Customer"] and not first["opportunity"]
	assert first["is_converted"]
	second = api.convert(lead.name)
	assert second["made"] == ["Opportunity"]
	assert second["customer"] == first["customer"]


# F5
@pytest.mark.parametrize("clue", ["identification", "email", "company"])
def test_a_customer_who_is_there_is_taken(clue):
	name = word()
	number = {"identification_type": "RIF", "identification_number": "J-07013380-5"}
	customer = make_customer(customer_name=f"Aceros {name}", **(number if clue == "identification" else {}))
	if clue == "email":
		contact = {
			"doctype": "Contact",
			"first_name": "Otra",
			"email_ids": [{"email_id": f"{name}@x.example", "is_primary": 1}],
		}
		frappe.get_doc(
			{**contact, "links": [{"link_doctype": "Customer", "link_name": customer.name}]}
		).insert()
	values = {
		"identification": number,
		"email": {"email_id": f"{name}@x.example"},
		"company": {"company_name": f"ACEROS {name}, C.A."},
	}[clue]
	lead = make_prospect(**values)
	(candidate,) = api.preview(lead.name)["parts"]["Customer"]["candidates"]
	assert candidate["name"] == customer.name and candidate["because"]
	result = api.convert(lead.name)
	assert result["customer"] == customer.name and "Customer" not in result["made"]
	opportunity = frappe.get_doc("Opportunity", result["opportunity"])
	assert (opportunity.opportunity_from, opportunity.party_name) == ("Customer", customer.name)
	assert opportunity.origin_lead == lead.name
	assert opportunity.opportunity_amount == 5000
	lead = reread(lead)
	assert (lead.prospect_stage, lead.customer, lead.party_condition) == (
		CONVERTED,
		customer.name,
		"Customer",
	)
	assert frappe.get_doc("Contact", result["contact"]).has_link("Customer", customer.name)
	assert not frappe.db.get_value("Customer", customer.name, "lead_name")


# F5
def test_an_opportunity_made_later_is_of_the_customer_who_was_taken():
	customer = make_customer()
	lead = make_prospect()
	api.convert(lead.name, parts=["Customer"], existing_records={"Customer": customer.name})
	result = api.convert(lead.name, parts=["Opportunity"])
	assert frappe.db.get_value("Opportunity", result["opportunity"], "party_name") == customer.name


# F5
def test_the_user_chooses_a_new_customer_or_another_one():
	customer, other = make_customer(customer_name=f"Aceros {word()}"), make_customer()
	lead = make_prospect(company_name=customer.customer_name)
	fresh = api.convert(lead.name, parts=["Customer"], existing_records={"Customer": None})
	assert fresh["customer"] not in (customer.name, other.name)
	lead = make_prospect(company_name=customer.customer_name)
	assert api.convert(lead.name, existing_records={"Customer": other.name})["customer"] == other.name


# F5
def test_a_shared_phone_makes_nobody_the_same_customer():
	customer = make_customer()
	frappe.db.set_value("Customer", customer.name, "mobile_no", "+34600111222")
	part = api.preview(make_prospect().name)["parts"]["Customer"]
	assert customer.name in [row["name"] for row in part["candidates"]]
	assert part["chosen"] is None


# F5
def test_the_preview_says_which_fields_go_where_and_writes_nothing():
	lead = make_prospect()
	before = everything()
	parts = api.preview(lead.name)["parts"]
	assert everything() == before
	fields = {row["fieldname"]: row for row in parts["Customer"]["fields"]}
	assert fields["customer_name"]["value"] == lead.company_name
	assert fields["customer_name"]["source"] == frappe._("Organization Name", context="Lead")
	assert {"opportunity_amount", "expected_closing"} <= {
		row["fieldname"] for row in parts["Opportunity"]["fields"]
	}


# F5, D10, D13, D14, C4, C5
def test_what_hangs_on_the_prospect_goes_along(no_contact_of_its_own):
	lead = make_prospect(next_contact_date=add_to_date(now_datetime(), days=2))
	call, event = make_interaction(lead), make_event(lead)
	file = {"doctype": "File", "file_name": "plano.txt", "content": word(), "is_private": 1}
	file = frappe.get_doc({**file, "attached_to_doctype": "Lead", "attached_to_name": lead.name}).insert()
	DocTags("Lead").add(lead.name, "Feria")
	user = assign(lead)
	result = api.convert(lead.name)
	for doctype in ("Customer", "Opportunity"):
		target = frappe.get_doc(doctype, result[doctype.lower()])
		of_target = {"link_doctype": doctype, "link_name": target.name}
		assert frappe.db.exists("Communication Link", {**of_target, "parent": call.name})
		participant = {"reference_doctype": doctype, "reference_docname": target.name}
		assert frappe.db.count("Event Participants", {**participant, "parent": event.name}) == 1
		(copy,) = frappe.get_all(
			"File", {"attached_to_doctype": doctype, "attached_to_name": target.name}, ["name", "file_url"]
		)
		assert copy.file_url == file.file_url and copy.name != file.name
		assert target.get("_user_tags") == ",Feria"
		assert frappe.db.exists("Tag Link", {"document_type": doctype, "document_name": target.name})
	opportunity = frappe.get_doc("Opportunity", result["opportunity"])
	assert opportunity.next_contact_date == lead.next_contact_date
	assert frappe.parse_json(opportunity.get("_assign")) == [user]
	assert frappe.db.exists(
		"ToDo", {"reference_name": opportunity.name, "allocated_to": user, "status": "Open"}
	)


# F5, C5: ERPNext itself refuses whoever may not write the to-dos and the events of others
def test_a_salesperson_converts_what_somebody_else_has_planned():
	lead, user = make_prospect(), make_user("Sales User", "Sales Master Manager").name
	other = assign(lead)
	event = make_event(lead, event_type="Private")
	frappe.set_user(user)
	result = api.convert(lead.name)
	frappe.set_user("Administrator")
	assert frappe.db.get_value("ToDo", {"allocated_to": other}, "reference_name") == result["opportunity"]
	parts = frappe.get_all("Event Participants", {"parent": event.name}, pluck="reference_docname")
	assert {lead.name, result["opportunity"], result["customer"]} <= set(parts)


# F5: a mandatory field of another app
def test_a_mandatory_field_is_asked_for_and_nothing_is_left_behind(no_contact_of_its_own):
	label = make_mandatory("Customer", "website")
	lead = make_prospect()
	before, stage = everything(), lead.prospect_stage
	with pytest.raises(ConversionError) as error:
		api.convert(lead.name)
	assert everything() == before
	assert reread(lead).prospect_stage == stage
	(missing,) = error.value.missing
	assert (missing["document"], missing["fieldname"], missing["label"]) == ("Customer", "website", label)
	assert frappe.local.response["missing"] == [missing]
	assert label in str(error.value)
	result = api.convert(lead.name, values={"Customer": {"website": "molinos.example"}})
	assert frappe.db.get_value("Customer", result["customer"], "website") == "molinos.example"


# F5
@pytest.mark.parametrize("part", MADE)
def test_a_failure_at_any_step_leaves_nothing_behind(part, no_contact_of_its_own, monkeypatch):
	lead = make_prospect()
	before = everything()

	def refuse(doc):
		frappe.throw("El servidor de facturas no responde")

	monkeypatch.setattr(get_controller(part), "on_update", refuse, raising=False)
	with pytest.raises(ConversionError, match="El servidor de facturas no responde"):
		api.convert(lead.name)
	assert everything() == before


# F5
def test_who_may_not_create_customers_is_told_and_may_leave_them_out():
	user = make_user("Sales User").name
	role = {"parent": "Customer", "role": "Sales User", "permlevel": 0}
	frappe.permissions.setup_custom_perms("Customer")
	frappe.db.set_value("Custom DocPerm", role, "create", 0)
	frappe.clear_cache(doctype="Customer")
	lead = make_prospect()
	before = everything()
	frappe.set_user(user)
	assert not api.preview(lead.name)["parts"]["Customer"]["may_create"]
	with pytest.raises(frappe.PermissionError, match="Cliente"):
		api.convert(lead.name)
	assert everything() == before
	assert api.convert(lead.name, parts=["Contact", "Opportunity"])["opportunity"]


# F5: ERPNext's naming settings
def test_the_naming_settings_are_respected():
	frappe.db.set_default("cust_master_name", "Naming Series")
	assert api.convert(make_prospect().name)["customer"].startswith("CUST-")
	frappe.db.set_default("cust_master_name", "Customer Name")
	taken = frappe.get_all("Customer Group", pluck="name")[0]
	lead = make_prospect(company_name=taken)
	before = everything()
	with pytest.raises(ConversionError, match="Cliente"):
		api.convert(lead.name)
	assert everything() == before


# F5
def test_the_amount_is_told_in_the_currency_of_the_customer():
	home = frappe.get_cached_value("Company", frappe.get_all("Company", pluck="name")[0], "default_currency")
	other = "EUR" if home != "EUR" else "USD"
	rate = {
		"doctype": "Currency Exchange",
		"date": frappe.utils.today(),
		"exchange_rate": 2,
		"for_selling": 1,
		"for_buying": 1,
	}
	frappe.get_doc({**rate, "from_currency": other, "to_currency": home}).insert()
	customer = make_customer(default_currency=other)
	lead = make_prospect()
	result = api.convert(lead.name, existing_records={"Customer": customer.name})
	opportunity = frappe.get_doc("Opportunity", result["opportunity"])
	assert (opportunity.currency, opportunity.conversion_rate) == (other, 2)
	assert (opportunity.opportunity_amount, opportunity.base_opportunity_amount) == (2500, 5000)


# F5, A8: the stage's rules have the last word, and the conversion says so
def test_a_stage_that_refuses_is_told():
	stage = frappe.get_doc("Prospect Stage", CONVERTED)
	stage.append("requirements", {"kind": "Field", "fieldname": "fax"})
	stage.save()
	lead = make_prospect()
	result = api.convert(lead.name)
	assert not result["is_converted"] and result["stage"] == lead.prospect_stage
	assert any(
		"no pudo pasar" in message["message"] or lead.title in message["message"]
		for message in frappe.local.message_log
	)


# F5
def test_undone_within_a_day_everything_is_where_it_was(no_contact_of_its_own):
	lead = make_prospect(
		next_contact_date=add_to_date(now_datetime(), days=2), prospect_stage="Interesado Sin Decisión"
	)
	make_interaction(lead)
	make_event(lead)
	user = assign(lead)
	DocTags("Lead").add(lead.name, "Feria")
	lead, before, events = reread(lead), everything(), open_events(lead)
	result = api.convert(lead.name)
	api.undo(lead.name)
	after = everything()
	for doctype in ("Customer", "Contact", "Opportunity", "Dynamic Link", "File"):
		assert after[doctype] == before[doctype], doctype
	assert open_events(lead) == events
	now = reread(lead)
	for field in ("prospect_stage", "status", "party_condition", "customer", "next_contact_date"):
		assert now.get(field) == lead.get(field), field
	assert (
		frappe.db.get_value("ToDo", {"allocated_to": user, "status": "Open"}, "reference_name") == lead.name
	)
	log = frappe.get_doc("Lead Conversion", result["conversion"])
	assert (log.status, log.undone_by) == ("Undone", "Administrator")
	with pytest.raises(ConversionError):
		api.undo(lead.name)
	assert sorted(api.convert(lead.name)["made"]) == MADE


# F5
def test_undoing_leaves_a_customer_that_was_there():
	customer = make_customer(customer_name=f"Aceros {word()}")
	lead = make_prospect(company_name=customer.customer_name)
	make_interaction(lead)
	DocTags("Lead").add(lead.name, "Feria")
	stage = reread(lead).prospect_stage
	result = api.convert(lead.name)
	api.undo(lead.name)
	assert frappe.db.exists("Customer", customer.name)
	assert not frappe.db.exists("Communication Link", {"link_name": customer.name})
	assert not frappe.get_doc("Contact", result["contact"]).has_link("Customer", customer.name)
	assert not frappe.db.get_value("Customer", customer.name, "_user_tags")
	assert (reread(lead).prospect_stage, reread(lead).customer) == (stage, None)


# F5
@pytest.mark.parametrize("hanging", ["quotation", "edit", "comment", "day"])
def test_undoing_is_refused_when_something_hangs_on_it(hanging):
	lead = make_prospect()
	result = api.convert(lead.name)
	opportunity = frappe.get_doc("Opportunity", result["opportunity"])
	later = now_datetime() + timedelta(minutes=1)
	if hanging == "quotation":
		make_quotation(opportunity)
	elif hanging == "edit":
		values = {"modified_by": make_user("Sales User").name, "modified": later}
		frappe.db.set_value("Customer", result["customer"], values, update_modified=False)
	elif hanging == "comment":
		comment = opportunity.add_comment("Comment", "El cliente pide descuento")
		frappe.db.set_value("Comment", comment.name, "creation", later, update_modified=False)
	else:
		old = add_to_date(now_datetime(), hours=-25)
		frappe.db.set_value("Lead Conversion", result["conversion"], "converted_on", old)
	before = everything()
	with pytest.raises(ConversionError):
		api.undo(lead.name)
	assert everything() == before
	assert reread(lead).prospect_stage == CONVERTED


# F5
def test_somebody_else_undoes_it_only_with_the_right_to_delete():
	lead = make_prospect()
	api.convert(lead.name)
	frappe.set_user(make_user("Sales User").name)
	with pytest.raises(frappe.PermissionError):
		api.undo(lead.name)


# F5
def test_a_salesperson_undoes_what_they_converted():
	lead = make_prospect()
	frappe.set_user(make_user("Sales User", "Sales Master Manager").name)
	api.convert(lead.name)
	api.undo(lead.name)
	assert not frappe.db.exists("Customer", {"lead_name": lead.name})


# F7, F8: a closed opportunity is not taken again
def test_a_prospect_that_comes_round_again_gets_a_new_opportunity():
	lead = make_prospect()
	first = api.convert(lead.name)
	frappe.db.set_value("Opportunity", first["opportunity"], "status", "Lost")
	second = api.convert(lead.name)
	assert second["made"] == ["Opportunity"] and second["opportunity"] != first["opportunity"]
	assert second["customer"] == first["customer"]


# F5
def test_an_open_opportunity_is_taken():
	lead = make_prospect()
	opportunity = make_opportunity(lead)
	assert api.convert(lead.name)["opportunity"] == opportunity.name


# D13, D17
def test_the_customer_shows_its_past():
	lead = make_prospect()
	make_interaction(lead)
	result = api.convert(lead.name)
	past = api.customer_past(result["customer"])
	assert [row["name"] for row in past["prospects"]] == [lead.name]
	assert [row["name"] for row in past["opportunities"]] == [result["opportunity"]]
	assert [row["amount"] for row in past["open"]] == [5000] and not past["won"]
	assert len(past["interactions"]) == 1
	frappe.get_doc("Opportunity", result["opportunity"]).update(
		{"opportunity_stage": "Cerrado Ganado", "won_reason": "Contrato marco firmado"}
	).save()
	assert [row["amount"] for row in api.customer_past(result["customer"])["won"]] == [5000]


# D15
def test_the_past_shows_only_what_the_user_may_read():
	lead = make_prospect()
	result = api.convert(lead.name)
	user, mine = make_user("Sales User").name, make_lead()
	for doctype, name in {"Lead": mine.name, "Opportunity": make_opportunity(mine).name}.items():
		frappe.get_doc(
			{"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}
		).insert()
	frappe.set_user(user)
	past = (
		api.customer_past(result["customer"])
		if frappe.has_permission("Customer", "read", doc=result["customer"])
		else {}
	)
	assert not past.get("prospects") and not past.get("opportunities")
	assert not frappe.get_list("Lead Conversion", {"lead": lead.name})


# D12, D17
def test_the_form_knows_what_the_prospect_became():
	lead = make_prospect()
	result = api.convert(lead.name)
	doc = reread(lead)
	doc.set_onload("of", "the form")
	doc.run_method("onload")
	told = doc.get_onload("conversion")
	assert (told["customer"], told["opportunity"]) == (result["customer"], result["opportunity"])
	assert told["can_be_undone"]
	links = frappe.get_meta("Lead").get_dashboard_data()
	assert "Customer" in [item for group in links.transactions for item in group["items"]]


# D13: what was linked counts where it is linked
def test_the_contacts_made_count_where_they_go_along_and_no_longer_after_undoing():
	customer = make_customer(customer_name=f"Aceros {word()}")
	lead = make_prospect(company_name=customer.customer_name)
	make_interaction(lead)
	fields = ["contact_attempts", "last_contact_on"]
	counted = frappe.db.get_value("Lead", lead.name, fields)
	assert counted[0] == 1 and counted[1]
	result = api.convert(lead.name)
	for doctype in ("Customer", "Opportunity"):
		assert frappe.db.get_value(doctype, result[doctype.lower()], fields) == counted
	api.undo(lead.name)
	assert frappe.db.get_value("Customer", customer.name, fields) == (0, None)


# F5: what hangs on a prospect is found by its indexes, those linked to it too, once each
def test_interactions_that_only_name_the_prospect_go_along():
	lead, other = make_prospect(), make_lead()
	call = make_interaction(other)
	call.add_link("Lead", lead.name, autosave=True)
	own = make_interaction(lead)
	result = api.convert(lead.name)
	linked = {"link_doctype": "Opportunity", "link_name": result["opportunity"]}
	assert sorted(frappe.get_all("Communication Link", linked, pluck="parent")) == sorted(
		[call.name, own.name]
	)


# F5, C5: an opportunity that is deleted takes nothing of the prospect's with it
def test_deleting_the_opportunity_gives_back_what_it_had_from_the_prospect():
	lead = make_prospect()
	user = assign(lead)
	result = api.convert(lead.name)
	opportunity = frappe.get_doc("Opportunity", result["opportunity"])
	later = {"doctype": "ToDo", "description": "Suya", "allocated_to": "Administrator"}
	later = {**later, "reference_type": "Opportunity", "reference_name": opportunity.name}
	own = frappe.get_doc(later).insert(ignore_permissions=True)
	frappe.db.set_value("ToDo", own.name, "creation", now_datetime() + timedelta(minutes=1))
	opportunity.delete()
	assert frappe.get_all("ToDo", {"allocated_to": user, "status": "Open"}, pluck="reference_name") == [
		lead.name
	]
	assert not frappe.db.exists("ToDo", own.name)
	assert not frappe.db.get_value("Customer", result["customer"], "opportunity_name")
	told = told_of(lead)
	assert told["customer"] == result["customer"] and told["opportunity"] is None and not told["whole"]


def told_of(lead) -> dict:
	doc = reread(lead)
	doc.set_onload("of", "the form")
	doc.run_method("onload")
	return doc.get_onload("conversion")


# F7: a prospect that comes round again can be converted again
def test_the_form_offers_to_convert_again_what_was_lost():
	lead = make_prospect()
	result = api.convert(lead.name)
	assert told_of(lead)["whole"]
	frappe.db.set_value("Opportunity", result["opportunity"], "status", "Lost")
	told = told_of(lead)
	assert told["opportunity"] == result["opportunity"] and not told["whole"]


# F5: nobody knows what it is worth in that currency
def test_a_wished_currency_without_a_rate_is_refused():
	frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
	lead = make_prospect()
	before = everything()
	with pytest.raises(ConversionError, match="JPY"):
		api.convert(lead.name, values={"Opportunity": {"currency": "JPY"}})
	assert everything() == before
	customer = make_customer(default_currency="JPY")
	result = api.convert(lead.name, existing_records={"Customer": customer.name})
	opportunity = frappe.get_doc("Opportunity", result["opportunity"])
	home = frappe.get_cached_value("Company", opportunity.company, "default_currency")
	assert (opportunity.currency, opportunity.conversion_rate) == (home, 1)
	assert (opportunity.opportunity_amount, opportunity.base_opportunity_amount) == (5000, 5000)


# F5: between the currencies of two companies
def test_a_value_that_cannot_be_told_stays_empty():
	frappe.db.set_single_value("Currency Exchange Settings", "disabled", 1)
	home = frappe.get_all("Company", pluck="name")[0]
	abroad = {"doctype": "Company", "company_name": f"Otra {word()}", "default_currency": "JPY"}
	abroad = frappe.get_doc({**abroad, "country": "Japan", "create_chart_of_accounts_based_on": ""}).insert()
	lead = make_prospect(company=abroad.name)
	result = api.convert(lead.name, parts=["Opportunity"], values={"Opportunity": {"company": home}})
	assert not frappe.db.get_value("Opportunity", result["opportunity"], "opportunity_amount")


# F5: two companies may have one name, and one accountant; not one number
@pytest.mark.parametrize("clue", ["company", "email"])
def test_another_identification_makes_it_another_customer(clue):
	name = word()
	shared = {"company": {}, "email": {"email_id": f"{name}@x.example"}}[clue]
	customer = make_customer(
		customer_name=f"Aceros {name}", identification_type="RIF", identification_number="J-07013380-5"
	)
	if clue == "email":
		contact = {"doctype": "Contact", "first_name": "Contador"}
		contact |= {"email_ids": [{"email_id": f"{name}@x.example", "is_primary": 1}]}
		links = [{"link_doctype": "Customer", "link_name": customer.name}]
		frappe.get_doc({**contact, "links": links}).insert()
	else:
		shared = {"company_name": customer.customer_name}
	lead = make_prospect(**shared, identification_type="RIF", identification_number="J-00002961-0")
	part = api.preview(lead.name)["parts"]["Customer"]
	assert [row["name"] for row in part["candidates"]] == [customer.name] and part["chosen"] is None
	assert api.convert(lead.name, parts=["Customer"])["made"] == ["Customer"]


# F5
def test_a_disabled_customer_is_not_taken():
	customer = make_customer(customer_name=f"Aceros {word()}", disabled=1)
	lead = make_prospect(company_name=customer.customer_name)
	assert not api.preview(lead.name)["parts"]["Customer"]["candidates"]
	with pytest.raises(ConversionError, match=customer.name):
		api.convert(lead.name, existing_records={"Customer": customer.name})


# F5
@pytest.mark.parametrize(
	"wish",
	[
		{"parts": "{"},
		{"parts": [["Customer"]]},
		{"existing_records": "[]"},
		{"existing_records": {"Customer": {"name": "X"}}},
		{"values": {"Customer": "X"}},
	],
	ids=str,
)
def test_what_cannot_be_read_is_refused(wish):
	with pytest.raises(ConversionError):
		api.convert(make_lead().name, **wish)
