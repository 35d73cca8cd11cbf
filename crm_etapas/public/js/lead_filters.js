/** The row of filters above the list of leads. What it chooses goes into the list's own filters. */

import { DocumentBox } from "./document_box.js";
import { LeadFinder } from "./lead_finder.js";
import { when_list_opens } from "./list_onload.js";
import { Places } from "./territory_choice.js";

const DOCTYPE = "Lead";
// Frappe's own fields for what is found here already; one that holds a value stays in sight
const DOUBLED = ["name", "title", "company_name", "process_status"];
// columns that a narrow screen leaves out
const FIRST_TO_GO = ["potential_level", "sector", "business_segment"];
const NARROW = 1200;

export function add_to_list() {
	when_list_opens(DOCTYPE, (list) => {
		if (list.view_name !== "List") return;
		leave_out_columns(list);
		new LeadFilters(list);
	});
}

class LeadFilters {
	constructor(list) {
		this.list = list;
		this.controls = {};
		this.make();
		this.finder = new LeadFinder(list, {
			read: () => this.read(),
			text_changed: (text) => this.text.set_input(text),
		});
		this.read();
	}

	make() {
		this.row = $(`<section class="lead-filters"></section>`)
			.attr({ role: "search", "aria-label": __("Find prospects") })
			.insertBefore(this.list.page.page_form);
		this.make_text();
		this.document = new DocumentBox(this.cell("document"));
		this.make_toggle();
		this.make_choice("sales_channel", __("Channel"), options_of("Sales Channel"));
		this.make_choice("business_segment", __("Segment"), options_of("Business Segment"));
		this.make_choice("potential_level", __("Level"), options_of("Potential Level"));
		this.make_choice("lead_owner", __("Salesperson"), salespeople);
		this.places = new Places();
		this.make_choice("zone", __("Zone"), () => this.places.zones(), this.places);
		const sectors = () => this.places.sectors(this.controls.zone.get_value());
		this.make_choice("sector", __("Sector"), sectors, this.places);
		this.make_choice("process_status", __("Process Status"), statuses);
		this.make_date("from", __("Entered From"));
		this.make_date("to", __("Entered To"));
		$(`<button type="button" class="btn btn-default btn-sm lead-filters-clear"></button>`)
			.text(__("Remove filters"))
			.on("click", () => this.list.filter_area.clear())
			.appendTo(this.cell("clear"));
	}

	cell(name) {
		return $(`<div class="lead-filter" data-filter-name="${name}"></div>`).appendTo(this.row);
	}

	control(name, label, df) {
		const control = frappe.ui.form.make_control({
			df: { fieldname: `find_${name}`, placeholder: label, ...df },
			parent: this.cell(name),
			only_input: true,
			render_input: true,
		});
		control.$wrapper.attr("title", label);
		control.$wrapper.find("input:not(.dropdown-menu input)").attr("aria-label", label);
		return control;
	}

	make_text() {
		const label = __("Name, company, email, phone, number…");
		this.text = this.control("text", label, { fieldtype: "Data" });
		this.text.$input.attr({ type: "search", enterkeyhint: "search" });
		const search = frappe.utils.debounce(
			() => this.finder.search(this.text.$input.val()),
			400
		);
		this.text.$input.on("input", search);
	}

	/** On a telephone the boxes to type in are enough; the rest comes when asked for. */
	make_toggle() {
		const area = this.row.closest(".layout-main-section");
		const toggle = $(
			`<button type="button" class="btn btn-default btn-sm" aria-expanded="false"></button>`
		)
			.text(__("More filters"))
			.appendTo(this.cell("toggle"));
		toggle.on("click", () => {
			const are_shown = area
				.toggleClass("shows-lead-filters")
				.hasClass("shows-lead-filters");
			toggle.attr("aria-expanded", are_shown);
		});
		area.addClass("has-lead-filters");
	}

	make_choice(fieldname, label, get_data, tree) {
		const control = this.control(fieldname, label, { fieldtype: "MultiSelectList", get_data });
		control.$list_wrapper.find("[data-toggle]").attr({
			role: "button",
			"aria-haspopup": "listbox",
			"aria-label": label,
		});
		control.$list_wrapper
			.find("[data-toggle]")
			.on("keydown", (event) => open_with_keyboard(event, control));
		control.df.onchange = async () => {
			const before = this.chosen(fieldname);
			if (tree) control.values = await tree.with_children(control.values, before);
			show_values(control);
			this.apply(fieldname, control.values.length ? ["in", control.values] : null);
		};
		this.controls[fieldname] = control;
	}

