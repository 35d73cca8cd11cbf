/** One line above the form: when a record comes back by itself and why, that it has, or that it could not. */

export function add_to_forms() {
	for (const doctype of ["Lead", "Opportunity"]) {
		frappe.ui.form.on(doctype, { refresh: show, contacts_made: show });
	}
	for (const doctype of ["Disqualification Reason", "Opportunity Lost Reason"]) {
		frappe.ui.form.on(doctype, { setup: limit_users });
	}
}

/** Only people who work in the desk can get what comes back. Stage forms call it too. */
export function limit_users(frm) {
	frm.set_query("comes_back_user", () => ({
		filters: { enabled: 1, user_type: "System User" },
	}));
}

/** The line stands there before it says something, so that screen readers hear of it. */
function show(frm) {
	let line = frm.layout.wrapper.children(".coming-back");
	if (!line.length) {
		line = $('<section class="coming-back" role="status"></section>');
		line.attr("aria-label", __("Coming Back by Itself")).prependTo(frm.layout.wrapper);
	}
	const text = frm.is_new() ? "" : about(frm.doc);
	line.html(text ? `<p>${text}</p>` : "");
}

function about(doc) {
	const comes = doc.__onload?.coming_back;
	if (!comes) return "";
	if (doc.woken_on) return comes.is_asleep ? could_not(doc) : woken(doc);
	if (doc.wake_up_on && comes.into) return `${will_come(doc, comes)}. ${why(comes)}`;
	if (comes.could_wake) return __("It has no day to wake up on. Plan the next contact");
	return "";
}

function will_come(doc, { into, makes_new, is_on_hold }) {
	const day = bold(frappe.datetime.str_to_user(doc.wake_up_on));
	const stage = bold(__(into));
	if (makes_new) return __("On {0} a new opportunity is opened in {1}", [day, stage]);
	if (is_on_hold) return __("Wakes up on {0} and goes to {1}", [day, stage]);
	return __("Comes back on {0} into {1}", [day, stage]);
}

function why({ days, reason }) {
	if (days === null) return __("That is the day of the next contact");
	if (reason) {
		return __("{0}: {1} days after the loss", [frappe.utils.escape_html(__(reason)), days]);
	}
	return __("{0} days after it entered this stage", [days]);
}

function woken(doc) {
	const moment = bold(frappe.datetime.str_to_user(doc.woken_on));
	return __("Woke up on {0} and waits for somebody to contact it", [moment]);
}

function could_not(doc) {
	const moment = bold(frappe.datetime.str_to_user(doc.woken_on));
	return __(
		"Its day came on {0}, but it could not move by itself; the activity below says why. Move it by hand",
		[moment]
	);
}

function bold(text) {
	return frappe.utils.escape_html(text).bold();
}
