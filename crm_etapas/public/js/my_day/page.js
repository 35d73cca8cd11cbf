import { language } from "../relative_time.js";
import { act } from "./actions.js";
import { listen, render_help } from "./keys.js";
import { PersonChoice } from "./person_choice.js";
import { key_of, render_row } from "./row.js";
import { hint_of, label_of } from "./sections.js";
import { all_done, not_loaded, skeleton } from "./states.js";

const A_PAGE = 20;
const METHODS = "crm_etapas.api.my_day";

/** What a salesperson has to do: the sections, one record after the other, and what can be done with each. */
export class MyDay {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("My Day"),
			single_column: true,
		});
		this.body = $('<div class="my-day"></div>').appendTo(this.page.main);
		this.head = $('<div class="my-day-head"></div>').appendTo(this.body);
		this.about = $('<p class="my-day-about" aria-live="polite"></p>').appendTo(this.head);
		this.list = $('<div class="my-day-list"></div>').appendTo(this.body);
		this.choice = new PersonChoice(this.head);
		this.page.add_action_icon("refresh", () => this.load(), "", __("Refresh"));
		this.current = null; // key of the record that the keyboard stands on
		this.listen();
	}

	/** Show the day of the user that the address names, or one's own. */
	show() {
		const user = frappe.get_route()[1] || frappe.session.user;
		if (user !== this.user) {
			this.user = user;
			this.day = null;
			this.current = null;
		}
		return this.load();
	}

	/** Ask the server; what is shown already stays until it has answered. */
	async load() {
		const { user } = this;
		if (!this.day) this.list.html(skeleton());
		try {
			const longer = this.longer_sections();
			const day = await ask("get", { user });
			const again = longer.map(({ name, rows }) =>
				ask("section", { name, user, limit: rows.length })
			);
			for (const section of await Promise.all(again)) {
				Object.assign(
					day.sections.find(({ name }) => name === section.name),
					section
				);
			}
			if (user !== this.user) return; // somebody else has been chosen meanwhile
			this.day = day;
			this.render();
		} catch {
			if (user === this.user && !this.day) this.list.html(not_loaded());
		}
	}

	longer_sections() {
		return (this.day?.sections || []).filter(({ rows }) => rows.length > A_PAGE);
	}

	async load_more(name) {
		const section = this.day.sections.find((one) => one.name === name);
		const more = await ask("section", { name, user: this.user, start: section.rows.length });
		const first = more.rows[0];
		section.count = more.count;
		section.rows.push(...more.rows);
		if (first) this.current = key_of(first);
		this.render();
		this.focus();
	}

	render() {
		const { day } = this;
		this.choice.show(day);
		this.keep_current();
		const shown = day.sections.filter(({ count, name }) => count || name === "today");
		const has_any = day.sections.some(({ count }) => count);
		this.about.html(this.in_words());
		this.list.html(
			has_any
				? shown.map((s) => this.render_section(s)).join("") + render_help()
				: all_done(day)
		);
	}

	in_words() {
		const { date, sections } = this.day;
		const day = new Intl.DateTimeFormat(language(), {
			weekday: "long",
			day: "numeric",
			month: "long",
			timeZone: "UTC",
		}).format(new Date(date));
		const due = sections
			.filter(({ name, count }) => count && ["overdue", "today"].includes(name))
			.map(({ name, count }) =>
				name === "overdue" ? __("{0} overdue", [count]) : __("{0} for today", [count])
			);
		return `<strong>${day}</strong> ${due.length ? `· ${due.join(" · ")}` : ""}`;
	}

	render_section({ name, count, rows }) {
		const more = count - rows.length;
		const id = `my-day-${name}`;
		return `<section class="my-day-section is-${name}" aria-labelledby="${id}">
			<h2 id="${id}" title="${hint_of(name)}">${label_of(name)}
				<span class="my-day-count">${count}</span></h2>
			${count ? "" : `<p class="text-muted">${__("No contact is planned for today")}</p>`}
			<ul class="list-unstyled">${rows
				.map((row) => render_row(name, row, this.day, key_of(row) === this.current))
				.join("")}</ul>
			${
				more > 0
					? `<button type="button" class="btn btn-default btn-sm" data-more="${name}">
						${__("Show {0} More", [Math.min(more, A_PAGE)])}</button>`
					: ""
			}
		</section>`;
	}

	listen() {
		this.list.on("click", "[data-retry]", () => this.load());
		this.list.on("click", "[data-more]", (event) =>
			this.load_more($(event.currentTarget).attr("data-more"))
		);
		this.list.on("click", "[data-action]", (event) => {
			this.stand_on(event.currentTarget.closest(".my-day-row").dataset.key);
			this.act(event.currentTarget.dataset.action);
		});
		this.list.on("focusin", ".my-day-row", (event) =>
			this.stand_on(event.currentTarget.dataset.key)
		);
		// where a dialog stood, the keyboard is back on the record
		$(document).on("hidden.bs.modal", () => {
			if (this.page.wrapper.is(":visible") && !$(".modal.show").length) this.focus();
		});
		listen(this);
	}

	/** All records in the order of the screen, each with its section. */
	rows() {
		return (this.day?.sections || []).flatMap(({ name, rows }) =>
			rows.map((row) => ({ section: name, row, key: key_of(row) }))
		);
	}

	/** Where the keyboard stood on a record that is gone, it stands on the one that has taken its place. */
	keep_current() {
		const rows = this.rows();
		const index = rows.findIndex(({ key }) => key === this.current);
		if (index < 0) {
			this.current = rows[Math.min(this.position || 0, rows.length - 1)]?.key;
		} else {
			this.position = index;
		}
	}

	stand_on(key) {
		this.current = key;
		this.position = this.rows().findIndex((one) => one.key === key);
		this.list.find(".my-day-row").each((_, row) => {
			const is_current = row.dataset.key === key;
			row.tabIndex = is_current ? 0 : -1;
			$(row)
				.find("[data-action]")
				.attr("tabindex", is_current ? 0 : -1);
		});
	}

	step(by) {
		const rows = this.rows();
		if (!rows.length) return;
		const is_there = this.element()?.contains(document.activeElement);
		const index = is_there ? this.position + by : this.position || 0;
		this.stand_on(rows[Math.max(0, Math.min(index, rows.length - 1))].key);
		this.focus();
	}

	element() {
		return this.list
			.find(".my-day-row")
			.get()
			.find((row) => row.dataset.key === this.current);
	}

	focus() {
		this.element()?.focus();
	}

	current_row() {
		return this.rows().find(({ key }) => key === this.current);
	}

	open_current() {
		const current = this.current_row();
		if (current) frappe.set_route("Form", current.row.doctype, current.row.name);
	}

	/** Press a button of the record that the keyboard stands on, if it has it. */
	press(action) {
		$(this.element()).find(`[data-action=${action}]`).get(0)?.click();
	}

	act(action) {
		const { section, row } = this.current_row();
		act(action, section, row, async () => {
			await this.load();
			if (!$(".modal.show").length) this.focus();
		});
	}
}

async function ask(method, args) {
	const { message } = await frappe.call({ method: `${METHODS}.${method}`, type: "GET", args });
	return message;
}
