"""The engine: which stages a document goes through, who may move it and what is remembered of it.

It knows pipelines (a DocType with a stage field), never a particular DocType and nothing of ERPNext.
"""
