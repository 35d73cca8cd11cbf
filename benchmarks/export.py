"""What exporting many leads to Excel takes, beside Frappe's own export of the same rows and columns.

Usage: script/benchmark export [--rows 100000] [--without-frappe]

Each export runs in a process of its own, ours as a background job. Measured is the peak of the memory that the
process held, with all of Frappe.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass

import frappe
from harness import Targets, connect
from large_data import make_data

from crm_etapas.finding.export.columns import available
from crm_etapas.finding.export.selection import Selection

ORDER = "`tabLead`.`creation` desc"
AT_ONCE = 5_000
MEGABYTE = 1 << 20


@dataclass
class Run:
	"""What one export took: seconds, the peak of memory and the size of the file in bytes."""

	seconds: float
	memory: int
	size: int

	def line(self, label: str, rows: int) -> str:
		return (
			f"{label:32}{rows:9} rows {self.seconds:8.1f} s {rows / self.seconds:8.0f} rows/s"
			f" {self.memory / MEGABYTE:7.0f} MB of memory {self.size / MEGABYTE:6.1f} MB of file"
		)


def main(site: str, rows: int, with_frappe: bool) -> int:
	connect(site)
	make_data(rows)
	columns = columns_of_leads()
	print(f"{len(columns)} columns. Load of the machine: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
	report = Targets()
	idle = in_a_process(sys.executable, __file__, site, "--nothing")
	print(f"{'A process that exports nothing':32}{idle.memory / MEGABYTE:52.0f} MB of memory")
	for count in (min(rows, AT_ONCE), rows):
		ours = export(count)
		print(ours.line("Export to Excel", count), flush=True)
		report.check("megabytes of memory", ours.memory / MEGABYTE, at_most=300)
		if with_frappe:
			theirs = in_a_process(sys.executable, __file__, site, "--frappe", "--rows", str(count))
			print(theirs.line("Frappe's export", count), flush=True)
			report.check("time to Frappe's export", ours.seconds / theirs.seconds, at_most=1.5)
	frappe.destroy()
	return report.exit_code()


def columns_of_leads() -> list[str]:
	return [column.key for column in available("Lead") if not column.attribute]


def export(rows: int) -> Run:
	"""Export the first leads as a worker does, and delete the file."""
	last = frappe.get_all("Lead", order_by="name asc", limit_start=rows - 1, limit=1, pluck="name")[0]
	asked = Selection("Lead", [["Lead", "name", "<=", last]], order_by=ORDER)
	doc = frappe.get_doc(
		{
			"doctype": "List Export",
			"reference_doctype": "Lead",
			"asked_for": json.dumps({**vars(asked), "columns": columns_of_leads()}),
		}
	).insert()
	frappe.db.commit()  # a script: the other process sees it now
	run = in_a_process(sys.executable, __file__, frappe.local.site, "--job", doc.name)
	frappe.db.rollback()  # to see what that process has written
	doc.reload()
	assert (doc.status, doc.written) == ("Completed", rows), (doc.status, doc.written, doc.error)
	run.size = frappe.db.get_value("File", {"file_url": doc.file}, "file_size")
	run.seconds = (doc.finished_on - doc.started_on).total_seconds()
	doc.delete()
	frappe.db.commit()
	return run


def work_as_a_worker(site: str, list_export: str) -> None:
	"""What the process does that a worker forks for the job."""
	from frappe.utils.background_jobs import execute_job

	execute_job(
		site=site,
		user="Administrator",
		method="crm_etapas.finding.export.job.execute",
		event=None,
		job_name="export",
		kwargs={"list_export": list_export},
	)


def in_a_process(*command: str) -> Run:
	"""Run a command; if it prints a number of seconds and of bytes, these count."""
	started = time.perf_counter()
	process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
	output = process.stdout.read()
	_pid, status, usage = os.wait4(process.pid, 0)
	process.returncode = os.waitstatus_to_exitcode(status)
	assert process.returncode == 0, f"{command} ended with {process.returncode}"
	seconds, size = output.split()[-2:] if output.strip() else (time.perf_counter() - started, 0)
	return Run(float(seconds), usage.ru_maxrss * 1024, int(size))


def frappes_export(site: str, rows: int) -> None:
	"""Export the first leads as Frappe's own background job does, and print what it took."""
	from frappe.desk.reportview import _export_query

	connect(site)
	form = frappe._dict(
		doctype="Lead",
		title="Lead",
		file_format_type="Excel",
		fields=[f"`tabLead`.`{column}`" for column in columns_of_leads()],
		filters=[],
		order_by=ORDER,
		limit_page_length=rows,
		as_list=True,
		translate_values="1",
	)
	started = time.perf_counter()
	_title, _extension, content = _export_query(form, frappe._dict(), populate_response=False)
	print(time.perf_counter() - started, len(content))


if __name__ == "__main__":
	parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
	parser.add_argument("site")
	parser.add_argument("--rows", type=int, default=100_000)
	parser.add_argument("--without-frappe", action="store_true")
	parser.add_argument("--job", help=argparse.SUPPRESS)
	parser.add_argument("--frappe", action="store_true", help=argparse.SUPPRESS)
	parser.add_argument("--nothing", action="store_true", help=argparse.SUPPRESS)
	options = parser.parse_args()
	if options.job:
		work_as_a_worker(options.site, options.job)
	elif options.nothing:
		connect(options.site)
	elif options.frappe:
		frappes_export(options.site, options.rows)
	else:
		sys.exit(main(options.site, options.rows, not options.without_frappe))
