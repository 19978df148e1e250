"""What a SOURCE on the command line is: a file or folder that exists, else a network or a host."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from glasshouse.app.errors import UsageError

__all__ = ["Sources", "sort_sources"]

HOST_NAME = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,62}))*\Z")
FILE_LIKE = re.compile(r"[\\/]|\.(csv|xlsx?|xml|jsonl?|gz|pcap(ng)?|cap|txt|leases|toml|parquet)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of a run, sorted by what they are."""

    targets: tuple[str, ...]
    paths: tuple[Path, ...]


def sort_sources(given: Iterable[str]) -> Sources:
    """Sort sources. Raises UsageError for one that is neither an existing file nor a network or host."""
    targets: list[str] = []
    paths: list[Path] = []
    for source in given:
        if Path(source).exists():
            paths.append(Path(source))
        elif _is_network(source) or (HOST_NAME.match(source) and not FILE_LIKE.search(source)):
            targets.append(source)
        else:
            raise UsageError(
                f"source {source!r} is neither an existing file or folder nor a network or host; accepted: a path, "
                "an address (192.0.2.10), a network (192.0.2.0/24), a host name"
            )
    return Sources(tuple(targets), tuple(paths))


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True
