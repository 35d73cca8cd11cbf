"""Which round an opportunity is in, and when what was lost for a reason is tried again."""

NOT_NEVER = "eval:!doc.never_comes_back"

OPPORTUNITY = [
	{
		"fieldname": "previous_opportunity",
		"fieldtype": "Link",
		"label": "Previous Opportunity",
		"options": "Opportunity",
		"insert_after": "origin_lead",
		"read_only": 1,
		"no_copy": 1,
		"ignore_user_permissions": 1,
		"depends_on": "previous_opportunity",
		"description": "Lost before; this one is another try",
	},
	{
		"fieldname": "sales_cycle",
		"fieldtype": "Int",
		"label": "Sales Cycle",
		"insert_after": "previous_opportunity",
		"read_only": 1,
		"no_copy": 1,
		"depends_on": "sales_cycle",
		"description": "Which round with this client it began in",
	},
]

# as those of Disqualification Reason
LOST_REASON = [
	{
		"fieldname": "coming_back_section",
		"fieldtype": "Section Break",
		"label": "Coming Back by Itself",
		"insert_after": "lost_reason",
		"description": "When an opportunity that was lost for this reason is tried again. What is empty here is as its stage says",
	},
	{
		"fieldname": "never_comes_back",
		"fieldtype": "Check",
		"label": "Never Comes Back",
		"insert_after": "coming_back_section",
	},
	{
		"fieldname": "comes_back_after_days",
		"fieldtype": "Int",
		"label": "Comes Back After (Days)",
		"insert_after": "never_comes_back",
		"non_negative": 1,
		"depends_on": NOT_NEVER,
		"description": "Calendar days from the loss. 0: as the stage says",
	},
	{
		"fieldname": "comes_back_as",
		"fieldtype": "Select",
		"label": "Comes Back As",
		"options": "\nNew Opportunity\nSame Opportunity",
		"insert_after": "comes_back_after_days",
		"depends_on": NOT_NEVER,
		"description": "A new one leaves the lost one lost, so that the figures of its time stay as they are",
	},
	{
		"fieldname": "column_break_coming_back",
		"fieldtype": "Column Break",
		"insert_after": "comes_back_as",
	},
	{
		"fieldname": "comes_back_into",
		"fieldtype": "Link",
		"label": "Comes Back Into",
		"options": "Opportunity Stage",
		"insert_after": "column_break_coming_back",
		"depends_on": NOT_NEVER,
		"link_filters": '[["Opportunity Stage","disabled","=",0],["Opportunity Stage","outcome","=","Open"]]',
	},
	{
		"fieldname": "comes_back_to",
		"fieldtype": "Select",
		"label": "Comes Back To",
		"options": "\nSame Owner\nBy Assignment\nA User",
		"insert_after": "comes_back_into",
		"depends_on": NOT_NEVER,
	},
	{
		"fieldname": "comes_back_user",
		"fieldtype": "Link",
		"label": "User Who Gets It",
		"options": "User",
		"insert_after": "comes_back_to",
		"ignore_user_permissions": 1,
		"depends_on": NOT_NEVER,
		"mandatory_depends_on": 'eval:doc.comes_back_to === "A User"',
	},
]
