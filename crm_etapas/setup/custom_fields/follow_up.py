"""What was done with a prospect, an opportunity or a customer, what is next, and what nobody has looked after."""

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

USER = [
	{
		"fieldname": "contacts_told_on",
		"fieldtype": "Date",
		"label": "Told of the Day's Contacts On",
		"insert_after": "last_active",
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"report_hide": 1,
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
	return _in_a_row(fields, insert_after)


def contacts_made(insert_after: str) -> list[dict]:
	"""What is kept on the record of its interactions; only the app writes it."""
	fields = [
		{"fieldname": "contacts_made_section", "fieldtype": "Section Break", "label": "Contacts Made"},
		{"fieldname": "last_contact_on", "fieldtype": "Datetime", "label": "Last Contact On"},
		{"fieldname": "last_answer_on", "fieldtype": "Datetime", "label": "Last Answer On"},
		{"fieldname": "column_break_contacts_made", "fieldtype": "Column Break"},
		{"fieldname": "contact_attempts", "fieldtype": "Int", "label": "Contact Attempts"},
		{"fieldname": "contact_answers", "fieldtype": "Int", "label": "Contact Answers"},
		{"fieldname": "tries_since_answer", "fieldtype": "Int", "label": "Tries Since the Last Answer"},
	]
	return _in_a_row(_only_shown(fields), insert_after)


def attention(insert_after: str) -> list[dict]:
	"""What nobody has looked after, until when that is accepted, and when a record comes back by itself."""
	marks = [
		{"fieldname": "attention_section", "fieldtype": "Section Break", "label": "Attention"},
		{"fieldname": "rotting_since", "fieldtype": "Date", "label": "Rotting Since"},
		{"fieldname": "snoozed_until", "fieldtype": "Date", "label": "Snoozed Until"},
		{"fieldname": "snooze_reason", "fieldtype": "Data", "label": "Reason for Snoozing"},
		{"fieldname": "column_break_attention", "fieldtype": "Column Break"},
		{"fieldname": "wake_up_on", "fieldtype": "Date", "label": "Wakes Up On"},
		{"fieldname": "woken_on", "fieldtype": "Datetime", "label": "Woken Up On"},
	]
	return _in_a_row(_only_shown(marks), insert_after)


def _only_shown(fields: list[dict]) -> list[dict]:
	return [
		{**df, "read_only": 1} if df["fieldtype"] not in ("Section Break", "Column Break") else df
		for df in fields
	]


def _in_a_row(fields: list[dict], insert_after: str) -> list[dict]:
	after = insert_after
	for df in fields:
		df.update(insert_after=after, no_copy=1)
		after = df["fieldname"]
	return fields
