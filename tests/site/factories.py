"""Documents for tests, each with only what the test does not care about filled in."""

import frappe

# what the starting stages ask for to lose an opportunity, and to win it without an order
WHY_LOST = {"lost_reasons": [{"lost_reason": "Precio"}]}
WHY_WON = {"opportunity_amount": 1000, "won_reason": "Contrato marco firmado"}


def make_lead(**values):
	return frappe.get_doc(
		{"doctype": "Lead", "first_name": "Ana", "last_name": frappe.generate_hash(length=8), **values}
	).insert()


def make_opportunity(lead=None, **values):
	lead = lead or make_lead()
	return frappe.get_doc(
		{"doctype": "Opportunity", "opportunity_from": "Lead", "party_name": lead.name, **values}
	).insert()


def make_user(*roles: str, **values):
	email = f"{frappe.generate_hash(length=8)}@example.com"
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email,
			"first_name": "Prueba",
			"send_welcome_email": 0,
			"language": "es",
			**values,
		}
	).insert()
	user.add_roles(*roles)
	return user


def make_stage(doctype: str = "Prospect Stage", **values):
	return frappe.get_doc(
		{"doctype": doctype, "stage_name": f"Etapa {frappe.generate_hash(length=6)}", **values}
	).insert()


def change_stage(name: str, doctype: str = "Prospect Stage", **values):
	stage = frappe.get_doc(doctype, name)
	stage.update(values)
	return stage.save()


def make_interaction(doc, **values):
	return frappe.get_doc(
		{
			"doctype": "Communication",
			"communication_type": "Communication",
			"communication_medium": "Phone",
			"sent_or_received": "Sent",
			"subject": "Llamada",
			"content": "Llamada",
			"reference_doctype": doc.doctype,
			"reference_name": doc.name,
			**values,
		}
	).insert()


def make_event(doc, **values):
	return frappe.get_doc(
		{
			"doctype": "Event",
			"subject": "Volver a llamar",
			"starts_on": frappe.utils.add_days(frappe.utils.now_datetime(), 1),
			"event_participants": [{"reference_doctype": doc.doctype, "reference_docname": doc.name}],
			**values,
		}
	).insert()


def make_item():
	name = "Servicio de Prueba"
	if not frappe.db.exists("Item", name):
		frappe.get_doc(
			{
				"doctype": "Item",
				"item_code": name,
				"item_group": frappe.get_all("Item Group", {"is_group": 0}, pluck="name")[0],
				"is_stock_item": 0,
				"stock_uom": frappe.get_all("UOM", limit=1, pluck="name")[0],
			}
		).insert()
	return name


def make_customer(**values):
	return frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": f"Cliente {frappe.generate_hash(length=6)}",
			"customer_group": frappe.get_all("Customer Group", {"is_group": 0}, pluck="name")[0],
			"territory": frappe.get_all("Territory", {"is_group": 0}, pluck="name")[0],
			**values,
		}
	).insert()


def make_quotation(opportunity=None, rate=1000, qty=1, **values):
	"""A draft quotation, for an opportunity or for whom the values say."""
	if opportunity:
		values = {
			"quotation_to": opportunity.opportunity_from,
			"party_name": opportunity.party_name,
			"opportunity": opportunity.name,
			**values,
		}
	return frappe.get_doc(
		{
			"doctype": "Quotation",
			"company": frappe.get_all("Company", pluck="name")[0],
			"items": [{"item_code": make_item(), "qty": qty, "rate": rate, "uom": None}],
			**values,
		}
	).insert()


def make_sales_order(quotation, qty=None):
	"""A draft order of a submitted quotation, as its Create button makes it."""
	from erpnext.selling.doctype.quotation.quotation import make_sales_order

	order = make_sales_order(quotation.name)
	order.delivery_date = frappe.utils.add_days(frappe.utils.today(), 7)
	for item in order.items:
		item.delivery_date = order.delivery_date
		item.qty = qty or item.qty
	return order.insert()


def lose(quotation, *competitors: str, reason="Precio") -> None:
	"""Set a quotation as lost, as ERPNext's own dialog does it."""
	if not frappe.db.exists("Quotation Lost Reason", reason):
		frappe.get_doc({"doctype": "Quotation Lost Reason", "order_lost_reason": reason}).insert()
	for competitor in competitors:
		if not frappe.db.exists("Competitor", competitor):
			frappe.get_doc({"doctype": "Competitor", "competitor_name": competitor}).insert()
	quotation.reload()
	quotation.declare_enquiry_lost(
		[{"lost_reason": reason}], [{"competitor": c} for c in competitors], "Llegamos tarde"
	)
