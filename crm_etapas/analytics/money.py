"""In which currency the amounts of a report are: that of the company. Nothing is added across currencies."""

import frappe
from frappe import _

from crm_etapas.analytics.filters import Filters
from crm_etapas.exceptions import MixedCurrencies


def currency(filters: Filters, needed: bool = True) -> str | None:
	"""Return the currency of the company, or the one that all companies share.

	Amounts are taken from the base fields, which are in it.
	:param needed: whether there is nothing to say without amounts; otherwise None, if they cannot be added.
	:raises MixedCurrencies: if companies have several and none was chosen.
	"""
	if filters.company:
		return frappe.get_cached_value("Company", filters.company, "default_currency")
	currencies = _of_companies()
	if len(currencies) > 1 and needed:
		frappe.throw(
			_(
				"Your companies keep their books in {0}. Choose a company: amounts of several currencies cannot be added"
			).format(", ".join(currencies)),
			MixedCurrencies,
			title=_("Several Currencies"),
		)
	return currencies[0] if len(currencies) == 1 else None


def company_of_user() -> str | None:
	"""Return the company whose figures a user is shown who has chosen none: their own, where there are several."""
	return frappe.defaults.get_user_default("Company") if frappe.db.count("Company", cache=True) > 1 else None


def _of_companies() -> list[str]:
	company = frappe.qb.DocType("Company")
	return (
		frappe.qb.from_(company)
		.select(company.default_currency)
		.distinct()
		.orderby(company.default_currency)
		.run(pluck=True)
	)
