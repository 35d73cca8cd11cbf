"""Where the tests find the site and its servers; `script/test` sets all of it."""

import os
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Bench:
	"""The bench that the tests run in."""

	path: Path
	site: str
	url: str | None

	@property
	def sites_path(self) -> Path:
		return self.path / "sites"


@pytest.fixture(scope="session")
def bench() -> Bench:
	path, site = os.environ.get("CRM_ETAPAS_BENCH"), os.environ.get("CRM_ETAPAS_SITE")
	if not path or not site:
		pytest.fail("CRM_ETAPAS_BENCH and CRM_ETAPAS_SITE are not set. Run the tests with script/test")
	return Bench(path=Path(path), site=site, url=os.environ.get("CRM_ETAPAS_URL"))


@pytest.fixture(scope="session")
def public_data() -> Path:
	"""The folder with the public sales data; tests that need it are skipped where it is not at hand."""
	root = Path(__file__).parent.parent
	path = Path(os.environ.get("CRM_ETAPAS_DATA") or root.parent / "shared" / "data")
	if not (path / "crm_sales").is_dir():
		pytest.skip(f"no sales data in {path}; set CRM_ETAPAS_DATA to a folder that has crm_sales/")
	return path
