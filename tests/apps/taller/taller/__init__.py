"""A repair shop: shows that another app's DocType can have stages."""

__version__ = "0.0.1"
