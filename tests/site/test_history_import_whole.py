"""Whole imports that commit: the public sales data, the command line, a worker that dies, a database
that refuses a row."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import frappe
import pytest
from frappe.custom.doctype.custom_field.custom_field import create_custom_field
from frappe.query_builder.functions import Count, Sum
from frappe.utils.synchronization import filelock

from crm_etapas.exceptions import HistoryImportError
from crm_etapas.history_import.job import import_history, lock_name
from tests.site.test_history_import import MAPPING, NAMELESS, bring_in, counts

SALES_MAPPING = Path(__file__).parents[2] / "benchmarks" / "crm_sales.mapping.json"
ROWS = 8800


@pytest.fixture
def sales(public_data, tmp_path) -> Path:
	"""A folder of one's own with the public sales data, for reports are written beside it."""
	for file in (public_data / "crm_sales").glob("*.csv"):
		shutil.copyfile(file, tmp_path / file.name)
	return tmp_path


def read(path: Path) -> tuple[str, bytes]:
	return path.name, path.read_bytes()


def by_stage() -> dict[str, tuple[int, float]]:
	table = frappe.qb.DocType("Opportunity")
	query = frappe.qb.from_(table).groupby(table.opportunity_stage)
	rows = query.select(table.opportunity_stage, Count("*"), Sum(table.base_opportunity_amount)).run()
	return {stage: (count, amount) for stage, count, amount in rows}


def stays() -> dict[str, list]:
	found: dict[str, list] = {}
	fields = ["reference_name", "stage", "entered_on", "left_on", "seconds", "sequence"]
	for stay in frappe.get_all(
		"Stage Log", {"pipeline": "opportunity"}, fields, order_by="reference_name, sequence"
	):
		found.setdefault(stay.reference_name, []).append(stay)
	return found


def check_figures() -> None:
	assert by_stage() == {
		"Cerrado Ganado": (4238, 10_005_534),
		"Cerrado Perdido": (2473, 0),
		"En Negociación": (1589, 0),
		"Cotización Solicitada": (500, 0),
	}
	assert frappe.db.count("Opportunity Item") == ROWS
	assert frappe.db.count("Lead") == 1425
	current = dict(frappe.get_all("Opportunity", fields=["name", "opportunity_stage"], as_list=True))
	days: dict[str, list[float]] = {}
	for name, history in stays().items():
		assert [stay.sequence for stay in history] == list(range(1, len(history) + 1))
		assert [stay.left_on for stay in history] == [*(stay.entered_on for stay in history[1:]), None]
		assert history[-1].stage == current.pop(name)
		if len(history) == 2:
			days.setdefault(history[1].stage, []).append(history[0].seconds / 86400)
	assert not current
	assert {stage: statistics.median(found) for stage, found in days.items()} == {
		"Cerrado Ganado": 57,
		"Cerrado Perdido": 14,
	}


# F1, D15, D18: real input, dry run first, twice
def test_the_public_sales_data(throwaway_site, sales):
	extras = {
		name: read(sales / f"{file}.csv") for name, file in (("accounts", "accounts"), ("items", "products"))
	}
	arguments = (read(sales / "sales_pipeline.csv"), SALES_MAPPING.read_text(encoding="utf-8"), extras)
	before = counts()
	dry = import_history(*arguments, dry_run=True)
	frappe.db.rollback()
	assert counts() == before
	report = import_history(*arguments)
	assert report.created == dry.created and report.findings == dry.findings
	assert (report.rows, report.created["Opportunity"], report.refused) == (ROWS, ROWS, 0)
	check_figures()

	found = {(g.column, g.value, g.taken_as): g for g in report.groups() if g.kind == "guessed"}
	assert found["product", "GTXPro", "GTX Pro"].count == 1480
	assert len(found["product", "GTXPro", "GTX Pro"].rows) == 1480
	assert found["sector", "technolgy", "Technology"].file == "accounts.csv"
	assert (
		sum(g.count for (column, value, _taken), g in found.items() if column == "account" and not value)
		== 1425
	)
	assert sum(g.count for (column, value, _taken), g in found.items() if value == "Prospecting") == 500
	assert not frappe.db.exists("Item", "GTXPro")

	again = import_history(*arguments)
	assert again.already_there == ROWS and not any(again.created.values())
	check_figures()


def command(site, *arguments: str) -> list[str]:
	bench = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site.name]
	return [*bench, "crm-etapas", "import-history", *arguments]


