"""What is to be done next with a prospect, an opportunity or a customer, and what was done.

`next_contact` is what a record says of its next contact, `calendar` the one event that says the same, `notices`
tells whoever is to make it that it is due, `morning` everybody what there is to do today, both in the `words` of
an admin and in the user's `local_time`. `interactions` notes what has happened, `counters` keeps on the record what
that comes to by the rule of `tally`, `media` names the ways to meet. `protocol` says which try comes next where
nobody answers, `leaving` who makes the contacts of a user who is gone.
"""

# DocTypes that have a next contact: the field of whoever is answerable for their records
RESPONSIBLE = {"Lead": "lead_owner", "Opportunity": "opportunity_owner", "Customer": "account_manager"}
"""Whose calendar a contact goes into where nobody is named."""
