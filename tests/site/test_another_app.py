"""An app that knows nothing of Lead or Opportunity gives its own DocType stages: tests/apps/taller."""

import shutil
import subprocess
import sys
from pathlib import Path

import frappe
import pytest

from crm_etapas.api import stages as api
from crm_etapas.exceptions import StageError
from crm_etapas.pipeline import truth
from tests.site.invariants import assert_whole
from tests.site.throwaway import ThrowawaySite

APP = Path(__file__).parent.parent / "apps" / "taller"


@pytest.fixture
def site_with_taller(bench):
	"""A site with the app installed as bench installs it: in apps/, in the environment, in apps.txt."""
	folder, listed = bench.path / "apps" / APP.name, bench.sites_path / "apps.txt"
	before = listed.read_text()
	shutil.copytree(APP, folder, dirs_exist_ok=True)
	pip("install", "--quiet", "--no-deps", "--editable", str(folder))
	listed.write_text("\n".join([*before.split(), APP.name, ""]))
	sys.path.insert(0, str(folder))
	site = ThrowawaySite(bench)
	try:
		site.create()
		site.bench("install-app", APP.name)
		with site.connected():
			yield site
	finally:
		site.drop()
		sys.path.remove(str(folder))
		listed.write_text(before)
		pip("uninstall", "--quiet", "--yes", APP.name)
		shutil.rmtree(folder)


def pip(*arguments: str) -> None:
	subprocess.run([sys.executable, "-m", "pip", *arguments], check=True, stdin=subprocess.DEVNULL)


def make_stages() -> None:
	for position, (name, outcome) in enumerate(
		(("Recibido", "Open"), ("En el Banco", "Open"), ("Entregado", "Won")), start=1
	):
		frappe.get_doc(
			{
				"doctype": "Repair Stage",
				"stage_name": name,
				"position": position,
				"outcome": outcome,
				"is_default": position == 1,
				"allowed_next_stages": [{"stage": "Recibido"}] if position == 3 else [],
			}
		).insert()


# the engine knows pipelines, not ERPNext
def test_a_doctype_of_another_app_walks_through_its_own_stages(site_with_taller):
	make_stages()
	repair = frappe.get_doc({"doctype": "Repair", "what": "Bicicleta"}).insert()
	assert repair.repair_stage == "Recibido"
	api.move("Repair", repair.name, "Entregado", comment="Lista")
	with pytest.raises(StageError, match="Recibido"):
		api.move("Repair", repair.name, "En el Banco")
	with pytest.raises(StageError, match="Recibido"):
		api.move("Repair", repair.name, "Nuevo")
	path = api.get_path("Repair", repair.name)
	assert (path["pipeline"], path["stage"], len(path["stages"])) == ("repair", "Entregado", 3)
	assert_whole(repair)

	repair.reload()
	repair.db_set("repair_stage", "En el Banco")
	truth.settle()
	assert_whole(repair)
	assert frappe.get_list("Stage Log", {"reference_doctype": "Repair"}, pluck="stage")
	frappe.delete_doc("Repair", repair.name)
	assert not frappe.db.exists("Stage Log", {"reference_doctype": "Repair"})
