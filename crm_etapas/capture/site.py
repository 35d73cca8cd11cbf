"""What the import of prospects asks about a site before it looks at the rows."""

from collections.abc import Iterable, Iterator
from functools import cache

import frappe
from frappe import _

from crm_etapas import master
from crm_etapas.capture.columns import ADDRESS, ATTRIBUTE, ENTERED_ON, ID, IDENTIFICATION, LEAD, ROLE, Target
from crm_etapas.compat import CAMPAIGN_FIELD
from crm_etapas.identity import identification
from crm_etapas.identity.names import squeeze
from crm_etapas.tabular.fields import READABLE, Field
from crm_etapas.tabular.guesses import Known
from crm_etapas.tabular.site import TableSite

# of an address, only this; it belongs to the prospect, so its title and whose it is are known
ADDRESS_FIELDS = (
	"address_type",
	"address_line1",
	"address_line2",
	"city",
	"county",
	"municipality",
	"parish",
	"state",
	"country",
	"pincode",
	"region",
	"zone",
	"sector",
	"landmark",
	"latitude",
	"longitude",
)
# shown read-only once a record exists, and yet what an import may know
FILLABLE_ALTHOUGH_READ_ONLY = ("lead_name",)
# labels are recognised in these languages, besides the user's own
LANGUAGES = ("es", "en")
# what people write above a column and no label says
OTHER_WORDS = {
	Target(ROLE, ID): ("id", "import id", "identificador", "id de importación", "código"),
	Target(ROLE, ENTERED_ON): (
		"entry date",
		"date of entry",
		"entered on",
		"created on",
		"fecha de entrada",
		"fecha de ingreso",
		"fecha de creación",
		"creado el",
		"creation",
	),
	Target(LEAD, "lead_name"): ("name", "nombre y apellido", "nombres y apellidos", "contacto", "contact"),
	Target(LEAD, "first_name"): ("nombre", "nombres", "primer nombre"),
	Target(LEAD, "last_name"): ("apellido", "apellidos", "surname"),
	Target(LEAD, "company_name"): (
		"empresa",
		"organización",
		"organization",
		"company name",
		"razón comercial",
	),
	Target(LEAD, "legal_name"): ("razón social",),
	Target(LEAD, "email_id"): ("email", "e-mail", "mail", "correo", "correo electrónico", "email address"),
	Target(LEAD, "mobile_no"): ("móvil", "celular", "mobile", "teléfono móvil", "teléfono 1", "phone 1"),
	Target(LEAD, "phone"): ("teléfono", "teléfono 2", "telephone", "phone 2", "teléfono fijo"),
	Target(LEAD, "lead_owner"): ("vendedor", "asesor", "salesperson", "owner", "responsable"),
	Target(LEAD, "prospect_stage"): ("etapa", "stage"),
	Target(LEAD, "sales_channel"): ("canal", "channel"),
	Target(LEAD, "business_segment"): ("segmento", "segment"),
	Target(LEAD, "potential_level"): ("nivel", "level", "nivel de potencial"),
	Target(LEAD, CAMPAIGN_FIELD): ("campaña", "campaign"),
	Target(LEAD, "next_contact_date"): ("próximo contacto", "next contact"),
	Target(LEAD, "website"): ("web", "página web", "sitio web"),
	Target(LEAD, "job_title"): ("cargo", "puesto"),
	Target(LEAD, "validity_days"): ("días de validez", "validez"),
	Target(LEAD, "industry"): ("industria", "sector económico"),
	Target(LEAD, "identification_number"): (
		"documento",
		"número de documento",
		"document number",
		"nro documento",
	),
	Target(LEAD, "identification_type"): ("tipo de documento", "document type"),
	Target(ADDRESS, "address_line1"): ("dirección", "address", "calle", "street"),
	Target(ADDRESS, "address_line2"): ("dirección 2", "address 2"),
	Target(ADDRESS, "pincode"): ("código postal", "postal code", "zip", "cp"),
	Target(ADDRESS, "landmark"): ("punto de referencia", "referencia"),
	Target(ADDRESS, "latitude"): ("latitud", "lat"),
	Target(ADDRESS, "longitude"): ("longitud", "lon", "lng"),
}


