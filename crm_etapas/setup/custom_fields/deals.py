"""How an opportunity ended and what it is worth; what has happened to a quotation."""


def _weak_points(insert_after: str) -> dict:
	return {
		"fieldname": "weak_points",
		"fieldtype": "Small Text",
		"label": "Where the Proposal Was Weak",
		"insert_after": insert_after,
		"no_copy": 1,
		"depends_on": "eval:doc.status === 'Lost'",
	}


OPPORTUNITY = [
	{
		"fieldname": "amount_document_type",
		"fieldtype": "Link",
		"label": "Kind of Document of the Amount",
		"options": "DocType",
		"insert_after": "opportunity_amount",
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"report_hide": 1,
		"ignore_user_permissions": 1,
	},
	{
		"fieldname": "amount_document",
		"fieldtype": "Dynamic Link",
		"label": "The Amount Is That Of",
		"options": "amount_document_type",
		"insert_after": "amount_document_type",
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"ignore_user_permissions": 1,
		"depends_on": "eval:doc.amount_document && doc.opportunity_amount === doc.documents_amount",
	},
	{
		"fieldname": "documents_amount",
		"fieldtype": "Currency",
		"label": "Amount of the Quotation or the Orders",
		"options": "currency",
		"insert_after": "amount_document",
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"depends_on": "eval:doc.amount_document && doc.opportunity_amount !== doc.documents_amount",
		"description": "The opportunity's own was written by hand",
	},
	{
		"fieldname": "own_amount",
		"fieldtype": "Currency",
		"label": "Amount Before the Documents",
		"options": "currency",
		"insert_after": "documents_amount",
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
	},
	{
		"fieldname": "won_reason",
		"fieldtype": "Small Text",
		"label": "Why It Was Won Without an Order",
		"insert_after": "process_status",
		"no_copy": 1,
		"depends_on": "eval:doc.won_reason || doc.status === 'Converted'",
	},
	_weak_points("competitors"),
	{
		"fieldname": "close_quotations",
		"fieldtype": "Check",
		"label": "Close the Active Quotations",
		"insert_after": "weak_points",
		"hidden": 1,
		"no_copy": 1,
		"print_hide": 1,
		"report_hide": 1,
	},
]

QUOTATION = [
	{**_weak_points("competitors"), "allow_on_submit": 1},
	{
		"fieldname": "seen_on",
		"fieldtype": "Datetime",
		"label": "Seen by the Client On",
		"insert_after": "valid_till",
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"allow_on_submit": 1,
		"depends_on": "eval:doc.seen_on",
	},
	{
		"fieldname": "expired_on",
		"fieldtype": "Date",
		"label": "Expired On",
		"insert_after": "seen_on",
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"allow_on_submit": 1,
		"depends_on": "eval:doc.expired_on",
	},
]
