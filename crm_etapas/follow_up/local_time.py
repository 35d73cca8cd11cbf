"""Moments as they are where a user is. The site keeps all of them in its own time zone."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import frappe
from frappe.utils import get_system_timezone, now_datetime


def zone(name: str | None) -> ZoneInfo:
	"""Return a time zone; that of the site if there is none of that name."""
	try:
		return ZoneInfo(name or get_system_timezone())
	except (ZoneInfoNotFoundError, ValueError):
		return ZoneInfo(get_system_timezone())


def zone_of(user: str) -> ZoneInfo:
	return zone(frappe.get_cached_value("User", user, "time_zone"))


def local(moment: datetime, where: ZoneInfo) -> datetime:
	"""Return what the clock shows somewhere at a moment of the site's time; neither has a time zone."""
	return moment.replace(tzinfo=zone(None)).astimezone(where).replace(tzinfo=None)


def of_site(moment: datetime, where: ZoneInfo) -> datetime:
	"""Return the site's time of a moment that a clock somewhere shows."""
	return moment.replace(tzinfo=where).astimezone(zone(None)).replace(tzinfo=None)


def now(where: ZoneInfo) -> datetime:
	return local(now_datetime(), where)