# F1: broken off, it resumes
def test_a_killed_import_goes_on_where_it_was(throwaway_site, sales):
	line = command(throwaway_site, str(sales / "sales_pipeline.csv"), "--mapping", str(SALES_MAPPING))
	worker = subprocess.Popen(
		line, cwd=throwaway_site.sites_path, stdout=subprocess.DEVNULL, start_new_session=True
	)
	deadline = time.monotonic() + 120
	while worker.poll() is None and time.monotonic() < deadline:
		frappe.db.rollback()
		if frappe.db.count("Opportunity") >= 1000:
			break
		time.sleep(0.05)
	assert worker.poll() is None
	os.killpg(worker.pid, signal.SIGKILL)
	worker.wait()
	throwaway_site.reconnect()
	landed = frappe.db.count("Opportunity")
	assert 1000 <= landed < ROWS
	assert len(stays()) == frappe.db.count("Opportunity Item") == landed

	done = subprocess.run(line, cwd=throwaway_site.sites_path, capture_output=True, text=True)
	assert done.returncode == 0, done.stderr
	assert str(ROWS - landed) in done.stdout and str(landed) in done.stdout
	throwaway_site.reconnect()
	check_figures()
	assert "GTXPro" in (sales / "sales_pipeline.report.csv").read_text(encoding="utf-8-sig")


# F1: the exit code tells whether it ran; in the user's language
def test_the_command_line(throwaway_site, tmp_path):
	data, mapping = tmp_path / "deals.csv", tmp_path / "mapping.json"
	data.write_text("id,agent,product,account,stage,talked,closed,value\n1,,,,New,,,\n2,,,,Odd,,,\n")
	mapping.write_text(json.dumps(MAPPING))

	def run(*arguments: str):
		line = command(throwaway_site, *arguments)
		return subprocess.run(line, cwd=throwaway_site.sites_path, capture_output=True, text=True)

	dry = run(str(data), "--mapping", str(mapping), "--dry-run", "--report", str(tmp_path / "dry.json"))
	assert dry.returncode == 0, dry.stderr
	findings = json.loads((tmp_path / "dry.json").read_text(encoding="utf-8"))
	assert (findings["dry_run"], findings["created"]["Opportunity"], findings["refused"]) == (True, 1, 1)
	assert run(str(data), "--mapping", str(mapping)).returncode == 0
	throwaway_site.reconnect()
	assert frappe.db.count("Opportunity") == 1

	mapping.write_text(json.dumps({**MAPPING, "columns": {"stage": "etapa"}}))
	refused = run(str(data), "--mapping", str(mapping))
	assert refused.returncode == 1 and "etapa" in refused.stderr and "Traceback" not in refused.stderr
	assert run(str(tmp_path / "none.csv"), "--mapping", str(mapping)).returncode == 1


# F1, C10: the database refuses two rows of many; the others land, and of those two nothing does
def test_a_row_that_the_database_refuses(throwaway_site):
	create_custom_field(
		"Opportunity", {"fieldname": "folio", "label": "Folio", "fieldtype": "Data", "unique": 1}
	)
	mapping = {**MAPPING, "columns": {"id": "id", "stage": "stage", "folio": "product", "party": "account"}}
	lines = [f"{n},,F{min(n, 20)},Cuenta {n},New,,," for n in range(1, 23)]
	report = bring_in(*lines, mapping=mapping)
	assert report.created["Opportunity"] == 20 and sorted(report.refused_rows) == [22, 23]
	assert frappe.db.count("Opportunity") == frappe.db.count("Lead") == 20
	assert frappe.db.count("Stage Log", {"pipeline": ["!=", "qualification"]}) == 40
	assert Counter(frappe.get_all("Opportunity", pluck="folio"))["F20"] == 1

	# and a field that the admin made mandatory is asked for before anything is written
	create_custom_field("Opportunity", {"fieldname": "zona", "label": "Zona", "fieldtype": "Data", "reqd": 1})
	with pytest.raises(HistoryImportError, match="zona"):
		bring_in(NAMELESS, mapping=mapping)


# F1: two at once
def test_one_source_is_imported_once_at_a_time(throwaway_site):
	with filelock(lock_name("prueba"), timeout=1), pytest.raises(HistoryImportError, match="prueba"):
		bring_in(NAMELESS)
	assert not frappe.db.count("Opportunity")
	assert bring_in(NAMELESS).created["Opportunity"] == 1
