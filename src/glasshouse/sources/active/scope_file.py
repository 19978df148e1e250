"""Scope files: TOML, written by a person who may authorise the run.

::

    ranges = ["192.0.2.0/24", "198.51.100.7", "198.51.100.20-198.51.100.40"]   # required
    exclude = ["192.0.2.1"]
    touch_anyway = ["192.0.2.50"]           # asked although the do-not-touch list knows it (printer, controller, ...)
    not_before = 2026-12-01T08:00:00Z       # a moment with offset, or a day (its first instant, UTC)
    not_after = 2026-12-05                  # a moment with offset, or a day (its last instant, UTC)
    approver = "A. Tremblay, departmental security officer"
    contact = "+1 555 0100, cameras@example.org"   # whom the network's people call about the run; stands in change packs
    max_class = "family-read"               # passive discovery read family-read credentialed, or 0..4
    pace = "gentle"                         # gentle approved lab
    rate = 100                              # requests a second at pace "approved", at most 300
    domain = "campus-north"                 # routing domain: the same private address elsewhere is another endpoint

    [ports]                                 # standard port = port where it listens; TCP, and UDP without [udp]
    80 = 20080
    [udp]                                   # the same for UDP
    37020 = 27020

    [[endpoint]]                            # an address whose ports differ; other ports fall back to [ports]
    name = "lobby"
    address = "192.0.2.9"
    ports = { 80 = 8081, 554 = 10554 }
    udp = { 3702 = 13702 }

    [multicast]                             # present = the groups of the discovery protocols may be asked, TTL 1
    interface = "192.0.2.5"                 # address of the interface to send from; required
    protocols = ["sadp", "ws-discovery"]    # default: every protocol that has a group
    ports = { 37020 = 27020 }               # standard port of a group = port used here
    broadcast = "192.0.2.255"               # also ask finders that know broadcast only; default: nothing is broadcast

Several `[[endpoint]]` tables may share one address (port forwarding, or an emulated site where only 127.0.0.1
exists). Each is then a device of its own: it is asked on the ports it maps and on no other, and its name is the
routing domain of its observations, so that two of them are never taken for one.
"""

from __future__ import annotations

import ipaddress
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.model.protocol import SafetyClass
from glasshouse.sources.active.scope import (
    PACE_NAMES,
    EndpointEntry,
    MulticastRules,
    Network,
    PaceName,
    PortMap,
    Scope,
    ScopeError,
    networks_of,
)

__all__ = ["parse_scope"]

_KEYS = {
    "ranges", "exclude", "not_before", "not_after", "approver", "max_class", "pace", "rate", "domain", "ports", "udp",
    "endpoint", "multicast", "touch_anyway", "contact",
}  # fmt: skip
_CLASSES = {member.name.lower().replace("_", "-"): member for member in SafetyClass}
_MAX_RATE = 300


