/** What another stage means, while it is pointed at or has the focus. */

const escape = frappe.utils.escape_html;

export function show_meanings(bar, stages) {
	const box = $('<div class="stage-path-preview" aria-hidden="true"></div>').hide();
	bar.after(box);
	bar.on("mouseenter focus", "button", ({ currentTarget: button }) => {
		const stage = stages.find((s) => s.name === button.getAttribute("data-stage"));
		const from_left =
			button.getBoundingClientRect().left - bar[0].getBoundingClientRect().left;
		const room = Math.max(bar[0].clientWidth - box.outerWidth(), 0);
		box.html(text(stage))
			.css("left", Math.min(Math.max(from_left, 0), room))
			.show();
	});
	bar.on("mouseleave focusout", () => box.hide());
	bar.on("keydown", ({ key }) => {
		if (key === "Escape") box.hide();
	});
}

function text({ label, meaning, guidance }) {
	const lines = [meaning, guidance].filter(Boolean).map((line) => `<p>${escape(line)}</p>`);
	return `<h5>${escape(label)}</h5>${lines.join("")}`;
}
