"""Figures on records made for it: splits, permissions, rounds, skips, and what a report costs."""

from datetime import date, datetime, timedelta

import frappe
import pytest
from frappe.desk.query_report import run
from frappe.query_builder import DocType
from frappe.utils import add_days, now_datetime, today
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm_etapas.analytics import changes, cohort, drilldown, forecast, funnel, learned, stage_times, trends
from crm_etapas.analytics.filters import parse
from crm_etapas.api import stages
from crm_etapas.exceptions import MixedCurrencies, ReportFilterError
from crm_etapas.pipeline import history
from crm_etapas.pipeline import stages as stage_records
from crm_etapas.pipelines import OPPORTUNITY, PROSPECT
from tests.site.factories import WHY_LOST, WHY_WON, make_lead, make_opportunity, make_user
from tests.site.invariants import assert_whole
from tests.site.test_query_counts import counted

FIRST, ANALYSIS, PROPOSAL, NEGOTIATION = "Cotización Solicitada", "Análisis", "En Propuesta", "En Negociación"
WON, LOST, COMPETITOR = "Cerrado Ganado", "Cerrado Perdido", "Cerrado Perdido Competencia"
ACTIVE = (FIRST, ANALYSIS, PROPOSAL, NEGOTIATION)
ALL = (*ACTIVE, WON, LOST, COMPETITOR)
REPORTS = ("Stage Funnel", "Time in Stage", "Pipeline Forecast", "Pipeline Changes")
ALL_REPORTS = (
	*REPORTS,
	"Won and Lost",
	"Channel Performance",
	"Salesperson Performance",
	"Customer Behaviour",
	"Sales Trends",
)
LONG_AGO = datetime(1999, 3, 1, 10)
PERIOD = {"from_date": "1999-03-01", "to_date": "1999-03-31"}
# the site may be in another day than the machine
NOW = {"from_date": str(date.today() - timedelta(days=1)), "to_date": str(date.today() + timedelta(days=1))}


@pytest.fixture
def no_others():
	"""Only what the test makes is there: whatever the site has is in another transaction's past."""
	for doctype in ("Stage Log", "Opportunity", "Lead"):
		frappe.db.delete(doctype)


def move(opportunity, stage: str, **values):
	opportunity.reload()
	opportunity.update({"opportunity_stage": stage, **values})
	return opportunity.save()


def write(paths: list[list[str]], channel_of=lambda number: None) -> list[str]:
	"""Write opportunities that walked these paths, a day a stay; a round begins anew after a closing stage."""
	template = make_opportunity(opportunity_amount=100)
	frappe.db.delete("Stage Log", {"reference_name": template.name})
	stays, names = [], []
	for number, path in enumerate(paths):
		name = f"OPP-{frappe.generate_hash(length=10)}"
		values = {**template.as_dict(), "name": name, "sales_channel": channel_of(number)}
		values |= {"opportunity_stage": path[-1], "expected_closing": None}
		doc = frappe.get_doc(values)
		doc.flags.name_set = True
		doc.db_insert()
		names.append(name)
		cycle = 1
		for sequence, stage in enumerate(path, 1):
			previous = path[sequence - 2] if sequence > 1 else None
			cycle += bool(previous) and previous not in ACTIVE and stage in ACTIVE
			entered = frappe.utils.add_to_date(LONG_AGO, days=sequence)
			left = frappe.utils.add_to_date(LONG_AGO, days=sequence + 1) if sequence < len(path) else None
			stays.append(
				{
					"name": history.new_name(),
					"owner": "Administrator",
					"reference_doctype": "Opportunity",
					"reference_name": name,
					"pipeline": OPPORTUNITY.name,
					"sequence": sequence,
					"cycle": cycle,
					"stage_doctype": OPPORTUNITY.stage_doctype,
					"stage": stage,
					"previous_stage": previous,
					"entered_on": entered,
					"left_on": left,
					"seconds": 86400 * bool(left),
					"cause": "Manual",
				}
			)
	frappe.delete_doc("Opportunity", template.name, force=True)
	history.insert(stays)
	return names


def expected(paths: list[list[str]]) -> dict[str, tuple[int, int, int]]:
	"""Count by hand: by stage (reached, lost from there, still open); won ones under None."""
	rounds = []
	for path in paths:
		rounds.append([])
		for previous, stage in zip([None, *path], path, strict=False):
			if previous and previous not in ACTIVE and stage in ACTIVE:
				rounds.append([])
			rounds[-1].append(stage)
	found = {stage: [0, 0, 0] for stage in (*ACTIVE, None)}
	for walked in rounds:
		furthest = max((ACTIVE.index(stage) for stage in walked if stage in ACTIVE), default=0)
		last = walked[-1]
		if last == WON:
			furthest = len(ACTIVE) - 1
			found[None][0] += 1
		for stage in ACTIVE[: furthest + 1]:
			found[stage][0] += 1
		if last != WON:
			found[ACTIVE[furthest]][1 if last in (LOST, COMPETITOR) else 2] += 1
	return {stage: tuple(counts) for stage, counts in found.items()}


