"""Whole imports of prospects that commit: a worker that dies, the command line, a database that refuses a row."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import frappe
import pytest
from frappe.custom.doctype.custom_field.custom_field import create_custom_field
from frappe.utils.synchronization import filelock

from crm_etapas.capture.job import KIND, Options
from crm_etapas.exceptions import ProspectImportError
from crm_etapas.pipeline.registry import pipelines_of
from crm_etapas.tabular.running import lock_name
from tests.site.test_prospect_import import bring_in, person, refusals

ROWS = 3000


def command(site, *arguments: str) -> list[str]:
	bench = [sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site.name]
	return [*bench, "crm-etapas", "import-prospects", *arguments]


def run(site, *arguments: str) -> subprocess.CompletedProcess:
	return subprocess.run(command(site, *arguments), cwd=site.sites_path, capture_output=True, text=True)


def many(path: Path) -> Path:
	lines = ["Nombre,Apellidos,Correo,Móvil,Dirección,Ciudad,País"]
	for n in range(ROWS):
		lines.append(f"Ana,Prueba {n},ana{n}@example.com,+58412{n:07d},Calle {n},Caracas,Venezuela")
	path.write_text("\n".join(lines), encoding="utf-8")
	return path


def check_whole(count: int) -> None:
	"""Every prospect is there once with what belongs to it, and nothing else is."""
	for doctype in ("Lead", "Contact", "Address", "Contact Email", "Contact Phone"):
		assert frappe.db.count(doctype, {"creation": (">", "2000-01-01")}) == count, doctype
	assert frappe.db.count("Stage Log", {"cause": "Import"}) == count * len(pipelines_of("Lead"))
	assert frappe.db.count("Dynamic Link", {"link_doctype": "Lead"}) == 2 * count
	for field in ("email_id", "lead_import_id"):
		values = frappe.get_all("Lead", pluck=field)
		assert len(set(values)) == len(values) == count


def start_over() -> None:
	for doctype in ("Contact", "Address", "Contact Email", "Contact Phone", "Dynamic Link"):
		frappe.db.delete(doctype)
	frappe.db.commit()


# F1: broken off, it resumes
def test_a_killed_import_goes_on_where_it_was(throwaway_site, tmp_path):
	start_over()
	file = many(tmp_path / "lista.csv")
	worker = subprocess.Popen(
		command(throwaway_site, str(file)),
		cwd=throwaway_site.sites_path,
		stdout=subprocess.DEVNULL,
		start_new_session=True,
	)
	deadline = time.monotonic() + 300
	while worker.poll() is None and time.monotonic() < deadline:
		frappe.db.rollback()
		if frappe.db.count("Lead") >= 500:
			break
		time.sleep(0.05)
	assert worker.poll() is None
	os.killpg(worker.pid, signal.SIGKILL)
	worker.wait()
	throwaway_site.reconnect()
	landed = frappe.db.count("Lead")
	assert 500 <= landed < ROWS
	check_whole(landed)

	done = run(throwaway_site, str(file))
	assert done.returncode == 0, done.stderr
	assert str(ROWS - landed) in done.stdout and str(landed) in done.stdout
	throwaway_site.reconnect()
	check_whole(ROWS)
	again = run(throwaway_site, str(file))
	assert again.returncode == 0 and str(ROWS) in again.stdout
	throwaway_site.reconnect()
	check_whole(ROWS)


# F1: the exit code tells whether it ran; in the user's language
def test_the_command_line(throwaway_site, tmp_path):
	data, mapping = tmp_path / "lista.csv", tmp_path / "mapa.json"
	data.write_text("Nombre,Buzón\nAna,ana@example.com\nEva,mal\n", encoding="utf-8")
	mapping.write_text(json.dumps({"Buzón": "email_id"}), encoding="utf-8")
	report = tmp_path / "dry.json"
	dry = run(throwaway_site, str(data), "--mapping", str(mapping), "--dry-run", "--report", str(report))
	assert dry.returncode == 0, dry.stderr
	found = json.loads(report.read_text(encoding="utf-8"))
	assert (found["dry_run"], found["created"]["Lead"], found["refused"]) == (True, 1, 1)
	assert run(throwaway_site, str(data), "--mapping", str(mapping)).returncode == 0
	throwaway_site.reconnect()
	assert frappe.get_all("Lead", pluck="email_id") == ["ana@example.com"]
	assert "mal" in (tmp_path / "lista.report.csv").read_text(encoding="utf-8-sig")

	mapping.write_text(json.dumps({"Nada": "email_id"}))
	refused = run(throwaway_site, str(data), "--mapping", str(mapping))
	assert refused.returncode == 1 and "Nada" in refused.stderr and "Traceback" not in refused.stderr
	assert run(throwaway_site, str(tmp_path / "none.csv")).returncode == 1


# F1, C10: fields that an admin has added, mandatory, limited and unique; the others of the chunk land
def test_an_admins_fields(throwaway_site):
	fields = (
		{"fieldname": "folio", "label": "Folio", "fieldtype": "Data", "unique": 1, "length": 5},
		{"fieldname": "clase", "label": "Clase", "fieldtype": "Select", "options": "\nA\nB", "reqd": 1},
		{"fieldname": "puntos", "label": "Puntos", "fieldtype": "Int", "non_negative": 1},
	)
	for field in fields:
		create_custom_field("Lead", field)
	rows = [person(n, Folio=f"F{n}", Clase="b", Puntos=str(n)) for n in range(20)]
	rows += [
		person(20, Folio="F19", Clase="A"),
		person(21, Folio="F-largo", Clase="A"),
		person(22, Folio="F22"),
		person(23, Folio="F23", Clase="C"),
		person(24, Folio="F24", Clase="A", Puntos="-1"),
	]
	report = bring_in(*rows)
	assert sorted(refusals(report)) == [22, 23, 24, 25, 26], refusals(report)
	assert report.created["Lead"] == frappe.db.count("Lead") == 20
	assert report.created["Stage Log"] == frappe.db.count("Stage Log")
	assert frappe.db.get_value("Lead", {"folio": "F7"}, ["clase", "puntos"]) == ("B", 7)

	with filelock(lock_name(KIND, "prueba"), timeout=1), pytest.raises(ProspectImportError, match="prueba"):
		bring_in(person(30, Clase="A"))
	assert bring_in(person(30, Clase="A"), options=Options(source="otra")).created["Lead"] == 1
