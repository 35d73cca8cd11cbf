"""What all reports are narrowed by, and what that means for a query."""

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, time, timedelta

import frappe
from frappe import _
from frappe.utils import cint, getdate
from pypika import Criterion

from crm_etapas import compat, master
from crm_etapas.exceptions import ReportFilterError
from crm_etapas.pipeline import stages
from crm_etapas.pipeline.registry import Pipeline
from crm_etapas.pipelines import QUALIFICATION

DAY = timedelta(days=1)
# the field of each DocType that a filter, or a split, speaks of
COLUMNS = {
	"Lead": {
		"company": "company",
		"owner": "lead_owner",
		"channel": "sales_channel",
		"segment": "business_segment",
		"potential_level": "potential_level",
		"qualification_level": QUALIFICATION.stage_field,
		"territory": "territory",
		"campaign": compat.CAMPAIGN_FIELD,
	},
	"Opportunity": {
		"company": "company",
		"owner": "opportunity_owner",
		"channel": "sales_channel",
		"segment": "business_segment",
		"potential_level": "potential_level",
		"territory": "territory",
		"campaign": compat.CAMPAIGN_FIELD_OF_SALES,
	},
	"Customer": {
		"owner": "account_manager",
		"channel": "sales_channel",
		"segment": "business_segment",
		"potential_level": "potential_level",
		"territory": "territory",
	},
}
MASTERS = {"channel": "Sales Channel", "segment": "Business Segment", "potential_level": "Potential Level"}


@dataclass(frozen=True)
class Filters:
	"""What a report looks at. A filter that is empty leaves everything in.

	`from_date` and `to_date` are whole days, both included; which moment of a record they speak of is the figure's to
	say. `team` is a User Group: those whose Sales Rep Profile names it. `territory` stands for everything below it too.
	`cycle` is the number of the round, as Stage Log counts them.
	"""

	from_date: date
	to_date: date
	company: str | None = None
	owner: tuple[str, ...] = ()
	team: str | None = None
	channel: tuple[str, ...] = ()
	segment: tuple[str, ...] = ()
	potential_level: tuple[str, ...] = ()
	qualification_level: tuple[str, ...] = ()
	territory: str | None = None
	campaign: tuple[str, ...] = ()
	cycle: int | None = None

	@property
	def begin(self) -> datetime:
		return datetime.combine(self.from_date, time.min)

	@property
	def end(self) -> datetime:
		"""The first moment after the period."""
		return datetime.combine(self.to_date + DAY, time.min)

	@property
	def narrows_records(self) -> bool:
		"""Tell whether anything is asked of the record itself, so that a query of Stage Log has to look at it."""
		others = {"from_date", "to_date", "cycle"}
		return any(getattr(self, field.name) for field in fields(self) if field.name not in others)

	def without(self, *names: str) -> "Filters":
		"""Return the same without some filters: for figures that know nothing of them."""
		nothing = {field.name: field.default for field in fields(self)}
		return replace(self, **{name: nothing[name] for name in names})

	def during(self, column) -> Criterion:
		"""What holds for moments or days within the period. The column stands alone: its index serves."""
		return (column >= self.begin) & (column < self.end)

	def of_record(self, doctype: str) -> list[Criterion]:
		"""Return what holds for the records that are asked for; the query knows the table by its own name.

		:param doctype: Lead or Opportunity.
		"""
		table, columns = frappe.qb.DocType(doctype), COLUMNS[doctype]
		found = []
		for name in ("owner", "channel", "segment", "potential_level", "campaign"):
			if wanted := getattr(self, name):
				found.append(table[columns[name]].isin(wanted))
		if self.company:
			found.append(table[columns["company"]] == self.company)
		if self.team:
			found.append(table[columns["owner"]].isin(_members(self.team)))
		if self.territory:
			found.append(table[columns["territory"]].isin(_with_descendants(self.territory)))
		if self.qualification_level:
			found.append(self._of_level(doctype))
		return found

	def of_people(self, user) -> list[Criterion]:
		"""Return what holds for whoever did something, if salespeople or a team are asked for."""
		found = [user.isin(self.owner)] if self.owner else []
		return [*found, user.isin(_members(self.team))] if self.team else found

	def of_stays(self, log) -> list[Criterion]:
		"""Return what holds for the stays themselves, whatever record they are of."""
		return [log.cycle == self.cycle] if self.cycle else []

	def of_current_cycle(self, pipeline: Pipeline) -> list[Criterion]:
		"""Return what holds for the records that are in the cycle that is asked for today."""
		if not self.cycle:
			return []
		log = frappe.qb.DocType("Stage Log")
		standing = (
			frappe.qb.from_(log)
			.select(log.reference_name)
			.where((log.pipeline == pipeline.name) & log.left_on.isnull() & (log.cycle == self.cycle))
		)
		return [frappe.qb.DocType(pipeline.doctype).name.isin(standing)]

	def _of_level(self, doctype: str) -> Criterion:
		lead, level = frappe.qb.DocType("Lead"), QUALIFICATION.stage_field
		if doctype == "Lead":
			return lead[level].isin(self.qualification_level)
		table = frappe.qb.DocType(doctype)
		leads = frappe.qb.from_(lead).select(lead.name).where(lead[level].isin(self.qualification_level))
		return (table.opportunity_from == "Lead") & table.party_name.isin(leads)