def shown(steps: list[funnel.Step]) -> dict[str, tuple[int, int, int]]:
	return {
		None if step.key == funnel.WON else step.key: (step.reached, step.lost_here, step.still_open)
		for step in steps
	}


def without_repeats(path: list[str]) -> list[str]:
	return [stage for before, stage in zip([None, *path], path, strict=False) if stage != before]


# F8, B1 to B7: going back, skipping, closing and beginning anew, in any order
@settings(
	max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
	st.lists(
		st.lists(st.sampled_from(ALL), min_size=1, max_size=7).map(without_repeats), min_size=1, max_size=6
	)
)
def test_every_round_counts_once_at_the_furthest_stage(rolled_back, paths):
	frappe.db.savepoint("example")
	channels = [None, "Web", "Referidos"]
	write(paths, channel_of=lambda number: channels[number % 3])
	filters = parse(PERIOD)
	assert shown(funnel.compute(funnel.OPPORTUNITIES, filters)) == expected(paths)
	split = cohort.Cohort(OPPORTUNITY, filters, split="channel")
	whole = cohort.Cohort(OPPORTUNITY, filters)
	assert shown(funnel.steps(split, split.groups())) == shown(funnel.steps(whole, whole.groups()))
	for step in funnel.compute(funnel.OPPORTUNITIES, filters):
		cell = {"step": step.key, "figure": "reached"}
		(behind,) = drilldown.records("Stage Funnel", {**PERIOD, "funnel_of": funnel.OPPORTUNITIES}, cell)
		assert behind.total <= step.reached and bool(behind.total) == bool(step.reached)
	whole_time = {row.stage: row.stays for row in stage_times.compute("Opportunities", filters)}
	by_channel: dict[str, int] = {}
	for row in stage_times.compute("Opportunities", filters, "Sales Channel"):
		by_channel[row.stage] = by_channel.get(row.stage, 0) + row.stays
	assert by_channel == whole_time
	frappe.db.rollback(save_point="example")


# F8: what comes back is in a round of its own
def test_rounds_are_told_apart(no_others):
	opportunity = make_opportunity()
	move(opportunity, PROPOSAL)
	move(opportunity, LOST, **WHY_LOST)
	move(opportunity, ANALYSIS)
	rounds = frappe.get_all(
		"Stage Log",
		{"reference_name": opportunity.name},
		["cycle", "entered_on", "cycle_entered_on"],
		order_by="sequence",
	)
	assert [stay.cycle for stay in rounds] == [1, 1, 1, 2]
	assert [stay.cycle_entered_on for stay in rounds] == [*[rounds[0].entered_on] * 3, rounds[3].entered_on]
	steps = shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))
	assert steps[PROPOSAL] == (1, 1, 0) and steps[ANALYSIS] == (2, 0, 1)
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse({**NOW, "cycle": 2})))[FIRST] == (1, 0, 0)
	history.correct(
		frappe.get_all("Stage Log", {"reference_name": opportunity.name, "sequence": 1}, pluck="name")[0],
		add_days(rounds[0].entered_on, -3),
		"Empezó antes",
	)
	begun = frappe.get_all(
		"Stage Log", {"reference_name": opportunity.name, "cycle": 1}, pluck="cycle_entered_on"
	)
	assert set(begun) == {add_days(rounds[0].entered_on, -3)}


# What was only a mistake, and taken back, nobody has reached
def test_an_undone_move_is_not_counted(no_others):
	opportunity = make_opportunity()
	stages.move("Opportunity", opportunity.name, NEGOTIATION)
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))[NEGOTIATION] == (1, 0, 1)
	stages.undo_move("Opportunity", opportunity.name, NEGOTIATION)
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))[ANALYSIS] == (0, 0, 0)
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))[FIRST] == (1, 0, 1)
	(first,) = stage_times.compute("Opportunities", parse(NOW))
	assert (first.stage, first.stays, first.waiting) == (FIRST, 0, 1)
	stages.move("Opportunity", opportunity.name, ANALYSIS)
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))[ANALYSIS] == (1, 0, 1)
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))[PROPOSAL] == (0, 0, 0)


