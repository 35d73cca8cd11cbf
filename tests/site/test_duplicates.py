"""Who may be entered already: found by what identifies them, told to who may see them, never in the way."""

import frappe
import pytest

from crm_etapas.api import prospects as api
from crm_etapas.exceptions import MergeError
from crm_etapas.identity import duplicates
from tests.site.factories import make_customer, make_lead, make_user
from tests.site.test_query_counts import counted

PHONE = "+584121234567"
VENEZUELA = "Venezuela, Bolivarian Republic of"


@pytest.fixture(autouse=True)
def no_pictures(monkeypatch):
	"""ERPNext asks gravatar.com for a picture of each new address."""
	monkeypatch.setattr("erpnext.crm.doctype.lead.lead.has_gravatar", lambda email: "")


def word() -> str:
	return frappe.generate_hash(length=10)


def found(values: dict, doctype: str = "Lead", **arguments) -> dict[str, list[str]]:
	"""The reasons by the name of each record that is found."""
	return {row["name"]: row["because"] for row in duplicates.find(doctype, values, **arguments)}


def setting(**values) -> None:
	settings = frappe.get_single("CRM Etapas Settings")
	settings.update(values)
	settings.save()


def told() -> str:
	"""What the user has been told since the last time."""
	messages = [
		message for message in frappe.local.message_log if message.get("title") == "Posibles duplicados"
	]
	frappe.local.message_log = []
	return " ".join(str(message["message"]) for message in messages)


def test_the_reasons_are_told_in_the_language_of_the_user():
	email = f"{word()}@example.com"
	lead = make_lead(email_id=email)
	assert found({"email_id": email}) == {lead.name: ["mismo correo electrónico"]}
	frappe.local.lang = "en"
	assert found({"email_id": email}) == {lead.name: ["same email"]}


# D5, D7
@pytest.mark.parametrize("typed", ["0412-1234567", "+58 412 123 45 67", "00584121234567", PHONE])
@pytest.mark.parametrize("field", ["mobile_no", "phone", "whatsapp_no"])
def test_a_phone_is_found_in_whatever_field_and_writing(typed, field):
	lead = make_lead(country=VENEZUELA, mobile_no="0412 1234567")
	values = {field: typed, "country": VENEZUELA}
	assert found(values)[lead.name] == ["mismo teléfono"]


# D7
def test_a_company_is_found_whatever_its_name_is_written_like():
	name = f"Panadería {word()}"
	lead = make_lead(company_name=f"{name}, C.A.")
	customer = make_customer(customer_name=f"{name.upper()} CA", customer_type="Company")
	person = make_customer(customer_name=name, customer_type="Individual")
	same = found({"company_name": name})
	assert same == {lead.name: ["mismo nombre de empresa"], customer.name: ["mismo nombre de empresa"]}
	assert person.name not in same


# D7
def test_an_identification_is_found_however_it_is_typed():
	rif = identification_type()
	lead = make_lead(identification_type=rif, identification_number="J-07013380-5")
	for typed in ("J-07013380-5", "j070133805", "J 07013380 5"):
		same = found({"identification_type": rif, "identification_number": typed})
		assert same[lead.name] == ["misma identificación"]


# D5
def test_the_strongest_reason_comes_first_and_says_whether_it_is_a_customer():
	email, company = f"{word()}@example.com", f"Taller {word()}"
	by_company = make_lead(company_name=company)
	by_two = make_lead(company_name=company, email_id=email, lead_owner="Administrator")
	customer = make_customer(customer_name=company, customer_type="Company", account_manager="Administrator")
	rows = duplicates.find("Lead", {"company_name": company, "email_id": email.upper()})
	assert rows[0] == {
		"doctype": "Lead",
		"name": by_two.name,
		"title": company,
		"condition": "Prospect",
		"owner": "Administrator",
		"stage": "Nuevo",
		"because": ["mismo correo electrónico", "mismo nombre de empresa"],
		"clues": ["email", "company"],
	}
	assert {row["name"] for row in rows[1:]} == {by_company.name, customer.name}
	(row,) = (row for row in rows if row["name"] == customer.name)
	assert (row["condition"], row["owner"], row["stage"]) == ("Customer", "Administrator", None)


def test_no_more_than_asked_for():
	company = f"Taller {word()}"
	for _number in range(4):
		make_lead(company_name=company)
	assert len(found({"company_name": company}, limit=3)) == 3


def test_what_nobody_has_or_says_is_not_found():
	make_lead(country=VENEZUELA, mobile_no="0412 1234567")
	assert not found({"first_name": "Ana", "last_name": "Torres"})
	assert not found({"email_id": f"{word()}@example.com", "mobile_no": "", "company_name": None})
	assert not found({"mobile_no": "no tiene"})


# C8
def test_a_lead_and_its_own_customer_are_no_duplicates():
	company = f"Taller {word()}"
	lead = make_lead(company_name=company)
	customer = make_customer(customer_name=company, lead_name=lead.name, customer_type="Company")
	assert not found({"company_name": company}, exclude=lead.name)
	values = {"customer_name": company, "lead_name": lead.name, "customer_type": "Company"}
	assert not found(values, "Customer", exclude=customer.name)
	assert set(found({"company_name": company, "customer": customer.name})) == {lead.name}


# D5
def test_hidden_records_are_not_named():
	email = f"{word()}@example.com"
	frappe.db.set_single_value("CRM Settings", "allow_lead_duplication_based_on_emails", 1)
	hidden, mine = make_lead(email_id=email), make_lead(email_id=email)
	user = make_user("Sales User").name
	only(user, "Lead", mine.name)
	frappe.set_user(user)
	assert set(found({"email_id": email})) == {mine.name}
	frappe.set_user("Administrator")
	frappe.share.add("Lead", hidden.name, user)
	frappe.set_user(user)
	assert set(found({"email_id": email})) == {mine.name, hidden.name}


