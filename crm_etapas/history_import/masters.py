"""Creates what the rows refer to and the site lacks: users, items, industries. As documents, for they are few."""

import frappe
from frappe import _

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.owners import NewUser
from crm_etapas.history_import.planner import NewItem, Plan

ROLE = "Sales User"


def create(plan: Plan) -> dict[str, str]:
	"""Create the masters that a plan needs.

	:return: the names of the new items by the codes that the plan has for them.
	:raises HistoryImportError: if one cannot be created; none is then.
	"""
	for doctype, names in plan.records.items():
		fieldname = frappe.get_meta(doctype).autoname.removeprefix("field:")
		for name in names:
			_insert({"doctype": doctype, fieldname: name})
	for user in plan.users:
		_insert(_user(user))
	return {item.code: _insert(_item(item)).name for item in plan.items}


def _user(user: NewUser) -> dict:
	first, _space, last = user.full_name.partition(" ")
	return {
		"doctype": "User",
		"email": user.email,
		"first_name": first,
		"last_name": last,
		"enabled": 0,
		"send_welcome_email": 0,
		"roles": [{"role": ROLE}],
	}


def _item(item: NewItem) -> dict:
	return {
		"doctype": "Item",
		"item_code": item.code,
		"item_name": item.code,
		"is_stock_item": 0,
		**item.values,
	}


def _insert(values: dict):
	try:
		return frappe.new_doc(values["doctype"]).update(values).insert()
	except frappe.ValidationError as error:
		frappe.clear_last_message()
		name = (
			values.get("item_code")
			or values.get("email")
			or next(v for k, v in values.items() if k != "doctype")
		)
		doctype = values["doctype"]
		raise HistoryImportError(
			_("{0} {1} could not be created: {2}").format(_(doctype), name, error)
		) from error
