"""How much faster the import of prospects is than Frappe's Data Import, on one site in one run.

Usage, from the sites folder of the bench, on a site with ERPNext, a company and the app, without prospects:
    ../env/bin/python ../apps/crm_etapas/benchmarks/prospect_import.py SITE [ROWS [SAMPLE]]

Both get rows of the same file: names, company, email, two phones, identification, channel, segment, level, stage,
job title, city and country; ERPNext makes a contact of each. Data Import takes SAMPLE rows (300) before and as many
after, for other work on the machine; the import of prospects takes all ROWS (100,000), and then a tenth of them
once more with an address each, which Data Import cannot bring in with its prospect. It commits, so use a site that
you can throw away.
"""

import contextlib
import csv
import io
import resource
import sys
import tempfile
import time
from dataclasses import dataclass

import frappe
from harness import Targets, connect, counted

HEADER = (
	"first_name",
	"last_name",
	"company_name",
	"email_id",
	"mobile_no",
	"phone",
	"identification_type",
	"identification_number",
	"sales_channel",
	"business_segment",
	"potential_level",
	"prospect_stage",
	"job_title",
	"city",
	"country",
)
ADDRESS = ("address_line1", "municipality", "landmark", "latitude", "longitude")
NAMES = ("Ana", "Luis", "María José", "Íñigo", "Carmen", "José", "Belén", "Raúl", "Sofía")
SURNAMES = ("Pérez", "Núñez", "García Márquez", "Ibáñez", "López", "Rodríguez", "Muñoz", "Díaz")
STAGES = ("", "Nuevo", "Intento de Contacto", "Contacto Establecido", "Interesado Sin Decisión")


@dataclass
class Run:
	label: str
	rows: int
	seconds: float
	queries: int

	@property
	def pace(self) -> float:
		return self.rows / self.seconds

	def __str__(self) -> str:
		per_row = self.queries / self.rows
		return f"{self.label:28}{self.rows:8} rows {self.seconds:8.1f} s {self.pace:8.1f} rows/s {per_row:8.2f} queries/row"


def main(site: str, rows: int = 100_000, sample: int = 300) -> int:
	connect(site)
	if frappe.db.exists("Lead", {"email_id": ("like", "persona.%@example.com")}):
		sys.exit(f"{site} has the prospects of an earlier run. Use a fresh site")
	try:
		before = data_import(0, sample)
		ours = prospect_import("Import of prospects", sample, rows)
		after = data_import(sample + rows, sample)
		tenth = max(rows // 10, 1)
		addresses = prospect_import("… with an address", 2 * sample + rows, tenth, with_address=True)
	finally:
		frappe.destroy()
	for run in (before, ours, after, addresses):
		print(run)
	print(f"Memory at most: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
	theirs = (before.rows + after.rows) / (before.seconds + after.seconds)
	targets = Targets()
	targets.check("times as fast as Data Import", ours.pace / theirs, at_least=10)
	return targets.exit_code()


def table(first: int, count: int, with_address: bool = False) -> str:
	"""Return a CSV file of prospects, the numbers from `first` on; each number is somebody else."""
	channel, segment = (frappe.get_all(d, pluck="name") for d in ("Sales Channel", "Business Segment"))
	level = frappe.get_all("Potential Level", {"level_type": "Prospect"}, pluck="name")
	country = frappe.db.get_default("country") or "Mexico"
	out = io.StringIO()
	writer = csv.writer(out)
	writer.writerow((*HEADER, *(ADDRESS if with_address else ())))
	for n in range(first, first + count):
		row = (
			NAMES[n % len(NAMES)],
			f"{SURNAMES[n % len(SURNAMES)]} {SURNAMES[n // 7 % len(SURNAMES)]}",
			f"Comercial {n} S.A.",
			f"persona.{n}@example.com",
			f"+58412{n:07d}",
			f"+58212{n:07d}",
			"Pasaporte",
			f"P{n:08d}",
			channel[n % len(channel)],
			segment[n % len(segment)],
			level[n % len(level)],
			STAGES[n % len(STAGES)],
			"Gerente de Compras",
			"Caracas",
			country,
		)
		writer.writerow(
			(*row, f"Calle {n}", "Chacao", "Frente a la plaza", 10.5, -66.9) if with_address else row
		)
	return out.getvalue()


def prospect_import(label: str, first: int, count: int, with_address: bool = False) -> Run:
	from crm_etapas.capture.job import Options, import_prospects

	content = table(first, count, with_address).encode()
	with counted() as statements:
		started = time.perf_counter()
		report = import_prospects(("prospectos.csv", content), Options(source=f"benchmark {first}"))
		seconds = time.perf_counter() - started
	if report.refused or report.created["Lead"] != count:
		sys.exit("\n".join(str(group) for group in report.groups()[:5]))
	return Run(label, count, seconds, len(statements))


def data_import(first: int, count: int) -> Run:
	from frappe.core.doctype.data_import.data_import import import_file

	before = frappe.db.count("Lead")
	frappe.db.delete("Data Import Log")  # or it would take the rows of the second file for those of the first
	with tempfile.NamedTemporaryFile("w", suffix=".csv", encoding="utf-8") as file:
		file.write(table(first, count))
		file.flush()
		printed = io.StringIO()
		with contextlib.redirect_stdout(printed), counted() as statements:
			started = time.perf_counter()
			import_file("Lead", file.name, "Insert", console=True)
			seconds = time.perf_counter() - started
	if (done := frappe.db.count("Lead") - before) != count:
		sys.exit(f"Data Import wrote {done} of {count} rows:\n{printed.getvalue()[-3000:]}")
	return Run("Data Import", count, seconds, len(statements))


if __name__ == "__main__":
	sys.exit(main(sys.argv[1], *map(int, sys.argv[2:4])))
