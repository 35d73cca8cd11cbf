/** What is done with every list of a DocType: when it opens, whatever its own script does, and after its records changed. */

const callbacks = {};

export function when_list_opens(doctype, callback) {
	if (!callbacks[doctype]) {
		callbacks[doctype] = [];
		watch(doctype);
	}
	callbacks[doctype].push(callback);
}

function watch(doctype) {
	frappe.provide("frappe.listview_settings");
	let settings = calling_back(frappe.listview_settings[doctype] || {}, doctype);
	// the script of a list replaces these settings whenever it is loaded
	Object.defineProperty(frappe.listview_settings, doctype, {
		configurable: true,
		enumerable: true,
		get: () => settings,
		set: (value) => {
			settings = calling_back(value, doctype);
		},
	});
}

function calling_back(settings, doctype) {
	const onload = settings.onload;
	if (!onload?.calls_back) {
		settings.onload = function (list) {
			onload?.call(this, list);
			callbacks[doctype].forEach((callback) => callback(list));
		};
		settings.onload.calls_back = true;
	}
	return settings;
}

/** Read a list again because its records have changed; Frappe leaves out what was asked for less than three seconds ago. */
export function read_again(list) {
	list.clear_checked_items();
	list.last_args = null;
	list.refresh();
}
