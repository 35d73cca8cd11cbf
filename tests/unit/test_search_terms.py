"""What someone has typed into a search box, taken apart."""

import pytest

from crm_etapas.finding.terms import MOST_TERMS, Term, parse


def phones(typed: str) -> list[str]:
	"""As in Venezuela."""
	digits = "".join(character for character in typed if character.isdigit())
	return [f"+58{digits.removeprefix('0')}"] if len(digits) > 2 else []


def indexed(text: str) -> list[str | None]:
	return [term.indexed for term in parse(text, phones)]


# D5
@pytest.mark.parametrize(
	("text", "expected"),
	[
		("Pérez", ["+perez*"]),
		("  PÉREZ   juan ", ["+perez*", "+juan*"]),
		("juan juan", ["+juan*"]),
		("GTX-500", ["+(gtx500* (+gtx* +500*))"]),
		("J-12345678-9", ["+(j123456789* 12345678*)"]),
		("0412-1234567", ["+(584121234567* 04121234567* (+0412* +1234567*))"]),
		("0412 123 4567", ["+(584121234567* 04121234567* (+0412* +123* +4567*))"]),
		("Grupo 20 500", ["+grupo*", None, "+(58500* 500*)"]),
		("juan_perez", ["+juan_perez*"]),
		("", []),
		("--  @ ()", []),
	],
)
def test_a_text_becomes_what_the_full_text_index_is_asked_for(text, expected):
	assert indexed(text) == expected


# D5: nobody can give the index orders
@pytest.mark.parametrize("text", ['+a "b" -perez*', "perez) (", "~perez <perez >perez", "perez@@", "'perez"])
def test_operators_of_the_index_are_no_operators_in_a_text(text):
	for term in parse(text, phones):
		if term.indexed:
			assert set(term.indexed) <= set("+()* _abcdefghijklmnopqrstuvwxyz0123456789")
		for group in term.patterns:
			assert all("\\" not in pattern and "'" not in pattern for pattern in group)


# D5: words that the index does not have
@pytest.mark.parametrize("text", ["3M", "HP", "Li", "de", "la", "com", "a"])
def test_short_and_stop_words_are_left_to_other_indexes(text):
	(term,) = parse(text, phones)
	assert term.indexed is None
	assert not term.is_exact


def test_a_long_word_needs_no_second_look_and_one_in_parts_does_only_if_a_part_is_short():
	long, parted, short = parse("Pérez GTX-500 J-12345678-9", phones)
	assert long.is_exact and parted.is_exact and not short.is_exact


# D5
def test_an_address_is_looked_for_as_it_is_written():
	(whole,) = parse("Ana@Acme.com", phones)
	assert (whole.address, whole.is_beginning_of_address, whole.is_exact) == ("ana@acme.com", True, False)
	(domain,) = parse("@acme.com", phones)
	assert (domain.indexed, domain.is_beginning_of_address) == ("+acme*", False)
	assert domain.patterns == (("@acme[.]com",),)


def test_a_pasted_page_asks_for_no_more_than_a_few_words():
	assert len(parse("palabra " + " ".join(f"otra{n}" for n in range(50)), phones)) == MOST_TERMS
	assert parse("a" * 5000, phones)[0].readings == (("a" * 140,),)


def test_terms_that_say_the_same_are_one():
	assert parse("Pérez perez PEREZ", phones) == [Term((("perez",),))]
