"""How many messages an address gets and a user sends, and how often a code may be guessed."""

import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime, now_datetime

from crm_etapas.exceptions import VerificationError

SECONDS_BETWEEN = 60
AN_ADDRESS_A_DAY = 3
A_USER_AN_HOUR = 60
TRIES = 5


def check(address: str) -> None:
	"""Refuse one message more, to an address or by the user, than there may be.

	The messages of the address stay locked until this one is noted: of two requests at once the second sees
	the first.

	:param address: where the message goes.
	:raises VerificationError: saying when to try again.
	"""
	table, now = frappe.qb.DocType("Contact Validation"), now_datetime()
	sent = (
		frappe.qb.from_(table)
		.select(table.sent_on)
		.where((table.address == address) & (table.sent_on > add_to_date(now, days=-1)))
		.orderby(table.sent_on)
		.for_update()
		.run(pluck=True)
	)
	if sent and (now - get_datetime(sent[-1])).total_seconds() < SECONDS_BETWEEN:
		_refuse(_("{0} has got a message just now. Wait a minute").format(frappe.bold(address)))
	if len(sent) >= AN_ADDRESS_A_DAY:
		_refuse(
			_("{0} has got {1} messages in a day. Try again tomorrow").format(frappe.bold(address), len(sent))
		)
	hour = {"sent_by": frappe.session.user, "sent_on": [">", add_to_date(now, hours=-1)]}
	if frappe.db.count("Contact Validation", hour) >= A_USER_AN_HOUR:
		_refuse(_("You have sent {0} validations in an hour. Try again in an hour").format(A_USER_AN_HOUR))


def _refuse(message: str) -> None:
	frappe.throw(message, VerificationError, title=_("Not Sent"))
