"""Who may not see a record learns through no method whether it exists.

Every whitelisted function of the app stands in `CALLS`; a new one fails the first test until it does too.
"""

import importlib
import json
import pkgutil
from functools import partial
from itertools import product

import frappe
import pytest

import crm_etapas
from crm_etapas.api import (
	analytics,
	assignment,
	board,
	conversion,
	deals,
	disqualification,
	documents,
	export,
	follow_up,
	guided_setup,
	history_import,
	my_day,
	overview,
	prospect_import,
	prospects,
	qualification,
	record_panel,
	scorecard,
	verification,
)
from crm_etapas.api import stages as api
from tests.site.factories import make_lead, make_opportunity, make_user

MAPPING = json.dumps(
	{"source": "prueba", "columns": {"stage": "a", "party": "b"}, "stages": {"1": "Análisis"}}
)
EMAIL = "oculta@example.com"
PERIOD = {"from_date": "2020-01-01", "to_date": "2099-12-31", "stages_of": "Prospects"}
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


def planned_with_many(hidden, doctype, name):
	return follow_up.schedule_many(doctype, [name], date="2999-01-01 09:00:00")


def of_lead(method, **arguments):
	"""A call that takes a lead; of an opportunity its name, which no lead has."""

	def call(hidden, doctype, name):
		return method(name=name, **arguments)

	return call


def disqualify_many(by_filter: bool):
	"""The answer is the name of a job; what it says of the record is in its results."""

	def call(hidden, doctype, name):
		which = {"filters": {"name": name}} if by_filter else {"names": [name]}
		return told(api.bulk_move_results(disqualification.disqualify_many("Sin Necesidad", **which)))

	return call


def of_job(method):
	"""A call that takes somebody else's Bulk Move of the hidden record."""

	def call(hidden, doctype, name):
		job = hidden.jobs.get(name) or "BULK-MOVE-0000"
		return method(job)

	return call


def of_import(hidden, doctype, name):
	return history_import.start(hidden.imports.get(name) or "HIST-IMPORT-0000")


def of_prospect_import(hidden, doctype, name):
	return prospect_import.start(hidden.prospect_imports.get(name) or "PROSP-IMP-0000")


def of_prospect_file(hidden, doctype, name):
	return prospect_import.run(hidden.files.get(name) or "0000000000", wait=True)


def of_template(hidden, doctype, name):
	"""It names no record."""
	return prospect_import.template()


def of_file(hidden, doctype, name):
	return history_import.run(hidden.files.get(name) or "0000000000", MAPPING, wait=True)


def of_columns(hidden, doctype, name):
	"""It names no record."""
	return export.columns(doctype)


def of_filter(method):
	"""A call that takes the record as a filter of a list."""

	def call(hidden, doctype, name):
		return method(doctype, filters={"name": name})

	return call


def of_export(hidden, doctype, name):
	return export.start_again(hidden.exports.get(name) or "LIST-EXPORT-0000")


def of_document(hidden, doctype, name):
	return documents.rename({hidden.documents.get(name) or "0000000000": "Otro nombre"})


def of_mail(hidden, doctype, name):
	"""As Frappe's own, it says nothing of the record that a mail is linked to."""
	return follow_up.relink("0000000000", doctype, name)


def of_download(hidden, doctype, name):
	documents.download(hidden.documents.get(name) or "0000000000")
	return dict(frappe.local.response)


def of_contact(method, **arguments):
	"""A call that takes the contact of the hidden record."""

	def call(hidden, doctype, name):
		return method(contact=hidden.contacts.get(name) or "Contacto Fantasma", address=EMAIL, **arguments)

	return call


def assign_many(hidden, doctype, name):
	return told_of_run(assignment.assign_many([name]))


def snooze_many(hidden, doctype, name):
	return follow_up.snooze_many(doctype, [name], "2999-01-01", "Feria")