def parse_scope(text: str, digest: str) -> Scope:
    """The scope written in `text`; `digest` is the SHA-256 of the file, hexadecimal.

    Raises ScopeError, and nothing else, for anything that is no usable scope.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScopeError(f"the scope file is not TOML: {error}; see 'glasshouse scope new' for a working one") from None
    _only(table, _KEYS, "")
    if "ranges" not in table:
        raise ScopeError(
            "key 'ranges' is missing; accepted: a list such as [\"192.0.2.0/24\"]; say what may be touched"
        )
    scope = Scope(
        ranges=tuple(_networks(table["ranges"], "ranges")),
        exclude=tuple(_networks(table.get("exclude", []), "exclude")),
        not_before=_moment(table.get("not_before"), "not_before", time.min),
        not_after=_moment(table.get("not_after"), "not_after", time.max),
        approver=_text(table.get("approver"), "approver"),
        max_class=_safety(table.get("max_class", SafetyClass.FAMILY_READ.value)),
        pace=_pace(table.get("pace", "gentle")),
        rate=_rate(table.get("rate", 100)),
        ports=_port_map(table, ""),
        endpoints=tuple(_endpoints(table.get("endpoint", []))),
        multicast=_multicast(table.get("multicast")),
        domain=_text(table.get("domain"), "domain") or DEFAULT_DOMAIN,
        sha256=digest,
        contact=_text(table.get("contact"), "contact"),
        touch_anyway=tuple(_networks(table.get("touch_anyway", []), "touch_anyway")),
    )
    _consistent(scope)
    _check_broadcast(scope)
    return scope


def _bad(key: str, value: object, accepted: str, action: str = "correct the scope file") -> ScopeError:
    return ScopeError(f"key {key!r} has value {value!r}; accepted: {accepted}; {action}")


def _only(table: Mapping[str, object], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise ScopeError(
                f"key {where + key!r} is unknown; accepted: {', '.join(sorted(known))}; a key that is misspelt would "
                "protect nothing, so correct or remove it"
            )


def _text(value: object, key: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        raise _bad(key, value, "a text that is not empty")
    return value.strip()


def _networks(value: object, key: str) -> Iterator[Network]:
    accepted = 'a list of networks, addresses or ranges, such as ["192.0.2.0/24", "198.51.100.20-198.51.100.40"]'
    if not isinstance(value, list) or (key == "ranges" and not value):
        raise _bad(key, value, accepted)
    for item in value:
        try:
            yield from networks_of(item)
        except (ValueError, TypeError, AttributeError):
            raise _bad(key, item, accepted + "; no host names and no host bits in a network") from None


def _moment(value: object, key: str, when: time) -> datetime | None:
    if value is None:
        return None
    accepted = "a moment with offset (2026-12-01T08:00:00Z) or a day (2026-12-01, UTC)"
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise _bad(key, value.isoformat(), accepted, "add Z or the offset, so that the moment is one moment")
        return value.astimezone(UTC)
    if isinstance(value, date):
        return datetime.combine(value, when, UTC)
    raise _bad(key, value, accepted)


def _parsed(text: str) -> date | str:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _safety(value: object) -> SafetyClass:
    if isinstance(value, str) and value.lower().replace("_", "-") in _CLASSES:
        return _CLASSES[value.lower().replace("_", "-")]
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= max(SafetyClass):
        return SafetyClass(value)
    raise _bad("max_class", value, f"0 to {max(SafetyClass).value}, or one of {', '.join(_CLASSES)}")


def _pace(value: object) -> PaceName:
    for name in PACE_NAMES:
        if value == name:
            return name
    raise _bad("pace", value, ", ".join(PACE_NAMES))


def _rate(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _MAX_RATE:
        return float(value)
    raise _bad("rate", value, f"requests a second, more than 0 and at most {_MAX_RATE}")


def _port_map(table: Mapping[str, Any], where: str) -> PortMap:
    ports = _pairs(table.get("ports", {}), where + "ports")
    return PortMap(ports, _pairs(table["udp"], where + "udp") if "udp" in table else None)


def _pairs(value: object, key: str) -> tuple[tuple[int, int], ...]:
    accepted = "a table of standard port = port where it listens, both 1 to 65535, such as { 80 = 20080 }"
    if not isinstance(value, dict):
        raise _bad(key, value, accepted)
    pairs = []
    for standard, actual in value.items():
        plain = standard.isascii() and standard.isdigit() and isinstance(actual, int) and not isinstance(actual, bool)
        if not plain or not 0 < int(standard) < 65_536 or not 0 < actual < 65_536:
            raise _bad(f"{key}.{standard}", actual, accepted)
        pairs.append((int(standard), actual))
    return tuple(pairs)


def _endpoints(value: object) -> Iterator[EndpointEntry]:
    if not isinstance(value, list):
        raise _bad("endpoint", value, "tables [[endpoint]] with address, ports and, where shared, a name")
    for number, item in enumerate(value, 1):
        where = f"endpoint {number}."
        if not isinstance(item, dict):
            raise _bad(where[:-1], item, "a table with address and ports")
        _only(item, {"name", "address", "ports", "udp"}, where)
        try:
            address = str(ipaddress.ip_address(item.get("address", "")))
        except ValueError:
            raise _bad(where + "address", item.get("address"), "one IP address, such as 192.0.2.9") from None
        yield EndpointEntry(_text(item.get("name"), where + "name") or address, address, _port_map(item, where))


def _multicast(value: object) -> MulticastRules | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _bad("multicast", value, "a table [multicast] with the address of the interface")
    _only(value, {"interface", "ports", "protocols", "broadcast"}, "multicast.")
    try:
        interface = str(ipaddress.IPv4Address(value.get("interface", "")))
    except ValueError:
        raise _bad("multicast.interface", value.get("interface"), "the IPv4 address of a local interface") from None
    names = value.get("protocols")
    if names is not None and not (isinstance(names, list) and all(isinstance(name, str) for name in names)):
        raise _bad("multicast.protocols", names, "a list of protocol names")
    ports = PortMap(_pairs(value.get("ports", {}), "multicast.ports"))
    broadcast = _text(value.get("broadcast"), "multicast.broadcast")
    return MulticastRules(interface, ports, None if names is None else tuple(names), broadcast)


def _check_broadcast(scope: Scope) -> None:
    """A broadcast reaches a whole network, so that network must be a range of the scope, and the interface in it."""
    rules = scope.multicast
    if rules is None or rules.broadcast is None:
        return
    interface = ipaddress.ip_address(rules.interface)
    wide = (r for r in scope.ranges if isinstance(r, ipaddress.IPv4Network) and r.prefixlen <= 30 and interface in r)
    if rules.broadcast not in {str(network.broadcast_address) for network in wide}:
        accepted = "the broadcast address of a network in 'ranges' that holds multicast.interface, such as 192.0.2.255"
        raise _bad("multicast.broadcast", rules.broadcast, accepted)


def _consistent(scope: Scope) -> None:
    if scope.not_before and scope.not_after and scope.not_after <= scope.not_before:
        raise _bad(
            "not_after", scope.not_after.isoformat(), f"a moment after not_before, {scope.not_before.isoformat()}"
        )
    if scope.pace == "lab" and not scope.is_loopback:
        raise _bad("pace", "lab", "lab only where every range is loopback", "use gentle or approved")
    for entry in scope.endpoints:
        if not any(ipaddress.ip_address(entry.address) in network for network in scope.ranges):
            raise _bad("endpoint.address", entry.address, "an address inside 'ranges'")
    names = [entry.name for entry in scope.endpoints]
    for entry in scope.endpoints:
        if names.count(entry.name) > 1:
            raise _bad("endpoint.name", entry.name, "a name of its own for each [[endpoint]]")
