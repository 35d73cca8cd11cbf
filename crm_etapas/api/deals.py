"""Whitelisted methods that end a deal."""

import frappe
from frappe import _

from crm_etapas.api.records import existing, read
from crm_etapas.api.stages import fields_to_fill_in
from crm_etapas.conversion import losses
from crm_etapas.exceptions import DealError, StageRequirementError
from crm_etapas.pipeline.deadlock import tried_again
from crm_etapas.pipelines import OPPORTUNITY


@frappe.whitelist(methods=["POST"])
@tried_again
def lose(
	doctype: str,
	name: str,
	values: dict | str | None = None,
	comment: str | None = None,
	close_quotations: bool = False,
) -> dict:
	"""Set an opportunity or a quotation as lost, with its reasons; the other one is lost with it.

	With a competitor an opportunity goes to the stage for that. A quotation loses its opportunity if none of its
	other quotations is alive.

	:param values: `lost_reasons` (a list of {"lost_reason": …}), `competitors` (of {"competitor": …}),
		`order_lost_reason` and `weak_points` (texts), and whatever else the stage of the opportunity asks for.
	:param close_quotations: whether the opportunity's active quotations may be lost with it.
	:return: `status` of the record, and `stage` of an opportunity.
	:raises StageRequirementError: with `missing` in the response: what the dialog asks for.
	:raises DealError, StageError, frappe.PermissionError:
	"""
	if doctype not in losses.REASONS:
		frappe.throw(_("Only an opportunity or a quotation can be lost"), DealError)
	doc = existing(doctype, name)
	doc.check_permission("write")
	values = read(values, error=DealError)
	for fieldname in losses.TABLES:
		if fieldname in values:
			values[fieldname] = read(values[fieldname], list, dict, DealError)
	read({fieldname: values.get(fieldname) for fieldname in losses.NOTES}, dict, str, DealError)
	try:
		if doctype == "Quotation":
			losses.lose_quotation(doc, values)
		else:
			confirmed = values.pop("close_quotations", None) or close_quotations
			said = {field: values.pop(field) for field in losses.FIELDS if field in values}
			if values:
				stage = losses.stage_for(said.get("competitors"))
				values = fields_to_fill_in(doc, values, stage)
			values = {**values, **said, "close_quotations": int(confirmed)}
			losses.lose_opportunity(doc, values, comment)
	except StageRequirementError as error:
		frappe.local.response["missing"] = error.missing = losses.with_competitor(doc, error.missing)
		raise
	doc.reload()
	return {"status": doc.status, "stage": doc.get(OPPORTUNITY.stage_field)}
