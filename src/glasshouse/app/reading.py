"""What the operator knows of files that the files themselves do not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

__all__ = ["AS_THEY_ARE", "ReadAs"]


@dataclass(frozen=True, slots=True)
class ReadAs:
    """How to read files; what is not given is left to recognition."""

    column_map: Mapping[str, str] | None = None  # header of a table to our field
    zone: tzinfo | None = None  # of times that name none
    encoding: str | None = None  # of texts that are neither UTF-8 nor UTF-16


AS_THEY_ARE = ReadAs()
