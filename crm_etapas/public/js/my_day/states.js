/** What My Day shows where there are no records: it is coming, it did not come, nothing is to be done. */

export function skeleton() {
	const row = '<div class="my-day-skeleton"></div>';
	return `<div aria-busy="true" aria-label="${__("Loading")}">${row.repeat(6)}</div>`;
}

export function not_loaded() {
	return `<div class="my-day-state" role="alert">
		<p>${__("Your day could not be loaded. Check the connection and try again")}</p>
		<button type="button" class="btn btn-default btn-sm" data-retry>${__("Retry")}</button>
	</div>`;
}

export function all_done({ user }) {
	const is_own = user === frappe.session.user;
	const text = is_own
		? __("Nothing is due and nothing waits. A good moment to look for the next prospect.")
		: __("Nothing is due and nothing waits.");
	return `<div class="my-day-state">
		${frappe.utils.icon("es-line-double-check", "xl")}
		<h2>${__("All done!")}</h2><p class="text-muted">${text}</p>
		${is_own ? `<a class="btn btn-primary btn-sm" href="/app/lead">${__("See Prospects")}</a>` : ""}
	</div>`;
}
