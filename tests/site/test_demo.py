"""The sample company: loaded once, cleared without a trace."""

import frappe

from crm_etapas import demo
from crm_etapas.api import guided_setup, my_day
from crm_etapas.api.stages import get_path
from crm_etapas.demo import job, made
from tests.site.factories import make_lead, make_quotation, make_user
from tests.site.test_bulk_move import Elsewhere

# what Frappe keeps of whatever has happened
LOGS = {
	"Access Log",
	"Activity Log",
	"Deleted Document",
	"Error Log",
	"Route History",
	"Scheduled Job Log",
	"Version",
}


def counts() -> dict[str, int]:
	"""Count every DocType's records, without Frappe's own logs."""
	stored = {"issingle": 0, "is_virtual": 0, "name": ["not in", LOGS]}
	found = {doctype: frappe.db.count(doctype) for doctype in frappe.get_all("DocType", stored, pluck="name")}
	return {**found, "Comment": frappe.db.count("Comment", {"comment_type": ["!=", "Deleted"]})}


# A, B, D19
def test_the_sample_is_loaded_once_and_cleared_without_a_trace(throwaway_site):
	before = counts()
	demo.load()
	loaded = counts()
	demo.load()
	assert counts() == loaded
	for doctype, field in (("Lead", "prospect_stage"), ("Opportunity", "opportunity_stage")):
		assert loaded[doctype] >= 20
		assert len(frappe.get_all(doctype, pluck=field, distinct=True)) >= 5
	paths = [get_path("Lead", name) for name in frappe.get_all("Lead", pluck="name")]
	assert any(path["rotten"] for path in paths) and not all(path["rotten"] for path in paths)
	for name, channel, source in frappe.get_all(
		"Opportunity", fields=["name", "sales_channel", "source"], as_list=True
	):
		assert source == frappe.db.get_value("Sales Channel", channel, "erpnext_source"), name
	assert loaded["Sales Rep Profile"] == loaded["Sales Rep Load"] > 1
	assert all(section["count"] for section in my_day.get()["sections"])
	assert not frappe.get_all("Customer", {"company_key": ["in", ("", None)]})
	demo.clear()
	assert counts() == before


# an admin who tries the sample out, and has records of their own
def test_clearing_touches_nothing_but_the_sample(throwaway_site):
	sector = frappe.get_doc({"doctype": "Territory", "territory_name": "Roma", "is_group": 0})
	sector.parent_territory = frappe.db.get_value("Territory", {"is_group": 1})
	sector.insert()
	own = make_lead(company_name="Panadería La Espiga").name
	user = make_user("System Manager").name
	frappe.db.commit()

	job.execute(job.LOAD, user)
	assert not job.state().get("error")
	assert job.state()["count"] == made.count() > 50
	lead = frappe.get_doc(
		"Lead", {"lead_import_id": ["like", "demo:%"], "company_name": "Hotel Mirador del Valle"}
	)
	assert lead.lead_owner == user
	quotation = make_quotation(quotation_to="Lead", party_name=lead.name).name
	frappe.db.commit()

	job.execute(job.CLEAR, user)
	told = job.state()
	# what others' records name stays, and so does what that names
	named = [lead.name, lead.sector, lead.zone, lead.customer_attributes[0].attribute]
	assert all(text.endswith(name) for text, name in zip(told["kept"], named, strict=True))
	assert (told["count"], told["under_way"], told["progress"]) == (len(named), False, 100)
	assert frappe.db.exists("Territory", "Roma") and frappe.db.exists("Lead", own)
	endings = frappe.get_all("Notification Log", {"for_user": user}, pluck="subject", order_by="creation")
	assert "están listos" in endings[0] and f"salvo {len(named)} registros" in endings[-1]

	frappe.delete_doc("Quotation", quotation)
	frappe.set_user("Administrator")
	job.execute(job.CLEAR, user)
	assert made.count() == 0 and not job.state()["kept"]

	# whoever looks while it ends is told how it has ended
	frappe.db.set_value("Lead", own, "lead_import_id", "demo:other")
	frappe.db.commit()
	assert job.state()["count"] == 1
	elsewhere, table = Elsewhere(), frappe.qb.DocType("Lead")
	ours = frappe.qb.update(table).set(table.lead_import_id, None).where(table.name == own)
	elsewhere.run(ours.get_sql())
	elsewhere.run("commit")
	assert (job.state()["count"], guided_setup.sample()["count"]) == (1, 0)
