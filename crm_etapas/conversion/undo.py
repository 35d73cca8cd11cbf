"""The way back from a conversion: what it made goes, what it linked is let loose, the prospect is as it was."""

import json

import frappe
from frappe import _
from frappe.desk.doctype.tag.tag import DocTags
from frappe.model.document import Document
from frappe.utils import add_to_date, escape_html, format_datetime, get_datetime, get_fullname, now_datetime

from crm_etapas.conversion import record
from crm_etapas.exceptions import ConversionError
from crm_etapas.pipeline import stages, triggers
from crm_etapas.pipeline.deadlock import CONFLICTS
from crm_etapas.pipelines import PROSPECT

SAVEPOINT = "undo_conversion"
# what people add to a record: the fields that name the record
ADDED = {
	"Comment": ("reference_doctype", "reference_name", {"comment_type": "Comment"}),
	"Communication": ("reference_doctype", "reference_name", {}),
	"File": ("attached_to_doctype", "attached_to_name", {}),
	"ToDo": ("reference_type", "reference_name", {}),
}


def undo(lead: str) -> str:
	"""Undo the newest conversion of a lead; nothing of it is undone if anything else hangs on what it made.

	:return: the name of the Lead Conversion.
	:raises ConversionError: saying what is in the way.
	:raises frappe.PermissionError: if somebody else converted it and the user may not delete what was made.
	"""
	doc = frappe.get_doc("Lead", lead, for_update=True)
	conversion = _newest(doc)
	made = [
		frappe.get_doc(row.reference_doctype, row.reference_name)
		for row in reversed(conversion.made)
		if frappe.db.exists(row.reference_doctype, row.reference_name)
	]
	_check_rights(conversion, made)
	for part in made:
		_check_untouched(doc, conversion, part)
	frappe.db.savepoint(SAVEPOINT)
	try:
		_take_apart(doc, conversion, made)
	except CONFLICTS:
		raise
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		raise
	return conversion.name


def can_be_undone_until(conversion: dict):
	"""Return until when a conversion can be undone; None if never."""
	hours = frappe.get_cached_doc("CRM Etapas Settings").conversion_undo_hours
	return add_to_date(get_datetime(conversion.converted_on), hours=hours) if hours else None


def _newest(lead: Document) -> Document:
	standing = record.standing(lead.name)
	if not standing:
		_refuse(lead, _("it was not converted, or that was undone already"))
	until = can_be_undone_until(standing[0])
	if not until or until < now_datetime():
		converted_on = format_datetime(standing[0].converted_on)
		_refuse(lead, _("it was converted on {0}, which is too long ago").format(converted_on))
	return frappe.get_doc(record.DOCTYPE, standing[0].name, for_update=True)


def _check_rights(conversion: Document, made: list[Document]) -> None:
	"""Whoever converted may undo it; anybody else only who may delete what was made."""
	if conversion.converted_by != frappe.session.user:
		for doc in made:
			doc.check_permission("delete")


def _check_untouched(lead: Document, conversion: Document, doc: Document) -> None:
	title = frappe.bold(escape_html(record.title_of(doc.doctype, doc.name)))
	if doc.modified_by != conversion.converted_by and get_datetime(doc.modified) > get_datetime(
		conversion.creation
	):
		_refuse(
			lead, _("{0} {1} was changed by {2}").format(_(doc.doctype), title, get_fullname(doc.modified_by))
		)
	for doctype, (doctype_field, name_field, more) in ADDED.items():
		since = {doctype_field: doc.doctype, name_field: doc.name, "creation": [">", conversion.creation]}
		if frappe.db.exists(doctype, {**since, **more}):
			_refuse(lead, _("{0} {1} has something new: {2}").format(_(doc.doctype), title, _(doctype)))


def _take_apart(lead: Document, conversion: Document, made: list[Document]) -> None:
	way_back = json.loads(conversion.way_back)
	for doctype, names in way_back["rows"].items():
		frappe.db.delete(doctype, {"name": ["in", names]})
	for doctype, name, tags in way_back["tags"]:
		_take_tags(doctype, name, tags)
	opportunity = conversion.opportunity
	still_theirs = {"name": ["in", way_back["todos"] or [""]], "reference_name": opportunity}
	frappe.db.set_value("ToDo", still_theirs, {"reference_type": "Lead", "reference_name": lead.name})
	for doc in made:
		_delete(lead, doc)
	conversion.db_set(
		{"status": record.UNDONE, "undone_on": now_datetime(), "undone_by": frappe.session.user}
	)
	triggers.take_back(conversion.doctype, conversion.name)
	_put_back(lead, way_back["lead"])


def _delete(lead: Document, doc: Document) -> None:
	frappe.db.delete("Event Participants", {"reference_doctype": doc.doctype, "reference_docname": doc.name})
	if doc.doctype == "Opportunity":
		frappe.db.delete("Prospect Opportunity", {"opportunity": doc.name})  # ERPNext keeps it there
	try:
		# whoever made it by mistake may take it back within the day, and it is in nobody's hands yet
		frappe.delete_doc(doc.doctype, doc.name, ignore_permissions=True)
	except frappe.LinkExistsError as error:
		_refuse(lead, str(error))


def _take_tags(doctype: str, name: str, tags: list[str]) -> None:
	if frappe.db.exists(doctype, name):
		own = (frappe.db.get_value(doctype, name, "_user_tags") or "").split(",")
		DocTags(doctype).update(name, [tag for tag in own if tag and tag not in tags])


def _put_back(lead: Document, before: dict) -> None:
	"""Give the lead what it had; its stage has come back with what had moved it."""
	lead.reload()
	stage = stages.get_stages(PROSPECT).get(lead.prospect_stage)
	written = {field: before[field] for field in ("customer", "party_condition")}
	if stage and PROSPECT.status.fits(before["status"], stage.outcome):
		written["status"] = before["status"]
	lead.db_set(written, update_modified=False)
	if stage and not stage.outcome.is_closed:
		_plan_again(lead, before)
	lead.add_comment("Info", _("The conversion was undone"))


def _plan_again(lead: Document, before: dict) -> None:
	"""Give the lead the next contact that it had, unless that is past or another one was planned."""
	date = before["next_contact_date"]
	if date and not lead.next_contact_date and get_datetime(date) > now_datetime():
		lead.update({field: value for field, value in before.items() if field.startswith("next_contact")})
		lead.flags.ignore_mandatory = True
		lead.save(ignore_permissions=True)  # it is as it was, whoever may plan contacts with it


def _refuse(lead: Document, reason: str) -> None:
	frappe.throw(
		_("The conversion of {0} cannot be undone: {1}").format(
			frappe.bold(escape_html(lead.get_title() or lead.name)), reason
		),
		ConversionError,
		title=_("Not Undone"),
	)
