"""Stages are data: what an admin may do to them, and what is refused."""

import frappe
import pytest
from frappe import _

from crm_etapas.api.stages import get_path
from crm_etapas.exceptions import StageError
from crm_etapas.pipeline import stages
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from tests.site.factories import change_stage, make_lead, make_stage

# A1 to A9
PROSPECT_STAGES = [
	"Nuevo",
	"Intento de Contacto",
	"Contacto Establecido",
	"Interesado Sin Decisión",
	"Calificación en Progreso",
	"No Interesado",
	"Contactar en un Futuro",
	"Convertido a Oportunidad",
	"Spam",
]
# B1 to B7
OPPORTUNITY_STAGES = [
	"Cotización Solicitada",
	"Análisis",
	"En Propuesta",
	"En Negociación",
	"Cerrado Ganado",
	"Cerrado Perdido",
	"Cerrado Perdido Competencia",
]


@pytest.mark.parametrize(
	("pipeline", "names"), [(PROSPECT, PROSPECT_STAGES), (OPPORTUNITY, OPPORTUNITY_STAGES)]
)
def test_a_site_starts_with_the_stages_of_the_mission(pipeline, names):
	found = stages.get_stages(pipeline)
	assert list(found) == names
	for stage in found.values():
		assert stage.meaning and stage.guidance and stage.color and stage.status_to_set


# A, B
def test_an_added_stage_goes_to_the_end_and_shows_on_the_path():
	stage = make_stage(color="#123456")
	path = get_path("Lead", make_lead().name)
	assert path["stages"][-1]["name"] == stage.name
	assert path["stages"][-1]["color"] == "#123456"


# A, B
def test_reordering_and_disabling_show_on_the_path():
	change_stage("Contacto Establecido", position=0)
	change_stage("Spam", disabled=1)
	names = [stage["name"] for stage in get_path("Lead", make_lead().name)["stages"]]
	assert names[0] == "Contacto Establecido"
	assert "Spam" not in names


# A, B
@pytest.mark.parametrize(
	("values", "words"),
	[
		({"is_default": 1, "disabled": 1}, "predeterminada"),
		({"is_default": 1, "outcome": "Lost", "status_to_set": None}, "predeterminada"),
		({"outcome": "Won", "status_to_set": "Do Not Contact"}, "contradice"),
		({"requirements": [{"kind": "Field", "fieldname": "no_existe"}]}, "no_existe"),
	],
)
def test_a_stage_that_the_engine_cannot_use_is_refused(values, words):
	with pytest.raises(frappe.ValidationError, match=words):
		make_stage(**values)


# A
def test_the_default_stage_can_be_handed_on_but_not_lost():
	with pytest.raises(frappe.ValidationError):
		change_stage("Nuevo", is_default=0)
	with pytest.raises(frappe.ValidationError):
		change_stage("Nuevo", disabled=1)
	with pytest.raises(frappe.ValidationError):
		frappe.delete_doc("Prospect Stage", "Nuevo")
	change_stage("Intento de Contacto", is_default=1)
	assert change_stage("Nuevo", disabled=1).disabled


# B
def test_a_probability_outside_0_to_100_is_refused():
	with pytest.raises(frappe.ValidationError, match="100"):
		change_stage("Análisis", "Opportunity Stage", probability=140)


# A, B
def test_a_stage_that_records_have_stood_in_cannot_be_deleted():
	lead = make_lead(prospect_stage="Contacto Establecido")
	lead.prospect_stage = "Nuevo"
	lead.save()
	with pytest.raises(frappe.LinkExistsError, match="Contacto Establecido"):
		frappe.delete_doc("Prospect Stage", "Contacto Establecido")


# A
def test_a_record_that_has_stayed_too_long_is_rotten():
	lead = make_lead()
	assert not get_path("Lead", lead.name)["rotten"]
	long_ago = frappe.utils.add_days(None, -10)
	frappe.db.set_value("Lead", lead.name, "prospect_stage_entered_on", long_ago)
	path = get_path("Lead", lead.name)
	assert path["rotten"] and 9 < path["days"] < 11


# A
def test_a_stage_that_nothing_has_stood_in_can_be_deleted():
	stage = make_stage().name
	frappe.delete_doc("Prospect Stage", stage)
	assert stage not in stages.get_stages(PROSPECT)


# D5
def test_records_follow_a_changed_process_status():
	lead = make_lead()
	change_stage("Nuevo", process_status="Descalificado")
	assert frappe.db.get_value("Lead", lead.name, "process_status") == "Descalificado"


# A, D19: what leads to a stage is told before it leads nowhere
@pytest.mark.parametrize(
	"doctype, fields",
	[
		("Prospect Stage", {"stage_name": "Dormido", "outcome": "On Hold", "wakes_into": "Guiada"}),
		("Prospect Stage", {"stage_name": "Olvidado", "outcome": "Open", "stage_when_rotten": "Guiada"}),
		("Disqualification Reason", {"reason_name": "Muy lejos", "comes_back_into": "Guiada"}),
		(
			"Attempt Protocol",
			{
				"protocol_name": "Uno",
				"next_stage_doctype": "Prospect Stage",
				"next_stage": "Guiada",
				"steps": [{"after": 1, "unit": "Working Days", "medium": "Phone"}],
			},
		),
	],
)
def test_a_stage_that_something_leads_to_cannot_be_disabled(doctype, fields):
	stage = make_stage("Prospect Stage", stage_name="Guiada")
	leading = frappe.get_doc({"doctype": doctype, **fields}).insert()
	with pytest.raises(StageError, match=leading.name):
		change_stage(stage.name, disabled=1)
	leading.delete()
	assert change_stage(stage.name, disabled=1).disabled


def test_a_stage_that_the_settings_lead_to_cannot_be_disabled():
	stage = make_stage("Prospect Stage", stage_name="Guiada")
	settings = frappe.get_single("CRM Etapas Settings")
	settings.update({"stage_of_expired_leads": stage.name}).save()
	with pytest.raises(StageError, match=_(settings.meta.get_label("stage_of_expired_leads"))):
		change_stage(stage.name, disabled=1)
	settings.update({"stage_of_expired_leads": None}).save()
	assert change_stage(stage.name, disabled=1).disabled
