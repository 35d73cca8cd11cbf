"""What the client reads, in the client's language: a mail with a link, an SMS with a code."""

from urllib.parse import urlencode

import frappe
import requests
from frappe import _
from frappe.core.doctype.sms_settings.sms_settings import send_sms
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.model.document import Document
from frappe.translate import print_language
from frappe.utils import get_link_to_form, get_url

from crm_etapas.exceptions import VerificationError
from crm_etapas.verification.addresses import EMAIL, Medium

PAGE = "/contact-validation"


def check_set_up(medium: Medium) -> None:
	"""Refuse where the site cannot send.

	:raises VerificationError: saying where to set it up.
	"""
	if medium is EMAIL and not _sender():
		where, what = "Email Account", _("This site has no email account to send from")
	elif medium is not EMAIL and not frappe.db.get_single_value("SMS Settings", "sms_gateway_url"):
		where, what = "SMS Settings", _("This site has no SMS gateway")
	else:
		return
	frappe.throw(
		"{}. {}".format(what, _("A System Manager sets it up in {0}").format(frappe.bold(_(where)))),
		VerificationError,
		title=_("Not Sent"),
	)


def send(validation: Document, secret: str, records: list[frappe._dict]) -> None:
	"""Write to the client.

	:param validation: the Contact Validation that this message is for.
	:param secret: what proves that the client has read it.
	:param records: whom the contact belongs to, for language and company.
	"""
	language = next((r.language for r in records if r.get("language")), None) or frappe.db.get_default("lang")
	company = next((r.company for r in records if r.get("company")), None) or _company()
	with print_language(language):
		write = _mail if validation.medium == EMAIL.name else _sms
		write(validation, secret, company, language)


def _mail(validation: Document, secret: str, company: str, language: str) -> None:
	frappe.sendmail(
		recipients=[validation.address],
		subject=_("{0}: please confirm your email address").format(company),
		template="contact_validation",
		args={
			"company": company,
			"link": get_url(page(validation.name, language, key=secret)),
			"expires_on": validation.get_formatted("expires_on"),
		},
		reference_doctype="Contact",
		reference_name=validation.contact,
		add_unsubscribe_link=0,
		header=[_("Please confirm your email address"), "blue"],
	)


def _sms(validation: Document, code: str, company: str, language: str) -> None:
	template = _("{0}: your code is {1}. Tell it to whoever asks you in our name, or enter it here: {2}")
	link = get_url(page(validation.name, language))
	text = template.format(company, code, link)
	try:
		send_sms([validation.address], text, success_msg=False)
	except requests.RequestException as error:  # its own words may hold the gateway's password
		answer = error.response.status_code if error.response is not None else type(error).__name__
		frappe.throw(
			_("The SMS gateway did not take the message ({0}). Check {1}").format(
				answer, get_link_to_form("SMS Settings", "SMS Settings", _("SMS Settings"))
			),
			VerificationError,
			title=_("Not Sent"),
		)
	_hide_code(text, template.format(company, "*" * len(code), link))


def _hide_code(sent: str, hidden: str) -> None:
	"""Take the code out of Frappe's SMS Log, which notes every text."""
	logged = frappe.get_all("SMS Log", {"message": sent}, pluck="name", order_by="creation desc", limit=1)
	for name in logged:
		frappe.db.set_value("SMS Log", name, "message", hidden)


def _sender() -> str | None:
	"""Return the address that mails about contacts come from. A site whose mails are muted may have none."""
	account = EmailAccount.find_outgoing(match_by_doctype="Contact")
	return account and account.get("email_id")


def page(name: str, language: str, **parameters: str) -> str:
	"""Return the path of the page where a client answers a Contact Validation, in a language."""
	return f"{PAGE}?{urlencode({'v': name, '_lang': language, **parameters})}"


def _company() -> str:
	return frappe.db.get_default("company") or frappe.get_system_settings("app_name") or "ERPNext"
