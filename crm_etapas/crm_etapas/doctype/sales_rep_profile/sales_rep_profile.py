"""A salesperson: what they are good at, how much they can take, when they are away."""

from itertools import pairwise

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, formatdate, getdate

from crm_etapas import master
from crm_etapas.assignment import load, reps, run
from crm_etapas.exceptions import AssignmentError
from crm_etapas.profile import attributes


class SalesRepProfile(Document):
	def validate(self):
		self.validate_user()
		self.validate_weight()
		self.validate_skills()
		self.validate_attributes()
		self.validate_absences()

	def validate_user(self):
		"""Only somebody who can work on prospects gets any. One who is disabled later keeps the profile."""
		if not self.enabled or not (self.has_value_changed("user") or self.has_value_changed("enabled")):
			return
		if not frappe.db.get_value("User", self.user, "enabled"):
			self.refuse(_("{0} is disabled. Enable the user first, or disable this profile"))
		if not frappe.has_permission("Lead", "write", user=self.user):
			self.refuse(_("{0} may not edit prospects. Give the user a role that may, such as Sales User"))

	def validate_weight(self):
		if flt(self.weight) <= 0:
			self.refuse(
				_("The weight of {0} must be more than 0. To give nothing to them, disable the profile")
			)

	def validate_skills(self):
		for table, field in reps.SKILLS.items():
			seen = set()
			for row in self.get(table):
				if row.get(field) in seen:
					self.refuse(
						_("{0}: {1} stands twice under {2}. Remove one").format(
							"{0}",
							frappe.bold(_(row.get(field))),
							_(self.meta.get_label(table)),
						)
					)
				seen.add(row.get(field))

	def validate_attributes(self):
		seen = set()
		for row in self.attributes:
			attribute = master.records("Customer Attribute").get(row.attribute)
			if not attribute:
				continue  # Frappe itself refuses a link to nothing
			try:
				row.value = attributes.read(attribute, row.value or "")
			except ValueError as error:
				self.refuse(
					_("{0}, row {1}: {2} cannot be {3}: {4}").format(
						"{0}",
						row.idx,
						frappe.bold(_(row.attribute)),
						frappe.bold(frappe.utils.escape_html(row.value or "")),
						error,
					)
				)
			if (row.attribute, row.value) in seen:
				self.refuse(
					_("{0}: {1} stands twice under {2}. Remove one").format(
						"{0}",
						frappe.bold(frappe.utils.escape_html(f"{_(row.attribute)}: {row.value}")),
						_("Attributes"),
					)
				)
			seen.add((row.attribute, row.value))

	def validate_absences(self):
		absences = sorted(self.absences, key=lambda row: getdate(row.from_date))
		for row in absences:
			if getdate(row.until_date) < getdate(row.from_date):
				self.refuse(
					_("{0}: the absence from {1} cannot end before that, on {2}").format(
						"{0}", formatdate(row.from_date), formatdate(row.until_date)
					)
				)
		for before, after in pairwise(absences):
			if getdate(after.from_date) <= getdate(before.until_date):
				self.refuse(
					_("{0}: the absences from {1} and from {2} overlap. Make one of them").format(
						"{0}", formatdate(before.from_date), formatdate(after.from_date)
					)
				)

	def refuse(self, message: str):
		name = frappe.bold(frappe.utils.escape_html(self.full_name or self.user or ""))
		frappe.throw(message.replace("{0}", name), AssignmentError, title=_("Sales Rep Profile"))

	def on_update(self):
		reps.forget()
		load.create(self.name)
		run.review_soon()

	def on_trash(self):
		reps.forget()
		load.delete(self.name)

	def after_rename(self, old: str, new: str, merge: bool = False):
		reps.forget()
		load.rename(old, new)
