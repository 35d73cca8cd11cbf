/** The form of a criterion: choices for what it looks at, and what it would change. */

const METHODS = "crm_etapas.api.qualification";
const ASK_AGAIN_AFTER = 1500;

export const criterion_form = {
	setup(frm) {
		frm.set_query("level", () => ({ filters: { disabled: 0 } }));
		frm.set_query("attribute", () => ({ filters: { disabled: 0 } }));
	},

	refresh(frm) {
		offer_fields(frm);
		offer_questions(frm);
		frm.add_custom_button(__("Preview"), () => preview(frm));
	},

	source: offer_fields,
};

function offer_fields(frm) {
	const doctype = frm.doc.source || "Lead";
	frappe.model.with_doctype(doctype, () => {
		const fields = frappe
			.get_meta(doctype)
			.fields.filter(
				(df) =>
					df.label &&
					!df.hidden &&
					!df.is_virtual &&
					frappe.model.is_value_type(df.fieldtype)
			)
			.map((df) => ({
				value: df.fieldname,
				label: __(df.label, null, doctype),
				description: df.fieldname,
			}));
		frm.fields_dict.fieldname.set_data(fields);
	});
}

async function offer_questions(frm) {
	const levels = await frappe.db.get_list("Qualification Level", {
		fields: ["name", "`tabQualification Question`.question as question"],
		limit: 0,
	});
	const questions = levels.filter(({ question }) => question).map(({ question }) => question);
	frm.fields_dict.question.set_data(questions);
}

async function preview(frm) {
	const { message } = await frappe.call({
		method: `${METHODS}.preview`,
		type: "POST",
		args: { criterion: frm.doc },
		freeze: true,
	});
	if (message.state === "Done") show(message);
	else wait(message.token);
}

async function wait(token) {
	const { message } = await frappe.call({
		method: `${METHODS}.preview_result`,
		type: "GET",
		args: { token },
	});
	if (message.state === "Running") {
		frappe.show_progress(
			__("Preview"),
			message.progress || 1,
			100,
			__("Looking at prospects")
		);
		setTimeout(() => wait(token), ASK_AGAIN_AFTER);
		return;
	}
	frappe.hide_progress();
	if (message.state === "Done") show(message);
	else frappe.msgprint(__("The preview broke off. The reason is in the Error Log"));
}

function show({ looked_at, rise, fall, goes_back, examples }) {
	const escape = frappe.utils.escape_html;
	const stays =
		fall && !goes_back
			? `<p class="text-muted">${__(
					"Those that would fall stay where they are: levels do not go back by themselves."
			  )}</p>`
			: "";
	const rows = examples.map(
		({ name, title, from, to }) => `<tr>
			<td>${frappe.utils.get_form_link("Lead", name, true, escape(title))}</td>
			<td>${escape(from)}</td><td>${escape(to)}</td></tr>`
	);
	const table = rows.length
		? `<table class="table table-sm"><thead><tr><th>${__("Lead")}</th>
			<th>${__("Now")}</th><th>${__("Then")}</th></tr></thead>
			<tbody>${rows.join("")}</tbody></table>`
		: "";
	frappe.msgprint({
		title: __("What the criterion would change"),
		message: `<p>${__("Of {0} open prospects, {1} would rise and {2} would fall.", [
			looked_at,
			rise,
			fall,
		])}</p>${stays}${table}`,
		wide: true,
	});
}
