"""What a user may read, as a condition: records are filtered where they are looked up, in the same query."""

import frappe
from frappe.model.db_query import DatabaseQuery
from frappe.permissions import get_role_permissions


def condition(doctype: str, user: str | None = None) -> str | None:
	"""Return what holds for the records that a user may read, as SQL; nothing if for all, None if for none.

	It speaks of the table by its own name, so the query must not give it an alias. Somebody without a role
	for the DocType counts as one who reads none, even if a record is shared with them.
	"""
	user = user or frappe.session.user
	if not get_role_permissions(frappe.get_meta(doctype), user=user).get("read"):
		return None
	query = _Query(doctype, user=user)
	match = query.build_match_conditions()
	if match and query.looks_at_shares:
		return f"({match}) or ({_shared(doctype, user)})"
	return match


class _Query(DatabaseQuery):
	"""Frappe's own, but it does not read what is shared with the user: that would be a query of its own."""

	looks_at_shares = False

	@property
	def _fetch_shared_documents(self) -> bool:
		return False

	@_fetch_shared_documents.setter
	def _fetch_shared_documents(self, value: bool) -> None:
		self.looks_at_shares = value


def _shared(doctype: str, user: str) -> str:
	share, table = frappe.qb.DocType("DocShare"), frappe.qb.DocType(doctype)
	whose = share.user == user
	if user != "Guest":
		whose |= share.everyone == 1
	names = (
		frappe.qb.from_(share)
		.select(share.share_name)
		.where((share.share_doctype == doctype) & (share.read == 1) & whose)
	)
	return table.name.isin(names).get_sql(with_namespace=True, quote_char="`")
