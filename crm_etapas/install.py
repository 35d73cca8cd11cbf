"""What `bench install-app` does beyond creating the DocTypes."""

from crm_etapas.assignment import rule
from crm_etapas.identity import identification
from crm_etapas.setup import (
	backfill,
	custom_fields,
	defaults,
	email_templates,
	indexes,
	lead_list,
	property_setters,
)


def after_install() -> None:
	custom_fields.create()
	property_setters.create()
	lead_list.create()
	defaults.create()
	email_templates.create()
	identification.choose_default()  # that of the company's country
	backfill.give_profiles()  # before the stages: a stay remembers channel and segment
	backfill.give_stages()
	backfill.give_disqualifications()
	backfill.give_keys()
	backfill.give_contacts_made()
	backfill.know_quotations()
	indexes.create()
	rule.create()
