"""What is to be done next with a prospect, an opportunity or a customer, and what was done.

`next_contact` is what a record says of its next contact, `calendar` the one event that says the same, `notices`
tells whoever is to make it that it is due, `interactions` notes what has happened, `media` names the ways to meet.
"""

# DocTypes that have a next contact: the field of whoever is answerable for their records
RESPONSIBLE = {"Lead": "lead_owner", "Opportunity": "opportunity_owner", "Customer": "account_manager"}
"""Whose calendar a contact goes into where nobody is named."""
