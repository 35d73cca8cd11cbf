"""A list as an Excel workbook: what it shows, to whom, and in which form."""

from datetime import datetime
from io import BytesIO
from pathlib import Path

import frappe
import pytest
from frappe.core.doctype.file.utils import find_file_by_url
from frappe.permissions import add_permission, update_permission_property
from openpyxl import load_workbook

from crm_etapas.api import export
from crm_etapas.exceptions import ExportError
from crm_etapas.finding.export import job, selection
from tests.site.factories import make_customer, make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted

CITY = "Villa Hoja"


def download(doctype="Lead", filters=None, columns=None, **options):
	"""Return the sheet that the user gets."""
	filters = filters or {"city": CITY}
	assert export.start(doctype, filters, columns=columns, **options) is None
	export.download(doctype, filters, columns=columns, **options)
	assert frappe.response.type == "binary" and frappe.response.filename.endswith(".xlsx")
	return load_workbook(BytesIO(frappe.response.filecontent)).active


def table(sheet) -> list[dict]:
	header, *rows = sheet.iter_rows(values_only=True)
	return [dict(zip(header, row, strict=True)) for row in rows]


def names_in(sheet) -> list[str]:
	return [cell.value for cell in sheet["A"]][1:]


def keys() -> set[str]:
	return {column["key"] for group in export.columns("Lead")["groups"] for column in group["columns"]}


def set_property(fieldname: str, name: str, value):
	change = {"doctype": "Lead", "fieldname": fieldname, "property": name, "value": value}
	frappe.make_property_setter(change, is_system_generated=False)
	frappe.clear_cache(doctype="Lead")


@pytest.fixture
def manager():
	"""Who may export leads."""
	return make_user("Sales User", "Sales Manager").name


# D11: values as a list of the desk shows them, with days and numbers as such
def test_values_are_what_the_list_shows():
	lead = make_lead(
		city=CITY,
		company_name='=HYPERLINK("x")',
		mobile_no="+525512345678",
		annual_revenue=1234567.5,
		qualified_on="2026-01-31",
		validity_days=30,
		country="Spain",
	)
	sheet = download()
	(row,) = table(sheet)
	assert sheet.title == "Iniciativa"
	assert row["Identificador"] == lead.name
	assert (row["Nombre de la Organización"], row["Nº Móvil"]) == ('=HYPERLINK("x")', "+525512345678")
	assert (row["Ingresos Anuales"], row["Días de Vigencia"]) == (1234567.5, 30)
	assert row["Calificado el"] == datetime(2026, 1, 31)
	assert row["Estado"] == "Iniciativa" and row["Notificaciones"] == "Sí" and row["Deshabilitado"] == "No"
	assert row["Etapa del prospecto"] == "Nuevo" and row["País"] == "España"
	assert row["Creado el"] == frappe.utils.get_datetime(lead.creation).replace(microsecond=0)
	formats = {header.value: cell.number_format for header, cell in zip(*sheet.iter_rows(), strict=True)}
	assert formats["Calificado el"] == "dd-mm-yyyy"
	assert formats["Creado el"] == "dd-mm-yyyy hh:mm:ss"
	assert formats["Ingresos Anuales"] == '"$" #,##0.00' and formats["Días de Vigencia"] == "#,##0"
	assert {cell.data_type for cell in sheet[2]} <= {"s", "n", "d"}


# D11
def test_amounts_are_in_the_currency_of_their_record():
	lead = make_lead(city=CITY)
	for currency, amount in (("USD", 10.5), ("EUR", 20)):
		make_opportunity(lead, city=CITY, currency=currency, opportunity_amount=amount, probability=35)
	sheet = download("Opportunity", order_by="`tabOpportunity`.`creation` asc")
	header = [cell.value for cell in sheet[1]]
	column = header.index(frappe._("Opportunity Amount"))
	cells = [row[column] for row in sheet.iter_rows(min_row=2)]
	assert [cell.value for cell in cells] == [10.5, 20]
	assert [cell.number_format for cell in cells] == ['"$" #,##0.00', '"€" #,##0.00']
	probability = sheet.cell(2, header.index(frappe._("Probability (%)")) + 1)
	assert (probability.value, probability.number_format) == (0.35, "0.000%")


