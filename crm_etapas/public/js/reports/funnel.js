/** Draws the rows of a funnel: each step as wide as it is many, under the one before. */
frappe.provide("crm_etapas.reports");

(function (reports) {
	const HEIGHT = 44;
	const GAP = 2;
	const WIDTH = 1000;

	reports.draw_funnel = function (report) {
		report.page.main.find(".stage-funnel").remove();
		const steps = (report.data || []).filter((row) => row.cell);
		if (!steps.length) return;
		const drawing = $(`<div class="stage-funnel"></div>`).insertBefore(report.$report);
		drawing.css({ margin: "var(--margin-md)", display: "flex", gap: "var(--margin-md)" });
		drawing.append(labels(steps), shape(steps));
	};

	function labels(steps) {
		const lines = steps.map((step) => {
			const share = step.of_all == null ? "" : ` · ${format_number(step.of_all, null, 1)} %`;
			return `<div style="height:${HEIGHT}px;line-height:1.25;display:flex;flex-direction:column;justify-content:center">
				<span class="ellipsis">${frappe.utils.escape_html(step.label)}</span>
				<span class="text-muted small">${format_number(step.reached, null, 0)}${share}</span>
			</div>`;
		});
		return `<div style="flex:0 0 min(240px, 50%)">${lines.join("")}</div>`;
	}

	function shape(steps) {
		const most = Math.max(...steps.map((step) => step.reached), 1);
		const half = (step) => Math.max((step.reached / most) * (WIDTH / 2), 2);
		const parts = steps.map((step, index) => {
			const [top, bottom] = [index * HEIGHT + GAP, (index + 1) * HEIGHT - GAP];
			const [above, below] = [half(step), half(steps[index + 1] || step)];
			const points = [
				[WIDTH / 2 - above, top],
				[WIDTH / 2 + above, top],
				[WIDTH / 2 + below, bottom],
				[WIDTH / 2 - below, bottom],
			];
			const color = /^#[0-9a-f]{3,8}$/i.test(step.color) ? step.color : "#97A0AF";
			return `<polygon points="${points.join(
				" "
			)}" fill="${color}"><title>${frappe.utils.escape_html(
				`${step.label}: ${step.reached}`
			)}</title></polygon>`;
		});
		const height = steps.length * HEIGHT;
		const title = __("Funnel");
		return `<svg role="img" aria-label="${__(
			"Funnel"
		)}" viewBox="0 0 ${WIDTH} ${height}" preserveAspectRatio="none"
			style="flex:1 1 0;min-width:0;max-width:900px;height:${height}px">${parts.join("")}</svg>`;
	}
})(crm_etapas.reports);
