"""A score learned from the company's own past, which says how it came about.

A scorecard gives points to what is known of a prospect; their sum says how likely it is won. `evidence`,
`calibration` and `learning` are mathematics and know nothing of a site; `features`, `cases` and `scoring` read and
write it, `job` trains in the background. Nothing is scored until an admin activates a trained scorecard.
"""
