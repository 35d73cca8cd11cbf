"""What an opportunity is worth: the net total of its live quotation, and once it is ordered, of its orders.

The amount is kept in the opportunity's currency. Between currencies it goes by the company's: the total that
ERPNext has computed with the document's own exchange rate, divided by that of the opportunity, so both are worth
the same in the company's books.

An amount that somebody writes by hand stays until the next document. What it was before any document comes back
when none is left.
"""

from dataclasses import dataclass

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe.model.document import Document
from frappe.model.meta import get_field_precision
from frappe.utils import flt

from crm_etapas.conversion import documents

SETTINGS = "CRM Etapas Settings"
FIELDS = (
	"name",
	"company",
	"currency",
	"conversion_rate",
	"transaction_date",
	"opportunity_amount",
	"amount_document_type",
	"amount_document",
	"documents_amount",
	"own_amount",
)
# of what stands for the amount: one that is still open, or else the last one that was
EXPIRED = "Expired"
PREFERENCE = {documents.LOST: 2, EXPIRED: 1}


@dataclass(frozen=True)
class Part:
	"""What a document has of an opportunity, in the document's currency and its company's."""

	doctype: str
	name: str
	company: str
	currency: str
	date: object
	net: float
	base_net: float


def validate(doc: Document, method: str | None = None) -> None:
	"""doc_events handler, after the controller has found the rate: the amount in the company's currency.

	Of ERPNext only the form knows it; where no rate is known it is nothing, as there.
	"""
	home = not doc.currency or doc.currency == _currency_of(doc.company)
	amount = flt(doc.opportunity_amount) * (1 if home else flt(doc.conversion_rate))
	doc.base_opportunity_amount = flt(amount, doc.precision("base_opportunity_amount"))


def changes(name: str, begin: bool = True) -> dict:
	"""Return the fields of an opportunity that its documents change: none, if it is as they say.

	:param begin: whether one whose amount has been its own until now follows from now on.
	"""
	opportunity = frappe.db.get_value("Opportunity", name, FIELDS, as_dict=True, for_update=True)
	if not opportunity or not (begin or opportunity.amount_document):
		return {}
	if not frappe.get_cached_doc(SETTINGS).amount_follows_quotation:
		values = _released() if opportunity.amount_document else {}
	else:
		values = _followed(opportunity, _ordered(name) or _quoted(name))
	return {field: value for field, value in values.items() if value != opportunity.get(field)}


def _followed(opportunity: frappe._dict, parts: list[Part]) -> dict:
	precision = get_field_precision(
		frappe.get_meta("Opportunity").get_field("opportunity_amount"), currency=opportunity.currency
	)
	now = flt(opportunity.opportunity_amount, precision)
	known = opportunity.amount_document_type, opportunity.amount_document
	follows = bool(opportunity.amount_document)
	by_hand = follows and now != flt(opportunity.documents_amount, precision)
	if not parts:
		values = _released() if follows else {}
		return values if by_hand or not follows else {**values, "opportunity_amount": opportunity.own_amount}
	amounts = [_in_its_currency(opportunity, part) for part in parts]
	if None in amounts:
		return {}  # no exchange rate is known: better the amount of before than a wrong one
	source, total = (parts[-1].doctype, parts[-1].name), flt(sum(amounts), precision)
	values = {
		"amount_document_type": source[0],
		"amount_document": source[1],
		"documents_amount": total,
	}
	if by_hand and known == source:
		return values
	if by_hand or not follows:
		values["own_amount"] = now
	return {**values, "opportunity_amount": total}


def _released() -> dict:
	return {"amount_document_type": None, "amount_document": None, "documents_amount": 0, "own_amount": 0}


