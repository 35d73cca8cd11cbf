"""What is known of the leads of a large site, as SQL on the number of a lead: its name, phones, identification,
channel, zone.

The same number always gives the same lead: `crc32` of `md5` stands for chance, and each column has its own.
"""

import frappe

FIRST_NAMES = (
	"Ana,Luis,María,José,Lucía,Pablo,Sara,Iván,Carmen,Jorge,Elena,Andrés,Rosa,Miguel,Sofía,Diego,Paula,Rafael,"
	"Laura,Héctor,Marta,Óscar,Inés,Raúl,Julia,Tomás,Alba,Hugo,Nuria,Félix,Clara,Emilio,Irene,Darío,Eva,Bruno"
).split(",")
SURNAMES = (
	"García,Rodríguez,González,Fernández,López,Martínez,Sánchez,Pérez,Gómez,Martín,Jiménez,Ruiz,Hernández,Díaz,"
	"Moreno,Muñoz,Álvarez,Romero,Alonso,Gutiérrez,Navarro,Torres,Domínguez,Vázquez,Ramos,Gil,Ramírez,Serrano,"
	"Blanco,Molina,Morales,Suárez,Ortega,Delgado,Castro,Ortiz,Rubio,Marín,Sanz,Núñez,Iglesias,Medina,Garrido,"
	"Cortés,Castillo,Santos,Lozano,Guerrero,Cano,Prieto,Méndez,Cruz,Calvo,Gallego,Vidal,León,Márquez,Herrera,"
	"Peña,Flores,Cabrera,Campos,Vega,Fuentes,Carrasco,Diez,Caballero,Reyes,Nieto,Aguilar,Pascual,Santana"
).split(",")
TRADES = {
	"Inversiones": 30,
	"Distribuidora": 20,
	"Comercial": 15,
	"Servicios": 12,
	"Grupo": 10,
	"Constructora": 6,
	"Laboratorios": 4,
	"Hotel": 2,
	"Farmacia": 1,
}
SYLLABLES = "ba,ca,da,fe,go,ha,ji,ka,lu,ma,ne,po,qui,ra,si,tu,va,xe,yo,za".split(",")
FORMS = {", C.A.": 50, ", S.A.": 25, ", S.R.L.": 15, "": 10}

CHANNELS = {
	"Sitio Web": 36,
	"Referido": 21,
	"Redes Sociales": 15,
	"Llamada Entrante": 11,
	"Correo": 8,
	"Aliado": 6,
	"Evento": 3,
}
GIVEN_UP_CHANNEL = "Guía Telefónica"
SEGMENTS = {"Pymes": 40, "Comercio": 25, "Industria": 15, "Salud": 10, "Educación": 7, "Gobierno": 3}
LEVELS = {"Alto": 15, "Medio": 35, "Bajo": 50}
ZONES = {
	f"Zona {number}": weight for number, weight in enumerate((20, 16, 13, 11, 9, 8, 7, 5, 4, 3, 2, 2), 1)
}
SECTORS = 15
IDENTIFICATION_TYPE = "RIF"


def make_masters() -> None:
	"""Insert the channels, segments, levels and territories that the leads have and the site lacks."""
	masters = {
		"Sales Channel": ("channel_name", {}, (*CHANNELS, GIVEN_UP_CHANNEL, "Sin Uso")),
		"Business Segment": ("segment_name", {}, (*SEGMENTS, "Sin Uso")),
		"Potential Level": ("level_name", {"level_type": "Prospect"}, (*LEVELS, "Sin Uso")),
		"Identification Type": (
			"type_name",
			{"country": "Venezuela, Bolivarian Republic of"},
			(IDENTIFICATION_TYPE,),
		),
	}
	for doctype, (field, values, names) in masters.items():
		for name in names:
			_insert_missing(doctype, name, **{field: name}, **values)
	root = frappe.db.get_value("Territory", {"lft": 1})
	for zone in (*ZONES, "Zona sin Uso"):
		_insert_missing(
			"Territory", zone, territory_name=zone, parent_territory=root, is_group=1, territory_kind="Zone"
		)
		for sector in range(1, SECTORS + 1):
			name = f"{zone} Sector {sector}"
			_insert_missing(
				"Territory", name, territory_name=name, parent_territory=zone, territory_kind="Sector"
			)


def _insert_missing(doctype: str, name: str, **values) -> None:
	if not frappe.db.exists(doctype, name):
		frappe.get_doc({"doctype": doctype, **values}).insert()


