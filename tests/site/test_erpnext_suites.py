"""ERPNext's own tests come out the same on a site with the app as on one without."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.site.erpnext_suites import PASSED, SUITES, EnglishSite, ensure_snapshot

# ERPNext 15 has 76 tests in these suites. Some may go, but not so many that the rest proves little.
AT_LEAST = 50


@dataclass(frozen=True)
class Results:
	plain: dict[str, dict[str, str]]
	with_app: dict[str, dict[str, str]]
	stays: int


@pytest.fixture(scope="module")
def results(bench):
	"""What came of the tests of ERPNext; both sites run them at the same time."""
	with pytest.MonkeyPatch.context() as environment:
		set_environment(environment)
		ensure_snapshot(bench)
		with ThreadPoolExecutor() as pool:
			plain = pool.submit(run_suites, EnglishSite(bench), False)
			with_app = pool.submit(run_suites, EnglishSite(bench), True)
			return Results(plain.result()[0], *with_app.result())


def set_environment(environment) -> None:
	"""Outcomes hang neither on who answers on the internet nor on where the tests run."""
	for name in ("http_proxy", "https_proxy"):
		environment.setenv(name, "http://127.0.0.1:9")
		environment.setenv(name.upper(), "http://127.0.0.1:9")
	environment.delenv("CI", raising=False)  # with it, bench reports a failing test as a failing command


def run_suites(site: EnglishSite, with_app: bool) -> tuple[dict[str, dict[str, str]], int]:
	try:
		site.create(with_app)
		return site.run_suites(), site.count("Stage Log") if with_app else 0
	finally:
		site.drop()


# C, C10
@pytest.mark.parametrize("suite", SUITES)
def test_erpnexts_own_tests_come_out_as_without_the_app(results, suite):
	plain, with_app = results.plain[suite], results.with_app[suite]
	assert PASSED in plain.values()
	differing = {
		test: f"{plain.get(test)} without the app, {with_app.get(test)} with it"
		for test in plain | with_app
		if plain.get(test) != with_app.get(test)
	}
	assert not differing


def test_erpnexts_own_tests_did_run_and_the_app_was_at_work(results):
	passed = [o for suite in results.plain.values() for o in suite.values() if o == PASSED]
	assert len(passed) >= AT_LEAST
	assert results.stays
