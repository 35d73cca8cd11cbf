"""What the scheduler does to leads and opportunities, mended right after it."""

import frappe

from crm_etapas.assignment import load, run
from crm_etapas.conversion import proposals
from crm_etapas.cycle import wake
from crm_etapas.cycle.loyalty import job as loyalty
from crm_etapas.events import coming_back, quotation, weekly_figures
from crm_etapas.follow_up import morning, notices
from crm_etapas.follow_up.attention import moves, rotting
from crm_etapas.pipeline import privacy, truth
from crm_etapas.qualification import recalculation
from crm_etapas.qualification.scorecard import job

# sets the status Open on whatever has an open event today, records that are closed too
REOPENS = "erpnext.crm.utils.open_leads_opportunities_based_on_todays_event"
# sets the status Expired, in one statement
EXPIRES = "erpnext.selling.doctype.quotation.quotation.set_expired_status"


def after_job(method: str, kwargs: dict | None, result) -> None:
	done = (kwargs or {}).get("job_type")
	if done == REOPENS:
		hourly()
	elif done == EXPIRES:
		quotations()


def quotations() -> None:
	"""Tell the pipelines of quotations that have been opened or have expired, which no event says."""
	for name, moment in proposals.newly_seen().items():
		proposals.remember(name, seen_on=moment)
		quotation.seen(frappe.get_doc("Quotation", name), moment)
	for name in proposals.newly_expired():
		proposals.expire(name)
		quotation.expired(frappe.get_doc("Quotation", name))
	frappe.db.commit()  # a job of its own


def every_five_minutes() -> None:
	"""Tell whose next contacts are due, and in the morning what there is to do."""
	notices.tell_due()
	morning.tell()


def hourly() -> None:
	"""Mend the statuses that contradict their stage; count loads anew, and see who has come or gone.

	And see which quotations have been opened or have expired.
	"""
	truth.repair(histories=False)
	frappe.db.commit()  # a job of its own
	load.repair()
	frappe.db.commit()  # its locks are let go
	run.review()
	frappe.db.commit()  # a job of its own
	quotations()


def daily() -> None:
	"""Mend the statuses, log the stages that were written past the door, and forget whom to forget.

	Then evaluate all prospects: points fade, days pass, and mails are opened without anything being saved.
	"""
	truth.repair()
	privacy.anonymise_old()
	frappe.db.commit()  # a job of its own
	recalculation.everywhere()


def see_to_the_neglected() -> None:
	"""Mark the records that rot; take on those that an admin wants elsewhere, and those whose validity is over."""
	rotting.mark_all()
	moves.move_all()


def score() -> None:
	"""Score the open prospects by what was learned from the past; nothing to do where no scorecard is active."""
	job.score_by_night()


def come_back() -> None:
	"""Bring back the prospects and opportunities whose day has come."""
	wake.wake_due(coming_back.give)


def follow_up_customers() -> None:
	"""Do what the rules say about the customers whose day has come."""
	loyalty.follow_up(coming_back.is_there)


def send_weekly_figures() -> None:
	"""Mail the week's figures where the working day has begun."""
	weekly_figures.send_due()
