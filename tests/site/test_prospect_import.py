"""The import of prospects on a site: what it writes, what it refuses, which way it takes, who may run it."""

import csv
import io

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.utils import add_days, get_datetime, getdate

from crm_etapas.api import prospect_import as api
from crm_etapas.capture import ways
from crm_etapas.capture.duplicates import KEEP, SKIP
from crm_etapas.capture.job import Options, import_prospects
from crm_etapas.exceptions import ProspectImportError
from tests.site.factories import change_stage, make_customer, make_lead, make_stage, make_user

TABLES = (
	"Lead",
	"Contact",
	"Contact Email",
	"Contact Phone",
	"Address",
	"Dynamic Link",
	"Customer Attribute Value",
	"Stage Log",
)
# what differs between two records that are the same
OWN = {
	"creation",
	"modified",
	"name",
	"entered_on",
	"cycle_entered_on",
	"prospect_stage_entered_on",
	"qualification_level_entered_on",
	"disqualified_on",
}
OWN_OF_CHILDREN = {*OWN, "parent"}


def bring_in(*rows: dict, options: Options | None = None, dry_run: bool = False, **more):
	"""Import rows given as header → cell."""
	out = io.StringIO()
	writer = csv.DictWriter(out, list(dict.fromkeys(header for row in rows for header in row)))
	writer.writeheader()
	writer.writerows(rows)
	options = options or Options(**{"source": "prueba", **more})
	return import_prospects(("prospectos.csv", out.getvalue().encode()), options, dry_run)


def person(number: int, **cells) -> dict:
	return {"Nombre": f"Persona {number}", "Apellidos": "Prueba", **cells}


def refusals(report) -> dict[int, str]:
	return {f.row: f"{f.column}: {f.reason}" for f in report.findings if f.kind == "refused"}


def notes(report) -> list[str]:
	return [f"{f.column} {f.reason}" for f in report.findings if f.kind == "note"]


def imported(**filters):
	return frappe.get_doc("Lead", {"lead_import_id": ("like", "prueba:%"), **filters})


@pytest.fixture
def attributes():
	for name, values in {
		"Tamaño": {"data_type": "Option", "options": "Chico\nGrande"},
		"Idioma": {"data_type": "Text", "multiple": 1},
		"Empleados": {"data_type": "Number"},
	}.items():
		if not frappe.db.exists("Customer Attribute", name):
			frappe.get_doc({"doctype": "Customer Attribute", "attribute_name": name, **values}).insert()


# F1, D7: what a prospect may say, each in a row of its own
ROWS = (
	person(1),
	{"Empresa": "Comercial Única, C.A.", "Razón Social": "Comercial Única Compañía Anónima"},
	person(
		3,
		Empresa="Otra, S.L.",
		Correo="tres@example.com",
		Móvil="+58 412 1112233",
		Teléfono="+58 212 5551234",
	),
	person(4, Móvil="+58 412 1112244"),
	person(5, Teléfono="+58 212 5551255", Correo="cinco@example.com"),
	person(6, Etapa="Contacto Establecido", Canal="Sitio Web"),
	person(7, Estado="Do Not Contact", **{"Motivo de Descalificación": "Sin Necesidad"}),
	person(8, Tamaño="grande", Idioma="Español; Inglés", Empleados="12,5"),
	person(
		9,
		Dirección="Av. Principal 9",
		Ciudad="Caracas",
		País="Venezuela",
		Municipio="Chacao",
		Parroquia="Altamira",
		Latitud="10.5",
		Longitud="-66.9",
	),
	person(9, Dirección="Calle 9", Ciudad="Caracas", País="Venezuela"),
	person(11, RIF="J-07013380-5"),
	{"Nombre completo": "Nombre De Correo", "Correo": "completo@example.com"},
	{"Correo": "solo.correo@example.com"},
	person(14, **{"Días de validez": "30", "Ingresos anuales": "1.500,50", "Notificaciones": "No"}),
	person(15, **{"Sitio web": "https://example.com/?a=1&b=2", "Cargo": "<b>Jefa</b> de Compras"}),
)


