/**
 * Lets the list of leads ask the app for its rows and its count, with free text besides the filters.
 *
 * The text is no filter, for no field holds it. It stands in the address as `search`, is kept with a saved filter,
 * and goes when all filters are cleared. To whatever else asks for the list's filters (group by, export,
 * Move All) it is a filter on the names it has found, as long as these are few enough to know.
 */

const DOCTYPE = "Lead";
const PARAMETER = "search";

export class LeadFinder {
	/**
	 * @param {Object} hooks read(): the list's filters may have changed; text_changed(text).
	 */
	constructor(list, hooks) {
		this.list = list;
		this.hooks = hooks;
		this.names = null; // of all that text and filters leave, if they are few
		this.set_text(from_address());
		this.filters = list.get_filters_for_args.bind(list);
		this.find_rows();
		this.find_count();
		this.keep_in_address();
		this.keep_in_saved_filters();
		this.go_when_cleared();
		this.tell_when_empty();
	}

	search(text) {
		if (text.trim() === this.text) return;
		this.set_text(text.trim());
		this.list.start = 0;
		this.list.refresh();
	}

	set_text(text) {
		this.text = text || "";
		this.names = null;
		this.hooks.text_changed(this.text);
	}

	find_rows() {
		const { list } = this;
		const get_args = list.get_args.bind(list);
		list.get_args = () => {
			this.asks_itself = true;
			const args = get_args();
			this.asks_itself = false;
			return this.text ? { ...args, text: this.text } : args;
		};
		const get_call_args = list.get_call_args.bind(list);
		list.get_call_args = () => {
			this.hooks.read();
			const call = get_call_args();
			if (!call.args.group_by) call.method = "crm_etapas.api.prospects.get_list";
			return call;
		};
		list.get_filters_for_args = () => {
			const filters = this.filters();
			if (!this.text || this.asks_itself) return filters;
			return [...filters, [DOCTYPE, "name", "in", this.known_names()]];
		};
	}

	known_names() {
		if (this.names) return this.names;
		frappe.throw(
			__(
				"This search finds too many prospects for that. Narrow it down with another word or a filter"
			)
		);
	}

	find_count() {
		const { list } = this;
		const count_all = list.get_count_str.bind(list);
		list.get_count_str = async () => {
			if (!list.count_upper_bound && !this.text) return count_all();
			const { text } = this;
			const { count, is_exact, names } = await frappe.xcall(
				"crm_etapas.api.prospects.get_count",
				{
					filters: this.filters(),
					text,
				}
			);
			if (text === this.text) this.names = names || null;
			list.total_count = is_exact || text ? count : list.count_upper_bound;
			const shown = format_number(list.data.length, null, 0);
			const all = format_number(Math.max(count, list.data.length), null, 0);
			return __("{0} of {1}", [shown, is_exact ? all : `${all}+`]);
		};
	}

	keep_in_address() {
		const { list } = this;
		list.get_search_params = () => {
			const params = new URLSearchParams();
			for (const [doctype, field, operator, value] of this.filters()) {
				const key = doctype === DOCTYPE ? field : `${doctype}.${field}`;
				params.append(key, operator === "=" ? value : JSON.stringify([operator, value]));
			}
			if (this.text) params.append(PARAMETER, this.text);
			return params;
		};
		const before_refresh = list.before_refresh.bind(list);
		list.before_refresh = () => {
			if (frappe.route_options) {
				this.set_text(frappe.route_options[PARAMETER] || from_address());
			}
			return before_refresh();
		};
	}

	keep_in_saved_filters() {
		const saved = this.list.list_sidebar?.list_filter;
		if (!saved) return;
		const get_current = saved.get_current_filters.bind(saved);
		saved.get_current_filters = () =>
			this.text ? [...get_current(), [DOCTYPE, PARAMETER, "=", this.text]] : get_current();
		const get_values = saved.get_filters_values.bind(saved);
		saved.get_filters_values = (name) => {
			const filters = get_values(name);
			this.set_text(filters.find((filter) => filter[1] === PARAMETER)?.[3]);
			return filters.filter((filter) => filter[1] !== PARAMETER);
		};
		const apply = this.list.filter_area.add.bind(this.list.filter_area);
		this.list.filter_area.add = (filters, ...rest) => {
			// Frappe does nothing for a saved filter that holds free text alone
			if (Array.isArray(filters) && !filters.length && this.text) return this.list.refresh();
			return apply(filters, ...rest);
		};
	}

	go_when_cleared() {
		const area = this.list.filter_area;
		const clear = area.clear.bind(area);
		area.clear = (refresh = true) => {
			const searched = Boolean(this.text);
			if (refresh) this.set_text("");
			return clear(refresh).then(() => {
				if (refresh && searched) area.debounced_refresh_list_view();
			});
		};
	}

	tell_when_empty() {
		const { list } = this;
		const message = list.get_no_result_message.bind(list);
		list.get_no_result_message = () => {
			if (!this.text && !this.filters().length) return message();
			return `<div class="msg-box no-border" role="status">
				<p>${__("No prospects found")}</p>
				<p><button type="button" class="btn btn-default btn-sm lead-filters-clear-all">
					${__("Remove filters")}
				</button></p>
			</div>`;
		};
		list.$frappe_list.on("click", ".lead-filters-clear-all", () => list.filter_area.clear());
	}
}

function from_address() {
	return new URLSearchParams(window.location.search).get(PARAMETER) || "";
}
