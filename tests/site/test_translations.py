"""The interface is whole in both languages."""

import os
from pathlib import Path

import frappe
import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from frappe.gettext.translate import get_method_map, get_translations_from_mo
from frappe.translate import get_all_translations

import crm_etapas
from crm_etapas.pipeline.vocabulary import PROCESS_STATUSES

REPO = Path(crm_etapas.__file__).parent.parent


@pytest.fixture(scope="module")
def messages() -> list[tuple[str, str, str | None]]:
	"""Every translatable string of the app as (file, string, context), read from the source."""
	methods = [*get_method_map("crm_etapas"), *get_method_map("frappe")]
	found = extract_from_dir(
		REPO / "crm_etapas",
		methods,
		keywords={**DEFAULT_KEYWORDS, "_lt": None},
		directory_filter=lambda path: os.path.basename(path) not in ("node_modules", "dist", "__pycache__"),
	)
	return [
		(filename, text, context)
		for filename, _line, message, _comments, context in found
		for text in (message if isinstance(message, tuple) else (message,))
		if text
	]


def lacking(messages, language: str) -> list[str]:
	known = get_all_translations(language)
	return sorted(
		{
			f"{filename}: {text}"
			for filename, text, context in messages
			if text not in known and f"{text}:{context}" not in known
		}
	)


def is_spanish(filename: str, text: str) -> bool:
	return "fixtures/defaults" in filename or text in PROCESS_STATUSES


# every label, message and report in both languages
def test_every_string_has_its_spanish(messages):
	assert len(messages) > 100
	assert not lacking([m for m in messages if not is_spanish(m[0], m[1])], "es")


def test_every_starting_record_has_its_english(messages):
	spanish = [m for m in messages if is_spanish(m[0], m[1])]
	assert len(spanish) > 50
	assert not lacking(spanish, "en")


# A1
def test_stage_names_show_in_english_to_english_users():
	from crm_etapas.api.stages import get_path
	from tests.site.factories import make_lead

	lead = make_lead()
	assert get_path("Lead", lead.name)["stages"][0]["label"] == "Nuevo"
	frappe.local.lang = "en"
	path = get_path("Lead", lead.name)
	assert (path["stages"][0]["name"], path["stages"][0]["label"]) == ("Nuevo", "New")
	assert path["stages"][0]["guidance"] == "Check the basic data and plan the first contact."


# a word of ours would be the word of the whole site; these say it better than theirs, and must be said so
BETTER = {"Spam", "Yes"}


def test_no_word_of_frappe_or_erpnext_is_changed():
	ours = get_translations_from_mo("es", "crm_etapas")
	for app in ("frappe", "erpnext"):
		theirs = get_translations_from_mo("es", app)
		assert not {text for text in ours if text in theirs and ours[text] != theirs[text]} - BETTER
