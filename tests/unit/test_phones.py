"""One writing for every phone number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_etapas.exceptions import IncompletePhone, InvalidPhone
from crm_etapas.identity import phones


# D7
@pytest.mark.parametrize(
	"region, number, writings",
	[
		(
			"VE",
			"+584121234567",
			("0412-1234567", "(0412) 123.45.67", "4121234567", "+58 412 123 4567", "584121234567"),
		),
		("VE", "+582125551234", ("0212 555 12 34", "00582125551234")),
		(
			"MX",
			"+525512345678",
			("55 1234 5678", "01 55 1234 5678", "044 55 1234 5678", "+52 1 55 1234 5678"),
		),
		("CO", "+573001234567", ("300 123 4567", "+57 (300) 1234567")),
		("CL", "+56961234567", ("9 6123 4567", "+56 9 61234567")),
		("AR", "+5491112345678", ("11 15 1234 5678", "+54 9 11 1234-5678", "011 15-1234-5678")),
		("ES", "+34600123456", ("600 12 34 56", "0034 600123456", "+34 600-123-456")),
		("PE", "+51987654321", ("987 654 321", "+51987654321")),
		("US", "+12025550123", ("(202) 555-0123", "1-202-555-0123")),
		("MX", "+34600123456", ("+34 600 123 456", "00 34 600 123 456")),
	],
)
def test_every_writing_of_a_number_becomes_the_same(region, number, writings):
	assert {phones.normalise(text, region) for text in writings} == {number}
	assert phones.normalise(number, None) == number


# D7
@pytest.mark.parametrize(
	"text",
	[
		"+58 412 1234567 ext. 12",
		"0412 1234567 extensión 12",
		"0412-1234567 x12",
		"0412-1234567 int. 12",
		"0412-1234567 (interno 12)",
		"0412-1234567, anexo: 12",
		"0412 1234567 ramal 12",
		"+584121234567#12",
	],
)
def test_an_extension_is_kept(text):
	number = phones.normalise(text, "VE")
	assert number == "+584121234567#12"
	assert phones.normalise(number, "MX") == number


# D7
@pytest.mark.parametrize(
	"text, region",
	[
		("666", "US"),
		("0412 123456", "VE"),
		("600 12 34 5", "ES"),
		("+58 412 1234567890", "VE"),
		("+999 1234567", "VE"),
		("no tiene", "VE"),
		("---", "VE"),
		("0412-1234567 / 0414-7654321", "VE"),
		("ana@example.com", "VE"),
	],
)
def test_what_cannot_be_a_number_is_refused(text, region):
	with pytest.raises(InvalidPhone) as refusal:
		phones.normalise(text, region)
	assert not isinstance(refusal.value, IncompletePhone)
	assert str(refusal.value)


# D7
@pytest.mark.parametrize(
	"text, region",
	[
		("555 1234", "VE"),
		("123456", "IN"),
		("+91 0000000000", "IN"),
		("+91 0000000001", "IN"),
		("0412 1234567", None),
	],
)
def test_what_may_be_a_number_but_says_too_little_is_told_apart(text, region):
	with pytest.raises(IncompletePhone):
		phones.normalise(text, region)


# D5
@pytest.mark.parametrize(
	"text, region, expected",
	[
		("0412 123", "VE", ["+58412123"]),
		("412-123", "VE", ["+58412123", "+412123"]),
		("58412", "VE", ["+5858412", "+58412"]),
		("+58 412", "MX", ["+58412"]),
		("0058412", "VE", ["+58412"]),
		("11 1234", "AR", ["+54111234", "+549111234", "+111234"]),
		("0412", None, []),
		("412", None, ["+412"]),
		("04", "VE", []),
		("ana 0412", "VE", []),
		("", "VE", []),
	],
)
def test_what_someone_begins_to_type_says_how_the_number_begins(text, region, expected):
	assert phones.beginnings(text, region) == expected


# D5
@pytest.mark.parametrize(
	"text, region",
	[("0412 123 4567", "VE"), ("55 1234 5678", "MX"), ("300 123 4567", "CO"), ("600 12 34 56", "ES")],
)
def test_a_number_is_found_from_its_third_digit_on(text, region):
	number = phones.normalise(text, region)
	for length in range(1, len(text) + 1):
		typed = text[:length]
		if sum(c.isdigit() for c in typed) >= phones.FEWEST_DIGITS:
			assert any(number.startswith(beginning) for beginning in phones.beginnings(typed, region)), typed


# D7
@given(st.text(max_size=40), st.sampled_from(["VE", "MX", "AR", "ES", "US", None]))
def test_any_text_is_a_number_or_refused_with_a_reason(text, region):
	try:
		number = phones.normalise(text, region)
	except InvalidPhone as reason:
		assert str(reason)
	else:
		assert phones.normalise(number, None) == number


# D5
@given(st.text(max_size=40), st.sampled_from(["VE", "AR", None]))
def test_any_text_may_be_typed(text, region):
	assert all(beginning.startswith("+") for beginning in phones.beginnings(text, region))
