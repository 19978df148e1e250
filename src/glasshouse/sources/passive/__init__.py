"""What devices say unasked: traffic recorded by others, read without sending anything."""

from __future__ import annotations

from glasshouse.sources.passive.pcap import read_capture

__all__ = ["read_capture"]
