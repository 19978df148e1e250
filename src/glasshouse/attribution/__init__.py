"""Signals and lineage to identities: which evidence is of one device, what it is, how sure, and why."""

from glasshouse.attribution.assets import partition
from glasshouse.attribution.identity import identify, weigh
from glasshouse.attribution.lineage import Knowledge

__all__ = ["Knowledge", "identify", "partition", "weigh"]
