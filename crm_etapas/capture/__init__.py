"""Brings prospects in from a file, with every check that their form would make.

`columns` (what each column is, by its header) → `planner` (a chunk of rows becomes documents in memory; what they
must not repeat is asked for all of them at once: `unique`, `duplicates`) → `writer` (writes them set by set).
`documents` is the other way, one real document after the other, for what only a saved document sets off; `ways`
finds out whether the site has such. `memory` is what a document goes through before it is written. `template` is
the file to start from; `job` puts the steps together.
"""