# D11: a moment is the user's, as in the list
def test_moments_are_in_the_time_zone_of_the_user(manager):
	frappe.db.set_value("User", manager, "time_zone", "Asia/Tokyo")
	frappe.clear_document_cache("User", manager)
	frappe.db.set_single_value("System Settings", "time_zone", "America/Caracas")
	lead = make_lead(city=CITY, lead_owner=manager)
	frappe.db.set_value("Lead", lead.name, "creation", "2026-01-31 20:00:00.123456")
	frappe.set_user(manager)
	(row,) = table(download())
	assert row["Creado el"] == datetime(2026, 2, 1, 9, 0, 0)


# D11: a day that Excel does not know, and texts that a cell cannot hold
def test_strange_values():
	make_lead(city=CITY, qualified_on="1850-03-04", company_name="Voz\x07 S.A.")
	(row,) = table(download())
	assert row["Calificado el"] == "1850-03-04"
	assert row["Nombre de la Organización"] == "Voz S.A."


# D1, D11: an attribute is a column
def test_attributes_are_columns():
	for name, data_type, options in (
		("Empleados", "Number", {}),
		("Aniversario", "Date", {}),
		("Tiene Flota", "Yes/No", {}),
		("Marcas", "Option", {"multiple": 1, "options": "Roja\nAzul"}),
		('Nota "rara"', "Text", {}),
	):
		attribute = {"doctype": "Customer Attribute", "attribute_name": name, "data_type": data_type}
		frappe.get_doc({**attribute, **options}).insert()
	values = {
		"Empleados": "12.5",
		"Aniversario": "2026-03-04",
		"Tiene Flota": "Yes",
		'Nota "rara"': "=1+1",
	}
	rows = [{"attribute": name, "value": value} for name, value in values.items()]
	rows += [{"attribute": "Marcas", "value": value} for value in ("Roja", "Azul")]
	make_lead(city=CITY, customer_attributes=rows)
	make_lead(city=CITY)
	full, empty = table(download(order_by="`tabLead`.`creation` asc"))
	assert (full["Empleados"], full["Aniversario"]) == (12.5, datetime(2026, 3, 4))
	assert (full["Tiene Flota"], full["Marcas"], full['Nota "rara"']) == ("Sí", "Roja; Azul", "=1+1")
	assert {empty[name] for name in (*values, "Marcas")} == {None}
	groups = {group["label"]: group["columns"] for group in export.columns("Lead")["groups"]}
	assert {column["label"] for column in groups[frappe._("Customer Attributes")]} >= {*values, "Marcas"}
	only = table(download(columns=["name", "attribute:Empleados"]))[0]
	assert list(only) == ["Identificador", "Empleados"]


# D11: what the filters show, in their order
def test_the_rows_are_those_of_the_list_in_its_order(monkeypatch):
	monkeypatch.setattr(selection, "CHUNK", 2)  # several chunks
	territory = frappe.get_all("Territory", {"is_group": 0}, pluck="name")[0]
	for number in (3, 1, 2, 5, 4):
		make_lead(city=CITY, last_name=str(number), territory=territory, job_title="x" if number > 3 else "y")
	make_lead(city="Otra")
	for order, filters, or_filters in (
		("`tabLead`.`last_name` asc", {"city": CITY}, None),
		("`tabLead`.`last_name` desc", [["Lead", "city", "=", CITY]], None),
		("`tabLead`.`job_title` desc, `tabLead`.`last_name` asc", [["city", "=", CITY]], None),
		("`tabLead`.`creation` asc", {"city": CITY}, [["Lead", "last_name", "in", ["1", "5"]]]),
		("", {"city": CITY, "last_name": ["!=", "3"]}, None),
	):
		shown = frappe.get_list(
			"Lead",
			filters=filters,
			or_filters=or_filters,
			pluck="name",
			**({"order_by": order} if order else {}),
		)
		assert shown
		sheet = download(
			filters=filters, or_filters=or_filters, order_by=order, columns=["name", "last_name"]
		)
		assert names_in(sheet) == shown


