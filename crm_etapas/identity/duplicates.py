"""Who may be the same prospect or customer already: looked for while one is entered.

Leads are compared with leads and customers, customers with both. Each clue is looked up in an index of its
own, all of a DocType in one statement; see `crm_etapas.setup.indexes`.
"""

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache, reduce

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.custom import ConstantColumn
from frappe.utils import escape_html, get_link_to_form, strip_html
from pypika.queries import QueryBuilder
from pypika.terms import LiteralValue, Parameter

from crm_etapas import master
from crm_etapas.exceptions import InvalidIdentification, InvalidPhone
from crm_etapas.identity import identification, names, phones, readable

SETTINGS = "CRM Etapas Settings"
PROSPECT, CUSTOMER = "Prospect", "Customer"
# the clues, the strongest first
CLUES = ("identification", "email", "phone", "company")
MOST_OF_A_CLUE = 50  # records looked at, of all that share a switchboard or have no@example.com for an email
# what says how to read the clues
CONTEXT = ("identification_type", "customer_type", "country", "company")
# the field of a document in which the desk says whose names it has shown already
SHOWN = "__duplicates_shown"


@dataclass(frozen=True)
class Compared:
	"""A DocType whose records are compared.

	:param typed: the fields by clue that a user fills in.
	:param columns: the columns by clue that are looked up; each has an index.
	:param owner: the field with the user who looks after the record.
	:param stage: the field with its stage, if it has one.
	:param condition: the field that says prospect or customer; without it all are customers.
	:param made_of: the DocType and the field that name the record's other self: a customer's lead.
	"""

	doctype: str
	title: str
	owner: str
	typed: dict[str, tuple[str, ...]]
	columns: dict[str, tuple[str, ...]]
	made_of: tuple[str, str]
	stage: str | None = None
	condition: str | None = None

	@property
	def shown(self) -> dict[str, str | None]:
		"""The columns that are shown of a record that is found."""
		return {"title": self.title, "owner": self.owner, "stage": self.stage, "condition": self.condition}

	@property
	def fields(self) -> tuple[str, ...]:
		"""The fields that identify a record, as a user fills them in."""
		return tuple(field for clue in CLUES for field in self.typed[clue])


LEAD = Compared(
	"Lead",
	title="title",
	owner="lead_owner",
	stage="prospect_stage",
	condition="party_condition",
	typed={
		"identification": ("identification_number",),
		"email": ("email_id",),
		"phone": ("mobile_no", "phone", "whatsapp_no"),
		"company": ("company_name",),
	},
	columns={
		"identification": ("identification_key",),
		"email": ("email_id",),
		"phone": ("mobile_no", "phone", "whatsapp_no"),
		"company": ("company_key",),
	},
	made_of=("Customer", "customer"),
)
CUSTOMERS = Compared(
	"Customer",
	title="customer_name",
	owner="account_manager",
	typed={
		"identification": ("identification_number",),
		"email": ("email_id",),
		"phone": ("mobile_no",),
		"company": ("customer_name",),
	},
	columns={
		"identification": ("identification_key",),
		"email": ("email_id",),
		"phone": ("mobile_no",),
		"company": ("company_key",),
	},
	made_of=("Lead", "lead_name"),
)
COMPARED = {compared.doctype: compared for compared in (LEAD, CUSTOMERS)}


def find(
	doctype: str,
	values: dict,
	exclude: str | None = None,
	limit: int = 5,
	among: Collection[str] = ("Lead", "Customer"),
) -> list[dict]:
	"""Return records that may be the same as the one whose values are given, the likeliest first.

	At most one query a DocType, and none that reads more than the records that share a clue. Only records
	that the user may read are found; a lead and the customer made of it are not each other's duplicates.

	:param doctype: Lead or Customer.
	:param values: as a user fills them in, see `Compared.fields`; those of `CONTEXT` say how to read them.
	:param exclude: name of the record itself, if it exists.
	:param among: the DocTypes to look in.
	:return: dicts of doctype, name, title, condition ("Prospect" or "Customer"), owner (a user or None), stage
		(or None) and because: the reasons in the user's language, the strongest first, and clues: the same as `CLUES`.
	"""
	clues = _clues(COMPARED[doctype], frappe._dict(values))
	if not clues:
		return []
	found: dict[tuple[str, str], dict] = {}
	for compared in (COMPARED[other] for other in among):
		for row in _look_up(compared, clues, _left_out(compared, doctype, values, exclude)):
			record = found.setdefault((compared.doctype, row.name), {**row, "doctype": compared.doctype})
			record.setdefault("clues", set()).add(row.clue)
	ranked = sorted(found.values(), key=lambda record: record["modified"], reverse=True)
	ranked.sort(key=lambda record: [clue not in record["clues"] for clue in CLUES])
	return [_describe(record) for record in ranked[:limit]]


def warn(doc: Document, method: str | None = None) -> None:
	"""Tell a user who has saved a new or changed record whom it may repeat. Nobody is kept from saving.

	Only what was changed is compared, and what the form has shown already is not said again.
	"""
	flags = frappe.flags
	if flags.in_import or flags.in_patch or flags.in_install or flags.in_migrate or doc.flags.is_merged:
		return
	compared = COMPARED[doc.doctype]
	changed = {field: doc.get(field) for field in compared.fields if doc.has_value_changed(field)}
	if not any(changed.values()) or not is_wanted():
		return
	context = {field: doc.get(field) for field in (*CONTEXT, compared.made_of[1])}
	shown = doc.get(SHOWN) or ()
	found = find(doc.doctype, {**context, **changed}, exclude=doc.name)
	if told := [_in_a_line(record) for record in found if record["name"] not in shown]:
		frappe.msgprint(told, title=_("Possible Duplicates"), indicator="orange", as_list=True)