# … and what was reopened by mistake is in no new round
def test_an_undone_reopening_begins_nothing(no_others):
	opportunity = make_opportunity()
	move(opportunity, LOST, **WHY_LOST)
	lost_on = opportunity.opportunity_stage_entered_on
	before = trends.compute(parse(NOW), "Week").whole
	stages.move("Opportunity", opportunity.name, PROPOSAL)
	assert trends.compute(parse(NOW), "Week").whole["new_opportunities"] == before["new_opportunities"] + 1
	stages.undo_move("Opportunity", opportunity.name, PROPOSAL)
	assert opportunity.reload().opportunity_stage_entered_on == lost_on
	assert trends.compute(parse(NOW), "Week").whole == before
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW))) == {
		FIRST: (1, 1, 0),
		ANALYSIS: (0, 0, 0),
		PROPOSAL: (0, 0, 0),
		NEGOTIATION: (0, 0, 0),
		None: (0, 0, 0),
	}
	assert_whole(opportunity)
	move(opportunity, ANALYSIS)
	assert trends.compute(parse(NOW), "Week").whole["new_opportunities"] == before["new_opportunities"] + 1


# A site whose pipeline knows no winning and no losing has reports too
@pytest.mark.parametrize("report", ALL_REPORTS)
def test_without_closing_stages_nothing_breaks(no_others, report):
	make_opportunity()
	frappe.db.set_value("Opportunity Stage", {"name": ("is", "set")}, "outcome", "Open")
	stage_records.clear_cache("Opportunity Stage")
	try:
		assert run(report, NOW)["columns"]
	finally:
		frappe.cache.delete_value(stage_records.CACHE_KEY)


# A salesperson's figures are those of their own records, counted the same way
def test_permissions_change_who_is_counted_never_how(no_others):
	ana, luis = make_user("Sales User"), make_user("Sales User")
	for user, stage in ((ana, PROPOSAL), (ana, NEGOTIATION), (luis, ANALYSIS)):
		lead = make_lead(lead_owner=user.name)
		opportunity = make_opportunity(lead, opportunity_owner=user.name, opportunity_amount=50)
		move(opportunity, stage)
		frappe.db.set_value("Opportunity", opportunity.name, "owner", user.name)
	for role in ("Sales User",):
		frappe.permissions.setup_custom_perms("Opportunity")
		frappe.permissions.update_permission_property("Opportunity", role, 0, "if_owner", 1)
	frappe.clear_cache(doctype="Opportunity")
	own = {}
	for user in (ana, luis):
		frappe.set_user(user.name)
		own[user.name] = shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))
		assert sum(row.open_count for row in forecast.compute(parse(NOW))) == own[user.name][FIRST][0]
		assert (
			sum(row.waiting for row in stage_times.compute("Opportunities", parse(NOW)))
			== own[user.name][FIRST][0]
		)
		cell = {"step": FIRST, "figure": "reached"}
		assert drilldown.records("Stage Funnel", NOW, cell)[0].total == own[user.name][FIRST][0]
	frappe.set_user("Administrator")
	whole = shown(funnel.compute(funnel.OPPORTUNITIES, parse(NOW)))
	for user in (ana, luis):
		assert own[user.name] == shown(
			funnel.compute(funnel.OPPORTUNITIES, parse({**NOW, "owner": user.name}))
		)
	assert {
		stage: tuple(map(sum, zip(own[ana.name][stage], own[luis.name][stage], strict=True)))
		for stage in whole
	} == whole


# who has no rights is told so
@pytest.mark.parametrize("report", REPORTS)
def test_without_rights_nothing_is_counted(report):
	frappe.set_user(make_user("Employee").name)
	with pytest.raises(frappe.PermissionError):
		run(report, NOW)
	with pytest.raises(frappe.PermissionError):
		from crm_etapas.api.analytics import records

		records(report, NOW, {})


@pytest.mark.parametrize("report", REPORTS)
def test_an_empty_period_is_no_error(report, no_others):
	answer = run(report, PERIOD)
	assert answer["columns"] and all(not row.get("stays") for row in answer["result"])


@pytest.mark.parametrize(
	("filters", "said"),
	[
		({}, "período"),
		({**NOW, "from_date": "2099-01-01"}, "termina"),
		({**NOW, "channel": ["Paloma"]}, "Paloma"),
		({**NOW, "territory": "Atlántida"}, "Atlántida"),
		({**NOW, "cycle": "x"}, "ciclo"),
		({**NOW, "from_date": "ayer"}, "fecha"),
		({**NOW, "company": ["A", "B"]}, "un solo"),
	],
)
def test_a_wrong_filter_says_what_is_wrong(filters, said):
	with pytest.raises(ReportFilterError, match=said):
		parse(filters)


