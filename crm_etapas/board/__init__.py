"""The board of a pipeline: its columns with what stands in each, and their cards. It reads and never writes."""
