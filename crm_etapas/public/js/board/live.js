/** The board follows what others do: Frappe tells which records were saved. */

const PATIENCE = 1000;

/** Read the board again after records of its DocType have changed, once nobody looks away any more. */
export function follow(wrapper, store, doctype) {
	let is_behind = false;
	const is_seen = () => $(wrapper).is(":visible") && document.visibilityState === "visible";
	const catch_up = frappe.utils.debounce(() => {
		if (!is_behind || !is_seen()) return;
		is_behind = false;
		store.reload();
	}, PATIENCE);
	const listen = (data) => {
		if (data?.doctype !== doctype()) return;
		is_behind = true;
		catch_up();
	};
	document.addEventListener("visibilitychange", catch_up);
	return {
		/** A list that is opened takes every listener away, so the page listens anew whenever it is shown. */
		again() {
			frappe.realtime.doctype_subscribe(doctype());
			frappe.realtime.off("list_update", listen);
			frappe.realtime.on("list_update", listen);
		},
	};
}