def of_worklist(hidden, doctype, name):
	"""It names no record: what it counts are the readable ones."""
	return follow_up.worklist({"doctype": doctype, "which": "neglected"})


def told_of_run(run):
	return frappe.db.get_value("Assignment Run", run, ["total", "assigned"])


def of_loads(hidden, doctype, name):
	"""It names no record."""
	return assignment.loads()


def dry_run(hidden, doctype, name):
	"""It names no record: what it counts are the readable ones."""
	return assignment.dry_run()


def answer_a_validation(hidden, doctype, name):
	"""The answer is a page, the same whether there is such a message or not."""
	verification.confirm(v=hidden.validations.get(name) or "0000000000", key="x")
	return frappe.local.message_title, frappe.local.message, dict(frappe.local.response)


def duplicates(hidden, doctype, name):
	"""Asked with what the hidden lead is recognised by, or with what nobody is."""
	company = "Empresa Oculta" if name in hidden.names.values() else "Empresa Fantasma"
	return prospects.duplicates("Lead", {"company_name": company})


def found(method, *arguments, **others):
	"""It names no record: what it answers must be the same whether the hidden one exists or not."""

	def call(hidden, doctype, name):
		rows = method(*arguments, **others)
		rows = rows.get("values", rows) if isinstance(rows, dict) else rows
		return name in repr(rows)

	return call


def with_a_record_of_mine(method):
	"""A call that takes two records, the other one of which the user may see."""

	def call(hidden, doctype, name, goes=True):
		mine = next(iter(frappe.get_list(doctype, pluck="name")), "CRM-LEAD-0000-00001")
		return method(doctype, name, mine) if goes else method(doctype, mine, name)

	return [call, partial(call, goes=False)]


def preview(hidden, doctype, name):
	"""It names no record in its arguments; those that it looks at are the readable ones."""
	stage_doctype = {"Lead": "Prospect Stage", "Opportunity": "Opportunity Stage"}[doctype]
	stage = frappe.get_doc(stage_doctype, hidden.stage[doctype]).as_dict()
	stage["requirements"] = [{"kind": "Interaction", "doctype": "Stage Requirement"}]
	return [row for row in api.preview_rules(stage)["examples"] if row["name"] == name]


def recalculate(hidden, doctype, name):
	return [qualification.recalculate(names=[name]), qualification.recalculate(filters={"name": name})]


def preview_criterion(hidden, doctype, name):
	"""It names no record; its examples are readable ones."""
	values = {"title": "Con fax", "level": "Perfilación", "weight": "Must", "looks_at": "Field"}
	found = qualification.preview({**values, "source": "Lead", "fieldname": "fax", "operator": "is set"})
	return [row for row in found["examples"] if row["name"] == name]


def preview_of_nobody(hidden, doctype, name):
	"""It names no record."""
	return qualification.preview_result("0000000000")


def counts_of_board(doctype, filters):
	shown = board.get_board(doctype, filters)["columns"]
	return [(column["name"], column["count"], column["values"], column["cards"]) for column in shown]


def of_column(hidden, doctype, name):
	return board.get_cards(doctype, hidden.stage[doctype], filters={"name": name})["cards"]


def mailed_figures(hidden, doctype, name):
	"""It names no record; the mail has figures alone, and goes to whoever asks."""
	try:
		return analytics.send_weekly_figures()
	except frappe.OutgoingEmailError:  # this site sends none
		return None


