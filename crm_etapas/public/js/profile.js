/** What is known of a prospect, on the forms that have it: only enabled choices, and attributes by type. */

import { make_dialog } from "./dialog.js";

const MASTERS = {
	sales_channel: "Sales Channel",
	business_segment: "Business Segment",
	identification_type: "Identification Type",
};
const LEVEL_TYPE = { Lead: "Prospect", Customer: "Customer" };
const ATTRIBUTES = "customer_attributes";
const ANSWERS = ["Yes", "No"];

export function add_to_forms(doctypes) {
	for (const doctype of doctypes) frappe.ui.form.on(doctype, { setup, refresh });
}

function setup(frm) {
	for (const fieldname of Object.keys(MASTERS)) {
		if (frm.fields_dict[fieldname]) {
			frm.set_query(fieldname, () => ({ filters: { disabled: 0 } }));
		}
	}
	if (frm.fields_dict.potential_level) {
		const type = LEVEL_TYPE[frm.doctype];
		const filters = { disabled: 0, ...(type && { level_type: type }) };
		frm.set_query("potential_level", () => ({ filters }));
	}
	if (frm.fields_dict[ATTRIBUTES]) {
		frm.set_query("attribute", ATTRIBUTES, () => ({ filters: { disabled: 0 } }));
	}
}

async function refresh(frm) {
	const grid = frm.fields_dict[ATTRIBUTES]?.grid;
	if (!grid || !frappe.model.can_read("Customer Attribute")) return;
	grid.add_custom_button(__("Edit Attributes"), () => edit(frm), "top");
	const attributes = await load();
	grid.update_docfield_property("value", "formatter", (value, df, options, row) =>
		shown(attributes.get(row?.attribute), value)
	);
	grid.refresh();
}

let loading;

/** All attributes by name; asked for once a minute at most, for an admin rarely changes them. */
function load() {
	if (!loading) {
		loading = frappe.db
			.get_list("Customer Attribute", {
				fields: ["name", "data_type", "multiple", "options", "description", "disabled"],
				order_by: "attribute_name asc",
				limit: 0,
			})
			.then((rows) => new Map(rows.map((row) => [row.name, row])));
		setTimeout(() => (loading = null), 60000);
	}
	return loading;
}

function shown(attribute, value) {
	if (attribute?.data_type === "Date") value = frappe.datetime.str_to_user(value);
	if (attribute?.data_type === "Number") value = format_number(value, null, decimals(value));
	if (attribute?.data_type === "Yes/No") value = __(value);
	return frappe.utils.escape_html(value || "");
}

function decimals(value) {
	return (String(value).split(".")[1] || "").length;
}

/** One control an attribute, of its type; what is left empty is taken away. */
async function edit(frm) {
	const attributes = [...(await load()).values()].filter((a) => !a.disabled);
	if (!attributes.length) {
		const list = `<a href="/app/customer-attribute">${__("Customer Attribute")}</a>`;
		frappe.msgprint(__("No attributes yet. Create them under {0}", [list]));
		return;
	}
	const dialog = make_dialog({
		title: __("Customer Attributes"),
		fields: attributes.map((attribute, index) => control(attribute, index, frm)),
		primary_action_label: __("Apply"),
		primary_action(values) {
			dialog.hide();
			apply(frm, attributes, values);
		},
	});
	dialog.show();
}

function control(attribute, index, frm) {
	const values = (frm.doc[ATTRIBUTES] || [])
		.filter((row) => row.attribute === attribute.name)
		.map((row) => row.value);
	const options = (attribute.options || "").split("\n").filter(Boolean);
	const df = {
		fieldname: `attribute_${index}`,
		label: __(attribute.name),
		description: attribute.description && __(attribute.description),
		default: values[0],
	};
	if (attribute.multiple && attribute.data_type === "Option") {
		const get_data = () =>
			options.map((value) => ({ value, label: __(value), description: "" }));
		return { ...df, fieldtype: "MultiSelectList", get_data, default: values };
	}
	if (attribute.multiple) {
		const description = [df.description, __("Several, one a line")].filter(Boolean).join(". ");
		return { ...df, fieldtype: "Small Text", description, default: values.join("\n") };
	}
	const choices = attribute.data_type === "Yes/No" ? ANSWERS : options;
	const select = ["", ...choices].map((value) => ({ value, label: value && __(value) }));
	return {
		Text: { ...df, fieldtype: "Data" },
		Number: { ...df, fieldtype: "Data" },
		Date: { ...df, fieldtype: "Date" },
		"Yes/No": { ...df, fieldtype: "Select", options: select },
		Option: { ...df, fieldtype: "Select", options: select },
	}[attribute.data_type];
}

function apply(frm, attributes, values) {
	const edited = new Set(attributes.map((attribute) => attribute.name));
	const kept = (frm.doc[ATTRIBUTES] || []).filter((row) => !edited.has(row.attribute));
	frm.clear_table(ATTRIBUTES);
	for (const { attribute, value } of [...kept, ...entered(attributes, values)]) {
		frm.add_child(ATTRIBUTES, { attribute, value });
	}
	frm.refresh_field(ATTRIBUTES);
	frm.dirty();
}

function entered(attributes, values) {
	return attributes.flatMap((attribute, index) => {
		const value = values[`attribute_${index}`];
		const several = Array.isArray(value) ? value : String(value ?? "").split("\n");
		return several
			.map((text) => text.trim())
			.filter(Boolean)
			.map((text) => ({ attribute: attribute.name, value: text }));
	});
}
