"""Brings back what is due: each record in a transaction of its own, through the door, told of once if it cannot move."""

from collections import Counter
from collections.abc import Callable, Iterator

import frappe
from frappe.desk.form import assign_to
from frappe.model.document import Document
from frappe.utils import date_diff, getdate, today

from crm_etapas import open_forms
from crm_etapas.cycle import PIPELINES, WAKE_UP_ON, WOKEN_ON, plan, renewal, settings, told
from crm_etapas.cycle.plan import Return
from crm_etapas.cycle.reminder import remind
from crm_etapas.pipeline import transition
from crm_etapas.pipeline.deadlock import CONFLICTS
from crm_etapas.pipeline.history import Move
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipeline.vocabulary import Cause

A_CHUNK = 200
SAVEPOINT = "coming_back"
TRIED_FOR_DAYS = 3
NO_WAY = (frappe.ValidationError, frappe.PermissionError)
"""What does not pass by itself; anything else may be an outage."""

Give = Callable[[Document, Return], str | None]
"""Settles whose a record is that comes back; returns the user, or nothing if there is nobody."""


def wake_due(give: Give) -> Counter:
	"""Bring back every record whose day has come: a job of its own, however many days it has not run.

	Several may run at once: each record is locked and looked at again.

	:return: how many came back (`woken`), could not (`refused`), were locked by others (`busy`), or failed for a reason
		that may pass (`failed`): these two keep their day and are tried again.
	"""
	results: Counter = Counter()
	for pipeline in PIPELINES.values():
		for name in _due(pipeline):
			results[_wake(pipeline, name, give)] += 1
	results.pop(None, None)
	return results


def attended(doctype: str, name: str) -> None:
	"""Somebody has contacted a record: that it woke up is no news any more."""
	if doctype in PIPELINES and frappe.db.get_value(doctype, name, WOKEN_ON):
		frappe.db.set_value(doctype, name, WOKEN_ON, None, update_modified=False)
		open_forms.tell(doctype, name, {WOKEN_ON: None})


def _due(pipeline: Pipeline) -> Iterator[str]:
	"""Yield the records whose day has come, the oldest day first, each once."""
	table, last = frappe.qb.DocType(pipeline.doctype), None
	day = table[WAKE_UP_ON]
	while True:
		query = frappe.qb.from_(table).select(day, table.name).where(day <= today())
		if last:
			query = query.where((day > last[0]) | ((day == last[0]) & (table.name > last[1])))
		rows = query.orderby(day, table.name).limit(A_CHUNK).run()
		yield from (name for _day, name in rows)
		if len(rows) < A_CHUNK:
			return
		last = rows[-1]


def _wake(pipeline: Pipeline, name: str, give: Give) -> str | None:
	"""Bring one record back and commit; whatever happens to it keeps no other one from coming back."""
	frappe.db.savepoint(SAVEPOINT)
	try:
		result = _come_back(pipeline, name, give)
	except CONFLICTS:
		frappe.db.rollback()  # the database has undone it; the next hour will do
		return "busy"
	except Exception as error:
		frappe.db.rollback(save_point=SAVEPOINT)
		if isinstance(error, NO_WAY) or _has_waited_long(pipeline, name):
			told.refused(pipeline, name, error)
			result = "refused"
		else:
			told.log(pipeline, name)
			result = "failed"
	frappe.clear_messages()
	frappe.db.commit()  # a job: a record that is back stays so, whatever happens to the worker
	return result


def _has_waited_long(pipeline: Pipeline, name: str) -> bool:
	day = frappe.db.get_value(pipeline.doctype, name, WAKE_UP_ON)
	return bool(day) and date_diff(today(), day) > TRIED_FOR_DAYS


def _come_back(pipeline: Pipeline, name: str, give: Give) -> str | None:
	if not frappe.db.exists(pipeline.doctype, name):
		return None
	doc = frappe.get_doc(pipeline.doctype, name, for_update=True)  # as it is now, and nobody else's meanwhile
	if not doc.get(WAKE_UP_ON) or getdate(doc.get(WAKE_UP_ON)) > getdate(today()):
		return None  # another worker was faster, or somebody has put it off
	comes = plan.of(doc)
	if not comes or comes.on > getdate(today()):
		_write(doc, {WAKE_UP_ON: comes and comes.on})  # an admin or a merge has said something else since
		return None
	settings.check_open(pipeline, comes.into)
	if comes.makes_new:
		_write(doc, {WAKE_UP_ON: None})
		back = renewal.make(doc, comes, give)
	else:
		back = doc
		_reopen(doc, pipeline, comes, give)
	if not back:
		return None
	_assign(back, pipeline, told.why(comes))
	return "woken"


def _reopen(doc: Document, pipeline: Pipeline, comes: Return, give: Give) -> None:
	doc.flags.comes_back = doc.flags.ignore_mandatory = True
	why = told.why(comes)
	remind(doc, give(doc, comes), why)
	# nobody moves it: its day has come
	transition.move(doc, pipeline, comes.into, Move(Cause.RULE, comment=why), ignore_permissions=True)


def _assign(doc: Document, pipeline: Pipeline, why: str) -> None:
	"""Make the to-do of whoever gets it, unless nobody is there or an Assignment Rule has. Frappe tells them."""
	user = doc.get("next_contact_by") and doc.get(pipeline.responsible_field)
	reference = {"reference_type": doc.doctype, "reference_name": doc.name, "status": "Open"}
	if user and not frappe.db.exists("ToDo", {**reference, "allocated_to": user}):
		assign_to.add(
			{"doctype": doc.doctype, "name": doc.name, "assign_to": [user], "description": why},
			ignore_permissions=True,  # the app assigns, whoever the job runs as
		)


def _write(doc: Document, values: dict) -> None:
	frappe.db.set_value(doc.doctype, doc.name, values, update_modified=False)