CALLS = {
	"crm_etapas.api.analytics.records": [
		found(analytics.records, "Time in Stage", PERIOD, {"stage": "Nuevo"}),
		found(analytics.records, "Pipeline Changes", PERIOD, {"line": "now"}),
		found(analytics.records, "Won and Lost", {**PERIOD, "by": "Month"}, {"total": 1, "figure": "closed"}),
		found(analytics.records, "Channel Performance", PERIOD, {"total": 1, "figure": "won"}),
		found(analytics.records, "Salesperson Performance", PERIOD, {"total": 1, "figure": "open_prospects"}),
		found(analytics.records, "Salesperson Performance", PERIOD, {"total": 1, "figure": "overdue"}),
	],
	"crm_etapas.api.analytics.card": [found(analytics.card, {"figure": "new_prospects"})],
	"crm_etapas.api.analytics.send_weekly_figures": [mailed_figures],
	"crm_etapas.api.analytics.want_weekly_figures": [found(analytics.want_weekly_figures, True)],
	"crm_etapas.api.analytics.wants_weekly_figures": [found(analytics.wants_weekly_figures)],
	"crm_etapas.api.conversion.preview": [lambda hidden, doctype, name: conversion.preview(name)],
	"crm_etapas.api.conversion.convert": [lambda hidden, doctype, name: conversion.convert(name)],
	"crm_etapas.api.conversion.undo": [lambda hidden, doctype, name: conversion.undo(name)],
	"crm_etapas.api.conversion.customer_past": [lambda hidden, doctype, name: conversion.customer_past(name)],
	"crm_etapas.api.record_panel.about": [of_record(record_panel.about)],
	"crm_etapas.api.qualification.explain": [of_lead(qualification.explain)],
	"crm_etapas.api.qualification.accept": [of_lead(qualification.accept)],
	"crm_etapas.api.qualification.reject": [of_lead(qualification.reject, reason="No encaja")],
	"crm_etapas.api.qualification.release": [of_lead(qualification.release)],
	"crm_etapas.api.qualification.answer": [
		of_lead(qualification.answer, answers={"¿Qué solución usa hoy?": "Ninguna"}),
		of_lead(qualification.answer, answers={"¿Quién?": "Nadie"}),
	],
	"crm_etapas.api.qualification.recalculate": [recalculate],
	"crm_etapas.api.qualification.preview": [preview_criterion],
	"crm_etapas.api.qualification.preview_result": [preview_of_nobody],
	"crm_etapas.api.stages.get_path": [of_record(api.get_path)],
	"crm_etapas.api.stages.tick": [of_record(api.tick, item="Llamar")],
	"crm_etapas.api.stages.undo_move": [of_record(api.undo_move, stage="Nuevo")],
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
	"crm_etapas.api.assignment.explain": [lambda hidden, doctype, name: assignment.explain(name)],
	"crm_etapas.api.assignment.assign": [lambda hidden, doctype, name: assignment.assign(name)],
	"crm_etapas.api.assignment.assign_many": [assign_many],
	"crm_etapas.api.assignment.loads": [of_loads],
	"crm_etapas.api.assignment.dry_run": [dry_run],
	"crm_etapas.api.deals.lose": [of_record(deals.lose), of_record(deals.lose, values={"lost_reasons": []})],
	"crm_etapas.api.disqualification.disqualify": [
		of_lead(disqualification.disqualify, reason="Sin Necesidad"),
		of_lead(disqualification.disqualify, reason="Motivo Fantasma"),
	],
	"crm_etapas.api.disqualification.disqualify_many": [disqualify_many(True), disqualify_many(False)],
	"crm_etapas.api.disqualification.suggest": [of_lead(disqualification.suggest)],
	"crm_etapas.api.documents.get_list": [of_record(documents.get_list)],
	"crm_etapas.api.documents.rename": [of_document],
	"crm_etapas.api.documents.download": [of_download],
	"crm_etapas.api.export.columns": [of_columns],
	"crm_etapas.api.export.start": [of_filter(export.start)],
	"crm_etapas.api.export.download": [of_filter(export.download)],
	"crm_etapas.api.export.start_again": [of_export],
	"crm_etapas.api.follow_up.schedule": [of_record(follow_up.schedule, date="2999-01-01 09:00:00")],
	"crm_etapas.api.follow_up.schedule_many": [planned_with_many],
	"crm_etapas.api.follow_up.log_interaction": [of_record(follow_up.log_interaction, medium="Phone")],
	"crm_etapas.api.follow_up.complete": [of_record(follow_up.complete, medium="Phone")],
	"crm_etapas.api.follow_up.recent": [of_record(follow_up.recent)],
	"crm_etapas.api.follow_up.attempt": [of_record(follow_up.attempt)],
	"crm_etapas.api.follow_up.relink": [of_mail],
	"crm_etapas.api.follow_up.snooze": [
		of_record(follow_up.snooze, until="2999-01-01", reason="Feria"),
		of_record(follow_up.snooze, until="2020-01-01", reason=""),
	],
	"crm_etapas.api.follow_up.unsnooze": [of_record(follow_up.unsnooze)],
	"crm_etapas.api.follow_up.snooze_many": [snooze_many],
	"crm_etapas.api.follow_up.worklist": [of_worklist],
	"crm_etapas.api.guided_setup.overview": [found(guided_setup.overview)],
	"crm_etapas.api.guided_setup.read_list": [found(guided_setup.read_list, "Sales Channel")],
	"crm_etapas.api.guided_setup.save_list": [found(guided_setup.save_list, "Sales Channel", [])],
	"crm_etapas.api.guided_setup.read_people": [found(guided_setup.read_people)],
	"crm_etapas.api.guided_setup.save_people": [found(guided_setup.save_people, [])],
	"crm_etapas.api.guided_setup.read_rhythm": [found(guided_setup.read_rhythm)],
	"crm_etapas.api.guided_setup.save_rhythm": [found(guided_setup.save_rhythm, {}, [])],
	"crm_etapas.api.guided_setup.sample": [found(guided_setup.sample)],
	"crm_etapas.api.guided_setup.load_sample": [found(guided_setup.load_sample)],
	"crm_etapas.api.guided_setup.clear_sample": [found(guided_setup.clear_sample)],
	"crm_etapas.api.history_import.run": [of_file],
	"crm_etapas.api.history_import.start": [of_import],
	"crm_etapas.api.my_day.get": [found(my_day.get), found(my_day.get, "Administrator")],
	"crm_etapas.api.my_day.section": [
		found(my_day.section, "new"),
		found(my_day.section, "new", "Administrator"),
	],
	"crm_etapas.api.my_day.salespeople": [found(my_day.salespeople)],
	"crm_etapas.api.board.get_board": [of_filter(counts_of_board)],
	"crm_etapas.api.board.get_cards": [of_column],
	"crm_etapas.api.overview.contacts_due": [found(overview.contacts_due)],
	"crm_etapas.api.overview.new_prospects": [found(overview.new_prospects)],
	"crm_etapas.api.overview.prospects_by_stage": [found(overview.prospects_by_stage)],
	"crm_etapas.api.overview.value_by_stage": [found(overview.value_by_stage)],
	"crm_etapas.api.prospect_import.run": [of_prospect_file],
	"crm_etapas.api.prospect_import.start": [of_prospect_import],
	"crm_etapas.api.prospect_import.template": [of_template],
	"crm_etapas.api.prospects.duplicates": [duplicates],
	"crm_etapas.api.prospects.search": [found(prospects.search, "Ana"), found(prospects.search, "lead")],
	"crm_etapas.api.prospects.search_by_document": [found(prospects.search_by_document, "OCULTO")],
	"crm_etapas.api.prospects.get_list": [
		found(prospects.get_list, ["name"], page_length=500),
		found(prospects.get_list, ["name"], order_by="lead_name asc", page_length=500),
	],
	"crm_etapas.api.prospects.get_count": [found(prospects.get_count, text="Ana")],
	"crm_etapas.api.prospects.compare": with_a_record_of_mine(prospects.compare),
	"crm_etapas.api.prospects.merge": with_a_record_of_mine(prospects.merge),
	"crm_etapas.api.scorecard.explain": [of_lead(scorecard.explain)],
	"crm_etapas.api.scorecard.train": [of_lead(scorecard.train)],
	"crm_etapas.api.scorecard.activate": [of_lead(scorecard.activate)],
	"crm_etapas.api.scorecard.deactivate": [of_lead(scorecard.deactivate)],
	"crm_etapas.api.verification.send": [of_contact(verification.send)],
	"crm_etapas.api.verification.confirm_code": [of_contact(verification.confirm_code, code="123456")],
	"crm_etapas.api.verification.confirm": [answer_a_validation],
}


