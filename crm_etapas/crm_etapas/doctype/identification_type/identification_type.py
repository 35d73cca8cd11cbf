"""The kinds of documents that people and companies are identified by."""

import re

import frappe
from frappe import _

from crm_etapas.exceptions import InvalidIdentification
from crm_etapas.identity import identification
from crm_etapas.master import MasterDocument


class IdentificationType(MasterDocument):
	def validate(self):
		super().validate()
		self._check_pattern()
		self._check_example()

	def _check_pattern(self):
		try:
			re.compile(self.pattern or "")
		except re.error as problem:
			frappe.throw(
				_("The pattern of {0} is not a regular expression: {1}").format(
					frappe.bold(_(self.type_name)), problem
				),
				title=_("Wrong Pattern"),
			)

	def _check_example(self):
		"""An example that is wrong by its own rules would mislead whoever is shown it."""
		if not self.example:
			return
		try:
			self.example = identification.normalise(self.example, self.check_digit_rule, self.pattern)
		except InvalidIdentification as reason:
			frappe.throw(
				_("The example {0} is not a {1}, {2}").format(
					frappe.bold(frappe.utils.escape_html(self.example)),
					frappe.bold(_(self.type_name)),
					reason,
				),
				InvalidIdentification,
				title=_("Wrong Example"),
			)