def is_wanted() -> bool:
	return bool(frappe.get_cached_doc(SETTINGS).warn_of_duplicates)


def _clues(compared: Compared, values: frappe._dict) -> dict[str, list[str]]:
	"""Return what is looked for, by clue; a clue without a value is left out."""
	typed = {
		clue: [str(values[field]).strip() for field in fields if values.get(field)]
		for clue, fields in compared.typed.items()
	}
	if values.get("customer_type") not in (None, "", "Company"):
		typed["company"] = []
	region = phones.region_of(values) if typed["phone"] else None
	clues = {
		"identification": [_identification_key(number, values) for number in typed["identification"]],
		"email": typed["email"],
		"phone": [way for number in typed["phone"] for way in _ways_to_write(number, region)],
		"company": [names.company_key(name) for name in typed["company"]],
	}
	unique = {clue: list(dict.fromkeys(filter(None, found))) for clue, found in clues.items()}
	return {clue: found for clue, found in unique.items() if found}


def _identification_key(number: str, values: frappe._dict) -> str | None:
	"""Return the key of a number, also of one that is not or wrongly typed to its end yet."""
	name = values.get("identification_type") or master.default(identification.DOCTYPE)
	known = identification.types().get(name) or frappe._dict()
	if identification.is_of_nobody(number, known.check_digit_rule):
		return None
	try:
		number = identification.normalise(number, known.check_digit_rule, known.pattern)
	except InvalidIdentification:
		pass
	return identification.key(number)


def _ways_to_write(number: str, region: str | None) -> list[str]:
	"""Return a phone number in E.164, without its extension too, and as typed: sites may keep wrong ones."""
	try:
		written = phones.normalise(number, region)
	except InvalidPhone:
		return [number]
	return [written, written.partition(phones.EXTENSION_MARK)[0], number]


def _left_out(compared: Compared, doctype: str, values: dict, exclude: str | None) -> dict[str, str]:
	"""Return by column what keeps a record out: itself, what was made of it, what it was made of."""
	if compared.doctype == doctype:
		kept_out = {"name": exclude}
	else:
		kept_out = {"name": values.get(COMPARED[doctype].made_of[1]), compared.made_of[1]: exclude}
	return {column: name for column, name in kept_out.items() if name}


def _look_up(compared: Compared, clues: dict[str, list[str]], left_out: dict[str, str]) -> list[dict]:
	"""Return a row for each clue that a record shares: clue, name, modified and what is shown of it."""
	condition = readable.condition(compared.doctype)
	if condition is None:
		return []
	columns = tuple((clue, column) for clue in clues for column in compared.columns[clue])
	statement = statement_for(compared.doctype, columns, tuple(left_out), condition)
	# the query builder's own text, kept: building it for every save takes longer than running it
	return frappe.db.sql(statement, {**clues, **left_out}, as_dict=True)


@lru_cache(maxsize=256)
def statement_for(
	doctype: str, columns: tuple[tuple[str, str], ...], left_out: tuple[str, ...], readable_ones: str
) -> str:
	"""Return the statement that looks clues up in their columns; kept, for building it takes longer than MariaDB.

	Its parameters are the clues, each a list, and the columns of what is left out.
	"""
	compared, table = COMPARED[doctype], frappe.qb.DocType(doctype)
	lookups = [_look_up_in(table, clue, column, left_out) for clue, column in columns]
	found = frappe.qb.Table("found")
	query = (
		frappe.qb.from_(reduce(lambda one, other: one.union_all(other), lookups).as_("found"))
		.from_(table)
		.select(found.clue, table.name, table.modified)
		.select(*(table[column].as_(key) for key, column in compared.shown.items() if column))
		.where(table.name == found.name)
	)
	if readable_ones:
		query = query.where(LiteralValue(f"({readable_ones})".replace("%", "%%")))
	return query.get_sql()


def _look_up_in(table, clue: str, column: str, left_out: tuple[str, ...]) -> QueryBuilder:
	"""Return the lookup of one clue in one column: a table in itself, for only so its limit is its own."""
	lookup = frappe.qb.from_(table).select(ConstantColumn(clue).as_("clue"), table.name)
	lookup = lookup.where(table[column].isin(Parameter(f"%({clue})s")))
	for other in left_out:
		differs = table[other] != Parameter(f"%({other})s")
		lookup = lookup.where(differs if other == "name" else table[other].isnull() | differs)
	return frappe.qb.from_(lookup.limit(MOST_OF_A_CLUE).as_("one")).select("*")


def _describe(record: dict) -> dict:
	reasons = {
		"identification": _("same identification"),
		"email": _("same email"),
		"phone": _("same phone"),
		"company": _("same company name"),
	}
	shared = [clue for clue in CLUES if clue in record["clues"]]
	return {
		"doctype": record["doctype"],
		"name": record["name"],
		"title": record["title"] or record["name"],
		"condition": record.get("condition", CUSTOMER) or PROSPECT,
		"owner": record["owner"] or None,
		"stage": record.get("stage") or None,
		"because": [reasons[clue] for clue in shared],
		"clues": shared,
	}


def _in_a_line(record: dict) -> str:
	link = get_link_to_form(record["doctype"], record["name"], escape_html(strip_html(record["title"])))
	return f"{link} ({_(record['condition'])}): {', '.join(record['because'])}"