# D5, D11: and its free text
def test_the_free_text_of_the_list_counts(throwaway_site, manager):
	leads = [
		make_lead(city=CITY, last_name=name, company_name=company).name
		for name, company in (("Uno", "Bodegas Xiloteca"), ("Dos", "Xiloteca Norte"), ("Tres", "Otra"))
	]
	frappe.db.commit()  # a full-text index has only what is committed
	order = "`tabLead`.`last_name` desc"
	assert names_in(download(text="xiloteca", order_by=order)) == leads[:2]
	assert names_in(download(text="xiloteca", filters={"last_name": "Dos"})) == [leads[1]]
	either = [["Lead", "last_name", "in", ["Uno", "Tres"]]]
	assert names_in(download(text="xiloteca", or_filters=either)) == [leads[0]]
	for nothing in ("ninguna", "--"):
		with pytest.raises(ExportError):
			download(text=nothing)
	with pytest.raises(ExportError):
		download("Customer", {}, text="xiloteca")
	frappe.set_user(manager)
	assert names_in(download(text="xiloteca", order_by=order)) == leads[:2]


# D11: a record is one row, however often a filter on its tables finds it
def test_a_filter_on_a_table_finds_a_record_once():
	attribute = frappe.get_doc(
		{"doctype": "Customer Attribute", "attribute_name": "Zonas", "data_type": "Text", "multiple": 1}
	).insert()
	rows = [{"attribute": attribute.name, "value": value} for value in ("Norte", "Sur")]
	lead = make_lead(city=CITY, customer_attributes=rows)
	sheet = download(filters=[["Customer Attribute Value", "attribute", "=", "Zonas"]])
	assert names_in(sheet) == [lead.name]


# D11: links that a site shows by their title
def test_links_are_shown_by_title_where_the_list_does():
	frappe.make_property_setter(
		{
			"doctype": "Customer",
			"doctype_or_field": "DocType",
			"property": "show_title_field_in_link",
			"value": "1",
			"property_type": "Check",
		},
		is_system_generated=False,
	)
	frappe.clear_cache(doctype="Customer")
	customer = make_customer(customer_name="Bodegas Ñandú")
	frappe.rename_doc("Customer", customer.name, "CLIENTE-0815")
	frappe.db.set_value("Customer", "CLIENTE-0815", "customer_name", "Bodegas Ñandú")
	make_lead(city=CITY, customer="CLIENTE-0815")
	(row,) = table(download())
	assert row["Desde cliente"] == "Bodegas Ñandú"


# D11: only who may export, only what they may read
def test_who_may_not_export_gets_nothing(manager):
	lead = make_lead(city=CITY)
	seller = make_user("Sales User").name
	for user, doctype in ((seller, "Lead"), (make_user("Blogger").name, "Lead"), (manager, "Customer")):
		frappe.set_user(user)
		for call in (export.start, export.download):
			with pytest.raises(frappe.PermissionError):
				call(doctype, {"name": lead.name})
		with pytest.raises(frappe.PermissionError):
			export.columns(doctype)
	frappe.set_user("Administrator")
	for doctype in ("User", "File", "Stage Log", "Nada"):
		with pytest.raises(ExportError):
			export.start(doctype, {})


# D11
def test_rows_are_those_that_the_user_may_read(manager):
	territories = frappe.get_all("Territory", {"is_group": 0}, pluck="name")[:2]
	mine = make_lead(city=CITY, territory=territories[0])
	make_lead(city=CITY, territory=territories[1])
	permission = {"user": manager, "allow": "Territory", "for_value": territories[0]}
	frappe.get_doc({"doctype": "User Permission", **permission}).insert()
	frappe.set_user(manager)
	assert names_in(download()) == [mine.name]


# D11: a record that stops being the user's while the file is written is not in it
def test_names_alone_give_nobody_a_row(manager):
	territories = frappe.get_all("Territory", {"is_group": 0}, pluck="name")[:2]
	leads = [make_lead(city=CITY, territory=territory).name for territory in territories]
	permission = {"user": manager, "allow": "Territory", "for_value": territories[0]}
	frappe.get_doc({"doctype": "User Permission", **permission}).insert()
	frappe.set_user(manager)
	(rows,) = selection.read("Lead", leads, ["name"])
	assert [row.name for row in rows] == leads[:1]