# whose documents a manager may read, whatever records they are about
OPEN_TO_MANAGERS = {
	"crm_etapas.api.stages.bulk_move_results",
	"crm_etapas.api.stages.continue_bulk_move",
	"crm_etapas.api.history_import.run",
	"crm_etapas.api.history_import.start",
	"crm_etapas.api.prospect_import.run",
	"crm_etapas.api.prospect_import.start",
}


class Hidden:
	"""A lead and an opportunity that only the Administrator sees, with all that speaks of them."""

	def __init__(self):
		lead = make_lead(lead_owner="Administrator", company_name="Empresa Oculta, C.A.")
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
		self.files, self.imports, self.prospect_imports = {}, {}, {}
		for name in self.names.values():
			self.files[name] = a_private_file(name)
			self.imports[name] = an_import(self.files[name])
			self.prospect_imports[name] = a_prospect_import(self.files[name])
		self.exports = {name: an_export(doctype, name) for doctype, name in self.names.items()}
		self.documents = {name: a_document(doctype, name) for doctype, name in self.names.items()}
		self.contacts = {name: a_contact(doctype, name) for doctype, name in self.names.items()}
		self.validations = {name: a_validation(contact) for name, contact in self.contacts.items()}


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
	mine["Contact"] = a_contact("Lead", lead.name)
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
	assert not frappe.get_list("List Export")


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
	given.append(hidden.prospect_imports.get(name))
	given += [hidden.exports.get(name), hidden.documents.get(name), "LIST-EXPORT-0000"]
	given += [hidden.contacts.get(name), hidden.validations.get(name), "Contacto Fantasma"]
	given += ["0000000000000000", "BULK-MOVE-0000", "HIST-IMPORT-0000", "PROSP-IMP-0000", "0000000000"]
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


