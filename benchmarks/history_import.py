"""How much faster the history import is than ERPNext's Data Import, on one site in one run.

Usage, from the sites folder of the bench, on a site with ERPNext, a company and the app but without opportunities:
    ../env/bin/python ../apps/crm_etapas/benchmarks/history_import.py SITE [ROWS]

CRM_ETAPAS_DATA names the folder that has crm_sales/ (the public sales data).

The history import brings in all rows and creates customers, leads, items and users on the way, and the
history of every row. Data Import then gets ROWS of the same rows (300, spread over the file), finds
customers, leads, items and users already there and an opportunity table as empty as the other one found
it, and writes no history. It commits, so use a site that you can throw away.
"""

import contextlib
import csv
import io
import os
import sys
import tempfile
import time
from pathlib import Path

import frappe

ROOT = Path(__file__).resolve().parent.parent
MAPPING = ROOT / "benchmarks" / "crm_sales.mapping.json"
COLUMNS = (
	"opportunity_from",
	"party_name",
	"company",
	"opportunity_stage",
	"opportunity_owner",
	"opportunity_amount",
	"currency",
	"transaction_date",
	"naming_series",
)
ITEM_COLUMNS = ("item_code", "qty", "rate", "amount", "base_rate", "base_amount")


class Measured:
	"""Seconds and queries of a block."""

	def __enter__(self):
		self.queries, self._sql = 0, frappe.db.sql
		frappe.db.sql = self._count
		self._started = time.perf_counter()
		return self

	def __exit__(self, *_error):
		self.seconds = time.perf_counter() - self._started
		frappe.db.sql = self._sql

	def _count(self, *args, **kwargs):
		self.queries += 1
		return self._sql(*args, **kwargs)

	def line(self, label: str, rows: int) -> str:
		per_row = self.queries / rows
		return f"{label:16}{rows:7} rows {self.seconds:8.1f} s {rows / self.seconds:8.1f} rows/s {per_row:8.2f} queries/row"


def main(site: str, sample: int = 300) -> None:
	frappe.init(site=site, sites_path=".")
	frappe.connect()
	try:
		if frappe.db.count("Opportunity"):
			sys.exit(f"{site} has opportunities already. Use a fresh site")
		ours, rows = history_import()
		template = every_nth(sample)
		forget_opportunities()
		theirs = data_import(template)
	finally:
		frappe.destroy()
	print(ours.line("History import", rows))
	print(theirs.line("Data Import", len(template)))
	ratio = (rows / ours.seconds) / (len(template) / theirs.seconds)
	fewer = (theirs.queries / len(template)) / (ours.queries / rows)
	print(f"Times as fast: {ratio:.1f}. Queries a row: {fewer:.0f} times fewer.")


def history_import() -> tuple[Measured, int]:
	from crm_etapas.history_import.job import import_history

	folder = Path(os.environ.get("CRM_ETAPAS_DATA") or ROOT.parent / "shared" / "data") / "crm_sales"
	files = {
		name: (f"{name}.csv", (folder / f"{name}.csv").read_bytes()) for name in ("accounts", "products")
	}
	data = ("sales_pipeline.csv", (folder / "sales_pipeline.csv").read_bytes())
	extras = {"accounts": files["accounts"], "items": files["products"]}
	with Measured() as measured:
		report = import_history(data, MAPPING.read_text(encoding="utf-8"), extras)
	assert not report.refused and report.created["Opportunity"] == report.rows
	return measured, report.rows


def every_nth(sample: int) -> list[dict]:
	"""Return rows spread over all opportunities, as Data Import's template wants them."""
	doc, item = frappe.qb.DocType("Opportunity"), frappe.qb.DocType("Opportunity Item")
	query = frappe.qb.from_(doc).join(item).on(item.parent == doc.name).orderby(doc.name)
	fields = [doc[field] for field in COLUMNS] + [item[field].as_(f"items.{field}") for field in ITEM_COLUMNS]
	rows = query.select(*fields).run(as_dict=True)
	return rows[:: max(len(rows) // sample, 1)][:sample]


def forget_opportunities() -> None:
	for doctype in ("Opportunity Item", "Opportunity"):
		frappe.db.delete(doctype)
	frappe.db.delete("Stage Log", {"reference_doctype": "Opportunity"})
	frappe.db.commit()  # a script: Data Import begins like on a fresh site


def data_import(rows: list[dict]) -> Measured:
	from frappe.core.doctype.data_import.data_import import import_file

	with tempfile.NamedTemporaryFile("w", suffix=".csv", newline="", encoding="utf-8") as file:
		writer = csv.DictWriter(file, rows[0].keys())
		writer.writeheader()
		writer.writerows(rows)
		file.flush()
		printed = io.StringIO()
		with contextlib.redirect_stdout(printed), Measured() as measured:
			import_file("Opportunity", file.name, "Insert", console=True)
	done = frappe.db.count("Opportunity")
	if done != len(rows):
		sys.exit(f"Data Import wrote {done} of {len(rows)} rows:\n{printed.getvalue()[-3000:]}")
	return measured


if __name__ == "__main__":
	main(sys.argv[1], *map(int, sys.argv[2:3]))
