"""Takes what a list shows along as an Excel workbook.

`selection` says which records in which order, `columns` what of them, `values` how each value is written, `workbook`
writes. `sheet` puts these together, and `job` does it in the background for many records.
"""
