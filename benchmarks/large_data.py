"""Fills a site with leads, opportunities and their history: set by set, and resumable.

One chunk of leads, with all that hangs on them, is one transaction; the number of leads says how far it
came. Of every five leads one has an opportunity and of every ten one is a customer, there are three stays a lead,
and what else a used site has: quotations, to-dos, events, communications, prospects.

What is known of leads is as uneven as in life: few channels bring most of them, each zone has its own
salespeople, one channel was given up long ago, a third has no identification, and half the words of a company's name
stand in many others (`large_values.py`).

The statements are SQL because the rows come from MariaDB's sequence tables, which the query builder does
not know.
"""

import time

import frappe
from frappe.utils import add_to_date, now_datetime
from large_values import ZONES, make_masters, profile_of, zone_of

CHUNK = 50_000
YEARS = 3
USERS = 5 * len(ZONES)

# the stages that leads and opportunities have walked through, by the last digits of their number
LEAD_PATHS = (
	("Nuevo",),
	("Nuevo", "Intento de Contacto"),
	("Nuevo", "No Interesado"),
	("Nuevo", "Intento de Contacto", "Contacto Establecido"),
	("Nuevo", "Contacto Establecido", "Convertido a Oportunidad"),
)
LEAD_STATUSES = ("Lead", "Open", "Do Not Contact", "Replied", "Opportunity")
OPPORTUNITY_PATHS = (
	("Cotización Solicitada", "Análisis", "En Propuesta", "En Negociación"),
	("Cotización Solicitada", "Análisis", "En Propuesta", "Cerrado Ganado"),
	("Cotización Solicitada", "Análisis", "En Propuesta", "Cerrado Perdido"),
)
OPPORTUNITY_STATUSES = ("Quotation", "Converted", "Lost")

# what a customer has from its lead
OF_CUSTOMERS = (
	"mobile_no",
	"email_id",
	"sales_channel",
	"business_segment",
	"zone",
	"sector",
	"legal_name",
	"identification_type",
	"identification_number",
	"identification_key",
	"company_key",
)

LEAD = "concat('CRM-LEAD-B-', lpad(seq, 8, '0'))"
OPPORTUNITY = "concat('CRM-OPP-B-', lpad(seq, 8, '0'))"
CREATED = "date_add(%(begin)s, interval floor(seq * %(pace)s) second)"
# no two stays are equally long: of an hour to twelve days
STAY_SECONDS = "(3600 + seq * 7919 mod 1000003)"


def make_data(leads: int) -> None:
	"""Bring the site to that many leads."""
	done = frappe.db.count("Lead")
	if done >= leads:
		return
	begin, values = time.perf_counter(), _values(leads)
	_make_users(values["users"])
	make_masters()
	for first in range(done + 1, leads + 1, CHUNK):
		last = min(first + CHUNK - 1, leads)
		_make_chunk(first, last, values)
		frappe.db.commit()  # a script: what is there stays there when it is stopped
		print(f"{last} of {leads} leads, {time.perf_counter() - begin:.0f} s", flush=True)
	for doctype in (
		"Lead",
		"Opportunity",
		"Customer",
		"Stage Log",
		"Quotation",
		"ToDo",
		"Event Participants",
	):
		frappe.db.sql_ddl(f"ANALYZE TABLE `tab{doctype}`")


def _values(leads: int) -> dict:
	company = frappe.defaults.get_global_default("company") or frappe.get_all("Company", pluck="name")[0]
	return {
		"begin": add_to_date(now_datetime(), years=-YEARS),
		"now": now_datetime(),
		"given_up": leads // 20,
		"pace": YEARS * 365 * 86400 * 0.9 / leads,
		"company": company,
		"currency": frappe.get_cached_value("Company", company, "default_currency"),
		"territories": frappe.get_all("Territory", filters={"is_group": 0}, pluck="name"),
		"sales_stages": frappe.get_all("Sales Stage", pluck="name"),
		"opportunity_type": frappe.get_all("Opportunity Type", pluck="name")[0],
		"users": [f"vendedor{number}@example.com" for number in range(USERS)],
	}


def _make_users(emails: list[str]) -> None:
	frappe.flags.in_import = True  # Frappe lets nobody else make so many in an hour
	for email in emails:
		if not frappe.db.exists("User", email):
			user = frappe.get_doc(
				{"doctype": "User", "email": email, "first_name": email, "send_welcome_email": 0}
			).insert()
			user.add_roles("Sales User")
	frappe.flags.in_import = False


