"""REST goes through the same door as the desk."""

import json


def put(desk, lead: str, **values):
	return desk.page.request.put(
		f"/api/resource/Lead/{lead}", data=values, headers={"X-Frappe-CSRF-Token": desk.csrf_token()}
	)


def messages(response) -> str:
	"""What the desk would show of an answer."""
	return "\n".join(
		json.loads(message)["message"] for message in json.loads(response.json()["_server_messages"])
	)


# A2, C2
def test_a_stage_set_through_rest_is_checked_and_logged(desk):
	lead = desk.insert("Lead", first_name="Rosa", last_name="Aguirre")
	response = put(desk, lead, prospect_stage="Contacto Establecido")
	assert response.ok
	assert response.json()["data"]["status"] == "Replied"
	history = desk.call("crm_etapas.api.stages.history", doctype="Lead", name=lead)
	assert [(stay["stage"], stay["cause"]) for stay in history] == [
		("Nuevo", "Manual"),
		("Contacto Establecido", "API"),
	]


# A
def test_a_refused_stage_says_why_in_the_users_language(desk):
	lead = desk.insert("Lead", first_name="Emilio", last_name="Luna")
	response = put(desk, lead, prospect_stage="En Negociación")
	assert response.status == 417
	assert "En Negociación" in messages(response)
	response = desk.page.request.post(
		"/api/method/crm_etapas.api.stages.move",
		form={"doctype": "Lead", "name": lead, "stage": "Etapa Fantasma"},
		headers={"X-Frappe-CSRF-Token": desk.csrf_token()},
	)
	assert response.status == 417
	assert "No existe" in messages(response) and "Contacto Establecido" in messages(response)
	assert desk.value("Lead", lead, "prospect_stage") == "Nuevo"


# A
def test_a_move_needs_a_post(desk):
	lead = desk.insert("Lead", first_name="Inés", last_name="Quiroga")
	query = f"doctype=Lead&name={lead}&stage=Spam"
	response = desk.page.request.get(f"/api/method/crm_etapas.api.stages.move?{query}")
	assert response.status == 403
	assert desk.value("Lead", lead, "prospect_stage") == "Nuevo"