def database_rows(since) -> dict[str, list[dict]]:
	found = {}
	for doctype in TABLES:
		own = OWN_OF_CHILDREN if frappe.get_meta(doctype).istable else OWN
		rows = frappe.get_all(doctype, {"creation": (">=", since)}, ["*"], order_by=None)
		found[doctype] = sorted(
			({key: value for key, value in row.items() if key not in own} for row in rows), key=repr
		)
	return found


# F1, C6, D1, D7, D8: set by set or one document after the other, the database has the same
@pytest.mark.parametrize("contacts", [1, 0])
def test_both_ways_write_the_same(monkeypatch, attributes, contacts):
	frappe.db.set_single_value("CRM Settings", "auto_creation_of_contact", contacts)
	since = frappe.utils.now()
	frappe.db.savepoint("before_the_import")
	fast = bring_in(*ROWS)
	assert not fast.refused, refusals(fast)
	in_sets = database_rows(since)
	frappe.db.rollback(save_point="before_the_import")

	monkeypatch.setattr(ways, "reasons_for_documents", lambda *_args: ["prueba"])
	slow = bring_in(*ROWS)
	assert not slow.refused, refusals(slow)
	assert slow.created == fast.created
	by_documents = database_rows(since)
	for doctype in TABLES:
		assert in_sets[doctype] == by_documents[doctype], doctype
	assert len(in_sets["Lead"]) == len(ROWS)
	assert len(in_sets["Contact"]) == (len(ROWS) if contacts else 0)
	assert any("prueba" in note for note in notes(slow)) and not any("prueba" in note for note in notes(fast))


# F1: names as if they had been entered one after the other
def test_names(monkeypatch):
	since = frappe.utils.now()

	def names() -> list[list[str]]:
		new = {"creation": (">=", since)}
		return [frappe.get_all(d, new, pluck="name", order_by="name") for d in ("Lead", "Contact")]

	twice = ({"Nombre": "José", "Apellidos": "Pérez"}, {"Nombre": "José", "Apellidos": "Pérez", "Cargo": "x"})
	frappe.db.savepoint("before_the_import")
	bring_in(*twice)
	report = bring_in(*twice, source="otra")
	assert not report.refused, refusals(report)
	fast = names()
	frappe.db.rollback(save_point="before_the_import")
	monkeypatch.setattr(ways, "reasons_for_documents", lambda *_args: ["prueba"])
	bring_in(*twice)
	bring_in(*twice, source="otra")
	assert names() == fast


# F1, D5: when it came in, and until when it is valid
@pytest.mark.parametrize("slow", [False, True])
def test_entry_date(monkeypatch, slow):
	if slow:
		monkeypatch.setattr(ways, "reasons_for_documents", lambda *_args: ["prueba"])
	bring_in(person(1, **{"Fecha de entrada": "2025-03-15", "Días de validez": "10"}))
	lead = imported()
	assert lead.creation == lead.prospect_stage_entered_on == get_datetime("2025-03-15")
	assert lead.valid_until == getdate("2025-03-25")
	stay = frappe.get_doc("Stage Log", {"reference_name": lead.name, "pipeline": "prospect"})
	assert (stay.entered_on, stay.cause) == (get_datetime("2025-03-15"), "Import")
	future = bring_in(person(2, **{"Fecha de entrada": str(add_days(None, 2))}))
	assert future.refused == 1


