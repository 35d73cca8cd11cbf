"""The lists that an admin keeps: channels, segments, levels… One of each is the default, always."""

import frappe
from frappe import _
from frappe.model.document import Document

CACHE_KEY = "crm_etapas_masters"


class MasterDocument(Document):
	"""Base of the masters. Exactly one enabled record is the default; of each kind, where there are kinds."""

	kind_field: str | None = None

	def before_insert(self):
		if not self.disabled and not self._default():
			self.is_default = 1

	def validate(self):
		if self.is_default and self.disabled:
			frappe.throw(
				_("{0} is the default and cannot be disabled. Mark another one as the default first").format(
					frappe.bold(_(self.name))
				)
			)
		before = self.get_doc_before_save()
		if before and before.is_default and (not self.is_default or self._kind(before) != self._kind(self)):
			frappe.throw(
				_("One must be the default. Mark another one, and {0} stops being it").format(
					frappe.bold(_(self.name))
				)
			)

	def check_if_latest(self):
		lock_all(self.doctype)
		super().check_if_latest()

	def on_update(self):
		if self.is_default:
			keep_one_default(self, self._same_kind())
		clear_cache(self.doctype)

	def on_trash(self):
		if self.is_default and frappe.db.count(self.doctype, self._same_kind()) > 1:
			frappe.throw(
				_("{0} is the default and cannot be deleted. Mark another one as the default first").format(
					frappe.bold(_(self.name))
				)
			)
		clear_cache(self.doctype)

	def after_rename(self, old: str, new: str, merge: bool = False):
		clear_cache(self.doctype)

	def _default(self) -> str | None:
		return frappe.db.get_value(self.doctype, {"is_default": 1, **self._same_kind()})

	def _same_kind(self) -> dict:
		return {self.kind_field: self.get(self.kind_field)} if self.kind_field else {}

	def _kind(self, doc: Document) -> str | None:
		return self.kind_field and doc.get(self.kind_field)


def lock_all(doctype: str) -> None:
	"""Let no one else mark a default until this transaction ends.

	Before a document locks its own row, and in the order of their names: of two users who each mark another
	one, the second waits and then takes the mark from the first.
	"""
	table = frappe.qb.DocType(doctype)
	frappe.qb.from_(table).select(table.name).orderby(table.name).for_update().run()


def keep_one_default(doc: Document, same_kind: dict | None = None) -> None:
	"""Take the mark from every other record, of the same kind where there are kinds."""
	table = frappe.qb.DocType(doc.doctype)
	update = frappe.qb.update(table).set(table.is_default, 0).where(table.is_default == 1)
	for fieldname, value in (same_kind or {}).items():
		update = update.where(table[fieldname] == value)
	update.where(table.name != doc.name).run()


def records(doctype: str) -> dict[str, frappe._dict]:
	"""Return all records of a master by name, disabled ones too, from the cache."""
	return frappe.cache.hget(CACHE_KEY, doctype, lambda: _read(doctype))


def default(doctype: str, **kind) -> str | None:
	"""Return the name of the default record, of a kind where there are kinds."""
	for name, row in records(doctype).items():
		if row.is_default and all(row.get(fieldname) == value for fieldname, value in kind.items()):
			return name
	return None


def clear_cache(doctype: str) -> None:
	"""Forget the records, at once and again when the transaction ends: others may have read the old ones."""
	frappe.cache.hdel(CACHE_KEY, doctype)
	for moment in (frappe.db.after_commit, frappe.db.after_rollback):
		moment.add(lambda: frappe.cache.hdel(CACHE_KEY, doctype))


def _read(doctype: str) -> dict[str, frappe._dict]:
	return {row.name: row for row in frappe.get_all(doctype, fields=["*"], order_by="creation asc, name asc")}
