"""What nobody looks after: records that rot, those whose validity is over, and those that may wait.

`rules` says when a record rots, `marks` keeps that true whenever something happens to it, `rotting` sees to all of
them at night, `moves` takes them on if an admin says so, `snooze` lets one wait, `worklist` shows and counts them.
"""

# what only this capability writes
ROTTING, SNOOZED, REASON = OWN_FIELDS = ("rotting_since", "snoozed_until", "snooze_reason")
# DocTypes that have these marks
DOCTYPES = ("Lead", "Opportunity")
VALID_UNTIL = "valid_until"
