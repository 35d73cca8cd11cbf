const OUTCOMES = ["Open", "On Hold", "Won", "Lost", "Junk"];
const KINDS = ["Prospect", "Customer"];
const NEW_COLOUR = "#7C8896";

/** One list of the company as a table: names, colours, order, which are on, and which is the default. */
export class ListStep {
	constructor(setup, doctype) {
		this.setup = setup;
		this.doctype = doctype;
		this.dirty = false;
		this.has_outcome = doctype.endsWith("Stage");
		this.has_kind = doctype === "Potential Level";
		this.is_ordered = this.has_outcome || this.has_kind;
	}

	async load() {
		this.rows = await this.setup.ask("read_list", { doctype: this.doctype });
	}

	async save() {
		const rows = this.rows;
		this.rows = await this.setup.ask("save_list", { doctype: this.doctype, rows });
	}

	draw(may_save) {
		this.may_save = may_save;
		this.$table = $('<div class="guided-setup-table"></div>');
		this.$table.on("input change", "[data-field]", (event) =>
			this.changed(event.currentTarget)
		);
		this.$table.on("click", "[data-do]", (event) => this.act(event.currentTarget));
		this.draw_rows();
		return this.$table;
	}

	draw_rows(focus) {
		const add = this.may_save
			? `<button type="button" class="btn btn-default btn-xs" data-do="add">${__(
					"Add Row"
			  )}</button>`
			: "";
		this.$table.html(
			`<ol>${this.rows.map((row, at) => this.row(row, at)).join("")}</ol>${add}`
		);
		if (focus) this.$table.find(focus).trigger("focus");
	}

	row(row, at) {
		const escape = frappe.utils.escape_html;
		const off = this.may_save ? "" : "disabled";
		const name = escape(row.title || __("New"));
		const said =
			row.label && row.label !== row.name ? `<small>${escape(row.label)}</small>` : "";
		return `<li data-at="${at}" class="${row.disabled ? "is-off" : ""}">
			<input type="color" data-field="color" value="${escape(row.color || NEW_COLOUR)}" ${off}
				aria-label="${__("Color")}: ${name}">
			<span class="guided-setup-name">
				<input class="form-control input-xs" data-field="title" value="${escape(row.title || "")}" ${off}
					aria-label="${__("Name")}: ${name}" placeholder="${__("Name")}" maxlength="140">${said}
			</span>
			<input class="form-control input-xs guided-setup-about" data-field="about" ${off}
				value="${escape(row.about || "")}" aria-label="${__("Meaning")}: ${name}"
				placeholder="${__("Meaning")}" title="${escape(row.about || "")}">
			${this.kind(row, name)}
			<label><input type="radio" data-field="is_default" name="default-${escape(row.level_type || "")}"
				${row.is_default ? "checked" : ""} ${off}> ${__("Default")}</label>
			<label><input type="checkbox" data-field="enabled" ${row.disabled ? "" : "checked"} ${off}>
				${__("In Use")}</label>
			${this.buttons(row, at, name)}
		</li>`;
	}

	/** What kind of record it is: chosen for new ones, said of the others. */
	kind(row, name) {
		if (!this.has_outcome && !this.has_kind) return "";
		const [field, options] = this.has_outcome ? ["outcome", OUTCOMES] : ["level_type", KINDS];
		const said = (option) => __(option, null, this.doctype);
		if (row.name) return `<span class="guided-setup-kind">${said(row[field])}</span>`;
		const choices = options.map(
			(option) =>
				`<option value="${option}" ${row[field] === option ? "selected" : ""}>${said(
					option
				)}</option>`
		);
		return `<select class="form-control input-xs guided-setup-kind" data-field="${field}"
			aria-label="${__("Kind")}: ${name}">${choices.join("")}</select>`;
	}

	buttons(row, at, name) {
		const button = (act, icon, label, off) =>
			`<button type="button" class="btn btn-xs icon-btn" data-do="${act}" ${
				off ? "disabled" : ""
			}
				title="${label}" aria-label="${label}: ${name}">${frappe.utils.icon(icon, "xs")}</button>`;
		const move =
			this.is_ordered && this.may_save
				? button("up", "es-line-up", __("Move Up"), !at) +
				  button("down", "es-line-down", __("Move Down"), at === this.rows.length - 1)
				: "";
		const open = row.name
			? `<a class="btn btn-xs icon-btn" href="${frappe.utils.get_form_link(
					this.doctype,
					row.name
			  )}"
				title="${__("Open")}" aria-label="${__("Open")}: ${name}">${frappe.utils.icon("edit", "xs")}</a>`
			: button("remove", "close", __("Remove"));
		return `<span class="guided-setup-tools">${move}${open}</span>`;
	}

	changed(input) {
		const row = this.rows[input.closest("li").dataset.at];
		const { field } = input.dataset;
		if (field === "is_default") {
			for (const one of this.rows) {
				if (one.level_type === row.level_type) one.is_default = Number(one === row);
			}
		} else if (field === "enabled") {
			row.disabled = Number(!input.checked);
			input.closest("li").classList.toggle("is-off", !input.checked);
		} else {
			row[field] = input.value;
		}
		this.setup.touched();
	}

	act(button) {
		this[button.dataset.do](Number(button.closest("li")?.dataset.at));
		this.setup.touched();
	}

	add() {
		this.rows.push({
			title: "",
			color: NEW_COLOUR,
			disabled: 0,
			is_default: 0,
			...(this.has_outcome && { outcome: "Open" }),
			...(this.has_kind && { level_type: "Prospect" }),
		});
		this.draw_rows("li:last-child [data-field=title]");
	}

	remove(at) {
		this.rows.splice(at, 1);
		this.draw_rows("[data-do=add]");
	}

	up(at) {
		this.swap(at, at - 1, "up");
	}

	down(at) {
		this.swap(at, at + 1, "down");
	}

	swap(from, to, act) {
		[this.rows[from], this.rows[to]] = [this.rows[to], this.rows[from]];
		this.draw_rows(`li[data-at="${to}"] [data-do=${act}]:not(:disabled)`);
	}
}
