"""Why a lead is not one for us, since when and who said so."""

LEAD = [
	{
		"fieldname": "disqualification_reason",
		"fieldtype": "Link",
		"label": "Disqualification Reason",
		"options": "Disqualification Reason",
		"insert_after": "process_status",
		"no_copy": 1,
		"description": "Choosing one disqualifies the prospect when you save",
	},
	{
		"fieldname": "disqualified_on",
		"fieldtype": "Datetime",
		"label": "Disqualified On",
		"insert_after": "disqualification_reason",
		"read_only": 1,
		"no_copy": 1,
		"depends_on": "eval:doc.disqualified_on",
	},
	{
		"fieldname": "disqualified_by",
		"fieldtype": "Link",
		"label": "Disqualified By",
		"options": "User",
		"insert_after": "disqualified_on",
		"read_only": 1,
		"no_copy": 1,
		"ignore_user_permissions": 1,
		"depends_on": "eval:doc.disqualified_by",
	},
]
