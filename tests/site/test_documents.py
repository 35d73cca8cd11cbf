"""The documents of a record: Frappe's attachments, each under a name of one's own."""

import frappe
import pytest

from crm_etapas.api import documents
from crm_etapas.exceptions import DocumentNameError
from crm_etapas.profile import DOCTYPES
from tests.site.factories import make_customer, make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted


def attach(doc, file_name="oferta.pdf.txt", **values):
	file = {"doctype": "File", "file_name": file_name, "content": frappe.generate_hash(), "is_private": 1}
	attached = {"attached_to_doctype": doc.doctype, "attached_to_name": doc.name}
	return frappe.get_doc({**file, **attached, **values}).insert()


def make_prospect():
	return frappe.get_doc({"doctype": "Prospect", "company_name": frappe.generate_hash(length=8)}).insert()


def limited_to(doc, *roles: str) -> str:
	"""A user who sees one record of its DocType only."""
	user = make_user(*roles).name
	permission = {"user": user, "allow": doc.doctype, "for_value": doc.name}
	frappe.get_doc({"doctype": "User Permission", **permission}).insert()
	return user


# D10: on every record of the profile
@pytest.mark.parametrize(
	"make", [make_lead, make_opportunity, make_prospect, make_customer], ids=list(DOCTYPES)
)
def test_a_document_has_a_name_of_its_own(make):
	doc = make()
	file = attach(doc, "scan 0001.txt")
	(before,) = documents.get_list(doc.doctype, doc.name)
	assert (before["document_name"], before["file_name"]) == ("scan 0001.txt", file.file_name)
	documents.rename({file.name: "  Contrato firmado (2026)  "})
	(after,) = documents.get_list(doc.doctype, doc.name)
	assert after["document_name"] == "Contrato firmado (2026)"
	assert after["file_name"] == file.file_name and after["size"] == file.file_size
	assert (after["owner"], after["owner_name"]) == ("Administrator", "Administrator")
	assert after["is_private"] and after["url"] == f"{file.file_url}?fid={file.name}"
	file.reload()
	assert file.get_content() and file.document_name == "Contrato firmado (2026)"


# D10: it is downloaded under its own name, as whoever opens it needs it
@pytest.mark.parametrize(
	("name", "called"),
	[
		("Contrato 12/2026", "Contrato 12-2026.csv"),
		('¿"A": b*?|', "¿-A-- b---.csv"),
		("Lista.CSV", "Lista.CSV"),
		(None, "oferta.csv"),
	],
)
def test_a_document_is_downloaded_under_its_own_name(name, called):
	lead = make_lead()
	file = attach(lead, "oferta.csv", content="año;1\n")
	if name:
		documents.rename({file.name: name})
	frappe.set_user(make_user("Sales User").name)
	documents.download(file.name)
	response = frappe.local.response
	assert (response.type, response.filename, response.filecontent) == ("download", called, "año;1\n")
	assert frappe.get_last_doc("Access Log", {"user": frappe.session.user}).reference_document == file.name
	frappe.set_user("Administrator")
	link = attach(lead, None, content=None, file_url="https://example.com/a")
	documents.download(link.name)
	assert (response.type, response.location) == ("redirect", "https://example.com/a")


# D10
def test_the_newest_stands_first_and_others_do_not_stand_there():
	lead, other = make_lead(), make_lead()
	names = [attach(lead, f"{number}.txt", creation=f"2026-01-0{number}").name for number in (1, 3, 2)]
	for name, day in zip(names, (1, 3, 2), strict=True):
		frappe.db.set_value("File", name, "creation", f"2026-01-0{day}", update_modified=False)
	attach(other)
	assert [row["file_name"] for row in documents.get_list("Lead", lead.name)] == ["3.txt", "2.txt", "1.txt"]
	assert [row["name"] for row in documents.get_list("Lead", lead.name)] == [names[1], names[2], names[0]]