# every filter narrows, and territory means everything below it
def test_filters_narrow(no_others):
	parent = frappe.get_all(
		"Territory", {"is_group": 1, "parent_territory": ["is", "not set"]}, pluck="name"
	)[0]
	place = frappe.get_doc(
		{"doctype": "Territory", "territory_name": "Zona 7", "parent_territory": parent}
	).insert()
	user = make_user("Sales User")
	team = frappe.get_doc({"doctype": "User Group", "user_group_members": [{"user": user.name}]})
	team.insert(set_name="Equipo 7")
	frappe.get_doc({"doctype": "Sales Rep Profile", "user": user.name, "team": team.name}).insert()
	opportunity = make_opportunity(make_lead(), territory=place.name, opportunity_owner=user.name)
	make_opportunity()
	found = opportunity.reload()
	for narrowed in (
		{"territory": parent, "owner": [user.name]},
		{"territory": place.name},
		{"team": team.name},
		{"owner": user.name},
	):
		steps = shown(funnel.compute(funnel.OPPORTUNITIES, parse({**NOW, **narrowed})))
		assert steps[FIRST][0] == 1, (narrowed, found.name)
	for narrowed in (
		{"channel": found.sales_channel},
		{"segment": found.business_segment},
		{"company": found.company},
	):
		if all(narrowed.values()):
			assert shown(funnel.compute(funnel.OPPORTUNITIES, parse({**NOW, **narrowed})))[FIRST][0] == 2
	assert shown(funnel.compute(funnel.OPPORTUNITIES, parse({**NOW, "campaign": "Ninguna"})))[FIRST][0] == 0


# amounts of several currencies are never added
def test_mixed_currencies_are_refused():
	company = frappe.get_all("Company", pluck="name")[0]
	other = frappe.copy_doc(frappe.get_doc("Company", company))
	currency = "USD" if other.default_currency != "USD" else "EUR"
	other.update(
		{"company_name": "Otra Moneda", "abbr": "OM", "default_currency": currency, "name": "Otra Moneda"}
	)
	other.db_insert()
	with pytest.raises(MixedCurrencies):
		run("Pipeline Forecast", NOW)
	assert run("Pipeline Forecast", {**NOW, "company": company})["columns"]
	# prospects are counted nevertheless: their value is no more than an estimate
	for chosen, has_value in (({}, False), ({"company": company}, True)):
		shown = run("Stage Funnel", {**NOW, **chosen, "funnel_of": "Prospects"})
		assert ("reached_value" in {column["fieldname"] for column in shown["columns"]}) is has_value


# F6: number and value; what a prospect is worth is an estimate
@pytest.mark.parametrize("which", [funnel.PROSPECTS, funnel.LEVELS])
def test_the_funnel_of_prospects_has_their_estimated_value(no_others, which):
	for value in (100, 40, 0):
		lead = make_lead(estimated_value=value)
	stages.move("Lead", lead.name, "Contacto Establecido")
	first, *_others = run("Stage Funnel", {**NOW, "funnel_of": which})["result"]
	assert (first["reached"], first["reached_value"]) == (3, 140)


# E6: what was lost is never in the forecast; what slipped and moved is told
def test_changes_since_a_day(no_others):
	stays = frappe.qb.DocType("Stage Log")
	before = add_days(now_datetime(), -10)
	slipping, lost, won = (
		make_opportunity(opportunity_amount=amount, expected_closing=add_days(today(), 5))
		for amount in (10, 20, 30)
	)
	frappe.qb.update(stays).set(stays.entered_on, before).set(stays.cycle_entered_on, before).run()
	move(slipping, PROPOSAL, expected_closing=add_days(today(), 40), opportunity_amount=15)
	move(lost, LOST, **WHY_LOST)
	move(won, WON, **{**WHY_WON, "opportunity_amount": 30})
	make_opportunity(opportunity_amount=7)
	since = {"from_date": add_days(today(), -3), "to_date": add_days(today(), 90)}
	lines = {line.key: (line.count, line.value) for line in changes.compute(parse(since).begin, parse(since))}
	assert lines == {
		"start": (3, 60),
		"added": (1, 7),
		"revalued": (1, 5),
		"won": (1, -30),
		"lost": (1, -20),
		"junk": (0, 0),
		"now": (2, 22),
		"forward": (1, 15),
		"back": (0, 0),
		"slipped": (1, 15),
		"sooner": (0, 0),
	}
	assert {(row.stage, row.open_value) for row in forecast.compute(parse(since))} == {
		(PROPOSAL, 15),
		(FIRST, 7),
	}


