"""Sites that live as long as a test."""

import atexit
import os
import secrets
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import frappe


class ThrowawaySite:
	"""A site made from the set-up's snapshot of ERPNext with a company, before the app or with it.

	The first one with the app installs it and is backed up; the others of this run are made from that backup.
	"""

	backup: Path | None = None

	def __init__(self, bench):
		self.path = bench.path
		self.sites_path = bench.sites_path
		self.name = f"throwaway-{secrets.token_hex(4)}.localhost"

	def create(self, with_app: bool = True) -> None:
		if with_app and ThrowawaySite.backup:
			self._restore(ThrowawaySite.backup)
			return
		self._restore(self.path / ".state" / "erpnext-es.sql.gz")
		if with_app:
			self.bench("install-app", "crm_etapas")
			self._back_up()

	def _restore(self, dump: Path) -> None:
		self.run(
			"new-site",
			self.name,
			"--force",
			"--admin-password",
			"admin",
			"--source-sql",
			str(dump),
			*root(),
		)

	def _back_up(self) -> None:
		folder = TemporaryDirectory()
		atexit.register(folder.cleanup)
		dump = Path(folder.name) / "crm_etapas.sql.gz"
		self.bench("backup", "--backup-path-db", str(dump))
		ThrowawaySite.backup = dump

	def bench(self, *command: str) -> str:
		"""Run a bench command on this site in a process of its own and return what it printed."""
		return self.run("--site", self.name, *command)

	@contextmanager
	def connected(self):
		"""Be on this site for a while, then back on the tests' own site."""
		from tests.site.conftest import connect

		here = frappe.local.site
		frappe.db.rollback()
		frappe.destroy()
		connect(self.name, self.sites_path)
		try:
			yield
		finally:
			frappe.db.rollback()
			frappe.destroy()
			connect(here, self.sites_path)

	def reconnect(self) -> None:
		"""See what another process has done to the site."""
		from tests.site.conftest import connect

		frappe.destroy()
		connect(self.name, self.sites_path)

	def drop(self) -> None:
		with TemporaryDirectory() as archive:  # Frappe moves the folder of a dropped site there
			self.run(
				"drop-site", self.name, "--force", "--no-backup", "--archived-sites-path", archive, *root()
			)

	def run(self, *command: str) -> str:
		"""Run a command of the bench in a process of its own and return what it printed."""
		done = subprocess.run(
			[sys.executable, "-m", "frappe.utils.bench_helper", "frappe", *command],
			cwd=self.sites_path,
			stdout=subprocess.PIPE,
			stderr=subprocess.STDOUT,
			stdin=subprocess.DEVNULL,
			text=True,
		)
		shown = " ".join(word for word in command if word != _password())
		assert done.returncode == 0, f"bench {shown} failed:\n{done.stdout[-4000:]}"
		return done.stdout


def root() -> list[str]:
	"""The options that let a command make and drop databases."""
	return [
		"--db-root-username",
		os.environ.get("CRM_ETAPAS_DB_ROOT_USER", "root"),
		"--db-root-password",
		_password(),
	]


def _password() -> str:
	return os.environ["CRM_ETAPAS_DB_ROOT_PASSWORD"]
