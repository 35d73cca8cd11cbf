"""The indexes that the app adds to ERPNext's tables: there after installing, kept by migrate, gone afterwards."""

import frappe

from crm_etapas.setup import indexes
from tests.site.throwaway import ThrowawaySite


def all_indexes() -> dict[tuple[str, str], list[str]]:
	"""Return the columns of every index of the site, by table and name."""
	found = {}
	for table in frappe.db.get_tables(cached=False):
		for row in frappe.db.sql(f"show index from `{table}`", as_dict=True):
			found.setdefault((table, row.Key_name), []).append(row.Column_name)
	return found


def served() -> dict[tuple[str, tuple[str, ...]], bool]:
	"""Tell of every index that the app wants whether the site has it."""
	existing = all_indexes()
	return {
		(doctype, columns): any(
			table == f"tab{doctype}" and tuple([*found, "name"][: len(columns)]) == columns
			for (table, _index), found in existing.items()
		)
		for doctype, wanted in indexes.INDEXES.items()
		for columns in wanted
	} | {
		(doctype, columns): (f"tab{doctype}", indexes.FULL_TEXT_NAME) in existing
		for doctype, columns in indexes.FULL_TEXT.items()
	}


# C2: large sites; install, migrate and uninstall
def test_uninstalling_leaves_exactly_the_indexes_from_before(bench):
	site = ThrowawaySite(bench)
	site.create(with_app=False)
	try:
		with site.connected():
			frappe.db.sql_ddl("alter table tabOpportunity add index of_the_admin (party_name, status)")
			# with the first field that a DocType gets, Frappe itself indexes the day by which it is sorted
			frappe.db.updatedb("Prospect")
			before = all_indexes()
		site.bench("install-app", "crm_etapas")
		with site.connected():
			assert all(served().values())
			added = set(all_indexes()) - set(before)
			assert ("tabOpportunity", "crm_etapas_party_name_status") not in added, "one is there already"
			assert ("tabCustomer", "crm_etapas_lead_name_name") in added
			assert indexes.ours() == {key for key in added if key[1].startswith(indexes.PREFIX)}
		site.bench("uninstall-app", "crm_etapas", "--yes", "--no-backup")
		with site.connected():
			assert all_indexes() == before
	finally:
		site.drop()


# C2
def test_migrate_keeps_them_and_brings_back_what_is_missing_by_the_patch(throwaway_site):
	ours = indexes.ours()
	assert ours
	frappe.db.sql_ddl("alter table tabOpportunity add index on_one_column (contact_mobile)")
	touched = list(indexes.INDEXES)
	frappe.db.set_value("DocType", {"name": ["in", touched]}, "migration_hash", "")
	indexes.drop()
	assert not indexes.ours()
	indexes.create()
	frappe.db.commit()

	throwaway_site.bench("migrate")
	throwaway_site.reconnect()

	assert not frappe.db.has_index("tabOpportunity", "on_one_column"), "migrate looked at the table"
	assert indexes.ours() == ours

	frappe.db.delete("Patch Log", {"patch": ["like", "%setup import indexes%"]})
	indexes.drop()
	frappe.db.commit()
	throwaway_site.bench("migrate")
	throwaway_site.reconnect()
	assert indexes.ours() == ours


def test_no_index_is_created_twice():
	assert all(served().values())
	before = all_indexes()
	indexes.create()
	assert all_indexes() == before


def test_frappe_would_drop_an_index_on_one_column():
	for doctype, wanted in indexes.INDEXES.items():
		for columns in wanted:
			assert len(columns) > 1, f"{doctype}: {columns}"
		named = {indexes.name_of(columns) for columns in wanted}
		assert len(named) == len(wanted), "long names are cut and still differ"


# D5: an admin may give a field more characters than its index bears
def test_an_index_that_mariadb_cannot_make_is_left_out():
	assert indexes._fits("Lead", indexes.NEWEST)
	assert not indexes._fits("Lead", (*indexes.NEWEST, "lead_name", "company_name"))
