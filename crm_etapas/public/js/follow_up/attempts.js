/** The attempt protocol of a stage, in the dialogs that note what happened: which try this is, and what comes next. */

const FIELDS = ["date", "medium", "subject"];
const MET = ["Meeting", "Visit"]; // as crm_etapas/follow_up/media.py

/** Ask the server which try is being made with a record; null where its stage has no protocol. */
export function current_attempt({ doctype, name }) {
	const pipelines = frappe.boot.crm_etapas_pipelines || [];
	if (!pipelines.some((pipeline) => pipeline.doctype === doctype)) return null;
	return frappe.xcall("crm_etapas.api.follow_up.attempt", { doctype, name });
}

/** The field of a dialog that says which try it is. */
export function attempt_field(attempt) {
	return { fieldname: "attempt", fieldtype: "HTML", hidden: attempt ? 0 : 1 };
}

/** Propose the next try as long as nobody answered; what somebody chose instead stays. */
export function propose_next(dialog, attempt, results) {
	if (!attempt) return;
	const answering = new Set(results.filter((row) => row.is_answer).map((row) => row.name));
	const is_answered = ({ result, direction, medium }) =>
		result ? answering.has(result) : direction === "Received" || MET.includes(medium);
	let proposed = {};
	const fill = () => {
		const answered = is_answered(dialog.get_values(true, false));
		dialog.get_field("attempt").$wrapper.html(text(attempt, answered));
		const next = { medium: "Phone", ...(answered ? null : attempt.next) };
		for (const part of FIELDS) {
			const field = `next_${part}`;
			const value = dialog.get_value(field) || "";
			if (value === (proposed[field] ?? value)) dialog.set_value(field, next[part] || "");
			proposed[field] = next[part] || "";
		}
	};
	for (const name of ["result", "direction", "medium"]) {
		dialog.get_field(name).$input.on("change", fill);
	}
	fill();
}

function text(attempt, answered) {
	const escape = frappe.utils.escape_html;
	const parts = [__("Attempt {0} of {1}", [attempt.attempt, attempt.of])];
	if (attempt.attempt > attempt.of) {
		parts[0] = __("Attempt {0}, the protocol has {1}", [attempt.attempt, attempt.of]);
	}
	if (!answered && attempt.hint) parts.push(escape(attempt.hint));
	if (!answered && attempt.ends_in) {
		parts.push(__("Afterwards it goes to {0}", [escape(attempt.ends_in.label)]));
	}
	return `<p class="attempt"><strong>${parts[0]}</strong> ${parts.slice(1).join(" · ")}</p>`;
}

/** How many tries a record has had where it stands, for the line above its form. */
export function attempts_made(doc) {
	const { made, of } = doc.__onload?.attempts || {};
	if (!made) return "";
	return made < of
		? __("{0} of {1} attempts", [made, of])
		: __("All {0} attempts without an answer", [of]);
}
