const TRIES = 5;

frappe.listview_settings["Contact Validation"] = {
	add_fields: ["confirmed_on", "expires_on", "tries"],
	get_indicator(doc) {
		if (doc.confirmed_on) return [__("Validated"), "green", "confirmed_on,is,set"];
		if (doc.tries >= TRIES) return [__("Guessed Wrong"), "red", `tries,>=,${TRIES}`];
		if (doc.expires_on < frappe.datetime.now_datetime(true)) return [__("Expired"), "gray"];
		return [__("Waiting for the Client"), "orange"];
	},
};