# F1: every check of the form, row by row
def test_what_is_refused():
	make_lead(email_id="ocupado@example.com", identification_type="RIF", identification_number="J-07013380-5")
	rows = {
		2: (person(2, Correo="no es correo"), "Correo"),
		3: (person(3, Correo="ocupado@example.com"), "Correo"),
		4: (person(4, RIF="J-07013380-5"), "RIF"),
		5: (person(5, RIF="J-07013380-4"), "J-07013380-4"),
		6: (person(6, Móvil="12"), "12"),
		7: (person(7, Etapa="No Existe"), "Etapa"),
		8: (person(8, Territorio="Marte"), "Territorio"),
		9: (person(9, Estado="Contentísimo"), "Estado"),
		10: (person(10, Nombre="x" * 200), "Nombre"),
		11: ({"Cargo": "nadie"}, "nombre"),
		12: (person(12, **{"Días de validez": "-3"}), "Vigencia"),
		13: (person(13, Dirección="Calle sin ciudad"), "iudad"),
		14: (person(14, Correo="mismo@example.com"), None),
		15: (person(15, Correo="Mismo@example.com"), "14"),
		16: (person(16, Tamaño="Enorme"), "Enorme"),
		17: (person(17, Vendedor="nadie@example.com"), "Vendedor"),
		18: (person(18, **{"Nivel de Potencial": "Nada"}), "Nivel"),
	}
	frappe.get_doc(
		{
			"doctype": "Customer Attribute",
			"attribute_name": "Tamaño",
			"data_type": "Option",
			"options": "Chico",
		}
	).insert(ignore_if_duplicate=True)
	report = bring_in(*(cells for cells, _word in rows.values()))
	refused = refusals(report)
	for number, (_cells, word) in rows.items():
		assert (word is None) == (number not in refused), (number, refused.get(number))
		assert word is None or word in refused[number], (number, word, refused[number])
	assert report.created["Lead"] == 1


# F1, C10: fields that an admin made mandatory, added or limited
def test_fields_that_an_admin_has_changed():
	make_property_setter("Lead", "job_title", "reqd", 1, "Check")
	make_property_setter("Lead", "request_type", "options", "\nAlta\nBaja", "Text")
	make_property_setter("Lead", "fax", "label", "Folio", "Data")
	tipo = frappe.get_meta("Lead").get_label("request_type")
	report = bring_in(
		person(1, Cargo="Jefa", Folio="F1", **{tipo: "alta"}),
		person(2, Folio="F2"),
		person(3, Cargo="Jefa", **{tipo: "Media"}),
	)
	assert sorted(refusals(report)) == [3, 4]
	assert (imported().job_title, imported().fax, imported().request_type) == ("Jefa", "F1", "Alta")


# F1: the stage's rules, as the settings say
def test_stage_rules():
	change_stage("No Interesado", requirements=[{"kind": "Field", "fieldname": "job_title"}])
	row = person(1, Etapa="No Interesado")
	assert "No Interesado" in refusals(bring_in(row))[2]
	frappe.db.set_single_value("CRM Etapas Settings", "check_rules_on_import", 0)
	frappe.clear_document_cache("CRM Etapas Settings")
	assert bring_in(row).created["Lead"] == 1
	assert imported().status == "Do Not Contact"
	stage = make_stage(disabled=1)
	assert stage.name in refusals(bring_in(person(2, Etapa=stage.name)))[2]


# F1: who is likely there already
@pytest.mark.parametrize(
	"policy, created, there, refused", [(None, 1, 0, 4), (SKIP, 1, 4, 0), (KEEP, 5, 0, 0)]
)
def test_duplicates(policy, created, there, refused):
	make_lead(mobile_no="+584125550001")
	make_customer(customer_name="Ferretería Duplicada, C.A.", customer_type="Company")
	customer = make_customer()
	frappe.db.set_value("Customer", customer.name, "email_id", "cliente@example.com")
	options = {"duplicates": policy} if policy else {}
	report = bring_in(
		person(1, Móvil="+58 412-555.0001"),
		{"Empresa": "FERRETERIA DUPLICADA"},
		person(3, Correo="cliente@example.com"),
		person(4, Teléfono="+582125559999"),
		person(5, Teléfono="0212 5559999", País="Venezuela"),
		**options,
	)
	assert (report.created["Lead"], report.already_there, report.refused) == (created, there, refused)
	told = refusals(report).values() if policy is None else notes(report)
	assert sum("Ferretería Duplicada" in text for text in told) == 1
	assert sum("fila 5" in text or "row 5" in text for text in told) == 1


# F1: a dry run writes nothing and finds out the same
def test_dry_run(attributes):
	before = {doctype: frappe.db.count(doctype) for doctype in TABLES}
	rows = (*ROWS, person(20, Correo="mal"), person(21, **{"Columna Rara": "x"}))
	dry = bring_in(*rows, dry_run=True)
	assert {doctype: frappe.db.count(doctype) for doctype in TABLES} == before
	report = bring_in(*rows)
	assert report.created == dry.created and report.findings == dry.findings
	assert any("Columna Rara" in note for note in notes(report))
	assert bring_in(*rows).already_there == len(rows) - 1


