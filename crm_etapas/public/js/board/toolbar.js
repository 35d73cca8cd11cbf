/** The row above the board: search, filters, order, lanes, only mine. */

import { lanes_label, sort_label } from "./words.js";

const SORTS = ["recent", "oldest", "next_contact", "value"];
const LANES = ["", "responsible", "segment"];

export class Toolbar {
	/** @param {Function} changed called with what the user now wants to see. */
	constructor(parent, changed) {
		this.changed = changed;
		this.row = $('<div class="board-toolbar" role="search"></div>')
			.attr("aria-label", __("Filters of the board"))
			.appendTo(parent);
	}

	/** Make the controls anew for a DocType, as the user wants to see it. */
	async show(doctype, wishes) {
		this.wishes = wishes;
		this.row.empty();
		this.make_text(wishes.text);
		this.make_select("sort", __("Order of the Cards"), SORTS, sort_label);
		this.make_select("lanes", __("Lanes"), LANES, lanes_label);
		this.make_mine();
		await this.make_filters(doctype, wishes.filters);
	}

	change(values) {
		Object.assign(this.wishes, values);
		this.changed(this.wishes);
	}

	clear() {
		this.text.val("");
		this.mine.prop("checked", false);
		this.is_quiet = true;
		this.filters.clear_filters();
		this.filters.update_filter_button();
		this.is_quiet = false;
		this.change({ text: "", mine: 0, filters: [] });
	}

	make_text(value) {
		const label = __("Search the board…");
		this.text = $('<input type="search" class="form-control input-sm board-search">')
			.attr({ placeholder: label, "aria-label": label, enterkeyhint: "search" })
			.val(value)
			.appendTo(this.row);
		const search = frappe.utils.debounce(() => {
			const text = this.text.val().trim();
			if (text !== this.wishes.text) this.change({ text });
		}, 400);
		this.text.on("input", search);
	}

	make_select(name, label, values, label_of) {
		const select = $(`<select class="form-control input-sm" data-choice="${name}"></select>`)
			.attr("aria-label", label)
			.appendTo(this.row);
		for (const value of values)
			$("<option>").val(value).text(label_of(value)).appendTo(select);
		select.val(this.wishes[name]).on("change", () => this.change({ [name]: select.val() }));
	}

	make_mine() {
		const label = $('<label class="board-mine"></label>').appendTo(this.row);
		this.mine = $('<input type="checkbox">')
			.prop("checked", Boolean(this.wishes.mine))
			.on("change", () => this.change({ mine: this.mine.is(":checked") ? 1 : 0 }))
			.appendTo(label);
		$("<span></span>").text(__("Only Mine")).appendTo(label);
	}

	async make_filters(doctype, filters) {
		await new Promise((resolve) => frappe.model.with_doctype(doctype, resolve));
		const wrapper = $(`<div class="filter-selector"><div class="btn-group">
			<button type="button" class="btn btn-default btn-sm filter-button">
				<span class="filter-icon">${frappe.utils.icon("es-line-filter")}</span>
				<span class="button-label">${__("Filter")}</span>
			</button>
			<button type="button" class="btn btn-default btn-sm filter-x-button"
				title="${__("Remove filters")}" aria-label="${__("Remove filters")}">
				<span class="filter-icon">${frappe.utils.icon("es-small-close")}</span>
			</button></div></div>`).appendTo(this.row);
		const changed = frappe.utils.debounce(() => {
			const chosen = this.filters.get_filters().map((filter) => filter.slice(0, 4));
			if (JSON.stringify(chosen) !== JSON.stringify(this.wishes.filters)) {
				this.change({ filters: chosen });
			}
		}, 300);
		this.filters = new frappe.ui.FilterGroup({
			parent: wrapper,
			doctype,
			filter_button: wrapper.find(".filter-button"),
			filter_x_button: wrapper.find(".filter-x-button"),
			default_filters: [],
			on_change: () => this.is_quiet || changed(),
		});
		wrapper.find(".filter-x-button").on("click", changed);
		if (filters.length) await this.filters.add_filters(filters);
	}
}
