"""Brings the opportunities of another CRM in, with the history of their stages and its original dates.

`mapping` (what the columns of a table mean) → `planner` (what would be written, guessed and refused) → `writer`
(writes it, a chunk of rows a transaction). `site` answers what the planner asks about the site; `job` puts the
steps together. Reading, writing in sets and the report are `crm_etapas.tabular`'s.
"""
