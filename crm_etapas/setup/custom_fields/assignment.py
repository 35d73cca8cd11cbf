"""Where a prospect waits that fits nobody, and whom its to-do is for."""

FIELDS = [
	{
		"fieldname": "assignment_queue",
		"fieldtype": "Link",
		"label": "Waits in the Queue of",
		"options": "User Group",
		"insert_after": "lead_owner",
		"read_only": 1,
		"no_copy": 1,
		"ignore_user_permissions": 1,
		"depends_on": "eval:doc.assignment_queue",
	},
	{
		# no link: it must keep nobody from deleting a user
		"fieldname": "handed_to",
		"fieldtype": "Data",
		"label": "Handed To",
		"insert_after": "assignment_queue",
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"report_hide": 1,
	},
]
