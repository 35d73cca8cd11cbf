"""Identification numbers of the Spanish-speaking countries and their neighbours.

The numbers are public ones: of companies and offices, or the examples of the offices that give them out.
"""

import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import crm_etapas
from crm_etapas.exceptions import InvalidIdentification
from crm_etapas.identity import identification
from crm_etapas.identity.identification import RULES

PACKAGE = Path(crm_etapas.__file__).parent
STARTING = json.loads((PACKAGE / "fixtures" / "defaults" / "identification_type.json").read_text())

# rule: {official writing: other writings}
NUMBERS = {
	"ar.cuit": {"30-70308853-4": ("30703088534", "30 70308853 4"), "20-05536168-2": ("20.05536168.2",)},
	"ar.dni": {"20.123.456": ("20123456", "20 123 456")},
	"br.cnpj": {
		"16.727.230/0001-97": ("16727230000197",),
		"12.ABC.345/01DE-35": ("12abc34501de35", "12. ABC.345 /01DE–35"),
	},
	"br.cpf": {"390.533.447-05": ("39053344705",)},
	"ca.bn": {"123026635": ("12302 6635",), "123026635RC0001": ("12302 6635 RC 0001",)},
	"cl.rut": {
		"76.086.428-5": ("760864285", "76086428-5", "CL 76.086.428-5"),
		"97.004.000-5": ("97004000-5",),
		"12.531.909-2": ("125319092",),
	},
	"co.nit": {
		"890.903.938-8": ("8909039388", "890903938-8", "890 903 938 8"),
		"213.123.432-1": ("2131234321",),
	},
	"cr.cpf": {"03-0455-0175": ("3-0455-0175", "3.455.175", "304550175")},
	"cr.cpj": {"3-101-999999": ("3101999999",), "4-000-042138": ("4 000 042138",)},
	"cr.cr": {"155812994816": ("1558-12994816",)},
	"cu.ni": {"91021027775": ("910210 27775",)},
	"do.cedula": {"001-1391820-5": ("00113918205",), "224-0002211-1": ("22400022111",)},
	"do.rnc": {"1-01-85004-3": ("101850043", "1 01 85004 3"), "1-31-24679-6": ("131246796",)},
	"ec.ci": {"1714307103": ("171430710-3",)},
	"ec.ruc": {"1792060346001": ("1792060346-001", "179 206 0346 001")},
	"es.cif": {"J99216582": ("J-99216582", "j 99.216.582")},
	"es.dni": {"54362315K": ("54362315-k", "54.362.315-K")},
	"es.nie": {"X2482300W": ("x-2482300w", "X-2.482.300-W")},
	"es.nif": {
		"B58378431": ("ES B-58378431", "b58378431"),
		"54362315K": ("54.362.315-K",),
		"X5253868R": ("X-5253868-R",),
		"M1234567L": ("M-1234567-L",),
	},
	"eu.vat": {"ESB58378431": ("ES B-58378431",), "FR61954506077": ("fr 61 954 506 077",)},
	"gt.nit": {"576937-K": ("576937k", "0576937-K"), "3952550-3": ("39525503",)},
	"mx.curp": {"BOXW310820HNERXN09": ("boxw-310820-hnerxn09",)},
	"mx.rfc": {
		"GODE561231GR8": ("GODE 561231 GR8", "gode-561231-gr8"),
		"MAB9307148T4": ("MAB-930714-8T4",),
	},
	"pe.cui": {"10117410": (), "101174102": ("10117410-2",)},
	"pe.ruc": {"20512333797": ("20-51233379-7",)},
	"pt.nif": {"501964843": ("PT 501 964 843",)},
	"py.ruc": {"80028061-0": ("800280610",), "2660-3": ("26603",)},
	"sv.nit": {"0614-050707-104-8": ("06140507071048", "SV 0614-050707-104-8")},
	"us.ein": {"91-1144442": ("911144442",)},
	"uy.rut": {"211003420017": ("21-100342-001-7", "UY 21 100342 001 7")},
	"ve.rif": {
		"J-00343994-0": ("J003439940", "j-00343994-0", "J 00.343.994-0"),
		"V-11470283-4": ("V114702834",),
		"G-20004036-0": ("g200040360",),
	},
}
WITHOUT_CHECK_DIGIT = {"ar.dni", "cr.cpf", "cr.cpj", "cr.cr", "cu.ni", "us.ein"}
# Where the check digit stands, if not at the end.
POSITION = {"ca.bn": 8, "eu.vat": 10, "ec.ruc": 9, "do.cedula": 12, "mx.curp": 17}