def _make_chunk(first: int, last: int, values: dict) -> None:
	# five salespeople a zone; the numbers are multiplied because a used site has columns in no order of the number
	user = _one_of(values["users"], f"{zone_of()} * 5 + seq * 7 mod 5")
	territory = _one_of(values["territories"], "seq * 3")
	profile = profile_of(values["given_up"])
	lead = {
		"name": LEAD,
		"naming_series": "'CRM-LEAD-.YYYY.-'",
		"modified": "least(date_add(%(begin)s, interval floor(seq * %(pace)s) + crc32(seq) mod 5184000 second), %(now)s)",
		**profile,
		"party_condition": "if(seq mod 10 = 4, 'Customer', 'Prospect')",
		"status": _one_of(LEAD_STATUSES, "seq"),
		"lead_owner": user,
		"territory": territory,
		"company": "%(company)s",
		"prospect_stage": _one_of([path[-1] for path in LEAD_PATHS], "seq"),
		"prospect_stage_entered_on": _entered(LEAD_PATHS, "seq"),
		"process_status": "if(seq mod 5 <> 2, 'En Gestión', if(seq mod 25 < 15, 'Descalificado', 'No Interesado'))",
		# what its communications, further below, add up to
		"last_contact_on": f"if(seq mod 2 = 0, {CREATED}, null)",
		"contact_attempts": "if(seq mod 4 = 0, 1, 0)",
	}
	opportunity = {
		"name": OPPORTUNITY,
		"naming_series": "'CRM-OPP-.YYYY.-'",
		"opportunity_from": "'Lead'",
		"party_name": LEAD,
		"customer_name": "concat('Ana García ', md5(seq))",
		"title": "concat('Ana García ', md5(seq))",
		"opportunity_type": "%(opportunity_type)s",
		"status": _one_of(OPPORTUNITY_STATUSES, "seq div 5"),
		"opportunity_owner": user,
		"territory": territory,
		"company": "%(company)s",
		"currency": "%(currency)s",
		"conversion_rate": "1",
		"opportunity_amount": "seq mod 1000 * 10",
		"base_opportunity_amount": "seq mod 1000 * 10",
		"sales_stage": _one_of(values["sales_stages"], "seq * 11 div 5"),
		"transaction_date": f"date({CREATED})",
		"expected_closing": f"date({CREATED}) + interval seq mod 90 day",
		"contact_email": "concat('lead', seq, '@example.com')",
		"probability": "50",
		"opportunity_stage": _one_of([path[-1] for path in OPPORTUNITY_PATHS], "seq div 5"),
		"opportunity_stage_entered_on": _entered(OPPORTUNITY_PATHS, "seq div 5"),
		"process_status": "'En Gestión'",
	}
	customer = {
		"name": "concat('Cliente ', md5(seq))",
		"customer_name": "concat('Cliente ', md5(seq))",
		"customer_type": "'Company'",
		**{field: profile[field] for field in OF_CUSTOMERS},
		"lead_name": LEAD,
		"territory": territory,
	}
	quotation = {
		"name": "concat('SAL-QTN-B-', lpad(seq, 8, '0'))",
		"docstatus": "1",
		"quotation_to": "'Lead'",
		"party_name": LEAD,
		"opportunity": OPPORTUNITY,
		"status": "'Open'",
		"company": "%(company)s",
		"transaction_date": f"date({CREATED})",
	}
	quotation_item = {
		"name": "concat('qti', seq)",
		"parent": quotation["name"],
		"parenttype": "'Quotation'",
		"parentfield": "'items'",
		"docstatus": "1",
		"item_code": "'Artículo'",
		"prevdoc_doctype": "'Opportunity'",
		"prevdoc_docname": OPPORTUNITY,
	}
	invoice = {
		"name": "concat('ACC-SINV-B-', lpad(seq, 8, '0'))",
		"docstatus": "1",
		"customer": customer["name"],
		"company": "%(company)s",
		"posting_date": f"date({CREATED})",
		"contact_email": "concat('lead', seq, '@example.com')",
	}
	todo = {
		"name": "concat('todo', seq)",
		"status": "if(seq mod 10 < 2, 'Open', 'Closed')",
		"allocated_to": user,
		"assigned_by": "'Administrator'",
		"reference_type": "'Lead'",
		"reference_name": LEAD,
		"description": "'Llamar'",
		"date": f"date({CREATED})",
	}
	event = {
		"name": "concat('EV', lpad(seq, 8, '0'))",
		"subject": "'Llamada'",
		"status": "if(seq mod 100 < 20, 'Open', 'Closed')",
		"event_type": "'Private'",
		"starts_on": CREATED,
	}
	participant = {
		"name": "concat('evp', seq)",
		"parent": event["name"],
		"parenttype": "'Event'",
		"parentfield": "'event_participants'",
		"reference_doctype": "'Lead'",
		"reference_docname": LEAD,
	}
	communication = {
		"name": "concat('com', seq)",
		"communication_type": "'Communication'",
		"communication_medium": "'Email'",
		"sent_or_received": "if(seq mod 4 = 0, 'Sent', 'Received')",
		"subject": "'Oferta'",
		"reference_doctype": "'Lead'",
		"reference_name": LEAD,
		"communication_date": CREATED,
	}
	prospect = {"name": "concat('Grupo ', seq div 500)", "company_name": "concat('Grupo ', seq div 500)"}
	prospect_lead = {
		"name": "concat('prl', seq)",
		"parent": prospect["name"],
		"parenttype": "'Prospect'",
		"parentfield": "'leads'",
		"lead": LEAD,
	}
	for doctype, row, step, offset in (
		("Lead", lead, 1, 0),
		("Opportunity", opportunity, 5, 4),
		("Customer", customer, 10, 4),
		("Quotation", quotation, 20, 4),
		("Quotation Item", quotation_item, 20, 4),
		("Sales Invoice", invoice, 20, 4),
		("ToDo", todo, 5, 0),
		("Event", event, 10, 0),
		("Event Participants", participant, 10, 0),
		("Communication", communication, 2, 0),
		("Prospect", prospect, 500, 0),
		("Prospect Lead", prospect_lead, 50, 0),
	):
		_insert(doctype, row, first, last, values, f"seq mod {step} = {offset}")
	_insert_stays("Lead", "prospect", "Prospect Stage", LEAD, LEAD_PATHS, ("seq", 5, ""), first, last, values)
	opportunities = ("seq div 5", 3, " and seq mod 5 = 4")
	_insert_stays(
		"Opportunity",
		"opportunity",
		"Opportunity Stage",
		OPPORTUNITY,
		OPPORTUNITY_PATHS,
		opportunities,
		first,
		last,
		values,
	)


