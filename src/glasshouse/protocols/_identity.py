"""Normalised identity values: MAC, serial number, UUID and address that a device says are its own."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from glasshouse.protocols._fields import Fields

__all__ = ["add_address", "add_mac", "add_serial", "add_uuid", "find_macs", "normal_mac", "normal_uuid"]

# Six groups with one separator (leading zeros may be dropped), three groups of four, two of six, or twelve digits.
_MAC = re.compile(
    r"(?<![0-9A-Za-z:.-])(?:"
    r"[0-9A-Fa-f]{1,2}(?::[0-9A-Fa-f]{1,2}){5}"
    r"|[0-9A-Fa-f]{1,2}(?:-[0-9A-Fa-f]{1,2}){5}"
    r"|[0-9A-Fa-f]{2}(?: [0-9A-Fa-f]{2}){5}"
    r"|[0-9A-Fa-f]{4}(?:[.-][0-9A-Fa-f]{4}){2}"
    r"|[0-9A-Fa-f]{6}-[0-9A-Fa-f]{6}"
    r"|[0-9A-Fa-f]{12}"
    r")(?![0-9A-Za-z:-]|\.[0-9A-Fa-f])"
)
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
_ROUTER_PREFIXES = ("00:00:5e:00:01", "00:00:5e:00:02", "00:00:0c:07:ac", "00:00:0c:9f:f")  # VRRP, HSRP
_PLACEHOLDER_SERIAL = re.compile(
    r"n/?a|none|null|unknown|default|private|serial(?: ?number)?|.{0,3}|(.)\1*|0?123456\d*|[x.*?-]+|192168\d{2,6}"
    r"|to be filled.*",
    re.IGNORECASE,
)


def normal_mac(text: str) -> str | None:
    """The address as lower-case pairs with colons, or None where `text` is no MAC address in any notation.

    >>> normal_mac("0:1a:2B:3:4:5")
    '00:1a:2b:03:04:05'
    """
    text = text.strip()
    if _MAC.fullmatch(text) is None:
        return None
    groups = re.split(r"[:\- .]", text)
    digits = "".join(group.zfill(2) for group in groups) if len(groups) == 6 else "".join(groups)
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2)).lower()


def find_macs(text: str) -> Iterator[tuple[str, int, int]]:
    """Every MAC address written in `text`: (normal form, start, end) in characters; broadcast and the like too."""
    for found in _MAC.finditer(text):
        mac = normal_mac(found[0])
        if mac is not None:
            yield mac, found.start(), found.end()


def add_mac(fields: Fields, text: str, start: int | None = None, end: int | None = None) -> None:
    """Add `id.mac`, or `id.mac.local` where the address is locally administered and thus no maker's.

    Multicast, all-zero and router-redundancy addresses name no device and are left out.
    """
    mac = normal_mac(text)
    if mac is None or mac == "00:00:00:00:00:00" or mac.startswith(_ROUTER_PREFIXES):
        return
    first = int(mac[:2], 16)
    if first & 1:
        return
    fields.add("id.mac.local" if first & 2 else "id.mac", mac, start, end)


def add_serial(fields: Fields, text: str, start: int | None = None, end: int | None = None) -> None:
    """Add `id.serial`, unless the text is a placeholder that many units share."""
    serial = text.strip()
    if len(serial) <= 128 and _PLACEHOLDER_SERIAL.fullmatch(serial) is None:
        fields.add("id.serial", serial, start, end)


def normal_uuid(text: str) -> str | None:
    """The first UUID in `text` in lower case, or None; an all-zero one names nothing."""
    found = _UUID.search(text[:256])
    if found is None or not found[0].strip("0-"):
        return None
    return found[0].lower()


def add_uuid(fields: Fields, text: str, start: int | None = None, end: int | None = None) -> None:
    """Add `id.uuid` from a URN, a UDN or a bare UUID."""
    uuid = normal_uuid(text)
    if uuid is not None:
        fields.add("id.uuid", uuid, start, end)


def add_address(fields: Fields, text: str, start: int | None = None, end: int | None = None) -> None:
    """Add `id.address`, unless it is unspecified, loopback or multicast."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return
    if not (address.is_unspecified or address.is_loopback or address.is_multicast):
        fields.add("id.address", str(address), start, end)
