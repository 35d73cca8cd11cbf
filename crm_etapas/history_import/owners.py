"""Who the rows belong to: users that exist, or users to be created, disabled until an admin wants them."""

from collections import Counter
from dataclasses import dataclass

from frappe import _
from frappe.utils import validate_email_address

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.mapping import Mapping
from crm_etapas.identity.names import fold, squeeze
from crm_etapas.tabular.fields import Reading
from crm_etapas.tabular.reader import Line

# reserved (RFC 2606): no mail to such an address ever leaves
NOWHERE = "import.invalid"


@dataclass(frozen=True)
class NewUser:
	email: str
	full_name: str


class Owners:
	def __init__(self, mapping: Mapping, names: Counter, site):
		self.column, self.mapping = mapping.column("owner"), mapping
		existing = site.users([*names, *mapping.user_of.values()])
		self.taken = site.user_names() if names else set()
		self.users: dict[str, str] = {}
		self.new: dict[str, NewUser] = {}
		self.invented: set[str] = set()
		same: dict[str, str] = {}
		given = {fold(name): email.lower() for name, email in mapping.user_of.items()}
		for name in sorted(names):
			email = given.get(fold(name))
			known = existing.get(fold(email or name)) or same.get(fold(name))
			self.users[name] = same[fold(name)] = known or self._new(name, email)

	def read(self, line: Line, reading: Reading) -> str | None:
		name = line.text(self.column) if self.column else ""
		if not name:
			return None
		user = self.users[name]
		if user in self.invented:
			reason = _("no user has this name; a disabled one is created with this address")
			reading.guesses.append((self.column, name, user, reason))
		return user

	def to_create(self, used: set) -> list[NewUser]:
		return [user for email, user in self.new.items() if email in used]

	def _new(self, name: str, email: str | None) -> str:
		if not email and validate_email_address(name):
			email = name.lower()
		if not email:
			email = self._invent(name)
			self.invented.add(email)
		elif not validate_email_address(email):
			raise HistoryImportError(
				_("owners.names gives {0} the address {1}, which is none").format(name, email)
			)
		self.new.setdefault(email, NewUser(email, name))
		return email

	def _invent(self, name: str) -> str:
		"""Return moses.frase@domain, numbered if another name makes the same."""
		plain = ".".join(filter(None, (_ascii(word) for word in name.split()))) or "owner"
		domain = self.mapping.email_domain or NOWHERE
		number, email = 1, f"{plain}@{domain}"
		while email in self.new or email in self.taken:
			number += 1
			email = f"{plain}.{number}@{domain}"
		return email


def _ascii(word: str) -> str:
	return squeeze(word).encode("ascii", "ignore").decode()
