const JOB = { event: "scorecard_progress", running: "Training", figures: ["progress"] };
const OPEN_TO_CHANGE = ["Draft", "Refused", "Failed"];
const COUNTED = ["Link", "Select", "Check"];

frappe.ui.form.on("Scorecard", {
	onload: (frm) => crm_etapas.job_progress.listen(frm, JOB),

	refresh(frm) {
		offer_fields(frm);
		if (frm.is_new()) return;
		crm_etapas.job_progress.show(frm, JOB);
		show_result(frm);
		add_buttons(frm);
	},
});

function offer_fields(frm) {
	frm.set_query("attribute", "features", () => ({
		filters: { multiple: 0, disabled: 0, data_type: ["in", ["Option", "Yes/No"]] },
	}));
	frm.set_df_property(
		"features",
		"read_only",
		Number(!frm.is_new() && !OPEN_TO_CHANGE.includes(frm.doc.status))
	);
	frappe.model.with_doctype("Lead", () => {
		const fields = frappe
			.get_meta("Lead")
			.fields.filter((df) => COUNTED.includes(df.fieldtype) && df.label && !df.hidden);
		const { grid } = frm.fields_dict.features;
		grid.update_docfield_property(
			"fieldname",
			"options",
			fields.map((df) => ({ value: df.fieldname, label: __(df.label, null, "Lead") }))
		);
		grid.update_docfield_property("fieldname", "formatter", (fieldname) =>
			fieldname ? frappe.utils.escape_html(label_of({ fieldname })) : ""
		);
	});
}

function add_buttons(frm) {
	const { status, is_active } = frm.doc;
	if (!frm.perm[0]?.write) return;
	if (OPEN_TO_CHANGE.includes(status)) {
		frm.add_custom_button(__("Train"), () => call(frm, "train")).addClass("btn-primary");
	} else if (status === "Trained" && is_active) {
		frm.add_custom_button(__("Deactivate"), () => call(frm, "deactivate"));
	} else if (status === "Trained") {
		frm.add_custom_button(__("Activate"), () => activate(frm)).addClass("btn-primary");
	}
}

function activate(frm) {
	const question = __("Score all open prospects with it? {0}", [
		crm_etapas.scorecard.verdict(frm.doc.auc),
	]);
	frappe.confirm(question, () => call(frm, "activate"));
}

async function call(frm, method) {
	if (frm.is_dirty()) {
		await frm.save();
		if (frm.is_dirty()) return; // not saved: the form has said why
	}
	await frappe.xcall(`crm_etapas.api.scorecard.${method}`, { name: frm.doc.name });
	frm.reload_doc();
}

function show_result(frm) {
	if (frm.doc.status !== "Trained") return;
	frappe.model.with_doctype("Lead", () => {
		frm.fields_dict.points_view.$wrapper.html(points_html(frm.doc));
		show_calibration(frm);
	});
}

function points_html(doc) {
	const { in_points } = crm_etapas.scorecard;
	const groups = doc.features.map((feature) => {
		const rows = doc.points.filter(
			(row) =>
				(row.fieldname || "") === (feature.fieldname || "") &&
				(row.attribute || "") === (feature.attribute || "")
		);
		return `<div><h5>${frappe.utils.escape_html(label_of(feature))}</h5>${table(rows)}</div>`;
	});
	return `<div class="scorecard-points">
		<p>${__("Everybody starts with {0} points; 20 points double the odds of winning.", [
			in_points(doc.start_points),
		])} ${crm_etapas.scorecard.verdict(doc.auc)}</p>
		<div class="scorecard-groups">${groups.join("")}</div></div>`;
}

function label_of({ fieldname, attribute }) {
	return attribute ? __(attribute) : __(frappe.meta.get_label("Lead", fieldname), null, "Lead");
}

function table(rows) {
	if (!rows.length) {
		return `<p class="text-muted">${__("No value was seen often enough to count.")}</p>`;
	}
	const { in_points, in_percent, bar } = crm_etapas.scorecard;
	const lines = rows.map(
		(row) => `<tr><td>${frappe.utils.escape_html(value_of(row))}</td>
			<td class="text-right">${row.cases}</td>
			<td class="text-right">${in_percent(row.win_rate)}</td>
			<td class="text-right">${in_points(row.points)}</td><td>${bar(row.points)}</td></tr>`
	);
	return `<table class="table table-sm"><thead><tr><th>${__("Value")}</th>
		<th class="text-right">${__("Cases")}</th><th class="text-right">${__("Win Rate")}</th>
		<th class="text-right">${__("Points")}</th><th></th></tr></thead>
		<tbody>${lines.join("")}</tbody></table>`;
}

function value_of({ fieldname, value, linked_name }) {
	const df = fieldname && frappe.meta.get_docfield("Lead", fieldname);
	if (df?.fieldtype === "Check") return value === "1" ? __("Yes") : __("No");
	return __(linked_name || value);
}

function show_calibration(frm) {
	const wrapper = frm.fields_dict.calibration_view.$wrapper.empty();
	const groups = frm.doc.calibration || [];
	if (!groups.length) return;
	const { in_percent } = crm_etapas.scorecard;
	const rows = groups.map(
		(group) => `<tr><td class="text-right">${group.cases}</td>
			<td class="text-right">${in_percent(group.predicted)}</td>
			<td class="text-right">${in_percent(group.observed)}</td></tr>`
	);
	wrapper.html(`<p class="text-muted">${__(
		"The newest {0} closed prospects, which a scorecard learned from the older ones had not seen, in groups by what was expected of them.",
		[frm.doc.holdout_cases]
	)}</p><div class="scorecard-groups"><div class="scorecard-chart"></div>
		<table class="table table-sm"><thead><tr><th class="text-right">${__("Cases")}</th>
		<th class="text-right">${__("Expected")}</th><th class="text-right">${__("Came True")}</th></tr>
		</thead><tbody>${rows.join("")}</tbody></table></div>`);
	if (groups.length < 2) return; // no line to draw
	new frappe.Chart(wrapper.find(".scorecard-chart")[0], {
		type: "line",
		height: 260,
		colors: ["#97A0AF", "#36B37E"],
		data: {
			labels: groups.map((group) => `${Math.round(group.predicted)} %`),
			datasets: [
				{ name: __("Expected"), values: groups.map((group) => round(group.predicted)) },
				{ name: __("Came True"), values: groups.map((group) => round(group.observed)) },
			],
		},
		axisOptions: { xAxisMode: "tick" },
	});
}

function round(value) {
	return Math.round(value * 10) / 10;
}
