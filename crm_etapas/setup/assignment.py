"""What assignment by skill starts with: its rule, disabled. It is off until an admin says so."""

from crm_etapas.assignment import rule


def create() -> None:
	"""Make what is missing; leave what an admin has changed."""
	rule.create()


def delete() -> None:
	rule.delete()
