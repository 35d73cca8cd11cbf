"""When two names are the same name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.identity.names import LONGEST_KEY, company_key, fold, squeeze


# D5
def test_case_accents_and_spaces_are_told_apart_by_nobody():
	assert fold("  José   PEÑA ") == "jose pena"
	assert squeeze("GTX-Pro_2") == squeeze("gtx pro 2") == "gtxpro2"


# D7
@pytest.mark.parametrize(
	"writings",
	[
		("Muebles Pérez & Hijos, C.A.", "MUEBLES PEREZ Y HIJOS CA", "muebles pérez y hijos"),
		("Acme, S.A. de C.V.", "ACME SA DE CV", "Acme S. A. de C. V.", "Acme"),
		("Acme, S. de R.L. de C.V.", "acme srl de cv", "Acme S de RL de CV"),
		("Textiles del Sur S.A.S.", "TEXTILES DEL SUR SAS", "Textiles del Sur, S. A. S."),
		("Construcciones Norte, S.L.U.", "Construcciones Norte SLU", "construcciones norte"),
		("Comercial Andes Ltda.", "Comercial Andes Limitada", "COMERCIAL ANDES"),
		("C.A. Metro de Caracas", "Metro de Caracas, C.A.", "METRO DE CARACAS"),
		("Siemens Aktien GmbH & Co. KG", "Siemens Aktien"),
		("Initech, Inc.", "INITECH", "Initech Incorporated"),
		("Distribuidora Ñandú SpA", "Distribuidora Nandu S.p.A."),
	],
)
def test_the_writings_of_a_companys_name_have_one_key(writings):
	assert len({company_key(name) for name in writings}) == 1
	assert company_key(writings[0])


# D7
@pytest.mark.parametrize(
	"one, other",
	[
		("Inversiones 2000", "Inversiones 2001"),
		("Casa Blanca", "Casa Negra"),
		("Yanes", "Anes"),
		("E. Paz", "Paz"),
	],
)
def test_other_names_have_another_key(one, other):
	assert company_key(one) != company_key(other)


# D7
def test_a_name_of_nothing_but_a_legal_form_keeps_it():
	assert company_key("S.A.") == "sa"
	assert company_key("Sociedad Anónima") == "sociedadanonima"
	assert company_key("Y") == "y"


# D7
@pytest.mark.parametrize("nothing", [None, "", "  ", "---"])
def test_no_name_has_no_key(nothing):
	assert company_key(nothing) is None


# D7
@given(st.text(max_size=400))
def test_a_key_fits_its_field_and_does_not_depend_on_case(name):
	key = company_key(name)
	assert key is None or 0 < len(key) <= LONGEST_KEY
	assert company_key(fold(name)) == key
