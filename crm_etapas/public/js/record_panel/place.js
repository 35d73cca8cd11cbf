/** The panel beside a form: in the sidebar or, where that is narrow or not shown, above the fields. */

const SECTIONS = ["next-contact", "record-level", "record-likelihood", "interactions"];
const WIDE = "(min-width: 1200px)";

/** Return a section of a form's panel, whoever asks for it first. */
export function section(frm, name) {
	return panel_of(frm).children(`.${name}`);
}

/** Frappe makes the sidebar anew with its form. */
function panel_of(frm) {
	let panel = frm.page.wrapper.find(".record-panel");
	if (!panel.length) {
		const sections = SECTIONS.map((name) => `<section class="${name}"></section>`);
		panel = $(`<div class="record-panel">${sections.join("")}</div>`);
		follow_the_sidebar(frm);
	}
	place(frm, panel);
	return panel;
}

function place(frm, panel) {
	const { sidebar } = frm.page;
	const neighbour = sidebar.find(".form-assignments");
	const has_room = window.matchMedia(WIDE).matches && sidebar.css("display") !== "none";
	if (has_room && neighbour.length && !frm.is_new()) {
		if (!neighbour.prev().is(panel)) neighbour.before(panel);
	} else if (!panel.parent().is(frm.layout.wrapper)) {
		frm.layout.wrapper.find("> .form-message, > .form-page").first().before(panel);
	}
}

function follow_the_sidebar(frm) {
	if (frm.follows_the_sidebar) return;
	frm.follows_the_sidebar = true;
	const follow = () => {
		const panel = frm.page.wrapper.find(".record-panel");
		if (panel.length) place(frm, panel);
	};
	$(document.body).on("toggleSidebar", follow);
	$(window).on("resize", frappe.utils.debounce(follow, 100));
}
