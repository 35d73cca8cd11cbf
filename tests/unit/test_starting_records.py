"""The records a site starts with and the pipelines agree with each other and with ERPNext."""

import json
from pathlib import Path

import pytest

import crm_etapas
from crm_etapas import pipelines
from crm_etapas.pipeline.vocabulary import PROCESS_STATUSES, Cause, Outcome

PACKAGE = Path(crm_etapas.__file__).parent
DOCTYPES = PACKAGE / "crm_etapas" / "doctype"
PIPELINES = [pipelines.PROSPECT, pipelines.OPPORTUNITY]


def slug(doctype: str) -> str:
	return doctype.lower().replace(" ", "_")


def options(path: Path, fieldname: str) -> list[str]:
	fields = json.loads(path.read_text())["fields"]
	return next(f for f in fields if f["fieldname"] == fieldname)["options"].split("\n")


def records(pipeline) -> list[dict]:
	return json.loads(
		(PACKAGE / "fixtures" / "defaults" / f"{slug(pipeline.stage_doctype)}.json").read_text()
	)


# C2
@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda p: p.name)
def test_every_status_of_erpnext_has_a_meaning(pipeline):
	import erpnext

	path = Path(erpnext.__file__).parent / "crm" / "doctype" / slug(pipeline.doctype)
	statuses = options(path / f"{slug(pipeline.doctype)}.json", "status")
	assert set(statuses) == set(pipeline.status.outcomes)
	stage_doctype = DOCTYPES / slug(pipeline.stage_doctype) / f"{slug(pipeline.stage_doctype)}.json"
	assert options(stage_doctype, "status_to_set") == ["", *statuses]


# A, B, C2
@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda p: p.name)
def test_starting_stages_do_not_contradict_themselves(pipeline):
	stages = records(pipeline)
	assert [stage["position"] for stage in stages] == list(range(1, len(stages) + 1))
	assert sum(stage["is_default"] for stage in stages) == 1
	assert stages[0]["is_default"]
	for stage in stages:
		assert pipeline.status.fits(stage["status_to_set"], Outcome(stage["outcome"])), stage["stage_name"]


# A, B
@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda p: p.name)
def test_the_options_of_the_doctypes_are_the_engines_words(pipeline):
	path = DOCTYPES / slug(pipeline.stage_doctype) / f"{slug(pipeline.stage_doctype)}.json"
	assert options(path, "outcome") == [outcome.value for outcome in Outcome]
	assert options(path, "process_status") == list(PROCESS_STATUSES)
	assert options(DOCTYPES / "stage_log" / "stage_log.json", "cause") == [cause.value for cause in Cause]


# F2 to F8
def test_every_event_of_a_pipeline_can_be_chosen_and_every_choice_happens():
	path = DOCTYPES / "stage_trigger" / "stage_trigger.json"
	assert set(options(path, "event")) == set().union(*(pipeline.events for pipeline in PIPELINES))
	for pipeline in PIPELINES:
		for stage in records(pipeline):
			for trigger in stage["triggers"]:
				assert trigger["event"] in pipeline.events