class Site(TableSite):
	"""The site as it is when the import begins."""

	def __init__(self):
		super().__init__()
		for question in ("fields", "words", "known_users"):
			setattr(self, question, cache(getattr(self, question)))
		self.types = identification.types()
		self.attributes = {
			name: row for name, row in master.records("Customer Attribute").items() if not row.disabled
		}

	def fields(self, doctype: str) -> dict[str, Field]:
		"""Return the fields that a column may fill."""
		return {
			df.fieldname: Field(
				df.fieldname,
				_(df.label or df.fieldname, context=doctype),
				df.fieldtype,
				df.options,
				df.length or 0,
				_words_of_options(df) if df.fieldtype == "Select" else {},
			)
			for df in frappe.get_meta(doctype).fields
			if df.fieldtype in READABLE
			and not df.get("is_virtual")
			and (not df.read_only or df.fieldname in FILLABLE_ALTHOUGH_READ_ONLY)
			and (doctype != "Address" or df.fieldname in ADDRESS_FIELDS)
		}

	def words(self) -> dict[str, Target]:
		"""Return what may stand in a header, squeezed, and what it means; what is said first counts."""
		found: dict[str, Target] = {}
		for target, texts in (
			*self._of_fields("Lead", LEAD),
			*((Target(IDENTIFICATION, name), (name, _(name))) for name in self.types),
			*((Target(ATTRIBUTE, name), (name, _(name))) for name in self.attributes),
			*self._of_fields("Address", ADDRESS),
			*OTHER_WORDS.items(),
		):
			if target.kind == LEAD and target.name not in self.fields("Lead"):
				continue
			for text in texts:
				found.setdefault(squeeze(text), target)
		found.pop("", None)
		return found

	def locked(self) -> dict[Target, str]:
		"""Return the fields that the user's permission levels do not let them fill, with the reason."""
		if frappe.session.user == "Administrator":
			return {}
		roles = set(frappe.get_roles())
		locked = {}
		for doctype, kind in (("Lead", LEAD), ("Address", ADDRESS)):
			meta = frappe.get_meta(doctype)
			levels = {perm.permlevel for perm in meta.permissions if perm.write and perm.role in roles}
			for df in meta.get_high_permlevel_fields():
				if df.permlevel not in levels:
					label = _(df.label or df.fieldname, context=doctype)
					locked[Target(kind, df.fieldname)] = _(
						"you may not fill {0}; the column is left out"
					).format(label)
		return locked

	def known(self, doctype: str, values: Iterable[str]) -> Known:
		"""Return the records that these values may mean. Nobody becomes a user by a spelling mistake."""
		return (
			Known(self.known_users(), guessing=False) if doctype == "User" else super().known(doctype, values)
		)

	def known_users(self) -> dict[str, tuple[str, ...]]:
		"""Return the users by name, each with the full name that nobody else has."""
		users = frappe.get_all("User", fields=["name", "full_name"])
		names = [squeeze(user.full_name or "") for user in users]
		return {
			user.name: (user.full_name,) if name and names.count(name) == 1 else ()
			for user, name in zip(users, names, strict=True)
		}

	def _of_fields(self, doctype: str, kind: str) -> Iterator[tuple[Target, tuple[str, ...]]]:
		"""Yield the fields with the names that they have: fieldnames first, then labels."""
		meta = frappe.get_meta(doctype)
		names = list(self.fields(doctype))
		yield from ((Target(kind, name), (name,)) for name in names)
		for name in names:
			yield Target(kind, name), _translations(meta.get_label(name), doctype)


def _words_of_options(df) -> dict[str, tuple[str, ...]]:
	options = [option for option in (df.options or "").split("\n") if option]
	return {option: _translations(option, df.parent) for option in options}


def _translations(text: str, context: str) -> tuple[str, ...]:
	"""Return a text as it is called in the languages that a file may be written in."""
	languages = dict.fromkeys((frappe.local.lang, *LANGUAGES))
	return tuple(
		dict.fromkeys(
			(text, *(word for lang in languages for word in (_(text, lang, context), _(text, lang)) if word))
		)
	)
