/** A new record in a few words; what its stage asks for besides is asked afterwards. */

import { make_dialog } from "../dialog.js";
import { ask_for } from "../stage_move.js";

// what is worth asking of the DocTypes that have these fields, besides what is mandatory
const ASKED = [
	"first_name",
	"company_name",
	"mobile_no",
	"email_id",
	"opportunity_from",
	"party_name",
	"opportunity_amount",
];
const PARTIES = ["Lead", "Customer", "Prospect"];

/** `stage` is the column it enters by; without it, it enters by the default stage. */
export async function add({ doctype, stage_field }, stage, done) {
	await new Promise((resolve) => frappe.model.with_doctype(doctype, resolve));
	const doc = frappe.model.get_new_doc(doctype, null, null, true);
	if (stage && !stage.is_default) doc[stage_field] = stage.name;
	const dialog = make_dialog({
		title: stage
			? __("New {0} in {1}", [__(doctype), stage.label])
			: __("New {0}", [__(doctype)]),
		fields: fields_of(doctype, doc),
		primary_action_label: __("Save"),
		primary_action(values) {
			insert({ ...doc, ...values }, stage?.label, {}, (saved) => {
				dialog.hide();
				frappe.show_alert({
					message: __("{0} was added", [
						frappe.utils.escape_html(saved.title || saved.name),
					]),
					indicator: "green",
				});
				done();
			});
		},
	});
	dialog.set_secondary_action_label(__("Edit Full Form"));
	dialog.set_secondary_action(() => {
		dialog.hide();
		frappe.set_route("Form", doctype, Object.assign(doc, dialog.get_values(true)).name);
	});
	dialog.show();
}

function fields_of(doctype, doc) {
	const { fields } = frappe.get_meta(doctype);
	const asked = ASKED.map((name) => fields.find(({ fieldname }) => fieldname === name));
	const mandatory = fields.filter((df) => df.reqd && !df.hidden && !doc[df.fieldname]);
	const all = new Set(
		[...asked, ...mandatory].filter((df) => df && !df.read_only && !df.permlevel)
	);
	return [...all].map(({ fieldname, label, fieldtype, options, reqd }) => ({
		fieldname,
		label,
		fieldtype,
		options,
		reqd,
		default: doc[fieldname] || (fieldname === "opportunity_from" ? PARTIES[0] : undefined),
		...(fieldname === "opportunity_from"
			? { get_query: () => ({ filters: { name: ["in", PARTIES] } }) }
			: {}),
	}));
}

function insert(doc, label, given, done) {
	frappe.call({
		method: "frappe.client.insert",
		type: "POST",
		args: { doc: { ...doc, ...given.values } },
		freeze: true,
		error_handlers: {
			StageRequirementError: ({ missing }) =>
				ask_for(null, missing, label || __("Stage"), given, (answers) =>
					insert(doc, label, answers, done)
				),
		},
		callback: ({ message }) => done(message),
	});
}
