"""Who may not see a record learns through no method whether it exists.

Every whitelisted function of the app stands in `CALLS`; a new one fails the first test until it does too.
"""

import importlib
import json
import pkgutil
from itertools import product

import frappe
import pytest

import crm_etapas
from crm_etapas.api import history_import
from crm_etapas.api import stages as api
from tests.site.factories import make_lead, make_opportunity, make_user

MAPPING = json.dumps(
	{"source": "prueba", "columns": {"stage": "a", "party": "b"}, "stages": {"1": "Análisis"}}
)
ABSENT = {"Lead": "CRM-LEAD-0000-00000", "Opportunity": "CRM-OPP-0000-00000"}


def of_record(method, **arguments):
	"""A call that takes a lead or an opportunity."""

	def call(hidden: "Hidden", doctype: str, name: str):
		return method(doctype=doctype, name=name, **arguments)

	return call


def correct(hidden, doctype, name):
	stay = frappe.db.get_value("Stage Log", {"reference_doctype": doctype, "reference_name": name})
	return api.correct(stay or "0000000000000000", "2020-01-01 00:00:00", "Mal apuntado")


def bulk_move(hidden, doctype, name):
	"""The answer is the name of a job; what it says of the record is in its results."""
	job = api.bulk_move(doctype, hidden.other_stage[doctype], names=[name])
	return told(api.bulk_move_results(job))


def bulk_move_by_filter(hidden, doctype, name):
	job = api.bulk_move(doctype, hidden.other_stage[doctype], filters={"name": name})
	return told(api.bulk_move_results(job))


def of_job(method):
	"""A call that takes somebody else's Bulk Move of the hidden record."""

	def call(hidden, doctype, name):
		job = hidden.jobs.get(name) or "BULK-MOVE-0000"
		return method(job)

	return call


def of_import(hidden, doctype, name):
	return history_import.start(hidden.imports.get(name) or "HIST-IMPORT-0000")


def of_file(hidden, doctype, name):
	return history_import.run(hidden.files.get(name) or "0000000000", MAPPING, wait=True)


def preview(hidden, doctype, name):
	"""It names no record in its arguments; those that it looks at are the readable ones."""
	stage_doctype = {"Lead": "Prospect Stage", "Opportunity": "Opportunity Stage"}[doctype]
	stage = frappe.get_doc(stage_doctype, hidden.stage[doctype]).as_dict()
	stage["requirements"] = [{"kind": "Interaction", "doctype": "Stage Requirement"}]
	return [row for row in api.preview_rules(stage)["examples"] if row["name"] == name]


CALLS = {
	"crm_etapas.api.stages.get_path": [of_record(api.get_path)],
	"crm_etapas.api.stages.history": [of_record(api.history)],
	"crm_etapas.api.stages.move": [
		of_record(api.move, stage="Spam"),
		of_record(api.move, stage="Cerrado Perdido"),
		of_record(api.move, stage="Etapa Fantasma"),
		of_record(api.move, stage="Spam", pipeline="no_existe"),
	],
	"crm_etapas.api.stages.correct": [correct],
	"crm_etapas.api.stages.bulk_move": [bulk_move, bulk_move_by_filter],
	"crm_etapas.api.stages.bulk_move_results": [of_job(api.bulk_move_results)],
	"crm_etapas.api.stages.continue_bulk_move": [of_job(api.continue_bulk_move)],
	"crm_etapas.api.stages.preview_rules": [preview],
	"crm_etapas.api.history_import.run": [of_file],
	"crm_etapas.api.history_import.start": [of_import],
}


# whose documents a manager may read, whatever records they are about
OPEN_TO_MANAGERS = {
	"crm_etapas.api.stages.bulk_move_results",
	"crm_etapas.api.stages.continue_bulk_move",
	"crm_etapas.api.history_import.run",
	"crm_etapas.api.history_import.start",
}


class Hidden:
	"""A lead and an opportunity that only the Administrator sees, with all that speaks of them."""

	def __init__(self):
		lead = make_lead(lead_owner="Administrator")
		opportunity = make_opportunity(lead)
		self.names = {"Lead": lead.name, "Opportunity": opportunity.name}
		self.stage = {
			"Lead": frappe.db.get_value("Lead", lead.name, "prospect_stage"),
			"Opportunity": opportunity.opportunity_stage,
		}
		self.other_stage = {"Lead": "Spam", "Opportunity": "Análisis"}
		self.jobs = {
			name: api.bulk_move(doctype, self.other_stage[doctype], names=[name])
			for doctype, name in self.names.items()
		}
		self.files, self.imports = {}, {}
		for name in self.names.values():
			self.files[name] = a_private_file(name)
			self.imports[name] = an_import(self.files[name])


