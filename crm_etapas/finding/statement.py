"""Frappe's own list query with what it lacks for a large table.

Filters, permissions and fields are made into SQL by `DatabaseQuery` as for every list of the desk. What is added:
conditions that no filter can say, which index leads, after how many rows to give up, and a query
within the query: first the names of a page from an index alone, then their rows.
"""

from frappe.model.db_query import DatabaseQuery


def access(doctype: str) -> list[str]:
	"""Return the conditions that leave what the user may read. Shared documents take a query; so ask once."""
	query = DatabaseQuery(doctype)
	query.check_read_permission(doctype)
	query.reference_doctype = doctype
	match = query.build_match_conditions()
	return [*query.conditions, *([f"({match})"] if match else [])]


class Statement(DatabaseQuery):
	"""One SELECT.

	:param conditions: all that stands in WHERE besides the filters, see `access`.
	:param index: index hint behind the table's name.
	:param lead: table expression that the rows are joined to by name, in its order.
	:param order: what to sort by, instead of `order_by`, which Frappe lets only name known tables.
	:param examined: how many rows MariaDB may look at; what it has found by then is the result.
	:param columns: SQL to select, instead of fields.
	"""

	def __init__(self, doctype, *, conditions=(), index="", lead="", order="", examined=0, columns=""):
		super().__init__(doctype)
		self.given_conditions = list(conditions)
		self.index, self.lead, self.order = index, lead, order
		self.examined, self.columns_sql = examined, columns

	def build_conditions(self) -> None:
		self.conditions, self.grouped_or_conditions = [], []
		self.build_filter_conditions(self.filters, self.conditions)
		self.build_filter_conditions(self.or_filters, self.grouped_or_conditions)
		self.conditions += self.given_conditions

	def prepare_args(self):
		args = super().prepare_args()
		table = f"`tab{self.doctype}`"
		others = args.tables.removeprefix(table)
		if self.lead:
			args.tables = f"{self.lead} straight_join {table} on {table}.name = `leading`.name{others}"
		else:
			args.tables = f"{table} {self.index}{others}"
		if self.order:
			args.order_by = f" order by {self.order}"
		if self.columns_sql:
			args.fields = self.columns_sql
		return args

	def add_limit(self) -> str:
		limit = super().add_limit()
		return f"{limit} rows examined {self.examined}" if self.examined else limit

	def sql(self, **arguments) -> str:
		"""Return the SELECT, for use within another one."""
		return self.execute(run=False, **arguments)

	def build_and_run(self):
		if self.run:
			return super().build_and_run()
		args = self.prepare_args()
		conditions = f" where {args.conditions}" if args.conditions else ""
		return f"select {args.fields} from {args.tables}{conditions}{args.order_by} {self.add_limit()}"

	def condition(self, filter_: list) -> str:
		"""Return one filter as it stands in WHERE."""
		self.tables = [f"`tab{self.doctype}`"]
		return self.prepare_filter_condition(filter_)


def qualified(doctype: str, fields: list[str]) -> list[str]:
	"""Return the fields with their table, for statements that have the table twice."""
	return [f"`tab{doctype}`.`{field}`" if field.isidentifier() else field for field in fields]
