"""Whitelisted methods of the guided first set-up: each step read and saved, with the rights of the user."""

import frappe
from frappe import _

from crm_etapas.demo import job
from crm_etapas.guided_setup import lists, people, rhythm

SETTINGS = "CRM Etapas Settings"
ROLES = ("System Manager", "Sales Master Manager", "Sales Manager")


@frappe.whitelist(methods=["GET", "POST"])
def overview() -> dict:
	"""Return what each step has to show: how many records there are and whether the user may save it.

	:return: by list's DocType, and for people, rhythm and sample: `count` and `may_save`.
	:raises frappe.PermissionError: if the user is no admin.
	"""
	_check_role()
	told = {
		doctype: {
			"count": frappe.db.count(doctype, {"disabled": 0}),
			"may_save": bool(frappe.has_permission(doctype, "write")),
		}
		for doctype in lists.LISTS
	}
	told["people"] = {
		"count": frappe.db.count(people.PROFILE, {"enabled": 1}),
		"may_save": bool(frappe.has_permission(people.PROFILE, "write")),
	}
	told["rhythm"] = {"may_save": _may_change_rhythm()}
	told["sample"] = {"may_save": people.gives_roles()}
	return told


@frappe.whitelist(methods=["GET", "POST"])
def read_list(doctype: str) -> list[dict]:
	"""Return the records of a list, see `guided_setup.lists.read`.

	:raises frappe.PermissionError: if the user is no admin, or may not read the list.
	"""
	_check_role()
	_check_list(doctype)
	frappe.has_permission(doctype, "read", throw=True)
	return lists.read(doctype)


@frappe.whitelist(methods=["POST"])
def save_list(doctype: str, rows: list | str) -> list[dict]:
	"""Bring a list in line with these rows, see `guided_setup.lists.save`.

	:return: the list as it is now.
	:raises SetupError: naming the row, and nothing is written.
	:raises frappe.PermissionError: if the user may not change the list.
	"""
	_check_role()
	_check_list(doctype)
	frappe.has_permission(doctype, "write", throw=True)
	lists.save(doctype, frappe.parse_json(rows))
	return lists.read(doctype)


@frappe.whitelist(methods=["GET", "POST"])
def read_people() -> list[dict]:
	"""Return who sells and who could, see `guided_setup.people.read`.

	:raises frappe.PermissionError: if the user is no admin, or may not read profiles.
	"""
	_check_role()
	frappe.has_permission(people.PROFILE, "read", throw=True)
	return people.read()


@frappe.whitelist(methods=["POST"])
def save_people(rows: list | str) -> list[dict]:
	"""Give users the role and a profile, or switch their profile off.

	:param rows: user and sells.
	:return: the people as they are now.
	:raises SetupError: naming the user, and nothing is written.
	:raises frappe.PermissionError: if the user may not change profiles.
	"""
	_check_role()
	frappe.has_permission(people.PROFILE, "write", throw=True)
	people.save(frappe.parse_json(rows))
	return read_people()


@frappe.whitelist(methods=["GET", "POST"])
def read_rhythm() -> dict:
	"""Return working hours and what is done in each stage, see `guided_setup.rhythm.read`.

	:raises frappe.PermissionError: if the user is no admin.
	"""
	_check_role()
	return rhythm.read()


@frappe.whitelist(methods=["POST"])
def save_rhythm(hours: dict | str, rows: list | str) -> dict:
	"""Write working hours and what is done in each stage.

	:return: both as they are now.
	:raises SetupError: naming the stage, and nothing is written.
	:raises frappe.PermissionError: if the user may not change settings or stages.
	"""
	_check_role()
	frappe.has_permission(SETTINGS, "write", throw=True)
	rhythm.save(frappe.parse_json(hours), frappe.parse_json(rows))
	return rhythm.read()


@frappe.whitelist(methods=["GET", "POST"])
def sample() -> dict:
	"""Return how many records the sample has, and how far its job is, see `demo.job.state`.

	:raises frappe.PermissionError: if the user is no System Manager.
	"""
	_check_role("System Manager")
	told = job.state()
	if told["under_way"] or "action" not in told:
		return told
	frappe.db.rollback()  # it may have ended since this request began to read
	return job.state()


@frappe.whitelist(methods=["POST"])
def load_sample() -> dict:
	"""Load the sample in the background.

	:return: as `sample`.
	:raises SetupError: if it is being loaded or cleared.
	:raises frappe.PermissionError: if the user is no System Manager.
	"""
	_check_role("System Manager")
	return job.start(job.LOAD)


@frappe.whitelist(methods=["POST"])
def clear_sample() -> dict:
	"""Delete the sample's records, and nothing else, in the background.

	:return: as `sample`.
	:raises SetupError: if it is being loaded or cleared.
	:raises frappe.PermissionError: if the user is no System Manager.
	"""
	_check_role("System Manager")
	return job.start(job.CLEAR)


def _check_role(*roles: str) -> None:
	"""Refuse whoever has none of these roles; without any, whoever is no admin of sales.

	:raises frappe.PermissionError:
	"""
	asked = roles or ROLES
	if not set(asked) & set(frappe.get_roles()):
		frappe.throw(
			_("Only {0} may do this. Ask one of them").format(", ".join(map(_, asked))),
			frappe.PermissionError,
		)


def _check_list(doctype: str) -> None:
	if doctype not in lists.LISTS:
		lists.refuse(_("The set-up has no list of that kind"))


def _may_change_rhythm() -> bool:
	return all(frappe.has_permission(doctype, "write") for doctype in (SETTINGS, "Prospect Stage"))
