const LOOK_AGAIN = 1500;

/** Loading the sample data and clearing it; how far it is stays to be seen after leaving the page. */
export class SampleStep {
	constructor(setup) {
		this.setup = setup;
		this.dirty = false;
	}

	async load() {
		this.state = this.setup.told.sample.may_save ? await this.setup.ask("sample") : null;
	}

	draw(may_save) {
		this.$sample = $('<div class="guided-setup-sample" aria-live="polite"></div>');
		if (!may_save) return this.$sample;
		this.$sample.on("click", "[data-sample]", ({ currentTarget }) =>
			this[currentTarget.dataset.sample]()
		);
		this.draw_state();
		return this.$sample;
	}

	draw_state() {
		const { under_way, progress, error, kept, count } = this.state;
		if (under_way) {
			this.$sample.html(this.progress(progress || 0));
			setTimeout(() => this.look_again(), LOOK_AGAIN);
			return;
		}
		const wrong = error ? `<p class="guided-setup-note" role="alert">${error}</p>` : "";
		const said = count
			? __("There are {0} sample records.", [count])
			: __("There are no sample records.");
		this.$sample.html(`${wrong}${this.kept(kept)}<p>${said}</p>
			<button type="button" class="btn btn-sm ${count ? "btn-default" : "btn-primary"}"
				data-sample="fill">${count ? __("Complete the Sample Data") : __("Load the Sample Data")}</button>
			${
				count
					? `<button type="button" class="btn btn-danger btn-sm" data-sample="clear">${__(
							"Clear the Sample Data"
					  )}</button>`
					: ""
			}`);
	}

	progress(percent) {
		const label =
			this.state.action === "clear"
				? __("Clearing the sample data")
				: __("Loading the sample data");
		return `<p>${label} … ${__(
			"You may leave this page; you will be told when it is done."
		)}</p>
			<div class="progress" role="progressbar" aria-label="${label}" aria-valuemin="0"
				aria-valuemax="100" aria-valuenow="${percent}">
				<div class="progress-bar" style="width: ${percent}%"></div></div>`;
	}

	kept(names) {
		if (!names?.length) return "";
		const said = __("These stay, because records of yours name them: {0}", [names.join(", ")]);
		return `<p class="guided-setup-note">${frappe.utils.escape_html(said)}</p>`;
	}

	async look_again() {
		if (!this.$sample.is(":visible")) return;
		this.state = await this.setup.ask("sample");
		this.draw_state();
	}

	async fill() {
		this.state = await this.setup.ask("load_sample");
		this.draw_state();
	}

	clear() {
		const question = __(
			"Delete the {0} sample records? Records of your own stay, and so do sample records that they name.",
			[this.state.count]
		);
		frappe.confirm(question, async () => {
			this.state = await this.setup.ask("clear_sample");
			this.draw_state();
		});
	}
}
