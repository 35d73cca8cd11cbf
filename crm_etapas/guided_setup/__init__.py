"""The guided first set-up: what an admin decides first, read and saved step by step through the records themselves."""
