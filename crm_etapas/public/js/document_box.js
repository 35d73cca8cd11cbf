/** The box for a document number: while it is typed it shows whose it may be, a prospect or a customer. */

const FEWEST_CHARACTERS = 2;
const WAIT = 150; // milliseconds without a key

export class DocumentBox {
	constructor(parent) {
		this.label = __("Document Number");
		this.input = $(`<input type="text" class="form-control input-xs" autocomplete="off">`)
			.attr({ placeholder: this.label, "aria-label": this.label })
			.appendTo(parent)[0];
		this.suggestions = new Awesomplete(this.input, {
			minChars: FEWEST_CHARACTERS,
			maxItems: 10,
			autoFirst: true,
			sort: false,
			filter: () => true, // the server has filtered
			data: (found) => ({ label: found.number, value: found }),
			item: (suggestion) => item(suggestion.value),
			replace: () => {},
			listLabel: this.label,
		});
		$(this.input)
			.on(
				"input",
				frappe.utils.debounce(() => this.suggest(), WAIT)
			)
			.on("awesomplete-select", ({ originalEvent }) => {
				const { doctype, name } = originalEvent.text.value;
				this.input.value = "";
				frappe.set_route("Form", doctype, name);
			});
	}

	async suggest() {
		const text = this.input.value;
		if (text.trim().length < FEWEST_CHARACTERS) {
			this.suggestions.list = [];
			return;
		}
		const found = await frappe.xcall("crm_etapas.api.prospects.search_by_document", { text });
		if (text !== this.input.value) return; // more was typed meanwhile
		this.suggestions.list = found;
		this.suggestions.evaluate();
	}
}

function item(found) {
	const escape = frappe.utils.escape_html;
	const { condition, number, title, type, stage, owner } = found;
	const colour = condition === "Customer" ? "green" : "blue";
	const about = [type && __(type), stage && __(stage), owner && frappe.user.full_name(owner)];
	return $(`<li role="option" class="document-suggestion">
		<a>
			<span class="indicator-pill no-indicator-dot ${colour}">${__(condition, null, "Lead")}</span>
			<strong>${escape(number || "")}</strong> ${escape(title)}
			<span class="small text-muted">${escape(about.filter(Boolean).join(" · "))}</span>
		</a>
	</li>`)[0];
}
