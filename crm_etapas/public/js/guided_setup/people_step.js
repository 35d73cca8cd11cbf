/** Which users sell. */
export class PeopleStep {
	constructor(setup) {
		this.setup = setup;
		this.dirty = false;
	}

	async load() {
		this.people = await this.setup.ask("read_people");
		this.changed = new Map();
	}

	async save() {
		const rows = [...this.changed].map(([user, sells]) => ({ user, sells }));
		this.people = await this.setup.ask("save_people", { rows });
		this.changed = new Map();
	}

	draw(may_save) {
		if (!this.people.length) return this.nobody();
		const $people = $(`<div class="guided-setup-people">
			<input type="search" class="form-control input-sm" placeholder="${__("Search")}"
				aria-label="${__("Search")}">
			<ul>${this.people.map((person) => this.row(person, may_save)).join("")}</ul></div>`);
		$people.on("change", "[data-user]", ({ currentTarget }) => {
			this.changed.set(currentTarget.dataset.user, Number(currentTarget.checked));
			this.setup.touched();
		});
		$people.on("input", "[type=search]", ({ currentTarget }) => {
			const text = currentTarget.value.toLowerCase();
			$people.find("li").each((_index, li) => {
				$(li).toggle(li.textContent.toLowerCase().includes(text));
			});
		});
		return $people;
	}

	row({ user, full_name, sells, has_role }, may_save) {
		const escape = frappe.utils.escape_html;
		const checked = this.changed.get(user) ?? sells;
		const role = has_role ? __("Sales User") : __("gets the role {0}", [__("Sales User")]);
		return `<li><label><input type="checkbox" data-user="${escape(user)}" ${
			checked ? "checked" : ""
		}
			${may_save ? "" : "disabled"}> <strong>${escape(full_name || user)}</strong>
			<span class="text-muted">${escape(user)} · ${role}</span></label></li>`;
	}

	nobody() {
		const link = frappe.model.can_create("User")
			? `<a class="btn btn-default btn-sm" href="/app/user/new">${__("Create a User")}</a>`
			: "";
		return `<div class="guided-setup-loading"><p>${__(
			"There is no user beside yourself yet. Create the users who sell and come back."
		)}</p>${link}</div>`;
	}
}
