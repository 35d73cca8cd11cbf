/** Frappe's own uploader, with a field for the name of each file. */

/**
 * Ask for files and their names and upload them.
 *
 * @param {object} frm the form of the record that they belong to.
 * @param {function} then is called with the names of one's own, by the name of the File.
 */
export function upload(frm, then) {
	const { doctype, docname } = frm;
	const names = {};
	const uploader = new frappe.ui.FileUploader({
		doctype,
		docname,
		frm,
		folder: "Home/Attachments",
		dialog_title: __("Add Documents"),
		on_success(file) {
			frm.attachments.attachment_uploaded(file);
			const name = fields.name_of(file);
			if (name && name !== file.file_name) names[file.name] = name;
			// the uploader closes itself only if the last file is also the last one to arrive
			if (fields.all_arrived()) uploader.dialog.hide();
		},
	});
	const fields = new NameFields(uploader);
	const { dialog } = uploader;
	dialog.set_primary_action(__("Upload"), () => fields.are_filled() && uploader.upload_files());
	dialog.$wrapper.on("hidden.bs.modal", () => {
		fields.stop();
		then(names);
	});
	return uploader;
}

/** One field for each file that is chosen. The uploader is another program's, so it is watched from outside. */
class NameFields {
	constructor(uploader) {
		this.files = () => uploader.uploader.files;
		this.inputs = new Map();
		this.wrapper = $('<div class="document-names"></div>').appendTo(uploader.dialog.$body);
		this.observer = new MutationObserver(() => this.follow());
		this.observer.observe(uploader.dialog.$body.find(".file-uploader").get(0), {
			childList: true,
			subtree: true,
			attributes: true,
		});
	}

	follow() {
		const files = this.files();
		for (const [key, { row }] of this.inputs) {
			if (!files.some((file) => key_of(file) === key)) {
				row.remove();
				this.inputs.delete(key);
			}
		}
		files.filter((file) => !this.inputs.has(key_of(file))).forEach((file) => this.add(file));
	}

	add(file) {
		const row = $('<div class="document-name"></div>').appendTo(this.wrapper);
		const control = frappe.ui.form.make_control({
			parent: row,
			df: {
				fieldtype: "Data",
				fieldname: "document_name",
				label: __("Name of {0}", [frappe.utils.escape_html(file.name)]),
				length: 140,
				reqd: 1,
			},
			render_input: true,
		});
		control.set_value(file.name);
		this.inputs.set(key_of(file), { row, control });
	}

	are_filled() {
		const empty = [...this.inputs.values()].filter(
			({ control }) => !(control.get_value() || "").trim()
		);
		if (empty.length) frappe.msgprint(__("A document needs a name. Write one"));
		return !empty.length;
	}

	/** The name of one's own for a File that was uploaded. */
	name_of(uploaded) {
		const file = this.files().find(({ doc }) => doc && doc.name === uploaded.name);
		return file && this.inputs.get(key_of(file))?.control.get_value();
	}

	all_arrived() {
		return this.files().every((file) => file.request_succeeded);
	}

	stop() {
		this.observer.disconnect();
	}
}

function key_of({ name, file_obj }) {
	return `${name}|${file_obj?.size}|${file_obj?.lastModified}`;
}