# F1: what people call their columns, in Spanish and English
@pytest.mark.parametrize(
	"header",
	[
		"Correo electrónico",
		"CORREO ELECTRONICO",
		"email",
		"E-Mail",
		"email_id",
		"Email",
		"Dirección de correo",
	],
)
def test_headers(header):
	mapping = {header: "email_id"} if header.startswith("Dirección") else None
	bring_in(person(1, **{header: "uno@example.com"}), mapping=mapping)
	assert imported().email_id == "uno@example.com"


# F1
def test_a_mapping_that_fits_not():
	with pytest.raises(ProspectImportError, match="Otra"):
		bring_in(person(1), mapping={"Otra": "email_id"})
	with pytest.raises(ProspectImportError, match="email_id"):
		bring_in(person(1), mapping={"Nombre": "emial_id"})
	with pytest.raises(ProspectImportError, match="Cosa"):
		bring_in({"Cosa": "1"})


# D12: the condition makes the customer, through the document
def test_condition():
	report = bring_in(person(1, Condición="Cliente"), person(2))
	assert report.created["Lead"] == 2
	assert frappe.db.exists("Customer", {"lead_name": imported(first_name="Persona 1").name})


def hang_an_assignment_rule():
	user = make_user("Sales User").name
	frappe.db.set_value("Notification Settings", user, "enable_email_assignment", 0)
	rule = {
		"doctype": "Assignment Rule",
		"name": "Prueba",
		"document_type": "Lead",
		"assign_condition": "True",
		"rule": "Round Robin",
		"description": "Prueba",
		"users": [{"user": user}],
		"assignment_days": [
			{"day": day}
			for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
		],
	}
	frappe.get_doc(rule).insert()


def hang_a_milestone_tracker():
	frappe.get_doc(
		{"doctype": "Milestone Tracker", "document_type": "Lead", "track_field": "status"}
	).insert()


# F1, F2: what hangs on saving a prospect happens; without such a thing no document is saved
@pytest.mark.parametrize(
	"hang, what, happened",
	[
		(
			hang_an_assignment_rule,
			None,  # Frappe's own code looks at every prospect of a set
			lambda: frappe.db.count("ToDo", {"reference_type": "Lead"}),
		),
		(
			hang_a_milestone_tracker,
			"milestone",
			lambda: frappe.db.count("Milestone", {"reference_type": "Lead"}),
		),
	],
	ids=["assignment rule", "milestone tracker"],
)
def test_what_hangs_on_saving(hang, what, happened):
	assert not ways.reasons_for_documents(("Lead", "Contact", "Address"), mails=False)
	before = happened()
	bring_in(person(1))
	assert happened() == before
	hang()
	frappe.clear_cache()
	report = bring_in(person(2))
	assert not report.refused, refusals(report)
	assert happened() == before + 1
	assert not what or any(what in note for note in notes(report))


def make_webhook():
	values = {
		"doctype": "Webhook",
		"__newname": "Prueba",
		"webhook_doctype": "Lead",
		"webhook_docevent": "after_insert",
		"request_url": "https://example.com",
		"request_method": "POST",
		"enabled": 1,
	}
	return frappe.get_doc(values).insert()


def make_notification():
	values = {
		"doctype": "Notification",
		"name": "Prueba",
		"subject": "Prospecto importado",
		"document_type": "Lead",
		"event": "New",
		"channel": "System Notification",
		"message": "x",
		"recipients": [{"receiver_by_document_field": "lead_owner"}],
	}
	return frappe.get_doc(values).insert()


# F1: Frappe keeps webhooks silent while it imports; whoever made one wants it
def test_a_webhook(monkeypatch):
	make_webhook()
	frappe.clear_cache()
	monkeypatch.setattr(frappe.local, "_webhook_queue", [], raising=False)
	bring_in(person(1))
	assert [call.doc.name for call in frappe.local._webhook_queue] == [imported().name]


