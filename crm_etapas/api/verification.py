"""Whitelisted methods: is an address of a contact real."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.permissions import is_system_user
from frappe.rate_limiter import rate_limit

from crm_etapas.pipeline.deadlock import tried_again
from crm_etapas.verification import messages, validation

GUESSES_AN_HOUR = 30


@frappe.whitelist(methods=["POST"])
@tried_again
def send(contact: str, address: str) -> dict:
	"""Send the client a message to validate an email address (a link) or a mobile number (a code).

	:param address: as it stands in the contact.
	:return: `medium` (Email or SMS), `address` (where it went) and `expires_on`.
	:raises VerificationError: if it must not or cannot be sent.
	:raises frappe.PermissionError: if the user may not edit the contact.
	"""
	sent = validation.send(_editable(contact), address)
	return {"medium": sent.medium, "address": sent.address, "expires_on": sent.expires_on}


@frappe.whitelist(methods=["POST"])
@tried_again
def confirm_code(contact: str, address: str, code: str) -> dict:
	"""Take the code of an SMS, which the client has told the user.

	:return: `confirmed` (bool) and `tries_left` (int; 0: a new code must be sent). A wrong code is an answer
		and no error, for the try must count.
	:raises frappe.PermissionError: if the user may not edit the contact.
	"""
	return validation.confirm_code(_editable(contact), address, code.strip())


@frappe.whitelist(methods=["POST"], allow_guest=True)
@tried_again
def confirm(v: str = "", key: str = "", code: str = "") -> None:
	"""Take a client's answer from the public page and show a page that says whether it counts.

	The page is the same whatever is wrong with the answer.

	:param v: which message; `key`, the secret of its link, or `code`, the one of an SMS.
	"""
	try:
		confirmed = _confirm(v, key or code.strip())
	except frappe.RateLimitExceededError:
		frappe.clear_messages()
		frappe.respond_as_web_page(
			_("Too Many Tries"), _("Please wait an hour and try again."), http_status_code=429
		)
		return
	if confirmed:
		title, message = _("Thank You"), _("It is confirmed. You may close this page.")
	else:
		title = _("This Could Not Be Confirmed")
		message = _(
			"It may be wrong, have been used already or be too old. Ask whoever sent it for a new one."
		)
	frappe.respond_as_web_page(
		title,
		message,
		indicator_color="green" if confirmed else "orange",
		primary_action=None if confirmed or key else messages.page(v, frappe.local.lang),
		primary_label=_("Try Again"),
	)


@rate_limit(limit=GUESSES_AN_HOUR, seconds=60 * 60)
def _confirm(name: str, given: str) -> bool:
	return validation.confirm(name, given)


def _editable(name: str) -> Document:
	"""Return a contact, or refuse in the same words whether it is hidden or does not exist.

	Frappe lets whoever has an account on the website make and edit contacts of their own; they write to nobody.
	"""
	frappe.has_permission("Contact", "write", throw=True)
	if is_system_user() and frappe.db.exists("Contact", name):
		contact = frappe.get_doc("Contact", name)
		if frappe.has_permission("Contact", "write", doc=contact):
			return contact
	frappe.throw(
		_("There is no contact {0} that you may edit. Check the name, or ask for access").format(
			frappe.bold(frappe.utils.escape_html(name))
		),
		frappe.PermissionError,
		title=_("Not Permitted"),
	)
