"""Imports point one way: hooks → events, api, commands → capabilities → foundations."""

import ast
from pathlib import Path

import crm_etapas

PACKAGE = Path(crm_etapas.__file__).parent
FOUNDATIONS = ("pipeline", "identity", "profile", "tabular")
CAPABILITIES = (
	"verification",
	"finding",
	"board",
	"qualification",
	"assignment",
	"follow_up",
	"cycle",
	"conversion",
	"capture",
	"analytics",
	"guided_setup",
	"history_import",
)
OUTER = ("api", "events", "commands", "demo")


def imports_of(folder: str) -> set[tuple[str, str]]:
	"""Every module that the files below a folder import, with the file."""
	found = set()
	for path in (PACKAGE / folder).rglob("*.py"):
		for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
			names = []
			if isinstance(node, ast.Import):
				names = [alias.name for alias in node.names]
			elif isinstance(node, ast.ImportFrom):
				names = [f"{node.module}.{alias.name}" for alias in node.names]
			found |= {(path.name, name) for name in names}
	return found


def test_the_engine_knows_nothing_of_erpnext_nor_of_the_rest_of_the_app():
	imports = imports_of("pipeline")
	assert any(name.startswith("crm_etapas.pipeline.") for _, name in imports)
	for path, name in imports:
		assert not name.startswith("erpnext"), f"pipeline/{path} imports {name}"
		allowed = ("crm_etapas.pipeline", "crm_etapas.exceptions", "crm_etapas.master")
		assert not name.startswith("crm_etapas") or name.startswith(allowed), (
			f"pipeline/{path} imports {name}"
		)


def test_no_capability_imports_another_or_what_calls_it():
	for capability in CAPABILITIES:
		others = {f"crm_etapas.{name}" for name in (*CAPABILITIES, *OUTER) if name != capability}
		for path, name in imports_of(capability):
			assert not any(name == o or name.startswith(f"{o}.") for o in others), f"{path} imports {name}"


def test_no_foundation_imports_a_capability_or_what_calls_it():
	inner = {f"crm_etapas.{name}" for name in (*CAPABILITIES, *OUTER)}
	for foundation in FOUNDATIONS:
		for path, name in imports_of(foundation):
			assert not any(name == i or name.startswith(f"{i}.") for i in inner), f"{path} imports {name}"