# D5
def test_who_reads_only_their_own_is_told_of_their_own_and_what_is_shared():
	email = f"{word()}@example.com"
	hidden = make_lead(email_id=email)
	user = make_user("Sales User").name
	frappe.get_doc(
		{"doctype": "Custom DocPerm", "parent": "Lead", "role": "Sales User", "read": 1, "if_owner": 1}
	).insert()
	frappe.clear_cache(doctype="Lead")
	frappe.set_user(user)
	assert not found({"email_id": email})
	frappe.set_user("Administrator")
	frappe.share.add("Lead", hidden.name, user)
	frappe.set_user(user)
	assert set(found({"email_id": email})) == {hidden.name}


# D5
@pytest.mark.parametrize("role", ["Blogger", None])
def test_who_reads_no_leads_is_told_of_none(role):
	email = f"{word()}@example.com"
	make_lead(email_id=email)
	frappe.set_user(make_user(role).name if role else "Guest")
	assert not found({"email_id": email})
	with pytest.raises(frappe.PermissionError):
		api.duplicates("Lead", {"email_id": email})


# D5
def test_a_permission_may_have_a_percent_sign_in_it():
	territory = frappe.get_doc(
		{"doctype": "Territory", "territory_name": f"100% {word()}", "parent_territory": root_territory()}
	).insert()
	email = f"{word()}@example.com"
	lead = make_lead(email_id=email, territory=territory.name)
	user = make_user("Sales User").name
	only(user, "Territory", territory.name)
	frappe.set_user(user)
	assert set(found({"email_id": email})) == {lead.name}


# D5
def test_one_query_a_doctype_and_no_more_with_permissions():
	values = {
		"email_id": f"{word()}@example.com",
		"mobile_no": "0412 1234567",
		"company_name": word(),
		"identification_number": "J-07013380-5",
		"country": VENEZUELA,
	}
	user = make_user("Sales User").name
	only(user, "Territory", frappe.get_all("Territory", pluck="name")[0])
	for who in ("Administrator", user):
		frappe.set_user(who)
		found(values)  # fills the caches
		with counted() as statements:
			found(values)
		assert len(statements) == 2
		with counted() as statements:
			found({"first_name": "Ana"})
		assert not statements


# D5
def test_saving_tells_of_duplicates_and_is_never_stopped():
	email = f"{word()}@example.com"
	frappe.db.set_single_value("CRM Settings", "allow_lead_duplication_based_on_emails", 1)
	first = make_lead(email_id=email, company_name="<b>Taller</b>")
	assert not told()
	second = make_lead(email_id=email)
	message = told()
	assert first.name in message and "mismo correo electrónico" in message
	assert "<b>Taller" not in message and "Prospecto" in message
	second.reload()
	second.job_title = "Compras"
	second.save()
	assert not told(), "nothing that identifies has changed"
	second.mobile_no = first.mobile_no
	second.company_name = word()
	second.save()
	assert not told(), "only what has changed is compared"


# D5
def test_a_customer_is_compared_too():
	company = f"Taller {word()}"
	lead = make_lead(company_name=company)
	make_customer(customer_name=company, customer_type="Company")
	assert lead.name in told()


# D5
def test_what_the_form_has_shown_is_not_said_again():
	company = f"Taller {word()}"
	first, other = make_lead(company_name=company), make_lead(company_name=company)
	told()
	make_lead(company_name=company, **{duplicates.SHOWN: [first.name]})
	message = told()
	assert first.name not in message and other.name in message
	make_lead(company_name=company, **{duplicates.SHOWN: [lead.name for lead in leads_of(company)]})
	assert not told()


# D5
def test_the_settings_and_an_import_keep_it_quiet():
	company = f"Taller {word()}"
	make_lead(company_name=company)
	setting(warn_of_duplicates=0)
	make_lead(company_name=company)
	assert not told()
	assert not api.duplicates("Lead", {"company_name": company})
	setting(warn_of_duplicates=1)
	assert len(api.duplicates("Lead", frappe.as_json({"company_name": company}))) == 2
	frappe.flags.in_import = True
	make_lead(company_name=company)
	assert not told()


# D5
def test_the_warning_costs_a_save_at_most_two_queries():
	email, other = f"{word()}@example.com", f"{word()}@example.com"
	lead = make_lead(email_id=f"{word()}@example.com")
	counts = []
	for wanted, address in ((0, email), (0, other), (1, email), (1, other)):
		setting(warn_of_duplicates=wanted)
		lead.reload()
		lead.email_id = address
		with counted() as statements:
			lead.save()
		counts.append(len(statements))
	assert counts[3] - counts[1] == 2


def test_only_leads_and_customers_are_compared():
	with pytest.raises(MergeError):
		api.duplicates("ToDo", {"description": "x"})


def identification_type() -> str:
	values = {"type_name": f"RIF {word()}", "check_digit_rule": "ve.rif"}
	return frappe.get_doc({"doctype": "Identification Type", **values}).insert().name


def leads_of(company: str) -> list:
	return frappe.get_all("Lead", {"company_name": company})


def only(user: str, doctype: str, name: str) -> None:
	permission = {"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}
	frappe.get_doc(permission).insert()


def root_territory() -> str:
	return frappe.get_all("Territory", {"is_group": 1, "parent_territory": ["in", ("", None)]}, pluck="name")[
		0
	]