def _quoted(opportunity: str) -> list[Part]:
	"""Return the part of the live quotation: the newest one, an open one before one that expired or was lost."""
	rows = documents.quotations_of_opportunities([opportunity])
	if not rows:
		return []
	newest = sorted(rows, key=lambda row: (row.transaction_date, row.creation, row.name))
	live = min(reversed(newest), key=lambda row: PREFERENCE.get(row.status, 0))
	quotation, item = frappe.qb.DocType("Quotation"), frappe.qb.DocType("Quotation Item")
	lines = (
		frappe.qb.from_(quotation)
		.left_join(item)
		.on((item.parent == quotation.name) & (item.is_alternative == 0))
		.select(
			*_columns(quotation, item),
			item.prevdoc_docname.as_("of_line"),
			quotation.opportunity.as_("of_document"),
		)
		.where(quotation.name == live.name)
		.run(as_dict=True)
	)
	return _parts("Quotation", lines, opportunity)


def _ordered(opportunity: str) -> list[Part]:
	"""Return the parts of all its sales orders, the newest one last."""
	orders = documents.orders(opportunity)
	if not orders:
		return []
	order, item = frappe.qb.DocType("Sales Order"), frappe.qb.DocType("Sales Order Item")
	quoted, quotation = frappe.qb.DocType("Quotation Item"), frappe.qb.DocType("Quotation")
	lines = (
		frappe.qb.from_(order)
		.join(item)
		.on(item.parent == order.name)
		.left_join(quoted)
		.on((quoted.name == item.quotation_item) & (quoted.prevdoc_doctype == "Opportunity"))
		.left_join(quotation)
		.on(quotation.name == item.prevdoc_docname)
		.select(
			*_columns(order, item),
			quoted.prevdoc_docname.as_("of_line"),
			quotation.opportunity.as_("of_document"),
		)
		.where(order.name.isin(orders))
		.orderby(order.creation, order.name)
		.run(as_dict=True)
	)
	return _parts("Sales Order", lines, opportunity)


def _columns(document, item) -> tuple:
	return (
		document.name,
		document.company,
		document.currency,
		document.transaction_date,
		item.net_amount,
		item.base_net_amount,
	)


def _parts(doctype: str, lines: list[frappe._dict], opportunity: str) -> list[Part]:
	"""Add up the lines of each document that belong to an opportunity: its own, and those that are nobody's.

	A line that names no opportunity belongs to that of the whole document, or to the only one there is.
	"""
	by_document = {}
	for line in lines:
		by_document.setdefault(line.name, []).append(line)
	parts = []
	for name, rows in by_document.items():
		named = {row.of_line or row.of_document for row in rows} - {None, ""}
		only = named <= {opportunity}
		mine = [
			row for row in rows if (row.of_line or row.of_document or (only and opportunity)) == opportunity
		]
		first = rows[0]
		parts.append(
			Part(
				doctype=doctype,
				name=name,
				company=first.company,
				currency=first.currency,
				date=first.transaction_date,
				net=sum(flt(row.net_amount) for row in mine),
				base_net=sum(flt(row.base_net_amount) for row in mine),
			)
		)
	return parts


def _in_its_currency(opportunity: frappe._dict, part: Part) -> float | None:
	"""Return a part in the opportunity's currency, or None if no exchange rate is known."""
	if part.currency == opportunity.currency:
		return part.net
	theirs, ours = _currency_of(part.company), _currency_of(opportunity.company)
	into_books = 1 if theirs == ours else flt(get_exchange_rate(theirs, ours, part.date))
	rate = _rate(opportunity)
	return part.base_net * into_books / rate if into_books and rate else None


def _rate(opportunity: frappe._dict) -> float:
	"""Return what one unit of the opportunity's currency is worth in its company's; 0 if nobody knows."""
	ours = _currency_of(opportunity.company)
	if not opportunity.currency or opportunity.currency == ours:
		return 1.0
	known = flt(opportunity.conversion_rate)
	return known or flt(get_exchange_rate(opportunity.currency, ours, opportunity.transaction_date))


def _currency_of(company: str) -> str:
	return frappe.get_cached_value("Company", company, "default_currency")