# D10: a link, a public file, a file that someone has deleted from the disk
def test_what_lies_elsewhere_is_listed_too():
	lead = make_lead()
	link = attach(lead, None, content=None, file_url="https://example.com/a?b=1")
	public = attach(lead, "foto.txt", is_private=0)
	urls = {row["name"]: row["url"] for row in documents.get_list("Lead", lead.name)}
	assert urls == {link.name: "https://example.com/a?b=1", public.name: public.file_url}
	frappe.db.set_value("File", public.name, "file_url", "/files/se fue.txt")
	documents.rename({public.name: "Se fue", link.name: "Enlace"})
	assert {row["document_name"] for row in documents.get_list("Lead", lead.name)} == {"Se fue", "Enlace"}


# D10: what a document cannot be called, in the user's language
@pytest.mark.parametrize(
	("name", "reason"),
	[
		("", "necesita un nombre"),
		("   ", "necesita un nombre"),
		("x" * 141, "141"),
		("dos\nlíneas", "U+000A"),
		("factura\u202efdp.exe", "U+202E"),
		("cero\x00", "U+0000"),
		("<b>oferta</b>", "&lt;, &gt;"),
	],
)
def test_names_that_are_refused(name, reason):
	lead = make_lead()
	good, bad = attach(lead), attach(lead, "otra.txt")
	with pytest.raises(DocumentNameError) as error:
		documents.rename({good.name: "Bien", bad.name: name})
	if frappe._("A document needs a name. Write one") != "A document needs a name. Write one":
		assert reason in str(error.value)
	assert not frappe.db.get_value("File", good.name, "document_name")  # all or none


# D10: what people do call documents
@pytest.mark.parametrize(
	"name", ["x" * 140, "Cotización 12/2026 «final»", "Ñandú & Cía. 'A' \"B\" #1 100 %", "契約書 🎉", "=1+1"]
)
def test_names_that_are_kept_as_they_are(name):
	lead = make_lead()
	documents.rename({attach(lead).name: name})
	assert documents.get_list("Lead", lead.name)[0]["document_name"] == name


# D10: who may write the record may rename its documents, nobody else
def test_who_may_rename():
	lead = make_lead()
	file = attach(lead)
	frappe.set_user(make_user("Sales User").name)
	documents.rename({file.name: "Del vendedor"})
	frappe.set_user("Administrator")
	reader = make_user().name
	frappe.share.add("Lead", lead.name, reader, read=1)
	frappe.set_user(reader)
	assert documents.get_list("Lead", lead.name)[0]["document_name"] == "Del vendedor"
	with pytest.raises(frappe.PermissionError):
		documents.rename({file.name: "Mío"})
	frappe.set_user("Administrator")
	for user in (limited_to(make_lead(), "Sales User"), make_user("Blogger").name):
		frappe.set_user(user)
		with pytest.raises(frappe.PermissionError):
			documents.rename({file.name: "Mío"})
		with pytest.raises(frappe.PermissionError):
			documents.get_list("Lead", lead.name)
	frappe.set_user("Administrator")
	assert frappe.db.get_value("File", file.name, "document_name") == "Del vendedor"


# D10: only what is attached to a record, and exists
def test_other_files_are_not_renamed():
	loose = frappe.get_doc(
		{"doctype": "File", "file_name": "suelto.txt", "content": "x", "is_private": 1}
	).insert()
	for name in (loose.name, "0000000000"):
		with pytest.raises(frappe.PermissionError):
			documents.rename({name: "Otro"})


# D10: Frappe's own sidebar and deletion work on the same files
def test_they_are_frappes_attachments():
	from frappe.desk.form.load import get_attachments
	from frappe.desk.form.utils import remove_attach

	lead = make_lead()
	file = attach(lead)
	documents.rename({file.name: "Contrato"})
	assert [row.name for row in get_attachments("Lead", lead.name)] == [file.name]
	frappe.set_user(make_user("Sales User").name)
	frappe.form_dict.fid = file.name
	remove_attach()
	assert documents.get_list("Lead", lead.name) == []


# D10: however many documents
def test_the_list_costs_at_most_two_queries_beyond_the_permission():
	lead = make_lead()
	attach(lead)
	documents.get_list("Lead", lead.name)
	with counted() as few:
		documents.get_list("Lead", lead.name)
	for number in range(4):
		attach(lead, f"{number}.txt")
	with counted() as many:
		documents.get_list("Lead", lead.name)
	assert len(many) == len(few)
	assert len([query for query in many if "tabFile" in query or "tabUser`" in query]) == 2
