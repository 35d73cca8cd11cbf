/** A tab "Documents" on the form of a record: its attachments, each under a name of one's own. */

import { upload } from "./document_upload.js";

const METHODS = "crm_etapas.api.documents";
const LONGEST_NAME = 140;
const TAB = "documents_tab";

export function add_to_forms(doctypes) {
	for (const doctype of doctypes) {
		frappe.ui.form.on(doctype, { setup: add_place, refresh, on_tab_change: show_if_open });
	}
}

/** Make a tab of its own; in a layout without tabs, a section of the dashboard. */
function add_place(frm) {
	const body = $('<div class="documents"></div>');
	frm.documents = { body };
	if (frm.layout.tab_link_container) {
		const tab = frm.layout.make_tab({
			fieldtype: "Tab Break",
			fieldname: TAB,
			label: __("Documents"),
			parent: frm.doctype,
		});
		frm.documents.tab = tab;
		// a tab shows itself if it has a section of fields or of the dashboard
		$('<div class="form-dashboard-section documents-section"></div>')
			.append(body)
			.appendTo(tab.wrapper);
	} else {
		frm.dashboard.add_section(body, __("Documents"), "documents-section");
	}
}

function refresh(frm) {
	const { tab } = frm.documents;
	frm.documents.shown = null;
	if (tab) {
		tab.df.hidden = frm.is_new() ? 1 : 0;
		tab.refresh();
		show_count(frm, (frm.get_docinfo()?.attachments || []).length);
	}
	show_if_open(frm);
}

function show_if_open(frm) {
	const { tab, shown } = frm.documents;
	if (frm.is_new() || shown === frm.docname || (tab && frm.get_active_tab() !== tab)) return;
	frm.documents.shown = frm.docname;
	show(frm);
}

async function show(frm) {
	const { doctype, docname } = frm;
	const { message } = await frappe.call({
		method: `${METHODS}.get_list`,
		type: "GET",
		args: { doctype, name: docname },
	});
	if (frm.docname !== docname) return;
	const { body } = frm.documents;
	show_count(frm, message.length);
	body.html(render(frm, message));
	body.find("[data-action]").on("click", (event) => {
		const { action, document } = event.currentTarget.dataset;
		ACTIONS[action](
			frm,
			message.find(({ name }) => name === document)
		);
	});
}

function show_count(frm, count) {
	const label = count ? `${__("Documents")} (${count})` : __("Documents");
	frm.documents.tab?.tab_link.find(".nav-link").text(label);
}

const ACTIONS = {
	add: (frm) => upload(frm, (names) => save_names(frm, names)),

	rename(frm, { name, document_name }) {
		frappe.prompt(
			{
				fieldname: "document_name",
				fieldtype: "Data",
				label: __("Name"),
				default: document_name,
				length: LONGEST_NAME,
				reqd: 1,
			},
			(answer) => save_names(frm, { [name]: answer.document_name }),
			__("Rename Document"),
			__("Save")
		);
	},

	delete(frm, { name, document_name }) {
		const question = __("Delete {0}? This cannot be undone.", [
			frappe.utils.escape_html(document_name).bold(),
		]);
		frappe.confirm(question, () => frm.attachments.remove_attachment(name, () => show(frm)));
	},
};

async function save_names(frm, names) {
	try {
		if (Object.keys(names).length) await frappe.xcall(`${METHODS}.rename`, { names });
	} finally {
		show(frm);
	}
}

function render(frm, documents) {
	const writable = frm.has_perm("write");
	const add = writable
		? `<button type="button" class="btn btn-default btn-sm" data-action="add">
			${frappe.utils.icon("add", "sm")} ${__("Add Documents")}</button>`
		: "";
	const rows = documents.map((document) => row(document, writable)).join("");
	const list = rows
		? `<ul class="documents-list">${rows}</ul>`
		: `<p class="text-muted">${__("There are no documents yet.")}</p>`;
	return `<div class="documents-head">${add}</div>${list}`;
}

function row(document, writable) {
	const escape = frappe.utils.escape_html;
	const url = escape(encodeURI(document.url || ""));
	const name = escape(document.document_name);
	const file = document.file_name !== document.document_name ? escape(document.file_name) : "";
	const about = [
		file,
		size_of(document),
		escape(document.owner_name),
		frappe.datetime.comment_when(document.creation),
		document.is_private ? "" : __("Public"),
	];
	return `<li class="documents-row">
		<span class="documents-type" data-kind="${kind_of(document)}" aria-hidden="true">${escape(
		extension_of(document)
	)}</span>
		<div class="documents-about">
			<a class="documents-name" href="${url}" target="_blank" rel="noopener">${name}</a>
			<div class="text-muted small">${about.filter(Boolean).join(" · ")}</div>
		</div>
		<div class="documents-actions">
			<a class="btn btn-default btn-xs" href="/api/method/${METHODS}.download?name=${document.name}"
				target="_blank" title="${__("Download")}" aria-label="${__("Download")}: ${name}">
				${frappe.utils.icon("down-arrow", "sm")}</a>
			${writable ? action("rename", "edit", __("Rename"), document) : ""}
			${writable ? action("delete", "delete", __("Delete"), document) : ""}
		</div>
	</li>`;
}

function action(name, icon, label, document) {
	const about = frappe.utils.escape_html(`${label}: ${document.document_name}`);
	return `<button type="button" class="btn btn-default btn-xs" data-action="${name}"
		data-document="${document.name}" title="${label}" aria-label="${about}">
		${frappe.utils.icon(icon, "sm")}</button>`;
}

const KINDS = {
	image: ["png", "jpg", "jpeg", "gif", "webp", "svg", "bmp", "heic"],
	sheet: ["xls", "xlsx", "ods", "csv"],
	text: ["doc", "docx", "odt", "txt", "rtf", "md"],
	slides: ["ppt", "pptx", "odp"],
	pdf: ["pdf"],
	archive: ["zip", "rar", "7z", "gz", "tar"],
};

function extension_of({ file_name }) {
	const found = /\.([a-z0-9]{1,5})$/i.exec(file_name || "");
	return found ? found[1].toLowerCase() : "";
}

function size_of({ size }) {
	if (!size) return "";
	return size > 1024 ? `${frappe.form.formatters.FileSize(size)}B` : `${size} B`;
}

function kind_of(document) {
	const extension = extension_of(document);
	return Object.keys(KINDS).find((kind) => KINDS[kind].includes(extension)) || "other";
}