def _insert_stays(doctype, pipeline, stage_doctype, name, paths, walkers, first, last, values) -> None:
	"""Write the stays of every record: `walkers` says which number of the record chooses its path."""
	number, _count, condition = walkers
	for digit, path in enumerate(paths):
		for sequence, stage in enumerate(path, start=1):
			is_last = sequence == len(path)
			row = {
				"name": f"left(md5(concat('{pipeline}', seq, '-{sequence}')), 16)",
				"reference_doctype": f"'{doctype}'",
				"reference_name": name,
				"pipeline": f"'{pipeline}'",
				"sequence": str(sequence),
				"cycle": "1",
				"cycle_entered_on": CREATED,
				"stage_doctype": f"'{stage_doctype}'",
				"stage": f"'{stage}'",
				"previous_stage": f"'{path[sequence - 2]}'" if sequence > 1 else "null",
				"entered_on": _after(sequence - 1),
				"left_on": "null" if is_last else _after(sequence),
				"seconds": "0" if is_last else STAY_SECONDS,
				"working_seconds": "0" if is_last else STAY_SECONDS,
				"cause": "'Manual'",
				"moved_by": "'Administrator'",
				"responsible": _one_of(values["users"], "seq * 7"),
				"company": "%(company)s",
			}
			which = f"({number}) mod {len(paths)} = {digit}{condition}"
			_insert("Stage Log", row, first, last, values, which)


def _insert(doctype: str, row: dict, first: int, last: int, values: dict, which: str) -> None:
	"""Insert a row for each number of the chunk that a condition chooses; `row` maps columns to SQL."""
	row = {
		"creation": CREATED,
		"modified": CREATED,
		"owner": "'Administrator'",
		"modified_by": "'Administrator'",
		**row,
	}
	columns = ", ".join(f"`{column}`" for column in row)
	frappe.db.sql(
		f"insert into `tab{doctype}` ({columns}) select {', '.join(row.values())}"
		f" from seq_{first}_to_{last} where {which}",
		values,
	)


def _one_of(choices, number: str) -> str:
	"""SQL for the choice that a number falls on."""
	listed = ", ".join(frappe.db.escape(choice) for choice in choices)
	return f"elt(1 + ({number}) mod {len(choices)}, {listed})"


def _entered(paths, number: str) -> str:
	"""SQL for the moment when a record entered the last stage of its path."""
	moments = ", ".join(_after(len(path) - 1) for path in paths)
	return f"elt(1 + ({number}) mod {len(paths)}, {moments})"


def _after(stays: int) -> str:
	return f"date_add({CREATED}, interval {stays} * {STAY_SECONDS} second)"
