"""Host names to addresses: asked once, before anything is sent; only what came back is asked later."""

from __future__ import annotations

import socket
from collections.abc import Iterable

from glasshouse.sources.active.targets import TargetError

__all__ = ["resolve"]


def resolve(names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The addresses of each name, as the system resolves it. Raises TargetError for a name without any."""
    found: dict[str, tuple[str, ...]] = {}
    for name in names:
        try:
            answers = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
        except OSError as error:
            raise TargetError(
                f"target {name!r} cannot be resolved ({error.strerror or error}); accepted: an address, a network, a "
                "range, or a name the system resolves; check the spelling or give the address"
            ) from error
        found[name] = tuple(dict.fromkeys(str(answer[4][0]) for answer in answers))
    return found