# F1, D19: notifications, if the user wants them
@pytest.mark.parametrize("wanted", [True, False])
def test_a_notification(wanted):
	make_notification()
	frappe.clear_cache()
	owner = make_user("Sales User").name
	bring_in(person(1, Vendedor=owner), mails=wanted)
	told = {"for_user": owner, "document_name": imported().name}
	assert bool(frappe.db.exists("Notification Log", told)) == wanted


# F1: webhooks, notifications, other apps' handlers
def test_reasons_for_documents(monkeypatch):
	def reasons(mails=False):
		return " ".join(ways.reasons_for_documents(("Lead",), mails))

	assert not reasons()
	webhook = make_webhook()
	assert "Webhook" in reasons()
	webhook.delete()
	make_notification()
	assert not reasons() and reasons(mails=True)

	hooks = {**frappe.get_doc_hooks(), "Lead": {"validate": ["otra_app.lead.validate"]}}
	monkeypatch.setattr(frappe, "get_doc_hooks", lambda: hooks)
	assert "otra_app.lead.validate" in reasons()


# F1: a class of another app for Lead
def test_another_class(monkeypatch):
	class Other(frappe.model.document.Document):
		pass

	Other.__module__ = "otra_app.lead"
	monkeypatch.setattr(ways, "get_controller", lambda doctype: Other)
	assert ways.reasons_for_documents(("Lead",), mails=False)


# F1: rights as on the form
def test_rights():
	frappe.set_user(make_user("Sales User").name)
	with pytest.raises(frappe.PermissionError):
		bring_in(person(1))
	frappe.set_user("Administrator")
	user = make_user("Sales User", "Sales Manager").name
	allowed = frappe.get_all("Industry Type", pluck="name", limit=2)
	permission = {
		"doctype": "User Permission",
		"user": user,
		"allow": "Industry Type",
		"for_value": allowed[0],
	}
	frappe.get_doc(permission).insert()
	make_property_setter("Lead", "job_title", "permlevel", 3, "Int")
	frappe.set_user(user)
	report = bring_in(person(1, Industria=allowed[0], Cargo="x"), person(2, Industria=allowed[1], Cargo="y"))
	assert list(refusals(report)) == [3], refusals(report)
	assert report.created["Lead"] == 1
	assert any("Cargo" in note for note in notes(report))
	frappe.set_user("Administrator")
	assert not imported().job_title and imported().owner == user


def upload(content: bytes, name: str = "prospectos.csv") -> str:
	file = {"doctype": "File", "file_name": name, "content": content, "is_private": 1}
	return frappe.get_doc(file).insert().name


# F1: from the desk and over REST, with what came of it on a document
def test_api():
	file = upload(b"Nombre,Correo\nAna,ana.api@example.com\nEva,mal\n")
	dry = api.run(file, dry_run=True, wait=True)
	assert (dry["status"], dry["created"], dry["refused"]) == ("Dry Run Done", 1, 1)
	done = api.run(file, wait=True)
	assert (done["status"], done["created"], done["refused"], done["error"]) == ("Partly Refused", 1, 1, None)
	doc = frappe.get_doc("Prospect Import", done["name"])
	assert doc.source == "prospectos" and doc.progress == 100 and "mal" in doc.report
	failed = api.run(upload(b"%PDF-1.4"), wait=True)
	assert failed["status"] == "Failed" and "prospectos" in failed["error"]


# F1: the template can be filled in and imported
def test_template(attributes):
	from openpyxl import load_workbook

	api.template()
	content = frappe.response["filecontent"]
	book = load_workbook(io.BytesIO(content))
	page = book.worksheets[0]
	headers = [cell.value for cell in page[1]]
	assert {"Correo electrónico", "Tamaño", "Municipio"} <= set(headers)
	assert len(page.data_validations.dataValidation) >= 4
	report = import_prospects(("plantilla.xlsx", content), Options(source="prueba"))
	assert (report.created["Lead"], report.created["Address"]) == (1, 1), refusals(report)
	assert not [note for note in notes(report)]
	assert not report.guessed
