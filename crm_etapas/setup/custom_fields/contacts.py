"""Addresses, contacts and files: what a salesperson must know of them and ERPNext does not ask."""

TERRITORY_KINDS = ("Region", "Zone", "Sector")

# the landmark and the map, each in its place; regions, zones and sectors are territories of that kind
ADDRESS = [
	{"fieldname": "municipality", "fieldtype": "Data", "label": "Municipality", "insert_after": "county"},
	{"fieldname": "parish", "fieldtype": "Data", "label": "Parish", "insert_after": "municipality"},
	{"fieldname": "landmark", "fieldtype": "Small Text", "label": "Landmark", "insert_after": "parish"},
	{
		"fieldname": "sales_territory_section",
		"fieldtype": "Section Break",
		"label": "Sales Territory",
		"insert_after": "disabled",
	},
	*(
		{
			"fieldname": kind.lower(),
			"fieldtype": "Link",
			"label": kind,
			"options": "Territory",
			"insert_after": after,
			"ignore_user_permissions": 1,
			"link_filters": f'[["Territory","territory_kind","=","{kind}"]]',
		}
		for kind, after in (("Region", "sales_territory_section"), ("Zone", "region"), ("Sector", "zone"))
	),
	{"fieldname": "column_break_map", "fieldtype": "Column Break", "insert_after": "sector"},
	{
		"fieldname": "latitude",
		"fieldtype": "Float",
		"label": "Latitude",
		"precision": "6",
		"insert_after": "column_break_map",
	},
	{
		"fieldname": "longitude",
		"fieldtype": "Float",
		"label": "Longitude",
		"precision": "6",
		"insert_after": "latitude",
	},
	{
		"fieldname": "map_section",
		"fieldtype": "Section Break",
		"label": "Map",
		"insert_after": "longitude",
		"collapsible": 1,
	},
	{"fieldname": "location", "fieldtype": "Geolocation", "label": "Location", "insert_after": "map_section"},
]

TERRITORY = [
	{
		"fieldname": "territory_kind",
		"fieldtype": "Select",
		"label": "Territory Kind",
		"options": "\n".join(("", *TERRITORY_KINDS)),
		"insert_after": "territory_name",
		"in_list_view": 1,
		"in_standard_filter": 1,
	},
]

CONTACT = [
	{"fieldname": "description", "fieldtype": "Small Text", "label": "Description", "insert_after": "gender"},
]

FILE = [
	{
		"fieldname": "document_name",
		"fieldtype": "Data",
		"label": "Document Name",
		"insert_after": "file_name",
		"description": "How people call it; the file keeps its own name",
	},
]


def validated(insert_after: str) -> list[dict]:
	"""Whether somebody answered from there; on each email address and phone number of a contact."""
	return [
		{
			"fieldname": "validated",
			"fieldtype": "Check",
			"label": "Validated",
			"insert_after": insert_after,
			"read_only": 1,
			"no_copy": 1,
			"in_list_view": 1,
			"columns": 2,
		},
		{
			"fieldname": "validated_on",
			"fieldtype": "Datetime",
			"label": "Validated On",
			"insert_after": "validated",
			"read_only": 1,
			"no_copy": 1,
		},
	]
