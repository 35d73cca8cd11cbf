"""What only the client knows: the secret in a link, the code in an SMS. The database has neither."""

import hashlib
import hmac
import secrets

from frappe.utils.verified_command import get_secret

DIGITS = 6


def for_link() -> str:
	return secrets.token_urlsafe(32)


def for_sms() -> str:
	return f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"


def sign(name: str, secret: str) -> str:
	"""Return what is kept of a secret: signed with the site's own key, as hexadecimal digits.

	:param name: of the record that it belongs to; it opens no other.
	"""
	return hmac.new(get_secret().encode(), f"{name}:{secret}".encode(), hashlib.sha256).hexdigest()


def fits(name: str, secret: str, signature: str) -> bool:
	"""Tell whether a secret is the right one, taking the same time whatever is wrong about it."""
	return hmac.compare_digest(sign(name, secret), signature)
