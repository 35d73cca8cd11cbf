"""Tables that people bring: read as strictly as a form takes them, written as documents would be.

Part of the foundation, like the engine: the imports use it, it uses none of them.

`reader` (a file becomes a table) → `fields` (its columns, read into fields with `values` and `guesses`) →
`records` (written set by set, a `chunks` of rows a transaction) → `report`. `site` answers what the reading of
fields asks about the site; `keys` recognises a row that comes again; `tasks` runs an import in the background.
"""