	make_date(name, label) {
		const control = this.control(name, label, { fieldtype: "Date" });
		control.df.onchange = () => this.apply("creation", this.period());
		this[name] = control;
	}

	/** The entry dates as a filter's operator and value, or null. */
	period() {
		const [from, to] = [this.from.get_value(), this.to.get_value()];
		if (from && to) return ["Between", [from, to]];
		if (from) return [">=", `${from} 00:00:00`];
		return to ? ["<=", `${to} 23:59:59`] : null;
	}

	filter_on(fieldname) {
		const all = this.list.filter_area.get();
		return all.find((filter) => filter[0] === DOCTYPE && filter[1] === fieldname);
	}

	/** The values that a filter on a field asks for. */
	chosen(fieldname) {
		const [, , operator, value] = this.filter_on(fieldname) || [];
		if (operator === "in") return Array.isArray(value) ? value : value.split(",");
		return ["=", "descendants of (inclusive)"].includes(operator) ? [value] : [];
	}

	/** Show in the row what the list is filtered by, wherever that was chosen. */
	read() {
		for (const [fieldname, control] of Object.entries(this.controls)) {
			control.values = this.chosen(fieldname);
			show_values(control);
		}
		const [, , operator, value] = this.filter_on("creation") || [];
		const day = (moment) => (moment ? String(moment).slice(0, 10) : "");
		const [from, to] = operator === "Between" ? value : [];
		show_date(this.from, day(operator === ">=" ? value : from));
		show_date(this.to, day(operator === "<=" ? value : to));
		for (const fieldname of DOUBLED) {
			const field = this.list.page.fields_dict[fieldname];
			field?.$wrapper.toggle(Boolean(field.get_value()));
		}
	}

	/** Put a filter in place of the one on the same field. */
	async apply(fieldname, condition) {
		const [, , operator, value] = this.filter_on(fieldname) || [];
		const same =
			JSON.stringify(condition || []) === JSON.stringify(operator ? [operator, value] : []);
		if (same) return;
		const area = this.list.filter_area;
		area.trigger_refresh = false;
		const standard = this.list.page.fields_dict[fieldname];
		if (standard?.get_value()) await standard.set_value("");
		area.filter_list.get_filter(fieldname)?.remove();
		area.filter_list.update_filters();
		if (condition) await area.filter_list.add_filters([[DOCTYPE, fieldname, ...condition]]);
		area.trigger_refresh = true;
		this.list.start = 0;
		this.list.refresh();
	}
}

function options_of(doctype) {
	return (text) => frappe.db.get_link_options(doctype, text, { disabled: 0 }).then(without_gaps);
}

function salespeople(text) {
	return frappe.db.get_link_options("User", text, { user_type: "System User" }).then((options) =>
		options.map(({ value, description }) => ({
			value,
			label: description || value,
			description: value,
		}))
	);
}

function statuses() {
	const { options } = frappe.meta.get_docfield(DOCTYPE, "process_status");
	return options
		.split("\n")
		.filter(Boolean)
		.map((value) => ({ value, label: __(value), description: "" }));
}

function without_gaps(options) {
	return options.map((option) => ({
		...option,
		label: __(option.label || option.value),
		description: option.description || "",
	}));
}

function show_values(control) {
	control._selected_values = control._options.filter(({ value }) =>
		control.values.includes(value)
	);
	control.update_status();
	control.$wrapper.toggleClass("is-chosen", control.values.length > 0);
	const label = control.df.placeholder;
	const status = control.$list_wrapper.find(".status-text").text();
	control.$list_wrapper
		.find("[data-toggle]")
		.attr("aria-label", control.values.length ? `${label}: ${status}` : label);
}

function show_date(control, value) {
	if ((control.get_value() || "") !== value) control.set_value(value);
	control.$wrapper.toggleClass("is-chosen", Boolean(value));
}

function open_with_keyboard(event, control) {
	if (!["Enter", " ", "ArrowDown"].includes(event.key)) return;
	event.preventDefault();
	control.$list_wrapper.find("[data-toggle]").dropdown("toggle");
	setTimeout(() => control.$filter_input.trigger("focus"));
}

/** Leave room for what was asked for: the name says whose record it is, not its number. */
function leave_out_columns(list) {
	const gone = ["name", ...(window.innerWidth < NARROW ? FIRST_TO_GO : [])];
	list.columns = list.columns.filter(({ df }) => !gone.includes(df?.fieldname));
	list.render_header(true);
}
