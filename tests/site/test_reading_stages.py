"""What it costs to read a record's path and history, and that cheap reading hides as much."""

import frappe
import pytest

from crm_etapas.api.stages import get_path, history
from tests.site.factories import make_lead, make_opportunity, make_user
from tests.site.test_query_counts import counted

READS = (get_path, history)


# C2: at most four queries, on a record with tables too
def test_reading_costs_at_most_four_queries():
	salesperson = make_user("Sales User").name
	for doc in (make_lead(), make_opportunity()):
		for user in ("Administrator", salesperson):
			frappe.set_user(user)
			for read in READS:
				read(doc.doctype, doc.name)  # fills the caches
				with counted() as statements:
					assert read(doc.doctype, doc.name)
				assert 0 < len(statements) <= 4, statements


# C2: "no user without permission on a document can see its history"
def test_a_user_permission_on_a_row_of_a_table_hides_the_history():
	item, other = (make_item() for _number in range(2))
	opportunity = make_opportunity(items=[{"item_code": item, "qty": 1, "rate": 10}])
	user = make_user("Sales User").name
	frappe.set_user(user)
	assert history("Opportunity", opportunity.name)

	frappe.set_user("Administrator")
	frappe.get_doc({"doctype": "User Permission", "user": user, "allow": "Item", "for_value": other}).insert()
	frappe.set_user(user)
	for read in READS:
		with pytest.raises(frappe.PermissionError):
			read("Opportunity", opportunity.name)


# C2: another app may hide records by what their tables say
def test_a_hook_on_the_permission_sees_the_tables(monkeypatch):
	item = make_item()
	opportunity = make_opportunity(items=[{"item_code": item, "qty": 1, "rate": 10}])
	user = make_user("Sales User").name
	get_hooks = frappe.get_hooks

	def with_hook(hook=None, *args, **kwargs):
		found = get_hooks(hook, *args, **kwargs)
		if hook == "has_permission":
			return {**found, "Opportunity": [f"{__name__}.has_no_items"]}
		return found

	monkeypatch.setattr(frappe, "get_hooks", with_hook)
	monkeypatch.setattr(
		frappe, "get_attr", lambda path: has_no_items if path.endswith("has_no_items") else attr(path)
	)
	frappe.set_user(user)
	for read in READS:
		with pytest.raises(frappe.PermissionError):
			read("Opportunity", opportunity.name)


attr = frappe.get_attr


def has_no_items(doc, ptype=None, user=None, debug=False):
	return not doc.get("items")


def make_item() -> str:
	group = frappe.get_all("Item Group", filters={"is_group": 0}, pluck="name")[0]
	uom = frappe.get_all("UOM", pluck="name", limit=1)[0]
	code = frappe.generate_hash(length=8)
	values = {"item_code": code, "item_group": group, "stock_uom": uom, "is_stock_item": 0}
	return frappe.get_doc({"doctype": "Item", **values}).insert().name
