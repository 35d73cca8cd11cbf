"""What the dashboard's charts and number cards are called: their files name them, and Frappe translates no such file."""

from frappe import _lt

NAMES = (
	_lt("New Prospects This Month"),
	_lt("Won This Month"),
	_lt("Win Rate This Month"),
	_lt("Won Value This Month"),
	_lt("Open Pipeline Value"),
	_lt("Won Value by Month"),
	_lt("New Prospects by Week"),
	_lt("Won and Lost by Month"),
	_lt("Lost by Reason"),
	_lt("Results by Sales Channel"),
	_lt("Interactions by Salesperson"),
)
