"""Normalised identity values: MAC, serial number, UUID and address that a device says are its own."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from glasshouse.protocols._fields import Fields

__all__ = [
    "add_address",
    "add_mac",
    "add_realm",
    "add_serial",
    "add_uuid",
    "find_macs",
    "is_foreign",
    "normal_mac",
    "normal_uuid",
]

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
_BLUETOOTH_NODE = "00805f9b34fb"  # ends every UUID of a Bluetooth service
_UUID = re.compile(r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}")
# What a digest realm may say of the unit: a MAC address, alone or after a name, or a serial number of Dahua's form.
_REALM_MAC = re.compile(r"(?:(?:AXIS|AXIS_WS|iPolis)_)?([0-9A-Fa-f]{12})", re.IGNORECASE)
_REALM_SERIAL = re.compile(r"Login to (\d[A-Z][A-Z0-9]{5}P[A-Z]{2}[A-Z0-9]{5})")
_OTHERS = re.compile(
    r"gateway|router|client|neighbou?r|station|peer|remote|(?:^|_)dns|(?:^|_)arp|(?:^|_)ap(?:_|$)|bssid|leases?$|channel"
    r"|cameras$|devices$|(?:^|_)nodes?$|server_?ip|destination|upstream",
    re.IGNORECASE,
)
# VRRP (RFC 9568), HSRP version 1, 2 and for IPv6, GLBP
_ROUTER_PREFIXES = (
    "00:00:5e:00:01",
    "00:00:5e:00:02",
    "00:00:0c:07:ac",
    "00:00:0c:9f:f",
    "00:05:73:a0:0",
    "00:07:b4:0",
)
_PLACEHOLDER_SERIAL = re.compile(
    r"n/?a|none|null|unknown|not (?:available|specified|set)|default|private|test|sample|system serial number|serial(?: ?number)?|.{0,3}|(.)\1*|0?123456\d*|[x.*?-]+|192168\d{2,6}"
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


def is_router_mac(mac: str) -> bool:
    """Whether `mac` (normal form) is a virtual address that routers share, so no unit's."""
    return mac.startswith(_ROUTER_PREFIXES)


def is_placeholder_serial(text: str) -> bool:
    """Whether a serial number is one that a factory or a form left as it was, so that many units share it."""
    return _PLACEHOLDER_SERIAL.fullmatch(text.strip()) is not None


def add_mac(fields: Fields, text: str, start: int | None = None, end: int | None = None) -> None:
    """Add `id.mac`, or `id.mac.local` where the address is locally administered and thus no maker's.

    Multicast, all-zero and router-redundancy addresses name no device and are left out.
    """
    mac = normal_mac(text)
    if mac is None or mac == "00:00:00:00:00:00" or is_router_mac(mac):
        return
    first = int(mac[:2], 16)
    if first & 1:
        return
    fields.add("id.mac.local" if first & 2 else "id.mac", mac, start, end)


def add_serial(fields: Fields, text: str, start: int | None = None, end: int | None = None) -> None:
    """Add `id.serial`, unless the text is a placeholder that many units share."""
    serial = text.strip()
    if len(serial) <= 128 and not is_placeholder_serial(serial):
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
    if uuid is None:
        return
    fields.add("id.uuid", uuid, start, end)
    # RFC 9562, 5.1: version 1 ends with the address of the interface that made it. A node with few digits is made up.
    node = uuid[-12:]
    if uuid[14] == "1" and uuid[19] in "89ab" and len(set(node)) > 4 and node != _BLUETOOTH_NODE:
        add_mac(fields, node, start, end)


def add_realm(fields: Fields, realm: str, start: int | None = None, end: int | None = None) -> None:
    """Add the identity that a challenge shows: a realm is the device's own word."""
    mac = _REALM_MAC.fullmatch(realm)
    if mac is not None and not mac[1].isdigit():
        add_mac(fields, mac[1], start, end)
    serial = _REALM_SERIAL.fullmatch(realm)
    if serial is not None:
        add_serial(fields, serial[1], start, end)


def is_foreign(path: tuple[str, ...]) -> bool:
    """Whether a value with these names above it describes another machine: a gateway, a client, one of many cameras.

    >>> is_foreign(("network", "gateway", "mac"))
    True
    """
    return any(_OTHERS.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name)) for name in path[-6:])


def add_address(fields: Fields, text: str, start: int | None = None, end: int | None = None) -> None:
    """Add `id.address`, unless it is unspecified, loopback or multicast."""
    try:
        address = ipaddress.ip_address(text.strip())
    except ValueError:
        return
    if not (address.is_unspecified or address.is_loopback or address.is_multicast):
        fields.add("id.address", str(address), start, end)