def parse(raw: dict | str | None) -> Filters:
	"""Return the filters that a report was asked for, with those of its own left out.

	:param raw: as the desk sends them; one or several values where several are possible.
	:raises ReportFilterError: names the filter and what it may be.
	"""
	raw = frappe.parse_json(raw) if isinstance(raw, str) else raw
	raw = {key: value for key, value in (raw or {}).items() if value not in (None, "", [])}
	from_date, to_date = _day(raw, "from_date", _("From Date")), _day(raw, "to_date", _("To Date"))
	if from_date > to_date:
		_refuse(
			_("The period ends on {0}, before it begins on {1}").format(_shown(to_date), _shown(from_date))
		)
	found = Filters(
		from_date,
		to_date,
		company=_one(raw, "company", "Company"),
		owner=_several(raw, "owner"),
		team=_one(raw, "team", "User Group"),
		channel=_several(raw, "channel"),
		segment=_several(raw, "segment"),
		potential_level=_several(raw, "potential_level"),
		qualification_level=_several(raw, "qualification_level"),
		territory=_one(raw, "territory", "Territory"),
		campaign=_several(raw, "campaign"),
		cycle=_cycle(raw.get("cycle")),
	)
	for name, doctype in MASTERS.items():
		_check(getattr(found, name), master.records(doctype), doctype)
	_check(found.qualification_level, stages.get_stages(QUALIFICATION), QUALIFICATION.stage_doctype)
	return found


def choice(raw: dict | None, name: str, label: str, among: tuple[str, ...]) -> str:
	"""Return which of a report's own choices was made; the first one if none was.

	:raises ReportFilterError:
	"""
	chosen = (raw or {}).get(name) or among[0]
	if chosen not in among:
		listed = ", ".join(_(one) for one in among)
		_refuse(_("{0} cannot be {1}. Choose one of: {2}").format(label, frappe.bold(chosen), listed))
	return chosen


def column_of(pipeline: Pipeline | str, split: str):
	"""Return the column of a record's table that a split speaks of."""
	doctype = pipeline if isinstance(pipeline, str) else pipeline.doctype
	return frappe.qb.DocType(doctype)[COLUMNS[doctype][split]]


def _members(team: str):
	profile = frappe.qb.DocType("Sales Rep Profile")
	return frappe.qb.from_(profile).select(profile.user).where(profile.team == team)


def _with_descendants(territory: str):
	"""Read from the table, for the bounds of a tree change without anybody saving the record."""
	below, above = frappe.qb.DocType("Territory").as_("below"), frappe.qb.DocType("Territory").as_("above")
	return (
		frappe.qb.from_(below)
		.join(above)
		.on((below.lft >= above.lft) & (below.rgt <= above.rgt))
		.select(below.name)
		.where(above.name == territory)
	)


def _day(raw: dict, name: str, label: str) -> date:
	if name not in raw:
		_refuse(_("Choose a period: {0} is missing").format(frappe.bold(label)))
	try:
		return getdate(raw[name])
	except (ValueError, TypeError, frappe.ValidationError):
		_refuse(_("{0} is no date: {1}").format(frappe.bold(label), raw[name]))


def _several(raw: dict, name: str) -> tuple[str, ...]:
	value = raw.get(name) or ()
	return (value,) if isinstance(value, str) else tuple(str(one) for one in value)


def _one(raw: dict, name: str, doctype: str) -> str | None:
	value = raw.get(name)
	if not value:
		return None
	if not isinstance(value, str):
		_refuse(_("Choose one {0}, not several").format(_(doctype)))
	try:
		return frappe.get_cached_doc(doctype, value).name
	except frappe.DoesNotExistError:
		frappe.clear_last_message()
		_refuse(_("There is no {0} called {1}").format(_(doctype), frappe.bold(value)))


def _check(wanted: tuple[str, ...], known, doctype: str) -> None:
	for name in wanted:
		if name not in known:
			_refuse(_("There is no {0} called {1}").format(_(doctype), frappe.bold(name)))


def _cycle(value) -> int | None:
	if value in (None, "", 0, "0"):
		return None
	number = cint(value)
	if number < 1:
		_refuse(_("{0} is no number of a cycle. The first one is 1").format(frappe.bold(value)))
	return number


def _shown(day: date) -> str:
	return frappe.format(day, "Date")


def _refuse(message: str):
	frappe.throw(message, ReportFilterError, title=_("Filters"))
