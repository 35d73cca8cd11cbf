"""A row of the file on its way to becoming a prospect."""

from dataclasses import dataclass, field
from datetime import datetime

from frappe.model.document import Document


@dataclass(eq=False)
class Row:
	"""A prospect to be written.

	:param values: what the file says, by field of the prospect; `address` the same of its address.
	:param attributes: pairs of attribute and value.
	:param entered_on: when the prospect came in; now, if the file does not say.
	:param lead: the document in memory; `new_address` the same of its address.
	:param needs_document: whether saving it does what only a real document can, such as making a customer.
	"""

	number: int
	key: str
	values: dict
	address: dict = field(default_factory=dict)
	attributes: list[tuple[str, str]] = field(default_factory=list)
	entered_on: datetime | None = None
	lead: Document | None = None
	new_address: Document | None = None
	needs_document: bool = False
