/** Working hours, and for each stage under way its attempt protocol and its days. */
export class RhythmStep {
	constructor(setup) {
		this.setup = setup;
		this.dirty = false;
	}

	async load() {
		this.data = await this.setup.ask("read_rhythm");
	}

	async save() {
		const { working_day_begins, working_day_ends, rows } = this.data;
		this.data = await this.setup.ask("save_rhythm", {
			hours: { working_day_begins, working_day_ends },
			rows,
		});
	}

	draw(may_save) {
		this.off = may_save ? "" : "disabled";
		const { rows } = this.data;
		const list = `<a href="/app/attempt-protocol">${__("Attempt Protocol")}</a>`;
		const said = __("What a protocol says is written in the list {0}.", [list]);
		const $rhythm = $(`<div class="guided-setup-rhythm">
			<p>${this.hour("working_day_begins", __("The Working Day Begins At"))}
			${this.hour("working_day_ends", __("The Working Day Ends At"))}</p>
			<table><thead><tr><th>${__("Stage")}</th><th>${__("Attempt Protocol")}</th>
				<th>${__("Days Until It Rots")}</th></tr></thead>
			<tbody>${rows.map((row, at) => this.row(row, at)).join("")}</tbody></table>
			<p class="text-muted">${said}</p></div>`);
		$rhythm.on("change", "[data-field]", ({ currentTarget: { dataset, value } }) => {
			const holder = dataset.at ? rows[dataset.at] : this.data;
			holder[dataset.field] = value;
			this.setup.touched();
		});
		return $rhythm;
	}

	hour(field, label) {
		return `<label>${label} ${this.select(field, this.data.times, this.data[field])}</label>`;
	}

	row(row, at) {
		const escape = frappe.utils.escape_html;
		const label = escape(row.label);
		const protocols = ["", ...this.data.protocols];
		return `<tr><th scope="row"><span class="guided-setup-dot" style="--colour: ${escape(
			row.color || "var(--gray-500)"
		)}"></span>${label}</th>
			<td>${this.select("attempt_protocol", protocols, row.attempt_protocol || "", at, label)}</td>
			<td><input type="number" min="0" class="form-control input-xs" data-field="days_until_rotting"
				data-at="${at}" value="${row.days_until_rotting || 0}" ${this.off}
				aria-label="${__("Days Until It Rots")}: ${label}"></td></tr>`;
	}

	select(field, options, value, at, label) {
		const choices = options.map(
			(option) =>
				`<option value="${frappe.utils.escape_html(option)}" ${
					option === value ? "selected" : ""
				}>${frappe.utils.escape_html(option ? __(option) : "—")}</option>`
		);
		const about = label
			? `data-at="${at}" aria-label="${__("Attempt Protocol")}: ${label}"`
			: "";
		return `<select class="form-control input-xs" data-field="${field}" ${about} ${this.off}>
			${choices.join("")}</select>`;
	}
}
