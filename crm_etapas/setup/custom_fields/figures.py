"""Who gets the week's figures by mail."""

USER = [
	{
		"fieldname": "weekly_figures",
		"fieldtype": "Check",
		"label": "Mail Me the Week's Figures",
		"description": "Of what you may see, at the beginning of the working day that CRM Etapas Settings says",
		"insert_after": "thread_notify",
	},
	{
		"fieldname": "weekly_figures_sent_on",
		"fieldtype": "Date",
		"label": "Week's Figures Sent On",
		"insert_after": "weekly_figures",
		"hidden": 1,
		"read_only": 1,
		"no_copy": 1,
		"print_hide": 1,
		"report_hide": 1,
	},
]
