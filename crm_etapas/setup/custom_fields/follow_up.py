"""The next contact with a prospect, an opportunity or a customer, and what came of an interaction."""

from crm_etapas.follow_up.media import MEDIA

COMMUNICATION = [
	{
		"fieldname": "interaction_result",
		"fieldtype": "Link",
		"label": "Result",
		"options": "Interaction Result",
		"insert_after": "sent_or_received",
	},
]


def next_contact(insert_after: str) -> list[dict]:
	fields = [
		{"fieldname": "next_contact_section", "fieldtype": "Section Break", "label": "Next Contact"},
		{
			"fieldname": "next_contact_date",
			"fieldtype": "Datetime",
			"label": "Next Contact Date",
			"description": "Puts an event into the calendar of whoever makes the contact",
		},
		{
			"fieldname": "next_contact_by",
			"fieldtype": "Link",
			"label": "Next Contact By",
			"options": "User",
			"ignore_user_permissions": 1,
		},
		{"fieldname": "column_break_next_contact", "fieldtype": "Column Break"},
		{
			"fieldname": "next_contact_medium",
			"fieldtype": "Select",
			"label": "Next Contact Through",
			"options": "\n".join(("", *MEDIA)),
		},
		{"fieldname": "next_contact_subject", "fieldtype": "Data", "label": "Next Contact About"},
		{
			"fieldname": "next_contact_event",
			"fieldtype": "Data",  # a link would keep people from deleting the event in their calendar
			"label": "Event of the Next Contact",
			"hidden": 1,
			"read_only": 1,
			"print_hide": 1,
			"report_hide": 1,
		},
		{
			"fieldname": "next_contact_notified",
			"fieldtype": "Check",
			"label": "Told That the Next Contact Is Due",
			"hidden": 1,
			"read_only": 1,
			"print_hide": 1,
			"report_hide": 1,
		},
	]
	after = insert_after
	for df in fields:
		df.update(insert_after=after, no_copy=1)
		after = df["fieldname"]
	return fields
