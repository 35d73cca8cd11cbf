"""A list that an admin keeps, as one table: renamed, recoloured, put in order, switched off and added to at once."""

from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import cint, cstr

from crm_etapas.exceptions import SetupError

SAVEPOINT = "guided_setup"


@dataclass(frozen=True)
class KeptList:
	"""What the set-up shows of a DocType.

	:param title: the field that names its records.
	:param about: the field that says what a record means.
	:param kind: the field that parts the list; each kind has its own default.
	:param only_new: fields that the set-up gives to new records and changes on no other.
	"""

	title: str
	about: str
	kind: str | None = None
	only_new: tuple[str, ...] = ()
	ordered: bool = False

	@property
	def changed(self) -> tuple[str, ...]:
		return ("color", "disabled", self.about)


LISTS = {
	"Prospect Stage": KeptList("stage_name", "meaning", only_new=("outcome",), ordered=True),
	"Opportunity Stage": KeptList("stage_name", "meaning", only_new=("outcome",), ordered=True),
	"Sales Channel": KeptList("channel_name", "description"),
	"Business Segment": KeptList("segment_name", "description"),
	"Potential Level": KeptList("level_name", "description", kind="level_type", ordered=True),
}


def read(doctype: str) -> list[dict]:
	"""Return the records of a list in their order: name, title, label (in the user's language), about, color, disabled,
	is_default and what the list has besides."""
	known = LISTS[doctype]
	extra = [*known.only_new, *filter(None, [known.kind])]
	fields = ["name", "color", "disabled", "is_default", f"{known.about} as about", *extra]
	# kinds in the order of the alphabet backwards: prospects before customers
	order = [
		known.kind and f"{known.kind} desc",
		known.ordered and "position asc",
		"creation asc",
		"name asc",
	]
	rows = frappe.get_list(doctype, fields=fields, order_by=", ".join(filter(None, order)))
	return [{**row, "title": row.name, "label": _(row.name)} for row in rows]


def save(doctype: str, rows: list[dict]) -> None:
	"""Bring the records of a list in line with these rows; records that no row names stay as they are.

	:param rows: in their order; as `read` gives them, and new ones without a name.
	:raises SetupError: naming the row, and nothing is written.
	"""
	_check(doctype, rows)
	frappe.db.savepoint(SAVEPOINT)
	try:
		# the default first: with it the mark leaves the one that had it
		for number, row in sorted(enumerate(rows, 1), key=lambda entry: not entry[1].get("is_default")):
			with naming_row(number, row["title"]):
				_write(doctype, row, number)
	except Exception:
		frappe.db.rollback(save_point=SAVEPOINT)
		raise


@contextmanager
def naming_row(number: int, title: str):
	"""Say in which row it was that a record could not be saved.

	:raises SetupError: for whatever a record refuses.
	"""
	try:
		yield
	except (frappe.ValidationError, frappe.NameError) as error:
		frappe.clear_last_message()
		refuse(
			_("Row {0}, {1}: {2}").format(number, frappe.bold(frappe.utils.escape_html(title)), cstr(error))
		)


def refuse(message: str) -> None:
	frappe.throw(message, SetupError, title=_("Guided Set-up"))


def _check(doctype: str, rows: list[dict]) -> None:
	known = LISTS[doctype]
	for number, row in enumerate(rows, 1):
		row["title"] = cstr(row.get("title")).strip()
		if not row["title"]:
			refuse(_("Row {0} has no name. Write one or take the row out").format(number))
	named = Counter(row["title"].casefold() for row in rows)
	for number, row in enumerate(rows, 1):
		if named[row["title"].casefold()] > 1:
			refuse(
				_("Row {0}: {1} stands here twice. Give one of them another name").format(
					number, frappe.bold(frappe.utils.escape_html(row["title"]))
				)
			)
	for kind in {row.get(known.kind) if known.kind else None for row in rows}:
		same = [row for row in rows if not known.kind or row.get(known.kind) == kind]
		if sum(bool(cint(row.get("is_default"))) for row in same) != 1:
			refuse(_("Mark exactly one row as the default: new records get it"))


def _write(doctype: str, row: dict, number: int) -> None:
	known = LISTS[doctype]
	wanted = {field: row.get("about" if field == known.about else field) for field in known.changed}
	wanted["disabled"] = cint(wanted["disabled"])
	if known.ordered:
		wanted["position"] = number
	if cint(row.get("is_default")):
		wanted["is_default"] = 1
	if not row.get("name"):
		given = {field: row[field] for field in (*known.only_new, known.kind) if field and row.get(field)}
		frappe.get_doc({"doctype": doctype, known.title: row["title"], **wanted, **given}).insert()
		return
	doc = frappe.get_doc(doctype, row["name"])
	if any(cstr(doc.get(field)) != cstr(value) for field, value in wanted.items()):
		doc.update(wanted)
		doc.save()
	if row["title"] != row["name"]:
		frappe.rename_doc(doctype, row["name"], row["title"], show_alert=False)
