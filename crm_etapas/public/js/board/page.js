import { createApp } from "vue";
import { add } from "./add.js";
import { keep, read } from "./address.js";
import BoardView from "./BoardView.vue";
import { follow } from "./live.js";
import { make_store } from "./store.js";
import { Toolbar } from "./toolbar.js";
import { words } from "./words.js";

const NARROW = 768;

/** The board of a pipeline: `pipeline-board/<doctype>`, and `…/<pipeline>` where a DocType has several. */
export class Board {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({
			parent: wrapper,
			title: __("Board", null, "of a pipeline"),
			single_column: true,
		});
		this.wishes = {};
		this.store = make_store(() => this.arguments());
		this.toolbar = new Toolbar(this.page.main, (wishes) => this.changed(wishes));
		const element = $('<div class="board-app"></div>').appendTo(this.page.main);
		createApp(BoardView, {
			store: this.store,
			words: words(),
			clear: () => this.toolbar.clear(),
			add: (column) => this.add(column),
			only: (filter) => this.only(filter),
		}).mount(element.get(0));
		this.follow = follow(this.page.wrapper, this.store, () => this.pipeline?.doctype);
		this.make_menu();
	}

	/** Show the board that the address names. */
	async show() {
		const pipeline = pipeline_of(...frappe.get_route().slice(1));
		frappe.route_options = null; // the address is read by the board itself
		if (pipeline === this.pipeline) {
			this.follow.again();
			return this.store.reload();
		}
		this.pipeline = pipeline;
		const label = label_of(pipeline);
		this.page.set_title(window.innerWidth < NARROW ? label : __("Board: {0}", [label]));
		this.wishes = await read(pipeline.doctype, pipeline.name);
		this.show_primary_action();
		this.follow.again();
		this.apply();
		const loaded = this.store.load();
		if (frappe.model.can_read(pipeline.doctype)) {
			await this.toolbar.show(pipeline.doctype, this.wishes);
		}
		return loaded;
	}

	changed(wishes) {
		this.wishes = wishes;
		keep(this.pipeline.doctype, this.pipeline.name, wishes);
		const lanes = this.store.lanes;
		this.apply();
		if (lanes === wishes.lanes) this.store.load(); // lanes only arrange what is there
	}

	apply() {
		const { filters, text, mine, lanes } = this.wishes;
		this.store.lanes = lanes;
		this.store.is_filtered = Boolean(filters.length || text || mine);
	}

	arguments() {
		const { doctype, name: pipeline } = this.pipeline;
		const { filters, text, mine, sort } = this.wishes;
		return { doctype, pipeline, filters, text: text || null, mine: mine || null, sort };
	}

	/** Look only at the records of one lane. */
	only([fieldname, value]) {
		this.toolbar.filters
			.add_filters([[this.pipeline.doctype, fieldname, "=", value]])
			.then(() => this.toolbar.filters.apply());
	}

	/** A new record enters by the default stage, or by the one of the column, through the door. */
	add(column) {
		add(this.pipeline, column, () => this.store.reload());
	}

	show_primary_action() {
		const { doctype } = this.pipeline;
		this.page.clear_primary_action();
		if (frappe.model.can_create(doctype)) {
			this.page.set_primary_action(__("New"), () => this.add(), "add");
		}
	}

	make_menu() {
		this.page.add_action_icon("refresh", () => this.store.reload(), "", __("Refresh"));
		this.page.add_menu_item(__("Show as a List"), () =>
			frappe.set_route("List", this.pipeline.doctype, "List")
		);
		for (const pipeline of frappe.boot.crm_etapas_pipelines) {
			if (!frappe.model.can_read(pipeline.doctype)) continue;
			this.page.add_menu_item(__("Board: {0}", [label_of(pipeline)]), () =>
				frappe.set_route("pipeline-board", ...route_of(pipeline))
			);
		}
	}
}

function pipeline_of(slug, name) {
	const known = frappe.boot.crm_etapas_pipelines;
	const of_doctype = known.filter(({ doctype }) => frappe.router.slug(doctype) === slug);
	return (
		of_doctype.find((pipeline) => pipeline.name === name) ||
		of_doctype[0] ||
		known.find(({ doctype }) => frappe.model.can_read(doctype)) ||
		known[0]
	);
}

function route_of({ doctype, name }) {
	const first = frappe.boot.crm_etapas_pipelines.find((one) => one.doctype === doctype);
	return first.name === name
		? [frappe.router.slug(doctype)]
		: [frappe.router.slug(doctype), name];
}

/** A DocType's first pipeline is called as its records are, a further one as its stages. */
function label_of(pipeline) {
	return __(route_of(pipeline).length > 1 ? pipeline.stage_doctype : pipeline.doctype);
}
