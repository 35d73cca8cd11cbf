"""What an admin may say in a Customer Follow-up Rule."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html

from crm_etapas.cycle import settings
from crm_etapas.cycle.loyalty import LOG, NEW_OPPORTUNITY, RULE
from crm_etapas.cycle.loyalty.sources import SOURCES
from crm_etapas.exceptions import ComingBackError
from crm_etapas.pipelines import OPPORTUNITY


def enabled() -> list[Document]:
	names = frappe.get_all(RULE, {"disabled": 0}, pluck="name", order_by="creation asc, name asc")
	return [frappe.get_doc(RULE, name) for name in names]


def validate(rule: Document) -> None:
	"""Refuse a rule that could never do what it says.

	:raises ComingBackError:
	"""
	if rule.before_or_after == "Before" and not SOURCES[rule.event].known_before:
		_refuse(
			rule,
			_(
				"nobody knows beforehand when that happens: {0}. Choose After, or the end of a contract"
			).format(_(rule.event, context=RULE)),
		)
	if rule.action == NEW_OPPORTUNITY and rule.opportunity_stage:
		settings.check_open(OPPORTUNITY, rule.opportunity_stage)
	if rule.made_by == "A User" and not rule.user:
		_refuse(rule, _("say which user does it"))
	if rule.user and rule.has_value_changed("user"):
		enabled_, kind = frappe.get_cached_value("User", rule.user, ["enabled", "user_type"]) or (0, "")
		if not enabled_ or kind != "System User":
			_refuse(
				rule,
				_("{0} is disabled or has no access to the desk. Choose somebody else").format(
					frappe.bold(escape_html(rule.user))
				),
			)
	if rule.disabled == 0 and rule.has_value_changed("disabled") and not rule.is_new():
		# what has passed while it was off is not made up for
		rule.applies_from = max(frappe.utils.getdate(rule.applies_from), frappe.utils.getdate())
		rule.looked_at_until = None


def forget(rule: Document) -> None:
	"""A rule that is deleted leaves no rows behind."""
	frappe.db.delete(LOG, {"rule": rule.name})


def _refuse(rule: Document, reason: str) -> None:
	frappe.throw(f"{frappe.bold(escape_html(rule.rule_name))}: {reason}", ComingBackError, title=_(RULE))
