"""What `bench install-app` does beyond creating the DocTypes."""

from crm_etapas.setup import backfill, custom_fields, defaults, indexes


def after_install() -> None:
	custom_fields.create()
	defaults.create()
	backfill.give_stages()
	indexes.create()