def a_document(doctype: str, name: str) -> str:
	file = {"doctype": "File", "file_name": f"{name}.txt", "content": name, "is_private": 1}
	attached = {"attached_to_doctype": doctype, "attached_to_name": name}
	return frappe.get_doc({**file, **attached}).insert().name


def an_export(doctype: str, name: str) -> str:
	asked = json.dumps({"doctype": doctype, "filters": [[doctype, "name", "=", name]], "columns": None})
	row = {"doctype": "List Export", "reference_doctype": doctype, "asked_for": asked}
	return frappe.get_doc(row).insert().name


def a_prospect_import(file: str) -> str:
	url = frappe.db.get_value("File", file, "file_url")
	return frappe.get_doc({"doctype": "Prospect Import", "import_file": url}).insert().name


def an_import(file: str) -> str:
	url = frappe.db.get_value("File", file, "file_url")
	return frappe.get_doc({"doctype": "History Import", "import_file": url, "mapping": MAPPING}).insert().name


def a_contact(doctype: str, name: str) -> str:
	contact = {"doctype": "Contact", "first_name": "Oculta", "email_ids": [{"email_id": EMAIL}]}
	links = [{"link_doctype": doctype, "link_name": name}]
	return frappe.get_doc({**contact, "links": links}).insert().name


def a_validation(contact: str) -> str:
	validation = {"doctype": "Contact Validation", "contact": contact, "medium": "Email", "address": EMAIL}
	validation |= {"expires_on": "2999-01-01", "secret_hash": "0" * 64}
	return frappe.get_doc(validation).insert().name
