import { STEPS } from "./steps.js";

const PAGE = "crm-etapas-setup";
const METHODS = "crm_etapas.api.guided_setup";

/** The guided set-up: its steps beside the one that is open. Every step can be left and come back to. */
export class GuidedSetup {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Guided Set-up"),
			single_column: true,
		});
		this.body = $(`<div class="guided-setup">
			<nav class="guided-setup-steps" aria-label="${__("Steps")}"><ol></ol></nav>
			<section class="guided-setup-step" aria-live="polite"></section>
		</div>`).appendTo(this.page.main);
		this.panel = this.body.find(".guided-setup-step");
		this.made = {};
		this.body.on("click", "[data-step]", ({ currentTarget }) =>
			this.go_to(currentTarget.dataset.step)
		);
		this.panel.on("click", "[data-act]", ({ currentTarget }) =>
			this[currentTarget.dataset.act]()
		);
	}

	/** Show the step that the address names, or the first. */
	async show() {
		const wanted = frappe.get_route()[1];
		this.step = STEPS.find(({ name }) => name === wanted) || STEPS[0];
		this.draw_steps();
		try {
			this.told = await this.ask("overview");
			this.draw_steps();
			await this.open();
		} catch (error) {
			console.error(error);
			this.panel.html(this.failed());
		}
	}

	ask(method, args) {
		return frappe.xcall(`${METHODS}.${method}`, args);
	}

	async open() {
		const { step } = this;
		const editor = (this.made[step.name] ||= step.make(this));
		if (!editor.dirty) {
			this.panel.html(`<div class="guided-setup-loading" aria-busy="true">
				${__("Loading...")}</div>`);
			await editor.load();
		}
		if (step === this.step) this.draw();
	}

	draw() {
		const { step } = this;
		const editor = this.made[step.name];
		const may_save = this.told[step.key].may_save;
		this.panel
			.empty()
			.append($(`<h2>${step.label()}</h2><p class="text-muted">${step.intro()}</p>`));
		if (!may_save) {
			this.panel.append(
				`<p class="guided-setup-note">${__(
					"You can look at this step, but not change it. A System Manager can."
				)}</p>`
			);
		}
		this.panel.append(editor.draw(may_save));
		this.panel.append(this.buttons(editor, may_save));
	}

	buttons(editor, may_save) {
		const index = STEPS.indexOf(this.step);
		const last = index === STEPS.length - 1;
		const back = index
			? `<button type="button" class="btn btn-default btn-sm" data-act="back">${__(
					"Back"
			  )}</button>`
			: "";
		const skip = `<button type="button" class="btn btn-default btn-sm" data-act="next">${
			last ? __("Done") : __("Skip")
		}</button>`;
		const save =
			may_save && editor.save
				? `<button type="button" class="btn btn-primary btn-sm" data-act="save">${__(
						"Save and Continue"
				  )}</button>`
				: "";
		return `<div class="guided-setup-buttons">${back}<span></span>${skip}${save}</div>`;
	}

	async save() {
		const editor = this.made[this.step.name];
		if (editor.dirty) {
			await editor.save(); // refused, the message names the row, and everything stays as it was typed
			editor.dirty = false;
			frappe.show_alert({ message: __("Saved"), indicator: "green" });
		}
		this.next();
	}

	next() {
		const following = STEPS[STEPS.indexOf(this.step) + 1];
		if (following) this.go_to(following.name);
		else frappe.set_route("Workspaces", "CRM Etapas");
	}

	back() {
		this.go_to(STEPS[STEPS.indexOf(this.step) - 1].name);
	}

	go_to(name) {
		frappe.set_route(PAGE, name);
	}

	retry() {
		this.show();
	}

	/** Somebody has changed something in the open step. */
	touched() {
		this.made[this.step.name].dirty = true;
		this.draw_steps();
	}

	draw_steps() {
		const items = STEPS.map((step, index) => {
			const open = step === this.step;
			const count = this.told?.[step.key]?.count;
			const about = this.made[step.name]?.dirty
				? `<span class="indicator-pill orange no-indicator-dot">${__("Not Saved")}</span>`
				: count === undefined
				? ""
				: `<span class="text-muted">${count}</span>`;
			return `<li><button type="button" data-step="${step.name}" ${
				open ? 'aria-current="step"' : ""
			}>
				<span class="guided-setup-number">${index + 1}</span>
				<span class="guided-setup-label">${step.label()}</span>${about}</button></li>`;
		});
		this.body.find(".guided-setup-steps ol").html(items.join(""));
		const open = this.body.find("[aria-current=step]")[0];
		open?.scrollIntoView({ block: "nearest", inline: "nearest" }); // on a phone they stand in a row
	}

	failed() {
		return `<div class="guided-setup-loading" role="alert">
			<p>${__("This step could not be loaded. Check the connection and try again")}</p>
			<button type="button" class="btn btn-default btn-sm" data-act="retry">${__("Retry")}</button>
		</div>`;
	}
}
