import frappe
from frappe.model.document import Document


class BulkMoveRecord(Document):
	"""What became of one record of a Bulk Move. `crm_etapas.pipeline.bulk` writes it and shows it to those
	who may read the record; that is why no role can read it here."""


def on_doctype_update():
	frappe.db.add_index(
		"Bulk Move Record", ["bulk_move", "result", "reference_name"], index_name="bulk_move_results"
	)