# a user: who it is, and what they are limited to
def nobody() -> str:
	return make_user("Blogger").name


def salesperson_of_another_record() -> str:
	return limited("Sales User")


def manager_of_another_record() -> str:
	return limited("Sales User", "Sales Manager", "Sales Master Manager")


def guest() -> str:
	return "Guest"


def limited(*roles: str) -> str:
	user = make_user(*roles).name
	lead = make_lead()
	mine = {"Lead": lead.name, "Opportunity": make_opportunity(lead).name}
	for doctype, name in mine.items():
		permission = {"doctype": "User Permission", "user": user, "allow": doctype, "for_value": name}
		frappe.get_doc(permission).insert()
	return user


# D15
def test_every_whitelisted_function_is_tested():
	assert whitelisted_functions() == set(CALLS)


# D15
@pytest.mark.parametrize(
	"who",
	[
		nobody,
		salesperson_of_another_record,
		manager_of_another_record,
		guest,
	],
	ids=lambda who: who.__name__,
)
def test_a_hidden_record_answers_like_one_that_does_not_exist(who):
	hidden, user = Hidden(), who()
	before = picture(hidden)
	told_apart = []
	for path, calls in CALLS.items():
		if who is manager_of_another_record and path in OPEN_TO_MANAGERS:
			continue
		for call, (doctype, name) in product(calls, hidden.names.items()):
			frappe.set_user(user)
			answers = [answer(call, hidden, doctype, given) for given in (name, ABSENT[doctype])]
			frappe.set_user("Administrator")
			if answers[0] != answers[1]:
				told_apart.append((path, *answers))
			assert picture(hidden) == before, path
	assert not told_apart


# D15
def test_no_document_of_the_app_says_what_is_hidden():
	hidden, user = Hidden(), salesperson_of_another_record()
	frappe.set_user(user)
	for doctype, name in hidden.names.items():
		assert not frappe.get_list("Stage Log", {"reference_name": name})
		assert not frappe.get_list("Stage Log", {"reference_doctype": doctype, "reference_name": name})
	with pytest.raises(frappe.PermissionError):
		frappe.get_list("History Import")
	assert not frappe.get_list("Bulk Move")


def whitelisted_functions() -> set[str]:
	for module in pkgutil.walk_packages(crm_etapas.__path__, "crm_etapas."):
		importlib.import_module(module.name)
	return {
		f"{method.__module__}.{method.__qualname__}"
		for method in frappe.whitelisted
		if method.__module__.split(".")[0] == "crm_etapas"
	}


def answer(call, hidden: Hidden, doctype: str, name: str) -> tuple:
	"""What a user is told: the answer or the error, and every message, without the names they gave."""
	frappe.local.message_log = []
	frappe.local.response = frappe._dict(docs=[])
	frappe.db.savepoint("an_answer")
	try:
		outcome = ("answer", repr(call(hidden, doctype, name)))
	except Exception as error:
		outcome = (type(error).__name__, str(error))
	frappe.db.rollback(save_point="an_answer")
	messages = [message["message"] for message in frappe.local.message_log]
	stays = frappe.get_all("Stage Log", {"reference_name": name}, pluck="name")
	given = [name, *stays, hidden.jobs.get(name), hidden.imports.get(name), hidden.files.get(name)]
	given += ["0000000000000000", "BULK-MOVE-0000", "HIST-IMPORT-0000", "0000000000"]
	return tuple(_without(text, given) for text in (*outcome, *messages))


def _without(text: str, given: list) -> str:
	for word in sorted(filter(None, given), key=len, reverse=True):
		text = text.replace(word, "…")
	return text


def told(results: dict) -> dict:
	return {key: value for key, value in results.items() if key != "name"}


def picture(hidden: Hidden) -> list:
	return [
		(
			*frappe.db.get_value(doctype, name, ["modified", "status"]),
			frappe.db.count("Stage Log", {"reference_name": name}),
		)
		for doctype, name in hidden.names.items()
	]


def a_private_file(name: str) -> str:
	file = {"doctype": "File", "file_name": f"{name}.csv", "content": "a,b\n1,2\n", "is_private": 1}
	return frappe.get_doc(file).insert().name


def an_import(file: str) -> str:
	url = frappe.db.get_value("File", file, "file_url")
	return frappe.get_doc({"doctype": "History Import", "import_file": url, "mapping": MAPPING}).insert().name