# D11: who may export their own records only
def test_own_records_only():
	role = frappe.get_doc({"doctype": "Role", "role_name": "Exporta lo suyo"}).insert().name
	seller = make_user("Sales User", role).name
	add_permission("Lead", role, 0)
	for ptype in ("read", "export"):
		update_permission_property("Lead", role, 0, ptype, 1, validate=False, if_owner=0)
	permission = frappe.db.get_value("Custom DocPerm", {"parent": "Lead", "role": role})
	frappe.db.set_value("Custom DocPerm", permission, "if_owner", 1)
	frappe.clear_cache(doctype="Lead")
	make_lead(city=CITY)
	frappe.set_user(seller)
	own = make_lead(city=CITY)
	assert len(frappe.get_list("Lead", {"city": CITY})) == 2
	assert export.columns("Lead")["own_only"]
	assert names_in(download()) == [own.name]


# D11: a level of fields that the user may not read, hidden ones and those that reports leave out
def test_columns_are_those_that_the_user_may_read(manager):
	lead = make_lead(city=CITY, annual_revenue=5, fax="123", job_title="Jefa")
	set_property("annual_revenue", "permlevel", 2)
	set_property("fax", "report_hide", 1)
	set_property("job_title", "hidden", 1)
	frappe.set_user(manager)
	assert not keys() & {"annual_revenue", "fax", "job_title", "identification_key", "company_key"}
	asked = ["name", "annual_revenue", "fax", "job_title", "identification_key", "notes", "title", "password"]
	(row,) = table(download(columns=asked))
	assert row == {"Identificador": lead.name}
	with pytest.raises(ExportError):
		download(columns=["annual_revenue"])
	frappe.set_user("Administrator")
	set_property("customer_attributes", "permlevel", 2)
	frappe.set_user(manager)
	assert not any(key.startswith("attribute:") for key in keys())


# D11: tags and whom a record is assigned to, once a site has such
def test_tags_and_assignments():
	lead = make_lead(city=CITY)
	if not {"_user_tags", "_assign"} <= set(frappe.db.get_table_columns("Lead")):
		pytest.skip("Frappe makes these columns when somebody tags the first lead")
	values = {"_user_tags": ",Feria,Zona Norte", "_assign": '["ana@example.com", "eva@example.com"]'}
	frappe.db.set_value("Lead", lead.name, values)
	(row,) = table(download())
	assert row["Etiquetas"] == "Feria, Zona Norte"
	assert row["Asignado a"] == "ana@example.com, eva@example.com"


# D11
def test_nothing_to_export_is_said():
	for call in (export.start, export.download):
		with pytest.raises(ExportError):
			call("Lead", {"city": "Ciudad Sin Nadie"})
	with pytest.raises(frappe.DataError):
		export.start("Lead", [["Lead", "no_such_field", "=", "x"]])
	with pytest.raises(frappe.ValidationError):
		export.start("Lead", {}, order_by="(select name from tabUser)")


# D11: who takes what along is in Frappe's Access Log
def test_exports_are_logged(manager):
	make_lead(city=CITY)
	frappe.set_user(manager)
	download(columns=["name"])
	log = frappe.get_last_doc("Access Log", {"user": manager})
	assert (log.export_from, log.file_type) == ("Lead", "Excel") and CITY in log.filters


# D11: its records, their attributes, and the titles of their languages
def test_a_chunk_costs_three_queries(monkeypatch):
	frappe.get_doc({"doctype": "Customer Attribute", "attribute_name": "Zonas", "data_type": "Text"}).insert()
	make_lead(city=CITY)
	download()  # fills the caches
	with counted() as few:
		download()
	for _number in range(5):
		make_lead(city=CITY)
	monkeypatch.setattr(selection, "CHUNK", 2)
	with counted() as many:
		download()
	assert len(many) - len(few) <= 3 * 2  # three chunks instead of one


class Background:
	"""An export that is too large for one answer."""

	def __init__(self, user: str, monkeypatch, count: int = 3):
		monkeypatch.setattr(job, "AT_ONCE", 2)
		self.leads = [make_lead(city=CITY, last_name=f"N{number}").name for number in range(count)]
		frappe.set_user(user)
		self.name = export.start(
			"Lead", {"city": CITY}, order_by="`tabLead`.`last_name` asc", columns=["name", "city"]
		)

	@property
	def doc(self):
		return frappe.get_doc("List Export", self.name)

	def run(self):
		job.execute(self.name)
		return self.doc


