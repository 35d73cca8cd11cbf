"""Back into the cycle: what was put off wakes, what was lost is tried again, who bought is looked after.

`plan` says when a record comes back, where, and to whom; `settings` reads what an admin says of it and refuses what
cannot be; `on_save` keeps the day on the record, `recompute` on many after a setting has changed. `wake` brings back
what is due, `renewal` makes the new opportunity of a lost one, `told` says what happened. `loyalty` is for customers.
"""

from crm_etapas.pipelines import OPPORTUNITY, PROSPECT

PIPELINES = {pipeline.doctype: pipeline for pipeline in (PROSPECT, OPPORTUNITY)}
"""What comes back, by DocType."""

WAKE_UP_ON, WOKEN_ON = "wake_up_on", "woken_on"
PREVIOUS, CYCLE = "previous_opportunity", "sales_cycle"
NEXT_CONTACT = "next_contact_date"