def profile_of(given_up: int) -> dict[str, str]:
	"""Return SQL for each field of a lead's profile.

	:param given_up: up to this number many leads came through a channel that later ones do not have.
	"""
	first, last, second = _any(FIRST_NAMES, "first"), _any(SURNAMES, "last"), _any(SURNAMES, "second")
	company = (
		f"concat({_weighted(TRADES, 'trade')}, ' ', {_invented('word')}, ' ', {_any(SURNAMES, 'company')})"
	)
	mobile = "concat('+58', elt(1 + crc32(seq) mod 5, '412', '414', '416', '424', '426'), lpad(seq * 7919 mod 10000000, 7, '0'))"
	number = f"lpad({_chance('identification')} * 7919 mod 100000000, 8, '0')"
	digit, letter = f"{_chance('digit')} mod 10", f"if({_chance('letter')} mod 10 < 7, 'J', 'V')"
	segment = f"if({_chance('channel')} mod 100 < 36 and {_chance('biased')} mod 10 < 4, 'Comercio', {_weighted(SEGMENTS, 'segment')})"
	channel = f"if(seq <= {given_up} and {_chance('old')} mod 10 < 4, '{GIVEN_UP_CHANNEL}', {_weighted(CHANNELS, 'channel')})"
	return {
		"first_name": first,
		"last_name": f"concat({last}, ' ', {second})",
		"lead_name": f"concat({first}, ' ', {last}, ' ', {second})",
		"title": company,
		"company_name": company,
		"legal_name": f"concat({company}, {_weighted(FORMS, 'form')})",
		"company_key": f"replace(lower({company}), ' ', '')",
		"email_id": f"concat('lead', seq, '@', if(seq mod 5 = 4, 'example.com', {_domain()}))",
		"mobile_no": mobile,
		"phone": f"if({_chance('phone')} mod 10 < 6, concat('+58212', lpad(seq * 104729 mod 10000000, 7, '0')), null)",
		"whatsapp_no": f"if({_chance('whatsapp')} mod 2, {mobile}, null)",
		"sales_channel": channel,
		"business_segment": segment,
		"potential_level": _weighted(LEVELS, "level"),
		"zone": _unless("zone", 10, f"elt(1 + {zone_of()}, {_listed(ZONES)})"),
		"sector": _unless(
			"zone",
			10,
			f"concat(elt(1 + {zone_of()}, {_listed(ZONES)}), ' Sector ', 1 + {_chance('a')} mod {SECTORS} * ({_chance('b')} mod {SECTORS}) div {SECTORS})",
		),
		"identification_type": _unless("identified", 30, f"'{IDENTIFICATION_TYPE}'"),
		"identification_number": _unless("identified", 30, f"concat({letter}, '-', {number}, '-', {digit})"),
		"identification_key": _unless("identified", 30, f"concat({letter}, {number}, {digit})"),
	}


def zone_of() -> str:
	"""SQL for the position of a lead's zone among the zones."""
	return f"(interval({_chance('zones')} mod 100, {_limits(ZONES)}) - 1)"


def _domain() -> str:
	return f"elt(interval({_chance('domain')} mod 100, 0, 45, 70, 80), 'gmail.com', 'hotmail.com', 'yahoo.es', concat('empresa', crc32(seq) mod 20000, '.com'))"


def _invented(of: str) -> str:
	"""SQL for a word that few other companies have in their name."""
	return "concat(" + ", ".join(_any(SYLLABLES, f"{of}{place}") for place in range(4)) + ")"


def _unless(of: str, percent: int, value: str) -> str:
	"""SQL for a value that some leads lack."""
	return f"if({_chance(of)} mod 100 < {percent}, null, {value})"


def _any(choices, of: str) -> str:
	return f"elt(1 + {_chance(of)} mod {len(choices)}, {_listed(choices)})"


def _weighted(choices: dict[str, int], of: str) -> str:
	"""SQL for one of the choices, each as often as its percentage says."""
	return f"elt(interval({_chance(of)} mod 100, {_limits(choices)}), {_listed(choices)})"


def _limits(choices: dict[str, int]) -> str:
	weights = list(choices.values())
	return ", ".join(str(sum(weights[:place])) for place in range(len(weights)))


def _listed(choices) -> str:
	return ", ".join(frappe.db.escape(choice) for choice in choices)


def _chance(of: str) -> str:
	"""SQL for a large number that depends on the lead and on what it is for."""
	return f"crc32(md5(concat('{of}', seq)))"
