"""What the planner asks about a site. Each question is a few queries, whatever the number of rows."""

from dataclasses import dataclass
from functools import cache

import frappe
from erpnext.setup.utils import get_exchange_rate
from frappe import _
from frappe.model.meta import Meta

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.planner import IMPORT_ID
from crm_etapas.identity.names import fold
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import get_pipelines, pipelines_of
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT, QUALIFICATION
from crm_etapas.tabular.fields import READABLE, Field
from crm_etapas.tabular.site import TableSite, batches, pairs, pluck

# masters that are a name and nothing else
CREATABLE = ("Industry Type", "Market Segment", "Lead Source")
# what the import itself fills; a mapping cannot
KEPT = {
	"naming_series",
	"opportunity_from",
	"party_name",
	"customer_name",
	"lead_name",
	"company",
	"status",
	"transaction_date",
	"opportunity_amount",
	"base_opportunity_amount",
	"conversion_rate",
	"opportunity_owner",
	"lead_owner",
	"amended_from",
	"item_code",
	*IMPORT_ID.values(),
	*(
		field
		for p in (PROSPECT, QUALIFICATION, OPPORTUNITY)
		for field in (p.stage_field, p.entered_on_field, p.process_status_field, *p.own_fields)
		if field
	),
}


@dataclass(frozen=True)
class KnownItem:
	item_name: str
	usable: bool


class Site(TableSite):
	"""The site as it is when the import begins."""

	def __init__(self, company: str | None = None):
		super().__init__()
		self.company = _company(company)
		self.currency = frappe.get_cached_value("Company", self.company, "default_currency")
		self.stages = stages.get_stages(OPPORTUNITY)
		self.stays_a_lead = len(pipelines_of("Lead"))
		self.check_rules = bool(frappe.get_cached_doc("CRM Etapas Settings").get("check_rules_on_import"))
		for question in ("fields", "defaults", "mandatory", "exchange_rate"):
			setattr(self, question, cache(getattr(self, question)))

	def pipeline_of_stage(self, name: str) -> str | None:
		"""Return whose stage this is, in the user's language, if it is one of another pipeline."""
		for pipeline in get_pipelines().values():
			if pipeline.stage_doctype != OPPORTUNITY.stage_doctype and name in stages.get_stages(pipeline):
				return _(pipeline.doctype)

	def fields(self, doctype: str) -> dict[str, Field]:
		"""Return the fields that a mapping may fill."""
		return {
			df.fieldname: Field(
				df.fieldname,
				_(df.label or df.fieldname, context=doctype),
				df.fieldtype,
				df.options,
				df.length or 0,
			)
			for df in frappe.get_meta(doctype).fields
			if df.fieldtype in READABLE and not df.get("is_virtual") and df.fieldname not in KEPT
		}

	def mandatory(self, doctype: str) -> dict[str, str]:
		"""Return the labels of the fields that a form insists on."""
		return {
			df.fieldname: _(df.label or df.fieldname, context=doctype)
			for df in frappe.get_meta(doctype).fields
			if df.reqd and df.fieldtype != "Check"
		}

	def defaults(self, doctype: str) -> dict:
		"""Return what a new record starts with.

		An optional choice without a default starts with its first option on the form; nobody chose it, so it
		is left out here. So are the user who is logged in and today, which are not true of the past.
		"""
		new = frappe.new_doc(doctype, as_dict=True)
		if doctype == "Item":
			new.item_group = frappe.db.get_single_value("Stock Settings", "item_group")
		if (
			doctype == "Opportunity"
		):  # as its controller does; ERPNext's set-up named it in the site's language
			sales = _("Sales", lang=frappe.db.get_default("lang"))
			new.opportunity_type = sales if frappe.db.exists("Opportunity Type", sales) else None
		return {
			df.fieldname: value
			for df in frappe.get_meta(doctype).fields
			if (value := new.get(df.fieldname)) not in (None, "")
			and df.default not in ("__user", "Today", "Now")
			and df.fieldtype in READABLE
			and (df.fieldtype != "Select" or df.default or df.reqd)
		}

	def already_imported(self, keys: list[str]) -> set[str]:
		return set(pluck("Opportunity", IMPORT_ID["Opportunity"], keys))

	def users(self, names: list[str]) -> dict[str, str]:
		"""Return users by their folded full names and addresses; enabled ones go before disabled ones."""
		found: dict[str, str] = {}
		for batch in batches(names):
			rows = frappe.get_all(
				"User",
				or_filters={"name": ("in", batch), "full_name": ("in", batch)},
				fields=["name", "full_name", "enabled"],
				order_by="enabled desc, creation asc",
			)
			for user in rows:
				found[fold(user.name)] = user.name
				found.setdefault(fold(user.full_name or ""), user.name)
		return found

	def user_names(self) -> set[str]:
		return set(frappe.get_all("User", pluck="name"))

	def items(self) -> dict[str, KnownItem]:
		rows = frappe.get_all("Item", fields=["name", "item_name", "disabled", "has_variants"])
		return {row.name: KnownItem(row.item_name, not (row.disabled or row.has_variants)) for row in rows}

	def item_group(self) -> str | None:
		"""Return the group for new items: the one called Products, or else the first one."""
		groups = frappe.get_all("Item Group", filters={"is_group": 0}, pluck="name", order_by="lft asc")
		return _("Products") if _("Products") in groups else next(iter(groups), None)

	def parties(self, keys: dict[str, str]) -> dict[str, dict[str, str]]:
		"""Return existing parties by folded account name: their names by DocType, Customer first.

		:param keys: the import id of each account name.
		"""
		account_of = {key: account for account, key in keys.items()}
		found: dict[str, dict[str, str]] = {}
		for doctype, title in (("Customer", "customer_name"), ("Lead", "company_name")):
			imported = pairs(doctype, IMPORT_ID[doctype], list(account_of))
			for key, name in imported:
				found.setdefault(fold(account_of[key]), {})[doctype] = name
			for account, name in pairs(doctype, title, list(keys)):
				found.setdefault(fold(account), {}).setdefault(doctype, name)
		return found

	def existing(self, doctype: str, names: list[str]) -> set[str]:
		return set(pluck(doctype, "name", names))

	def is_creatable(self, doctype: str) -> bool:
		return doctype in CREATABLE

	def may_create(self, doctype: str) -> bool:
		return bool(frappe.has_permission(doctype, "create"))

	def exchange_rate(self, currency: str) -> float | None:
		"""Return how much of the company's currency one unit is worth today."""
		if currency == self.currency:
			return 1.0
		return get_exchange_rate(currency, self.currency, self.now.date(), args="for_selling") or None


def _company(name: str | None) -> str:
	name = (
		name or frappe.defaults.get_user_default("company") or frappe.defaults.get_global_default("company")
	)
	if not name or not frappe.db.exists("Company", name):
		raise HistoryImportError(
			_("There is no company {0}. Name one in the mapping as company").format(name or "")
		)
	frappe.has_permission("Company", "read", doc=name, throw=True)
	return name


def carried_fields(party_doctype: str) -> list[str]:
	"""Return the fields that ERPNext fills in an opportunity from its party when they are empty there."""

	def fields(meta: Meta) -> set[str]:
		return {df.fieldname for df in meta.fields if df.fieldtype in READABLE and not df.get("is_virtual")}

	both = fields(frappe.get_meta("Opportunity")) & fields(frappe.get_meta(party_doctype))
	return sorted(both - KEPT - {"title"})
