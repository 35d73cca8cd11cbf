"""Writes rows a chunk at a time: a chunk is one transaction, so whoever goes on finds it whole or not at all.

Rows of a chunk that the database refuses are found by halving it.
"""

from collections.abc import Callable

import frappe
import pymysql
from rq.timeouts import BaseTimeoutException

ATTEMPTS = 3
# a trigger or a constraint of the table that refuses a row
REFUSED_BY_RULE = (1644, 4025)

Refusal = tuple[object, Exception]


def write(
	rows: list,
	write_rows: Callable[[list], None],
	undo: Callable[[], None] = lambda: None,
	refusals: tuple[type[Exception], ...] = (),
) -> list[Refusal]:
	"""Write a chunk and commit it; after a deadlock, or a lock that somebody keeps, it is tried again.

	:param write_rows: writes some of the rows, all or none of them.
	:param undo: is called when what has been written is rolled back.
	:param refusals: errors of others than the database that concern a row.
	:return: the rows that are refused, with their errors.
	"""
	for attempt in range(1, ATTEMPTS + 1):
		try:
			refused = _write_or_halve(rows, write_rows, refusals)
			frappe.db.commit()  # a chunk is whole; broken off after it, the next run goes on from here
			return refused
		except (frappe.QueryDeadlockError, frappe.QueryTimeoutError):
			frappe.db.rollback()
			undo()
			if attempt == ATTEMPTS:
				raise
	return []


def _write_or_halve(
	rows: list, write_rows: Callable[[list], None], refusals: tuple[type[Exception], ...]
) -> list[Refusal]:
	if not rows:
		return []
	frappe.db.savepoint("chunk_of_rows")
	try:
		write_rows(rows)
		return []
	except (pymysql.err.MySQLError, *refusals) as error:
		if not _concerns_a_row(error):
			raise
		frappe.db.rollback(save_point="chunk_of_rows")
		if len(rows) == 1:
			return [(rows[0], error)]
	middle = len(rows) // 2
	halves = (rows[:middle], rows[middle:])
	return [refusal for half in halves for refusal in _write_or_halve(half, write_rows, refusals)]


def _concerns_a_row(error: Exception) -> bool:
	"""Tell a row that is refused from a database that is not well, or a job that has run out of time."""
	if isinstance(error, frappe.QueryDeadlockError | frappe.QueryTimeoutError | BaseTimeoutException):
		return False
	if not isinstance(error, pymysql.err.MySQLError):
		return True
	if isinstance(error, pymysql.err.DataError | pymysql.err.IntegrityError):
		return True
	return bool(error.args) and error.args[0] in REFUSED_BY_RULE
