"""Commands: bench --site SITE crm-etapas …"""

import os
import sys
from contextlib import contextmanager
from pathlib import Path

import click
import frappe
from frappe.commands import get_site, pass_context
from frappe.translate import get_user_lang


@click.group("crm-etapas")
def crm_etapas():
	"""CRM Etapas"""


@crm_etapas.command("import-history")
@click.argument("file")
@click.option("--mapping", required=True, help="JSON file that says what the columns mean")
@click.option("--dry-run", is_flag=True, help="Only find out what would be created, guessed and refused")
@click.option(
	"--extra",
	multiple=True,
	metavar="NAME=FILE",
	help="A second file: accounts=accounts.csv or items=items.csv",
)
@click.option(
	"--report", "report_file", help="Where the whole report goes, .csv or .json (beside FILE otherwise)"
)
@pass_context
def import_history(context, file, mapping, dry_run, extra, report_file):
	"""Bring in FILE (CSV or XLSX): opportunities of another CRM with the history of their stages."""
	with _site(context):
		_import_history(_path(file), _path(mapping), dry_run, extra, report_file)


@crm_etapas.command("import-prospects")
@click.argument("file")
@click.option("--source", help="Where the list comes from; a row of a source is imported once (FILE's name)")
@click.option("--mapping", help="JSON file that says what unusual columns mean: header → field")
@click.option(
	"--duplicates",
	type=click.Choice(["refuse", "skip", "keep"]),
	default="refuse",
	help="What becomes of rows that are likely there already",
)
@click.option("--notify", is_flag=True, help="Let notifications for prospects go out")
@click.option("--date-format", help="DD/MM/YYYY, where days and months cannot be told apart")
@click.option("--number-format", help="#.###,##, where thousands and decimals cannot be told apart")
@click.option("--dry-run", is_flag=True, help="Only find out what would be created and refused")
@click.option(
	"--report", "report_file", help="Where the whole report goes, .csv or .json (beside FILE otherwise)"
)
@pass_context
def import_prospects(
	context, file, source, mapping, duplicates, notify, date_format, number_format, dry_run, report_file
):
	"""Bring in FILE (CSV or XLSX): prospects, one a row, with their contacts and addresses."""
	from crm_etapas.capture import job
	from crm_etapas.capture.duplicates import KEEP, REFUSE, SKIP

	with _site(context):
		text = _read(_path(mapping))[1].decode("utf-8-sig", errors="replace") if mapping else None
		policy = {"refuse": REFUSE, "skip": SKIP, "keep": KEEP}[duplicates]
		options = job.Options(source, text, policy, notify, date_format, number_format)
		data = _path(file)
		with _ProgressBar() as progress:
			report = job.import_prospects(_read(data), options, dry_run, progress)
		_show(report, _path(report_file) if report_file else data.with_name(f"{data.stem}.report.csv"))


@contextmanager
def _site(context):
	"""Work on the site in the user's language; end with a message and an exit code if a file cannot be used."""
	from crm_etapas.exceptions import TableError

	frappe.init(site=get_site(context))
	frappe.connect()
	frappe.local.lang = get_user_lang()
	try:
		yield
	except TableError as error:
		click.secho(str(error), fg="red", err=True)
		sys.exit(1)
	finally:
		frappe.destroy()


def _import_history(data: Path, mapping: Path, dry_run: bool, extra: tuple, report_file: str | None) -> None:
	from crm_etapas.history_import.job import import_history

	text = _read(mapping)[1].decode("utf-8-sig", errors="replace")
	extras = {name: _read(path) for name, path in _extras(data, text, extra).items()}
	target = _path(report_file) if report_file else data.with_name(f"{data.stem}.report.csv")
	with _ProgressBar() as progress:
		report = import_history(_read(data), text, extras, dry_run, progress)
	_show(report, target)


def _show(report, target: Path) -> None:
	"""Print the counts of an import and write the whole report into a file."""
	for label, count in report.summary():
		click.echo(f"{label}: {count}")
	content = report.to_json() if target.suffix == ".json" else report.to_csv()
	try:
		target.write_text(content, encoding="utf-8", newline="")
		click.echo(frappe._("The whole report: {0}").format(target))
	except OSError as error:
		# the import is through; that its report has no place is no reason to call it failed
		click.secho(f"{target}: {error.strerror}", fg="red", err=True)
		click.echo(content)


def _extras(data: Path, mapping: str, given: tuple[str, ...]) -> dict[str, Path]:
	"""Return the second files: those given, or those that the mapping names, beside the first one."""
	from crm_etapas.history_import.job import EXTRAS
	from crm_etapas.history_import.mapping import parse

	parsed = parse(mapping)
	named = {name: getattr(parsed, name) for name in EXTRAS}
	extras = {name: data.parent / extra.file for name, extra in named.items() if extra and extra.file}
	for pair in given:
		name, equals, path = pair.partition("=")
		if not equals or name not in EXTRAS:
			raise click.BadParameter(
				f"{pair}: {' | '.join(f'{name}=FILE' for name in EXTRAS)}", param_hint="--extra"
			)
		extras[name] = _path(path)
	return extras


def _path(given: str) -> Path:
	"""Return a path as the caller meant it: bench itself changes the folder before it runs a command."""
	path = Path(given).expanduser()
	return path if path.is_absolute() else Path(os.environ.get("PWD") or Path.cwd()) / path


def _read(path: Path) -> tuple[str, bytes]:
	from crm_etapas.exceptions import TableError

	try:
		return path.name, path.read_bytes()
	except OSError as error:
		raise TableError(frappe._("{0} cannot be read: {1}").format(path, error.strerror))


class _ProgressBar:
	"""Shows how many rows are through, from the first that is."""

	def __init__(self):
		self.bar, self.done = None, 0

	def __enter__(self):
		return self

	def __exit__(self, *_error):
		if self.bar:
			self.bar.render_finish()

	def __call__(self, done: int, total: int) -> None:
		self.bar = self.bar or click.progressbar(length=total, label=frappe._("Importing"))
		self.bar.update(done - self.done)
		self.done = done


commands = [crm_etapas]
