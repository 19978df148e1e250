"""The do-not-touch list: equipment that a scan leaves alone, and the signs it is known by before anything is sent to it.

The list is `fragile.toml`. An address with a sign is skipped as a gap unless the scope names it in `touch_anyway`; a port
of the list is never connected to unless a port map of the scope names it. Loopback is this machine itself and is exempt.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from glasshouse.sources.active.scope import Scope

__all__ = ["Sign", "fragile_ports", "sign_of", "signs"]


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign of one kind of equipment: `kind` is mac, said or port; `source` says where that is written."""

    what: str
    kind: str
    value: str
    basis: str
    source: str

    @property
    def detail(self) -> str:
        """Why the address was left alone."""
        shown = {"mac": "MAC prefix", "said": "it announces", "port": "port"}[self.kind]
        return (
            f"on the do-not-touch list as {self.what}: {shown} {self.value} ({self.basis}: {self.source}); name the "
            "address in 'touch_anyway' of the scope file if it is to be asked"
        )


@cache
def signs() -> tuple[Sign, ...]:
    """Every sign of the list."""
    table = tomllib.loads((files("glasshouse.sources.active") / "fragile.toml").read_text(encoding="utf-8"))
    return tuple(
        Sign(row["what"], row["kind"], str(value), row["basis"], table["sources"][row["source"]])
        for row in table["sign"]
        for value in row["values"]
    )


@cache
def fragile_ports() -> frozenset[int]:
    """Ports that are never connected to."""
    return frozenset(int(sign.value) for sign in signs() if sign.kind == "port")


def sign_of(address: str, scope: Scope, neighbour: bytes | None, said: Iterable[bytes]) -> Sign | None:
    """The sign for which an address is left alone; None = there is none, or the scope names the address.

    `neighbour` is its line of the neighbour table, `said` what it said to discovery groups.
    """
    if scope.may_touch_anyway(address) or ipaddress.ip_address(address).is_loopback:
        return None
    mac = (neighbour or b"").lower()
    texts = tuple(said)
    for sign in signs():
        value = sign.value.encode("ascii")
        if sign.kind == "mac" and b" " + value + b":" in mac:
            return sign
        if sign.kind == "said" and any(value in text for text in texts):
            return sign
    return None
