"""What `bench install-app` does beyond creating the DocTypes."""

from crm_etapas.identity import identification
from crm_etapas.setup import (
	assignment,
	backfill,
	custom_fields,
	defaults,
	indexes,
	lead_list,
	property_setters,
)


def after_install() -> None:
	custom_fields.create()
	property_setters.create()
	lead_list.create()
	defaults.create()
	identification.choose_default()  # that of the company's country
	backfill.give_profiles()  # before the stages: a stay remembers channel and segment
	backfill.give_stages()
	backfill.give_disqualifications()
	backfill.give_keys()
	backfill.know_quotations()
	indexes.create()
	assignment.create()
