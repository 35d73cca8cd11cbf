"""The ways to be in contact, in the words of Frappe's Communication, and what each is in its calendar."""

# as in Communication.communication_medium → as in Event.event_category
CATEGORY = {
	"Phone": "Call",
	"Email": "Sent/Received Email",
	"Meeting": "Meeting",
	"Visit": "Meeting",
	"Chat": "Other",
	"SMS": "Other",
	"Other": "Other",
}
MEDIA = tuple(CATEGORY)
DEFAULT = "Phone"
# whoever meets has spoken to each other, whoever invited
SPOKEN = ("Meeting", "Visit")
