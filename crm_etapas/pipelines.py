"""The pipelines of this app, told to the engine: stages of ERPNext's Lead and Opportunity, levels of a Lead."""

from crm_etapas.conversion import documents, questions, standing
from crm_etapas.pipeline.registry import Pipeline, StatusField
from crm_etapas.pipeline.vocabulary import ACTIVE, DISCARDED, Outcome
from crm_etapas.qualification import OWN_FIELDS, record

WON = (Outcome.WON,)
CONTACTS = frozenset({"Outgoing Contact", "Answer", "Next Contact Far Ahead"})

PROSPECT = Pipeline(
	name="prospect",
	doctype="Lead",
	stage_doctype="Prospect Stage",
	stage_field="prospect_stage",
	entered_on_field="prospect_stage_entered_on",
	process_status_field="process_status",
	responsible_field="lead_owner",
	status=StatusField(
		fieldname="status",
		outcomes={
			"Lead": ACTIVE,
			"Open": ACTIVE,
			"Replied": ACTIVE,
			"Interested": ACTIVE,
			"Opportunity": WON,
			"Quotation": WON,
			"Lost Quotation": (*WON, *DISCARDED),
			"Converted": WON,
			"Do Not Contact": DISCARDED,
		},
		derived=frozenset({"Opportunity", "Quotation", "Lost Quotation", "Converted"}),
	),
	events=CONTACTS | standing.EVENTS | {"Opportunity Created", "Customer Created"},
	activities={"Quotation": documents.leads_with_quotation, "Sales Order": documents.leads_with_order},
	still_true=standing.of_lead,
	snapshot={
		"company": "company",
		"territory": "territory",
		"channel": "sales_channel",
		"segment": "business_segment",
	},
)

QUALIFICATION = Pipeline(
	name="qualification",
	doctype="Lead",
	stage_doctype="Qualification Level",
	stage_field="qualification_level",
	entered_on_field="qualification_level_entered_on",
	responsible_field="lead_owner",
	snapshot={
		"company": "company",
		"territory": "territory",
		"channel": "sales_channel",
		"segment": "business_segment",
		"amount": "estimated_value",
	},
	rule=record.rule,
	own_fields=OWN_FIELDS,
)

OPPORTUNITY = Pipeline(
	name="opportunity",
	doctype="Opportunity",
	stage_doctype="Opportunity Stage",
	stage_field="opportunity_stage",
	entered_on_field="opportunity_stage_entered_on",
	process_status_field="process_status",
	responsible_field="opportunity_owner",
	status=StatusField(
		fieldname="status",
		outcomes={
			"Open": ACTIVE,
			"Replied": ACTIVE,
			"Quotation": ACTIVE,
			"Converted": WON,
			"Lost": DISCARDED,
			# closed without being won, by hand or by ERPNext after days without an answer
			"Closed": (*DISCARDED, Outcome.ON_HOLD, *WON),
		},
		derived=frozenset({"Quotation", "Converted", "Lost"}),
	),
	follows={"probability": "probability", "sales_stage": "sales_stage"},
	# what ERPNext gives every new opportunity does not count as someone's own estimate
	untouched={"probability": (None, 0, 100), "sales_stage": (None, "", "Prospecting")},
	events=CONTACTS | standing.EVENTS,
	activities={
		"Quotation": documents.opportunities_with_quotation,
		"Sales Order": documents.opportunities_with_order,
	},
	asks=questions.asks,
	still_true=standing.of_opportunity,
	snapshot={
		"company": "company",
		"territory": "territory",
		"channel": "sales_channel",
		"segment": "business_segment",
		"currency": "currency",
		"amount": "opportunity_amount",
		"expected_closing": "expected_closing",
	},
	cycle_field="sales_cycle",
)
