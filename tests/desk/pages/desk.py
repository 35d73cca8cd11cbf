"""The desk as a user meets it: logging in, opening forms, talking to the server as that user."""

from playwright.sync_api import Locator, Page, expect


class Desk:
	def __init__(self, page: Page):
		self.page = page
		self.made: list[tuple[str, str]] = []

	def log_in(self, user: str, password: str) -> None:
		response = self.page.request.post("/api/method/login", form={"usr": user, "pwd": password})
		assert response.ok, f"{user} cannot log in: {response.text()}"

	def insert(self, doctype: str, **values) -> str:
		"""Make a record through REST, as the user who is logged in. Returns its name."""
		doc = self.call("frappe.client.insert", doc={"doctype": doctype, **values})
		self.made.append((doctype, doc["name"]))
		return doc["name"]

	def call(self, method: str, **arguments):
		"""Call a whitelisted method, as the user who is logged in, and return its answer."""
		if self.page.url == "about:blank":
			self.page.goto("/app/user-profile")
		self.page.wait_for_function("window.frappe && frappe.csrf_token")
		return self.page.evaluate("([method, args]) => frappe.xcall(method, args)", [method, arguments])

	def csrf_token(self) -> str:
		return self.page.evaluate("frappe.csrf_token")

	def clean_up(self) -> None:
		"""Delete what this test has made, last things first."""
		for doctype, name in reversed(self.made):
			self.delete(doctype, name)

	def value(self, doctype: str, name: str, fieldname: str):
		return self.page.evaluate(
			"""async ([doctype, name, fieldname]) =>
				(await frappe.db.get_value(doctype, name, fieldname)).message[fieldname]""",
			[doctype, name, fieldname],
		)

	def delete(self, doctype: str, name: str) -> None:
		self.call("frappe.client.delete", doctype=doctype, name=name)

	def open_form(self, doctype: str, name: str) -> "Form":
		self.page.goto(f"/app/{doctype.lower().replace(' ', '-')}/{name}")
		return Form(self.page)


class Form:
	def __init__(self, page: Page):
		self.page = page
		self.path = page.get_by_role("navigation", name="Etapas")

	def stage(self, label: str) -> Locator:
		return self.path.get_by_role("button", name=label, exact=True)

	def expect_stage(self, label: str) -> None:
		expect(self.stage(label)).to_have_attribute("aria-current", "step")
