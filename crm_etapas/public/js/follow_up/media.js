// as crm_etapas/follow_up/media.py, each with its picture
const ICONS = {
	Phone: "es-line-call",
	Email: "es-line-email",
	Meeting: "es-line-people",
	Visit: "es-line-location",
	Chat: "es-line-chat",
	SMS: "es-line-chat-alt",
	Other: "es-line-notes",
};

export const MEDIA = Object.keys(ICONS);

/** Show how somebody was or will be in contact. */
export function icon_of(medium) {
	return frappe.utils.icon(ICONS[medium] || ICONS.Other, "sm");
}
