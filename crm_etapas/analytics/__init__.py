"""Figures: who is counted, what each figure means and how it is computed. The reports only show them.

Who is counted follows from the filters and from what whoever asks may read; how it is counted never does. Records
are told apart by what is written on them today: channel, segment, owner and so on. What happened when comes from
Stage Log. Days, weeks (from Monday) and months are those of the site's time zone, in which Frappe keeps every moment.
"""
