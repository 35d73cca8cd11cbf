/** Says on the lead's form how its score came about: which value gave which points, and what stands behind them. */

import { about } from "./record_panel/reading.js";

export function add_to_lead() {
	frappe.ui.form.on("Lead", { refresh: (frm) => void refresh(frm) });
}

async function refresh(frm) {
	const field = frm.fields_dict.learned_score_view;
	if (!field) return;
	field.$wrapper.empty();
	const known = await about(frm).catch(() => null);
	if (known?.score) field.$wrapper.html(render(known.score));
}

function render(explained) {
	return `<div class="scorecard">
		${table(explained.features, explained)}
		<p class="text-muted">${behind(explained)}</p>
	</div>`;
}

function table(features, { start, score, probability }) {
	const rows = features.map(({ label, value, points, cases, win_rate }) =>
		row(label, value, points, past(value, cases, win_rate))
	);
	return `<table class="table table-sm">
		<thead><tr><th>${__("Feature")}</th><th>${__("Value")}</th>
			<th class="text-right">${__("Points")}</th><th></th><th>${__("In the Past")}</th></tr></thead>
		<tbody>
			${row(__("Everybody starts with"), "", start, "")}
			${rows.join("")}
		</tbody>
		<tfoot><tr><th colspan="2">${__("Sum")}</th><th class="text-right">${in_points(score)}</th>
			<th></th><th>${__("{0} to win", [in_percent(probability)])}</th></tr></tfoot>
	</table>`;
}

function row(label, value, points, about) {
	const escape = frappe.utils.escape_html;
	return `<tr><td>${escape(label)}</td><td>${escape(value || "")}</td>
		<td class="text-right">${in_points(points)}</td><td>${bar(points)}</td>
		<td class="text-muted">${about}</td></tr>`;
}

function past(value, cases, win_rate) {
	if (!value) return __("Not known");
	if (!cases) return __("Too rare to count");
	return __("{0} of {1} won", [in_percent(win_rate), cases]);
}

/** A bar to the right for points that speak for the prospect, to the left for those against. */
export function bar(points) {
	const width = Math.min(Math.abs(points), 50);
	const side = points < 0 ? "is-against" : "is-for";
	return `<span class="scorecard-bar ${side}" aria-hidden="true"><span style="width: ${width}%"></span></span>`;
}

function behind({ sample_size, won, lost, base_rate, trained_on, auc }) {
	const text = __("Learned from {0} closed prospects, {1} won and {2} lost ({3}), on {4}.", [
		sample_size,
		won,
		lost,
		in_percent(base_rate),
		frappe.datetime.str_to_user(trained_on, false, true),
	]);
	return `${text} ${__("20 points double the odds.")} ${verdict(auc)}`;
}

/** Say in words how far a scorecard can be trusted. */
export function verdict(auc) {
	if (!auc) return __("It could not be tried on prospects that it had not seen.");
	if (auc < 0.55) return __("It tells the won from the lost hardly better than chance.");
	if (auc < 0.7) return __("It tells the won from the lost somewhat better than chance.");
	return __("It tells the won from the lost well.");
}

export function in_points(points) {
	const text = format_number(Math.abs(points), null, 1);
	return `${points < 0 ? "−" : "+"}${text}`;
}

export function in_percent(value) {
	return `${format_number(value, null, 1)} %`;
}