def options(doctype: str, fieldname: str) -> list[str]:
	path = PACKAGE / "crm_etapas" / "doctype" / doctype / f"{doctype}.json"
	field = next(f for f in json.loads(path.read_text())["fields"] if f["fieldname"] == fieldname)
	return field["options"].split("\n")


# D7
def test_an_admin_can_choose_every_rule():
	assert options("identification_type", "check_digit_rule") == ["", *RULES]
	assert list(RULES) == sorted(RULES)
	assert set(NUMBERS) == set(RULES)


# D7
@pytest.mark.parametrize("rule", RULES)
def test_a_number_is_written_the_official_way_however_it_was_typed(rule):
	for official, writings in NUMBERS[rule].items():
		for text in (official, f" {official.lower()} ", *writings):
			assert identification.normalise(text, rule) == official


# D7
@pytest.mark.parametrize("rule", RULES)
def test_the_writings_of_a_number_have_one_key(rule):
	for official, writings in NUMBERS[rule].items():
		keys = {identification.key(identification.normalise(text, rule)) for text in (official, *writings)}
		assert len(keys) == 1 and keys.pop().isalnum()


# D7
@pytest.mark.parametrize("rule", sorted(set(RULES) - WITHOUT_CHECK_DIGIT))
def test_a_wrong_check_digit_is_refused(rule):
	for official in NUMBERS[rule]:
		if (rule, official) == ("pe.cui", "10117410"):
			continue  # the check digit is left out
		at = POSITION.get(rule, len(official) - 1)
		among = string.digits if official[at].isdigit() else string.ascii_uppercase
		wrong = [f"{official[:at]}{other}{official[at + 1 :]}" for other in among if other != official[at]]
		accepted = [text for text in wrong if is_valid(text, rule)]
		assert not accepted, f"{official}: {accepted}"


# D7
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("text", ["", "-", "1", "no tiene", "?" * 10, "1" * 40])
def test_what_is_no_number_is_refused_with_a_reason(rule, text):
	with pytest.raises(InvalidIdentification) as refusal:
		identification.normalise(text, rule)
	assert str(refusal.value)


# D7
@given(
	rule=st.sampled_from(list(RULES)),
	text=st.text(st.sampled_from(string.digits * 3 + "ABJGVXYZKCFÑ&.-/ ²٣éesfr"), max_size=20)
	| st.text(max_size=20),
)
def test_any_text_is_a_number_or_refused(rule, text):
	try:
		number = identification.normalise(text, rule)
	except InvalidIdentification:
		return
	assert identification.normalise(number, rule) == number


# D7
@pytest.mark.parametrize(
	"rule, number",
	[
		("mx.rfc", "XAXX010101000"),
		("mx.rfc", "XEXX010101000"),
		("cl.rut", "66.666.666-6"),
		("gt.nit", "CF"),
		("ec.ruc", "9999999999999"),
		("co.nit", "222222222222"),
	],
)
def test_a_number_for_customers_without_a_name_is_accepted_and_nobodys(rule, number):
	assert identification.bare(identification.normalise(number.lower(), rule)) == identification.bare(number)
	assert identification.is_of_nobody(number, rule)
	assert not identification.is_of_nobody(next(iter(NUMBERS[rule])), rule)


# D7
def test_a_person_without_the_last_three_characters_has_no_rfc_yet():
	with pytest.raises(InvalidIdentification):
		identification.normalise("COMG-600703", "mx.rfc")


# D7
def test_a_pattern_alone_checks_the_bare_number():
	assert identification.normalise("v-12.345.678", pattern=r"[VE]\d{5,9}") == "V12345678"
	for wrong in ("12345678", "V1234", "V12345678X"):
		with pytest.raises(InvalidIdentification):
			identification.normalise(wrong, pattern=r"[VE]\d{5,9}")


# D7
def test_a_pattern_narrows_a_rule():
	company = r"[JG]\d{9}"
	assert identification.normalise("J-00343994-0", "ve.rif", company) == "J-00343994-0"
	with pytest.raises(InvalidIdentification):
		identification.normalise("V-11470283-4", "ve.rif", company)


# D7
def test_without_rule_and_pattern_a_number_stays_as_it_is():
	assert identification.normalise("  abc   12-3 ") == "abc 12-3"
	assert identification.key("abc 12-3") == "ABC123"


# D7
def test_starting_types_accept_their_own_examples():
	assert sum(record["is_default"] for record in STARTING) == 1
	for record in STARTING:
		rule, pattern = record.get("check_digit_rule"), record.get("pattern")
		assert rule or pattern
		assert identification.normalise(record["example"], rule, pattern) == record["example"], record[
			"type_name"
		]


def is_valid(text: str, rule: str) -> bool:
	try:
		return bool(identification.normalise(text, rule))
	except InvalidIdentification:
		return False