# D11: many records, in the background, as the user who asked for them
def test_many_records_are_exported_in_the_background(manager, monkeypatch):
	background = Background(manager, monkeypatch)
	assert background.doc.status == "Queued"
	with pytest.raises(ExportError):
		export.download("Lead", {"city": CITY})
	doc = background.run()
	assert (doc.status, doc.progress, doc.total, doc.written) == ("Completed", 100, 3, 3)
	assert doc.owner == manager and doc.started_on and doc.finished_on
	file = frappe.get_doc("File", {"attached_to_name": doc.name})
	assert (file.file_url, file.is_private, file.owner) == (doc.file, 1, manager)
	sheet = load_workbook(BytesIO(file.get_content())).active
	assert names_in(sheet) == background.leads
	assert [cell.value for cell in sheet[1]] == ["Identificador", "Ciudad"]
	assert file.file_size == len(file.get_content()) and file.file_name.startswith("Iniciativa ")
	note = frappe.get_last_doc("Notification Log", {"for_user": manager})
	assert (note.document_type, note.document_name) == ("List Export", doc.name)
	assert note.subject == "Iniciativa: el archivo de Excel con 3 registros está listo"


# D11: the file is its owner's
def test_nobody_else_downloads_it(manager, monkeypatch):
	url = Background(manager, monkeypatch).run().file
	assert find_file_by_url(url)
	frappe.set_user("Administrator")
	colleague = make_user("Sales User", "Sales Manager", "Sales Master Manager").name
	stranger, auditor = make_user().name, make_user("System Manager").name
	for user in (colleague, stranger, "Guest"):
		frappe.set_user(user)
		assert not find_file_by_url(url)
	frappe.set_user(colleague)
	assert not frappe.get_list("List Export")
	frappe.set_user(auditor)
	assert find_file_by_url(url) and frappe.get_list("List Export")


# D11: it runs with the rights of the moment
def test_who_may_not_export_any_more_gets_no_file(manager, monkeypatch):
	background = Background(manager, monkeypatch)
	monkeypatch.setattr(frappe.db, "rollback", lambda **options: None)  # the test's own transaction
	frappe.set_user("Administrator")
	frappe.get_doc("User", manager).remove_roles("Sales Manager")
	frappe.set_user(manager)
	doc = background.run()
	assert doc.status == "Failed" and doc.error and "<" not in doc.error
	assert not doc.file and not frappe.db.exists("File", {"attached_to_name": doc.name})
	assert frappe.get_last_doc("Notification Log", {"for_user": manager}).document_name == doc.name


# D11: what broke off says so, and can be started again by its owner
def test_a_failed_export_can_be_started_again(manager, monkeypatch):
	background = Background(manager, monkeypatch)
	monkeypatch.setattr(frappe.db, "rollback", lambda **options: None)
	with monkeypatch.context() as broken:
		broken.setattr("crm_etapas.finding.export.sheet.Values.rows", lambda *arguments: 1 / 0)
		doc = background.run()
	assert doc.status == "Failed" and frappe.get_last_doc("Error Log").name in doc.error
	frappe.set_user("Administrator")
	with pytest.raises(frappe.PermissionError):
		export.start_again(doc.name)  # the file would have the rights of somebody else
	frappe.set_user(manager)
	assert export.start_again(doc.name) == doc.name
	assert background.doc.status == "Queued"
	first = background.run()
	assert (first.status, first.error) == ("Completed", None)
	export.start_again(doc.name)
	second = background.run()
	assert second.file != first.file
	assert frappe.get_all("File", {"attached_to_name": doc.name}, pluck="file_url") == [second.file]


# D11: deleted ones take their files along; old ones are deleted
def test_old_exports_go_with_their_files(manager, monkeypatch):
	from frappe.core.doctype.log_settings.log_settings import _supports_log_clearing

	kept, old = (Background(manager, monkeypatch, count).run() for count in (3, 0))
	path, other = (frappe.get_doc("File", {"file_url": doc.file}).get_full_path() for doc in (old, kept))
	frappe.db.set_value("List Export", old.name, "modified", "2020-01-01", update_modified=False)
	frappe.set_user("Administrator")
	kept.clear_old_logs(days=30)
	assert frappe.db.exists("List Export", kept.name) and not frappe.db.exists("List Export", old.name)
	assert not frappe.db.exists("File", {"file_url": old.file})
	assert Path(other).exists() and not Path(path).exists()
	assert _supports_log_clearing("List Export")
	assert "List Export" in frappe.get_hooks("default_log_clearing_doctypes")
