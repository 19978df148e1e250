"""What ties observations to one unit: MAC addresses, serial numbers and UUIDs that really name one, and places.

A value that many units share names none: locally administered and group addresses (IEEE 802c: the second and the
first bit of the first octet), virtual router addresses (VRRP of RFC 9568, HSRP, GLBP), addresses and serial numbers
that a factory left as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from glasshouse.model.observation import (
    Channel,
    DocumentLine,
    Endpoint,
    Field,
    Interface,
    MountingPoint,
    Observation,
    SaidBy,
)
from glasshouse.protocols._identity import is_placeholder_serial, is_router_mac, normal_mac

__all__ = [
    "SAME_TIME",
    "Key",
    "Known",
    "Span",
    "apart_in_time",
    "key_text",
    "known_of",
    "names_unit",
    "same_serial",
    "unit_keys",
]

Key = tuple[str, ...]  # kind, property, value ...; places have longer ones
Span = tuple[datetime, datetime]  # from when to when an observation speaks for its place

SAME_TIME = timedelta(days=1)
"""Evidence further apart is of another time. A day: the usual length of a lease, and of a site visit."""

KINDS = {
    "id.mac": "mac",
    "id.serial": "serial",
    "id.uuid": "onvif",
    "mac.address": "mac",
    "dhcp.mac": "mac",
    "source.device": "device",
}
"""Fields whose value names a unit -> kind of key."""
_QUOTED = 8  # characters from which a serial number inside a longer one is the same: a label prints its end alone
_GROUP, _LOCAL = 1, 2  # bits of the first octet
_MOST_SPANS = 50  # of one group at one place; beyond that its first and last moment count


@lru_cache(maxsize=65_536)
def names_unit(kind: str, value: str) -> bool:
    """Whether a value of this kind (mac, serial, onvif, device) can name one unit and no other.

    >>> names_unit("mac", "00:11:22:33:44:55"), names_unit("serial", "00000000")
    (False, False)
    """
    if kind == "mac":
        return _is_real(value) and not int(value[:2], 16) & _LOCAL
    if kind == "serial":
        return not is_placeholder_serial(value)
    return True


def _is_real(mac: str) -> bool:
    """Whether an address was given to one interface: no group, no virtual router, nothing that somebody just typed."""
    if normal_mac(mac) != mac or is_router_mac(mac) or mac.endswith(":00:00:00"):
        return False
    octets = bytes.fromhex(mac.replace(":", ""))
    steps = {(after - before) % 256 for before, after in pairwise(octets)}
    # equal steps: 00:00:00:00:00:00, 00:11:22:33:44:55, 00:01:02:03:04:05
    return not octets[0] & _GROUP and len(steps) > 1


@dataclass(slots=True)
class Known:
    """What one observation says about which unit it is of."""

    observation: Observation
    strong: frozenset[tuple[str, str, str, str]] = frozenset()  # kind, property, value, "said" | "seen"
    places: tuple[Key, ...] = ()  # where it was seen; what shares a place is one unit unless it conflicts
    target: Key | None = None  # the address of the camera that a recorder's channel names
    tag: tuple[str, ...] = ()  # splits it is part of: keys join only within one tag
    spans: tuple[Span, ...] = ()  # () = the source gives no time


def known_of(
    observation: Observation, fields: Sequence[Field], tag: tuple[str, ...] = (), spans: tuple[Span, ...] = ()
) -> Known:
    """The keys of `observation`; `tag` and `spans` as in `Known`."""
    subject = observation.subject
    place = subject.property or ""
    side = "seen" if observation.said_by is SaidBy.INFRASTRUCTURE else "said"
    strong = {(kind, place, value, side) for kind, value in _values(fields)}
    if isinstance(subject, Interface) and names_unit("mac", subject.mac):
        strong.add(("mac", place, subject.mac, "seen"))
    return Known(observation, frozenset(strong), _places(observation), _target(observation, fields), tag, spans)


def unit_keys(observations: Iterable[Observation], fields: Iterable[Field]) -> frozenset[str]:
    """Texts that name the unit these observations are of: `mac:44:19:b6:00:00:01@Maple House`, also serial and UUID.

    A decision that holds them holds for later evidence of the same unit. A place is none: a unit there can be changed.
    """
    where = {one.id: one.subject.property or "" for one in observations}
    return frozenset(
        key_text((kind, where[field.observation], value))
        for field in fields
        if field.observation in where
        for kind, value in _values((field,))
        if kind != "device"
    )


def key_text(key: Sequence[str]) -> str:
    """A strong key as decisions and links write it."""
    return f"{key[0]}:{key[2]}@{key[1]}"


def _values(fields: Iterable[Field]) -> Iterator[tuple[str, str]]:
    for one in fields:
        kind = KINDS.get(one.name)
        if kind is not None:
            value = one.value.strip().casefold()
            if value and names_unit(kind, value):
                yield kind, (normal_mac(value) or value) if kind == "mac" else value


def _places(observation: Observation) -> tuple[Key, ...]:
    subject = observation.subject
    place = subject.property or ""
    if isinstance(subject, Endpoint):
        return (("address", place, subject.domain, subject.address),)
    if isinstance(subject, Channel):
        return (("channel", place, subject.recorder, str(subject.number)),)
    if isinstance(subject, MountingPoint):
        return (("place", place, subject.name),)
    if isinstance(subject, DocumentLine):
        return (("line", place, subject.file_sha256, subject.line),)
    if _is_real(subject.mac) and int(subject.mac[:2], 16) & _LOCAL:
        return (("interface", place, subject.mac),)  # tells this interface again, and nothing of the unit behind it
    return ()


def _target(observation: Observation, fields: Sequence[Field]) -> Key | None:
    """The endpoint that a channel names, its routing domain empty where only the recorder's own can be meant."""
    subject = observation.subject
    if not isinstance(subject, Channel):
        return None
    told = {one.name: one.value for one in fields if one.name in {"id.address", "id.domain"}}
    address = told.get("id.address")
    if address is None or address == subject.recorder:
        return None  # a recorder's own inputs have its own address
    return ("address", subject.property or "", told.get("id.domain", ""), address)


def same_serial(left: str, right: str) -> bool:
    """Whether two spellings can be one serial number: equal, or the label's short one inside the long one."""
    shorter, longer = sorted((left, right), key=len)
    return left == right or (len(shorter) >= _QUOTED and shorter in longer)


def apart_in_time(left: Sequence[Span], right: Sequence[Span]) -> bool:
    """Whether no moment of one is within a day of one of the other; False where either gives no time."""
    if not left or not right:
        return False
    return not any(a[0] - SAME_TIME <= b[1] and b[0] - SAME_TIME <= a[1] for a in _hull(left) for b in _hull(right))


def _hull(spans: Sequence[Span]) -> Sequence[Span]:
    if len(spans) <= _MOST_SPANS:
        return spans
    return ((min(one[0] for one in spans), max(one[1] for one in spans)),)
