"""What the past says of a lead: the probability that it is won, by the active scorecard."""

SCORED = "eval:doc.learned_score"

LEAD = [
	{
		"fieldname": "learned_score_section",
		"fieldtype": "Section Break",
		"label": "Learned Score",
		"insert_after": "customer_attributes",
		"collapsible": 1,
		"collapsible_depends_on": SCORED,
		"depends_on": SCORED,
	},
	{
		"fieldname": "learned_score",
		"fieldtype": "Percent",
		"label": "Probability to Win",
		"insert_after": "learned_score_section",
		"precision": "1",
		"read_only": 1,
		"no_copy": 1,
		"description": "Learned from prospects that were won and lost before",
	},
	{
		"fieldname": "learned_score_view",
		"fieldtype": "HTML",
		"insert_after": "learned_score",
	},
]
