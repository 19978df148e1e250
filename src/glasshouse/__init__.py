"""Glasshouse: the review of an organisation's video-surveillance equipment."""

__version__ = "0.1.0"
