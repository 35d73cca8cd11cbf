"""What is to be done with the sample's prospects, so that My Day has something to show."""

from datetime import timedelta

import frappe

from crm_etapas.follow_up.day import Day, today_of


def load(entries: list[dict], source: str, user: str | None = None) -> None:
	"""Plan contacts that a user makes and leave marks, with prospects that have neither yet. Days count from today."""
	user = user or frappe.session.user
	day = today_of(user)
	for entry in entries:
		name = frappe.db.get_value("Lead", {"lead_import_id": f"{source}:{entry['lead']}"})
		if name and not frappe.db.get_value("Lead", name, "next_contact_date"):
			_give(name, user, day, **entry)


def _give(
	name: str,
	user: str,
	day: Day,
	lead: str,
	contact: list[int] | None = None,
	medium: str | None = None,
	about: str | None = None,
	**marks: int,
) -> None:
	if contact:
		days, hour = contact
		doc = frappe.get_doc("Lead", name)
		doc.next_contact_date = day.start + timedelta(days=days, hours=hour)
		doc.update({"next_contact_by": user, "next_contact_medium": medium, "next_contact_subject": about})
		in_import, frappe.flags.in_import = frappe.flags.in_import, True  # some of them are overdue
		try:
			doc.save()
		finally:
			frappe.flags.in_import = in_import
	for mark, days in marks.items():
		# as nightly jobs write it
		frappe.db.set_value("Lead", name, mark, day.start - timedelta(days=days), update_modified=False)
