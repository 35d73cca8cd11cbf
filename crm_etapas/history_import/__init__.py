"""Brings the opportunities of another CRM in, with the history of their stages and its original dates.

`reader` (a file becomes a table) → `mapping` (what its columns mean) → `planner` (what would be written, guessed
and refused) → `writer` (writes it, a chunk of rows a transaction) → `report`. `site` answers what the
planner asks about the site; `job` puts the steps together.
"""
