"""Which DNS names may be kept: those of the list beside this file. Every other name that a host asks for is private."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files

__all__ = ["dns_name", "listed", "names"]


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """The listed names; each covers what is below it."""
    text = files(__package__).joinpath("cloud_names.toml").read_text("utf-8")
    return frozenset(str(row["name"]) for row in tomllib.loads(text)["name"])


def listed(name: str | None) -> str | None:
    """The name in lower case, where it is one of the list or below one; None for every other name."""
    if not name:
        return None
    labels = name.lower().rstrip(".").split(".")
    if not all(label.replace("-", "").replace("_", "").isalnum() and label.isascii() for label in labels):
        return None
    if any(".".join(labels[place:]) in names() for place in range(len(labels) - 1)):
        return ".".join(labels)
    return None


def dns_name(data: bytes) -> str | None:
    """The name in the first question of a DNS message (RFC 1035, 4.1.2); None = there is none that is whole."""
    labels: list[str] = []
    place = 12
    while place < len(data) and (size := data[place]):
        if size > 63 or len(labels) >= 32:  # a pointer has no place in the first question
            return None
        labels.append(data[place + 1 : place + 1 + size].decode("ascii", "replace"))
        place += 1 + size
    return ".".join(labels) if labels and place < len(data) else None
