"""Identification numbers: checked by their country's rules and written the way that country writes them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from types import ModuleType

import frappe
from frappe import _
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from crm_etapas import master
from crm_etapas.exceptions import InvalidIdentification
from crm_etapas.identity import country
from crm_etapas.identity.names import squeeze

DOCTYPE = "Identification Type"
BETWEEN = re.compile(r"[\s._\-/\u2010-\u2015\u2212]+")  # what people put between the digits


@dataclass(frozen=True)
class Rule:
	"""A kind of number that python-stdnum knows.

	:param write: how the bare number is written; without it as stdnum writes it, or bare.
	:param validate: arguments of stdnum's `validate`.
	:param in_parts: the parts between hyphens matter: zeros in front of each can be left out.
	:param of_nobody: bare numbers that many share, such as those of sales to customers without a name.
	"""

	write: Callable[[str], str] | None = None
	validate: tuple[tuple[str, bool], ...] = ()
	in_parts: bool = False
	of_nobody: frozenset[str] = frozenset()


# By the name of stdnum's module. Options of Identification Type: see its test.
RULES: dict[str, Rule] = {
	"ar.cuit": Rule(),
	"ar.dni": Rule(),
	"br.cnpj": Rule(),
	"br.cpf": Rule(),
	"ca.bn": Rule(),
	"cl.rut": Rule(of_nobody=frozenset({"555555555", "666666666"})),
	"co.nit": Rule(of_nobody=frozenset({"222222222222"})),
	"cr.cpf": Rule(in_parts=True),
	"cr.cpj": Rule(),
	"cr.cr": Rule(),
	"cu.ni": Rule(),
	"do.cedula": Rule(),
	"do.rnc": Rule(),
	"ec.ci": Rule(of_nobody=frozenset({"9999999999"})),
	"ec.ruc": Rule(of_nobody=frozenset({"9999999999999"})),
	"es.cif": Rule(),
	"es.dni": Rule(),
	"es.nie": Rule(),
	"es.nif": Rule(),
	"eu.vat": Rule(),
	"gt.nit": Rule(
		write=lambda bare: bare if bare == "CF" else f"{bare[:-1]}-{bare[-1]}", of_nobody=frozenset({"CF"})
	),
	"mx.curp": Rule(),
	"mx.rfc": Rule(
		write=str,
		validate=(("validate_check_digits", True),),
		of_nobody=frozenset({"XAXX010101000", "XEXX010101000"}),
	),
	"pe.cui": Rule(),
	"pe.ruc": Rule(),
	"pt.nif": Rule(),
	"py.ruc": Rule(),
	"sv.nit": Rule(),
	"us.ein": Rule(),
	"uy.rut": Rule(write=str),
	"ve.rif": Rule(write=lambda bare: f"{bare[0]}-{bare[1:-1]}-{bare[-1]}"),
}


def normalise(number: str, rule: str | None = None, pattern: str | None = None) -> str:
	"""Return the number as it is officially written; by a pattern alone: bare; by nothing: as it is.

	:param rule: one of RULES.
	:param pattern: regular expression that the whole bare number must match.
	:raises InvalidIdentification: if rule or pattern refuse it.
	"""
	if pattern and not re.fullmatch(pattern, bare(number), re.IGNORECASE):
		raise InvalidIdentification(_("it does not look like one"))
	if rule:
		return _written_by(rule, number)
	return bare(number) if pattern else " ".join(number.split())


def bare(number: str) -> str:
	"""Return the number in capitals, without spaces, dots, dashes and slashes."""
	return BETWEEN.sub("", number).upper()


def key(number: str) -> str:
	"""Return what the writings of a number have in common: its letters and digits, in capitals."""
	return squeeze(number).upper()


def is_of_nobody(number: str, rule: str | None) -> bool:
	"""Tell whether the number identifies nobody, because a tax office lets many use it."""
	return bool(rule) and bare(number) in RULES[rule].of_nobody


def types() -> dict[str, frappe._dict]:
	"""Return every identification type by name, disabled ones too, from the cache."""
	return master.records(DOCTYPE)


def choose_default(args: dict | None = None) -> None:
	"""Mark the first tax number of the site's country as the default.

	At installation and at the end of ERPNext's setup wizard, which gives its answers as `args`: when the
	country is known and nobody has chosen yet.
	"""
	home = country.home()
	own = [kind for kind in types().values() if kind.country == home and kind.is_tax_id and not kind.disabled]
	if home and own and not own[0].is_default:
		kind = frappe.get_doc(DOCTYPE, own[0].name)
		kind.is_default = 1
		kind.save()


def _written_by(name: str, number: str) -> str:
	rule, module = RULES[name], import_module(f"stdnum.{name}")
	if is_of_nobody(number, name):
		return _write(rule, module, bare(number))
	try:
		parts = BETWEEN.sub("-", number).strip("-") if rule.in_parts else bare(number)
		found = module.validate(parts, **dict(rule.validate))
	except InvalidChecksum:
		raise InvalidIdentification(_("its check digit is wrong"))
	except InvalidLength:
		raise InvalidIdentification(_("it is too short or too long"))
	except InvalidFormat:
		raise InvalidIdentification(_("it has characters in the wrong place"))
	except ValidationError:
		raise InvalidIdentification(_("no such number is given out"))
	if name == "mx.rfc" and len(found) == 10:  # a person's before the tax office completes it
		raise InvalidIdentification(_("its last three characters are missing"))
	return _write(rule, module, found)


def _write(rule: Rule, module: ModuleType, number: str) -> str:
	write = rule.write or getattr(module, "format", str)
	return write(number)
