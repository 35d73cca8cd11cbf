"""How Excel shows days, numbers and amounts: as the desk shows them to the user."""

from functools import cached_property

import frappe
from frappe.utils import cint, get_number_format_info
from frappe.utils.data import get_user_date_format, get_user_time_format

TIME_SPAN = "[h]:mm:ss"
WHOLE_NUMBER = "#,##0"
FLOAT_PRECISION = 3


class Formats:
	"""The formats of one user, each worked out once. The separators are those of whoever opens the file."""

	def __init__(self):
		self._of_currencies = {}

	@cached_property
	def date(self) -> str:
		return get_user_date_format()

	@cached_property
	def time(self) -> str:
		return get_user_time_format().lower()

	@property
	def datetime(self) -> str:
		return f"{self.date} {self.time}"

	@cached_property
	def decimals(self) -> int:
		return cint(frappe.get_system_settings("float_precision")) or FLOAT_PRECISION

	def number(self, precision: str | int | None) -> str:
		return _number(cint(precision) or self.decimals)

	def percent(self, precision: str | int | None) -> str:
		return f"0.{'0' * (cint(precision) or self.decimals)}%"

	def amount(self, currency: str | None, precision: str | int | None) -> str:
		"""Return the format of an amount, with the currency's symbol where the desk shows it."""
		key = (currency, precision)
		if key not in self._of_currencies:
			self._of_currencies[key] = _amount(currency, precision)
		return self._of_currencies[key]


def _amount(currency: str | None, precision: str | int | None) -> str:
	row = frappe.get_cached_doc("Currency", currency) if currency else frappe._dict()
	settings = frappe.get_system_settings
	decimals = get_number_format_info(row.number_format or settings("number_format"))[2]
	number = _number(cint(precision) or cint(settings("currency_precision")) or decimals)
	symbol = (row.symbol or currency or "").replace('"', "")
	if not symbol or frappe.db.get_default("hide_currency_symbol") == "Yes":
		return number
	return f'{number} "{symbol}"' if row.symbol_on_right else f'"{symbol}" {number}'


def _number(decimals: int) -> str:
	return f"{WHOLE_NUMBER}.{'0' * decimals}" if decimals else WHOLE_NUMBER
