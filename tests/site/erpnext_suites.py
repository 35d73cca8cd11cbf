"""ERPNext's own tests: sites in English to run them on, and what came of each test."""

import fcntl
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from datetime import date
from hashlib import sha256
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.site.throwaway import ThrowawaySite, root

PASSED = "passed"

SALES_ORDER_TESTS = (
	"test_sales_order_qty",
	"test_make_sales_invoice",
	"test_terms_copied",
	"test_sales_order_with_shipping_rule",
	"test_sales_order_on_hold",
	"test_update_child",
	"test_update_child_adding_new_item",
	"test_update_child_removing_item",
	"test_update_child_perm",
	"test_update_child_qty_rate_with_workflow",
	"test_reserved_qty_for_closing_so",
	"test_block_delivery_note_against_cancelled_sales_order",
	"test_cancel_sales_order_after_cancel_payment_entry",
	"test_so_cancellation_when_si_drafted",
	"test_so_cancellation_after_si_submission",
	"test_credit_limit_on_so_reopening",
)

# What `bench run-tests` is asked for. The order counts: what one suite creates, the next ones use.
SUITES = {
	"Lead": ("--doctype", "Lead"),
	"Opportunity": ("--doctype", "Opportunity"),
	"Prospect": ("--doctype", "Prospect"),
	# by DocType it would want test records of Payment Gateway, which is in an app of its own
	"Quotation": ("--module", "erpnext.selling.doctype.quotation.test_quotation"),
	"Customer": ("--doctype", "Customer"),
	# of its 76 tests those that touch what we listen to: submitting, changing lines afterwards, holding, cancelling
	"Sales Order": (
		*("--module", "erpnext.selling.doctype.sales_order.test_sales_order"),
		*chain.from_iterable(("--test", name) for name in SALES_ORDER_TESTS),
	),
}


class EnglishSite(ThrowawaySite):
	"""A site as ERPNext's tests want it: in English, with the company and exchange rates they make."""

	def __init__(self, bench):
		super().__init__(bench)
		self._bench = bench

	def create(self, with_app: bool = True) -> None:
		snapshot = ensure_snapshot(self._bench)
		self.new("--source-sql", str(snapshot))
		shutil.copy(_made_in(snapshot), self.test_log)
		if with_app:
			self.bench("install-app", "crm_etapas")

	@property
	def test_log(self) -> Path:
		"""Where Frappe notes of which DocTypes it has made test records."""
		return self.sites_path / self.name / ".test_log"

	def new(self, *source: str) -> None:
		self.run("new-site", self.name, "--force", "--admin-password", "admin", *source, *root())
		self.bench("set-config", "allow_tests", "true")

	def run_suites(self) -> dict[str, dict[str, str]]:
		"""Run every suite and return what came of each of its tests."""
		return {suite: self.run_suite(*which) for suite, which in SUITES.items()}

	def run_suite(self, *which: str) -> dict[str, str]:
		with TemporaryDirectory() as folder:
			report = Path(folder) / "report.xml"
			try:
				self.bench("run-tests", "--app", "erpnext", *which, "--junit-xml-output", str(report))
			except AssertionError as broken_off:  # not by a failing test: by one of their records, say
				return {"before the first test": str(broken_off).strip().splitlines()[-1]}
			return read_report(report)

	def count(self, doctype: str) -> int:
		return int(self.bench("execute", "frappe.db.count", "--args", f"['{doctype}']").split()[-1])


def read_report(report: Path) -> dict[str, str]:
	"""Return what came of each test in a JUnit report."""
	cases = ElementTree.parse(report).iter("testcase")
	return {f"{case.get('classname')}.{case.get('name')}": _outcome(case) for case in cases}


def _outcome(case: ElementTree.Element) -> str:
	"""Say "passed", "skipped", or "error" or "failure" with the kind of exception."""
	for mark in case:
		if mark.tag in ("error", "failure", "skipped"):
			return " ".join(filter(None, (mark.tag, mark.get("type"))))
	return PASSED


def ensure_snapshot(bench) -> Path:
	"""Return the database that English sites are made from: ERPNext after its tests' own set-up.

	Making it takes minutes, so it stays in the bench. It is made anew when Frappe, ERPNext or this file
	change, and in a new year, for the company's fiscal year is that of the day it was set up.
	"""
	state = bench.path / ".state"
	snapshot = state / "erpnext-en.sql.gz"
	recipe = sha256(Path(__file__).read_bytes()).hexdigest()
	sources = " ".join([_commit(bench, "frappe"), _commit(bench, "erpnext"), recipe, str(date.today().year)])
	with (state / "erpnext-en").open("a+") as stamp:
		fcntl.flock(stamp, fcntl.LOCK_EX)  # another run on this bench waits here instead of making it too
		stamp.seek(0)
		if stamp.read() != sources or not snapshot.exists():
			stamp.truncate(0)
			_make_snapshot(bench, snapshot)
			stamp.write(sources)
	return snapshot


def _make_snapshot(bench, file: Path) -> None:
	site = EnglishSite(bench)
	site.new("--install-app", "erpnext")
	try:
		# before any test ERPNext sets up its company; exchange rates keep the tests off the internet. Test
		# records are made link by link, and with a link from Address to Territory a company would want itself
		for doctype in ("Currency Exchange", "Lead"):
			site.bench("run-tests", "--app", "erpnext", "--doctype", doctype, "--test", "none")
		site.bench("backup", "--backup-path-db", str(file))
		shutil.copy(site.test_log, _made_in(file))
	finally:
		site.drop()


def _made_in(snapshot: Path) -> Path:
	"""Return the file that says of which DocTypes a snapshot has test records."""
	return snapshot.with_suffix(".test_log")


def _commit(bench, app: str) -> str:
	command = ["git", "-c", "safe.directory=*", "-C", str(bench.path / "apps" / app), "rev-parse", "HEAD"]
	return subprocess.check_output(command, text=True).strip()
