"""Which records a list shows, in their order, with the rights of whoever asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.database.utils import DefaultOrderBy
from frappe.desk.reportview import validate_args
from frappe.permissions import get_role_permissions
from frappe.utils import create_batch

from crm_etapas.exceptions import ExportError
from crm_etapas.finding import leads

DOCTYPES = ("Lead", "Opportunity", "Prospect", "Customer")
CHUNK = 500
ALL = 1 << 31


@dataclass(frozen=True)
class Selection:
	"""What a list of the desk was asked for; `filters` and `or_filters` as the desk writes them.

	`text` is free text that prospects must match besides, see `crm_etapas.finding.leads`.
	"""

	doctype: str
	filters: list = field(default_factory=list)
	or_filters: list = field(default_factory=list)
	order_by: str | None = None
	text: str | None = None

	def names(self, limit: int = 0) -> list[str]:
		"""Return the names of the records that the user may export, in the list's order.

		Whatever changes afterwards, this is what is exported: a record that is saved meanwhile would move to
		another place of the list.

		:param limit: at most so many; 0 for all.
		"""
		filters = list(self.filters)
		if exports_own_only(self.doctype):
			filters.append([self.doctype, "owner", "=", frappe.session.user])
		if self.text:
			return self._found_by_text(filters, limit)
		return self._names(filters, limit)

	def _names(self, filters: list, limit: int) -> list[str]:
		# as the lists of the desk do: checks that the user may filter by these fields
		rows = frappe.client.get_list(
			self.doctype,
			fields=["name"],
			filters=filters,
			or_filters=self.or_filters or None,
			order_by=self.order_by or DefaultOrderBy,
			limit_page_length=limit,
			as_dict=False,
		)
		return list(dict.fromkeys(name for (name,) in rows))  # a filter on a table may find one twice

	def _found_by_text(self, filters: list, limit: int) -> list[str]:
		args = validate_args(frappe._dict(doctype=self.doctype, fields=["name"], filters=filters))
		rows = leads.Leads(args.filters, self.text).page(["name"], self.order_by, length=limit or ALL)
		found = [row.name for row in rows]
		if self.or_filters:
			others = set(self._names(filters, limit=0))
			found = [name for name in found if name in others]
		return found


def check_permission(doctype: str) -> None:
	"""Refuse whoever may not export these records.

	:raises ExportError: if the DocType is not one whose lists are exported.
	:raises frappe.PermissionError:
	"""
	if doctype not in DOCTYPES:
		frappe.throw(_("Only these lists are exported: {0}").format(", ".join(map(_, DOCTYPES))), ExportError)
	if not exports_own_only(doctype):
		frappe.has_permission(doctype, "export", throw=True)


def exports_own_only(doctype: str) -> bool:
	"""Tell whether the user may export those records only that they have created."""
	if frappe.has_permission(doctype, "export"):
		return False
	return bool(get_role_permissions(doctype, is_owner=True).get("if_owner", {}).get("export"))


def read(doctype: str, names: Sequence[str], fields: list[str]) -> Iterator[list[frappe._dict]]:
	"""Yield the records chunk by chunk, in the order of their names as given.

	Each chunk is looked up by its names, so the last one takes no longer than the first. A record that was
	deleted meanwhile, or that the user may not read any more, is left out.
	"""
	for chunk in create_batch(names, CHUNK):
		rows = frappe.get_list(
			doctype,
			fields=fields,
			filters={"name": ["in", chunk]},
			order_by="",
			limit_page_length=0,
		)
		found = {row.name: row for row in rows}
		yield [found[name] for name in chunk if name in found]
