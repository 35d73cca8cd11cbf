"""What a column of a file of prospects is, by its header, by a mapping, and what is left out."""

import pytest

from crm_etapas.capture.columns import (
	ADDRESS,
	ATTRIBUTE,
	ENTERED_ON,
	ID,
	IDENTIFICATION,
	LEAD,
	ROLE,
	Target,
	parse_mapping,
	recognise,
)
from crm_etapas.exceptions import ProspectImportError
from crm_etapas.identity.names import squeeze

WORDS = {
	squeeze(text): target
	for target, texts in {
		Target(LEAD, "first_name"): ("first_name", "Nombre"),
		Target(LEAD, "email_id"): ("email_id", "Correo electrónico", "E-mail"),
		Target(LEAD, "city"): ("city", "Ciudad"),
		Target(LEAD, "identification_number"): ("identification_number",),
		Target(LEAD, "salary"): ("Sueldo",),
		Target(IDENTIFICATION, "RIF"): ("RIF",),
		Target(ATTRIBUTE, "Tamaño"): ("Tamaño",),
		Target(ADDRESS, "address_line1"): ("Dirección",),
		Target(ROLE, ID): ("id",),
		Target(ROLE, ENTERED_ON): ("Fecha de entrada",),
	}.items()
	for text in texts
}
LOCKED = {Target(LEAD, "salary"): "you may not"}


def columns(*headers: str, mapping=None):
	return recognise(headers, WORDS, parse_mapping(mapping), LOCKED)


# F1: case, accents and signs do not matter
@pytest.mark.parametrize(
	"header", ["Correo electrónico", "CORREO ELECTRONICO", "correo  Electrónico:", "e-mail", "EMail"]
)
def test_a_header_is_recognised(header):
	assert columns(header).lead["email_id"].name == header


# F1
def test_what_each_column_is():
	found = columns("ID", "Nombre", "RIF", "Tamaño", "Fecha de Entrada", "Dirección", "Ciudad")
	assert (found.id, found.entered_on) == ("ID", "Fecha de Entrada")
	assert found.lead["identification_number"].name == "RIF" and found.identification_type == "RIF"
	assert list(found.attributes) == ["Tamaño"]
	assert found.has_address and found.address["city"].name == "Ciudad" == found.lead["city"].name
	assert not found.left_out


# F1: a city alone is the prospect's, and no address
def test_a_city_is_no_address():
	found = columns("Nombre", "Ciudad")
	assert not found.has_address and not found.address


# F1: nothing is dropped in silence
def test_what_is_left_out_is_said():
	found = columns("Nombre", "Correo", "Sueldo", "First Name", mapping={"Correo": None})
	assert dict(found.left_out) == {
		"Correo": "the mapping leaves it out",
		"Sueldo": "you may not",
		"First Name": "Nombre is this already",
	}
	(unknown,) = columns("Nombre", "Colour").left_out
	assert unknown[0] == "Colour"
	(meant,) = columns("Nombre", "Emial").left_out
	assert "email_id" in meant[1]


# F1: a mapping counts before the header
def test_a_mapping():
	found = columns("Nombre", "Buzón", mapping='{"Buzón": "email_id", "Nombre": "address.address_line1"}')
	assert found.lead["email_id"].name == "Buzón" and found.address["address_line1"].name == "Nombre"


# F1
@pytest.mark.parametrize(
	"mapping, words",
	[
		({"Otra": "email_id"}, "Otra"),
		({"Nombre": "emial_id"}, "email_id"),
		("{", "JSON"),
		("[]", "Correo"),
		({"Nombre": 1}, "Correo"),
	],
)
def test_a_mapping_that_cannot_be_used(mapping, words):
	with pytest.raises(ProspectImportError, match=words):
		columns("Nombre", mapping=mapping)


# F1
def test_a_file_of_something_else():
	with pytest.raises(ProspectImportError, match="Colour"):
		columns("Colour", "Shape")
