"""Who gets a prospect: whoever knows the customer already, then whoever has the skills, then the least loaded.

`rules` decides without a database. `reps` and `features` read what it looks at, `known` the customers that
somebody looks after, `load` counts and locks; `match` puts them together for any number of prospects at once.
`on_save` hangs on the doc_events of Lead, `rule` is the Assignment Rule that makes the to-do, `waiting` the queue
of those whom nobody fits, `run` what happens in the background, `dry_run` what would have happened.
"""

SETTINGS = "CRM Etapas Settings"
PROFILE = "Sales Rep Profile"
# the fields of a prospect that only assignment writes
QUEUE, HANDED_TO = "assignment_queue", "handed_to"
