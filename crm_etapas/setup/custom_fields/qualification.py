"""How far a prospect is qualified, and what qualifying asks."""

# within how long, the soonest first
TIME_FRAMES = (
	"Within a Month",
	"1 to 3 Months",
	"3 to 6 Months",
	"6 to 12 Months",
	"More Than a Year",
)
BUDGETS = ("No Budget", "Must Be Requested", "Requested", "Approved")
ACCEPTANCES = ("Pending", "Accepted", "Rejected")
HOLDS = ("Not Higher", "Not Lower")
# written by the app, over whatever a request brings
OURS = {"read_only": 1, "no_copy": 1}
HIDDEN = {**OURS, "hidden": 1, "print_hide": 1}

FIELDS = [
	{
		"fieldname": "qualification_section",
		"fieldtype": "Section Break",
		"label": "Qualification for Sales",
		"insert_after": "qualified_on",
		"collapsible": 1,
	},
	{
		"fieldname": "qualification_level",
		"fieldtype": "Link",
		"label": "Qualification Level",
		"options": "Qualification Level",
		"insert_after": "qualification_section",
		"in_standard_filter": 1,
		"no_copy": 1,
	},
	{
		"fieldname": "qualification_level_entered_on",
		"fieldtype": "Datetime",
		"label": "In This Level Since",
		"insert_after": "qualification_level",
		"depends_on": "eval:doc.qualification_level_entered_on",
		**OURS,
	},
	{
		"fieldname": "qualification_score",
		"fieldtype": "Float",
		"label": "Qualification Score",
		"precision": "1",
		"insert_after": "qualification_level_entered_on",
		**OURS,
	},
	{
		"fieldname": "qualification_acceptance",
		"fieldtype": "Select",
		"label": "Acceptance by Sales",
		"options": "\n".join(("", *ACCEPTANCES)),
		"insert_after": "qualification_score",
		"depends_on": "eval:doc.qualification_acceptance",
		**OURS,
	},
	{
		"fieldname": "qualification_accept_by",
		"fieldtype": "Datetime",
		"label": "To Be Accepted By",
		"insert_after": "qualification_acceptance",
		"depends_on": "eval:doc.qualification_accept_by",
		**OURS,
	},
	{
		"fieldname": "qualification_hold",
		"fieldtype": "Select",
		"label": "Level Set by Hand",
		"options": "\n".join(("", *HOLDS)),
		"insert_after": "qualification_accept_by",
		**HIDDEN,
	},
	{
		"fieldname": "column_break_qualification",
		"fieldtype": "Column Break",
		"insert_after": "qualification_hold",
	},
	{
		"fieldname": "purchase_time_frame",
		"fieldtype": "Select",
		"label": "Purchase Time Frame",
		"options": "\n".join(("", *TIME_FRAMES)),
		"insert_after": "column_break_qualification",
	},
	{
		"fieldname": "budget_access",
		"fieldtype": "Select",
		"label": "Budget Access",
		"options": "\n".join(("", *BUDGETS)),
		"insert_after": "purchase_time_frame",
	},
	{
		"fieldname": "decision_maker",
		"fieldtype": "Data",
		"label": "Decision Maker",
		"insert_after": "budget_access",
		"description": "Who decides and is part of the conversation: name and position",
	},
	{
		"fieldname": "column_break_need",
		"fieldtype": "Column Break",
		"insert_after": "decision_maker",
	},
	{
		"fieldname": "estimated_value",
		"fieldtype": "Currency",
		"label": "Estimated Value",
		"options": "Company:company:default_currency",
		"non_negative": 1,
		"insert_after": "column_break_need",
	},
	{
		"fieldname": "expected_closing",
		"fieldtype": "Date",
		"label": "Expected Closing Date",
		"insert_after": "estimated_value",
	},
	{
		"fieldname": "compelling_event",
		"fieldtype": "Small Text",
		"label": "Compelling Event",
		"insert_after": "expected_closing",
		"description": "What happens, and when, that makes it urgent",
	},
	{
		"fieldname": "qualification_answers",
		"fieldtype": "Table",
		"label": "Answers",
		"options": "Qualification Answer",
		"insert_after": "compelling_event",
		"hidden": 1,
		"no_copy": 1,
		"print_hide": 1,
	},
	{
		"fieldname": "web_visitor",
		"fieldtype": "Data",
		"label": "Web Visitor",
		"insert_after": "qualification_answers",
		"search_index": 1,
		"hidden": 1,
		"no_copy": 1,
		"print_hide": 1,
		"description": "What the website knows this visitor by; page views with it count for the prospect",
	},
	{
		"fieldname": "web_form",
		"fieldtype": "Link",
		"label": "Entered by Web Form",
		"options": "Web Form",
		"insert_after": "web_visitor",
		"depends_on": "eval:doc.web_form",
		**OURS,
	},
]
