/** A manager chooses whose day to look at; others are not asked. */

export class PersonChoice {
	constructor(parent) {
		this.wrapper = $('<div class="my-day-person"></div>').appendTo(parent);
	}

	async show({ may_choose, user }) {
		if (!may_choose) return;
		if (!this.field) this.field = this.make();
		const { field } = this;
		await this.people;
		if (field.get_value() !== user) field.set_value(user);
	}

	make() {
		const field = frappe.ui.form.make_control({
			parent: this.wrapper,
			df: {
				fieldtype: "Autocomplete",
				fieldname: "user",
				label: __("Salesperson"),
				placeholder: __("Whose day?"),
				change: () => this.go(field.get_value()),
			},
			only_input: true,
			render_input: true,
		});
		field.$input.attr("aria-label", __("Salesperson"));
		this.people = this.load(field);
		return field;
	}

	async load(field) {
		const { message } = await frappe.call({
			method: "crm_etapas.api.my_day.salespeople",
			type: "GET",
		});
		const me = frappe.session.user;
		const others = message.filter(({ user }) => user !== me);
		field.set_data([
			{ value: me, label: __("Me") },
			...others.map(({ user, full_name }) => ({ value: user, label: full_name || user })),
		]);
		this.known = new Set([me, ...others.map(({ user }) => user)]);
	}

	go(user) {
		const shown = frappe.get_route()[1] || frappe.session.user;
		if (user === shown || !this.known) return;
		if (!this.known.has(user)) this.field.set_value(shown);
		else if (user === frappe.session.user) frappe.set_route("my-day");
		else frappe.set_route("my-day", user);
	}
}