def changed(paths: list[list[str]], days: int) -> dict[str, int]:
	"""Count by hand, by line, what has happened since so many days after `LONG_AGO`."""
	found = dict.fromkeys(changes.LABELS, 0)
	for path in paths:
		before, since = path[: days - 1], path[days - 1 :]
		was_open = bool(before) and before[-1] in ACTIVE
		if not was_open and not set(since) & set(ACTIVE):
			continue
		found["start" if was_open else "added"] += 1
		found[{WON: "won", LOST: "lost", COMPETITOR: "lost"}.get(path[-1], "now")] += 1
		if was_open and path[-1] in ACTIVE and path[-1] != before[-1]:
			forward = ACTIVE.index(path[-1]) > ACTIVE.index(before[-1])
			found["forward" if forward else "back"] += 1
	return found


# E6: closed at once, reopened, closed again: whoever was open then or since is in one line, and opens from it
@settings(
	max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(
	paths=st.lists(
		st.lists(st.sampled_from(ALL), min_size=1, max_size=5).map(without_repeats), min_size=1, max_size=6
	),
	days=st.integers(1, 6),
)
def test_every_change_is_in_its_line(rolled_back, paths, days):
	frappe.db.savepoint("example")
	names, since = write(paths), LONG_AGO.date() + timedelta(days=days)
	owner = frappe.generate_hash()  # others have opportunities too
	frappe.db.set_value("Opportunity", {"name": ("in", names)}, "opportunity_owner", owner)
	filters = {"from_date": str(since), "to_date": PERIOD["to_date"], "owner": owner}
	expected_counts = changed(paths, days)
	counts = {line.key: line.count for line in changes.compute(parse(filters).begin, parse(filters))}
	assert {key: counts[key] for key in expected_counts if key != "revalued"} == {
		key: count for key, count in expected_counts.items() if key != "revalued"
	}
	for key in ("start", "added", "now", "won", "lost", "forward", "back"):
		(opened,) = drilldown.records("Pipeline Changes", filters, {"line": key})
		assert len(set(opened.names)) == opened.total == counts[key], key
	frappe.db.rollback(save_point="example")


# Log Settings: what came back and is open stays in a line when the stay before was deleted
def test_changes_know_what_is_open_without_its_old_stays(no_others):
	opportunity = make_opportunity(opportunity_amount=50)
	move(opportunity, LOST, **WHY_LOST)
	move(opportunity, PROPOSAL, opportunity_amount=50)
	frappe.db.delete("Stage Log", {"reference_name": opportunity.name, "left_on": ("is", "set")})
	lines = {line.key: line.count for line in changes.compute(parse(NOW).begin, parse(NOW))}
	assert (lines["added"], lines["now"]) == (1, 1)


# few closed cases teach nothing
def test_the_interval_of_what_is_learned():
	assert learned.wilson(0, 0).is_enough is False
	one = learned.wilson(4238, 6711)
	assert (round(one.low, 4), round(one.high, 4)) == (0.6199, 0.643)
	assert learned.wilson(20, 20).high == 1 and learned.wilson(20, 20).low < 0.9


# Reports: at most six queries each
@pytest.mark.parametrize("report", REPORTS)
@pytest.mark.parametrize("which", [{}, {"funnel_of": "Prospect to Won", "stages_of": "Prospects"}])
def test_a_report_takes_at_most_six_queries(report, which):
	module = frappe.scrub(report)
	execute = frappe.get_attr(f"crm_etapas.crm_etapas.report.{module}.{module}.execute")
	company = frappe.get_all("Company", pluck="name")[0]
	filters = {**NOW, **which, "company": company, "owner": "Administrator"}
	execute(filters)
	with counted() as statements:
		execute(filters)
	assert 0 < len(statements) <= 6, statements


# Reports: no full scan where a filter has an index
def test_the_reports_read_through_indexes():
	log = DocType("Stage Log")
	for query in (
		cohort.Cohort(PROSPECT, parse(NOW))
		._query(False)
		.where(log.left_on.isnull())
		.where(parse(NOW).during(log.cycle_entered_on)),
		stage_times.counted.stays(PROSPECT, parse(NOW)).where(parse(NOW).during(log.left_on)),
	):
		sql = query.select(log.stage, log.previous_stage).get_sql()
		(plan,) = frappe.db.sql(f"explain {sql}", as_dict=True)
		assert plan.type in ("range", "ref") and plan.key, plan
