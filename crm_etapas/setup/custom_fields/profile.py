"""What is known of a prospect, an opportunity, a customer: the same fields with the same names on each.

Frappe's mapper copies equal fieldnames, so they travel along every Make by themselves.
"""

CONDITIONS = ("Prospect", "Customer")
# characters of a channel's, segment's or level's name: all of them together have to fit into the indexes that leads are
# found by, see `crm_etapas.setup.indexes`
LONGEST_MASTER = 60


def channel(insert_after: str) -> dict:
	return _link("sales_channel", "Sales Channel", insert_after) | {"length": LONGEST_MASTER}


def segment(insert_after: str) -> dict:
	return _link("business_segment", "Business Segment", insert_after) | {"length": LONGEST_MASTER}


def level(insert_after: str) -> dict:
	return _link("potential_level", "Potential Level", insert_after) | {"length": LONGEST_MASTER}


def places(insert_after: str) -> list[dict]:
	"""Zone and sector: territories of those kinds, from the main address or chosen by hand."""
	# Frappe would fill all three with the territory that a user is limited to, whatever its kind
	free = {"ignore_user_permissions": 1}
	return [
		_link("zone", "Zone", insert_after, options="Territory") | free,
		_link("sector", "Sector", "zone", options="Territory") | free,
	]


def in_list(*fields: dict) -> list[dict]:
	"""Return the fields as columns of their list."""
	return [{**df, "in_list_view": 1} for df in fields]


def identity(insert_after: str, key: bool = False, condition: bool = True) -> list[dict]:
	"""The section of whom we deal with.

	:param key: whether others are compared with it, see `crm_etapas.identity`.
	:param condition: whether someone may choose it; elsewhere it follows from what the record is.
	"""
	fields = [
		_section("identity_section", "Identification", insert_after),
		{
			"fieldname": "party_condition",
			"fieldtype": "Select",
			"label": "Condition",
			"options": "\n".join(CONDITIONS),
			"default": CONDITIONS[0] if condition else None,
			"insert_after": "identity_section",
			"read_only": int(not condition),
			"no_copy": 1,
			"in_standard_filter": int(condition),
			"description": "Customer creates the customer when you save" if condition else None,
		},
		_data("legal_name", "Legal Name", "party_condition"),
		_column("column_break_identification", "legal_name"),
		_link("identification_type", "Identification Type", "column_break_identification"),
		_data("identification_number", "Identification Number", "identification_type"),
		_column("column_break_validity", "identification_number"),
		{
			"fieldname": "validity_days",
			"fieldtype": "Int",
			"label": "Days of Validity",
			"insert_after": "column_break_validity",
			"non_negative": 1,
			"description": "Counted from the day of entry. 0: valid without end",
		},
		{
			"fieldname": "valid_until",
			"fieldtype": "Date",
			"label": "Valid Until",
			"insert_after": "validity_days",
			"read_only": 1,
			"no_copy": 1,
			"depends_on": "eval:doc.valid_until",
		},
		{
			"fieldname": "notifications_enabled",
			"fieldtype": "Check",
			"label": "Notifications",
			"default": "1",
			"insert_after": "valid_until",
			"description": "Mails and messages of the app may go to this contact",
		},
	]
	if key:
		fields += [
			_key("identification_key", "Identification Key", "identification_number"),
			_key("company_key", "Company Key", "legal_name"),
		]
	return fields


def attributes(insert_after: str) -> list[dict]:
	return [
		_section("customer_attributes_section", "Customer Attributes", insert_after, collapsible=1),
		{
			"fieldname": "customer_attributes",
			"fieldtype": "Table",
			"label": "Customer Attributes",
			"options": "Customer Attribute Value",
			"insert_after": "customer_attributes_section",
		},
	]


def _link(fieldname: str, label: str, insert_after: str, options: str | None = None) -> dict:
	return {
		"fieldname": fieldname,
		"fieldtype": "Link",
		"label": label,
		"options": options or label,
		"insert_after": insert_after,
	}


def _data(fieldname: str, label: str, insert_after: str) -> dict:
	return {"fieldname": fieldname, "fieldtype": "Data", "label": label, "insert_after": insert_after}


def _key(fieldname: str, label: str, insert_after: str) -> dict:
	"""What the app compares records by. Hidden: nobody reads it, nobody writes it."""
	hidden = {"hidden": 1, "read_only": 1, "no_copy": 1, "print_hide": 1, "report_hide": 1}
	return _data(fieldname, label, insert_after) | hidden


def _section(fieldname: str, label: str, insert_after: str, **values) -> dict:
	return {
		"fieldname": fieldname,
		"fieldtype": "Section Break",
		"label": label,
		"insert_after": insert_after,
		**values,
	}


def _column(fieldname: str, insert_after: str) -> dict:
	return {"fieldname": fieldname, "fieldtype": "Column Break", "insert_after": insert_after}
