"""Addresses, MAC addresses and times as foreign files write them, to the forms of the model."""

from __future__ import annotations

import ipaddress
import re
from datetime import UTC, datetime, timedelta, tzinfo

__all__ = ["address_of", "mac_of", "time_of"]

_MAC_SEPARATED = re.compile(r"(?i)^[0-9a-f]{1,2}([:\-. ])[0-9a-f]{1,2}(?:\1[0-9a-f]{1,2}){4}$")
_MAC_CISCO = re.compile(r"(?i)^[0-9a-f]{4}([.\-:])[0-9a-f]{4}\1[0-9a-f]{4}$")
_MAC_BARE = re.compile(r"(?i)^(?:0x)?([0-9a-f]{12})$")
_HOST = re.compile(r"(?i)^(?:[a-z][a-z0-9+.\-]*://)?(?:[^/@\s]*@)?(\[[^\]]+\]|[^/?#\s]+)")
_NO_DEVICE = (  # addresses that are shared or mean nothing: VRRP (RFC 9568), HSRP v1 and v2, all zero
    "00:00:5e:00:01:", "00:00:5e:00:02:", "00:00:0c:07:ac:", "00:00:0c:9f:f", "00:00:00:00:00:00",
)  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1990, 2200  # an epoch outside is another number, not a time


def mac_of(text: str) -> str | None:
    """A MAC address in any usual notation as lower-case colon form; None when it is none or names no single device.

    Accepted: `aa:bb:cc:dd:ee:ff`, dashes, dots or spaces, `aabb.ccdd.eeff`, 12 hexadecimal digits, and octets
    without their leading zero (SNMP and BSD tools). Group addresses (IEEE 802 I/G bit), all zero and the virtual
    addresses of VRRP and HSRP are no device identity.
    """
    text = text.strip()
    if len(text) > 32:
        return None
    if _MAC_SEPARATED.match(text):
        digits = "".join(octet.zfill(2) for octet in re.split(r"[:\-. ]", text))
    elif _MAC_CISCO.match(text):
        digits = re.sub(r"[.\-:]", "", text)
    elif bare := _MAC_BARE.match(text):
        digits = bare.group(1)
    else:
        return None
    digits = digits.lower()
    mac = ":".join(digits[start : start + 2] for start in range(0, 12, 2))
    if int(digits[:2], 16) & 1 or mac.startswith(_NO_DEVICE):
        return None
    return mac


def _plain_address(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return None
    if address.is_unspecified or address.is_multicast or str(address) == "255.255.255.255":
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def address_of(text: str) -> str | None:
    """The IPv4 or IPv6 address in a cell: bare, with a prefix length, a port, or as the host of a URL.

    None when there is none (a host name is no address) or when it can be no endpoint (unspecified, multicast,
    broadcast).
    """
    text = text.strip()
    if not text or len(text) > 2_048:
        return None
    if (plain := _plain_address(text)) is not None:
        return plain
    if "://" not in text and text.count("/") == 1 and text.rpartition("/")[2].isdigit():
        return _plain_address(text.partition("/")[0])
    found = _HOST.match(text)
    if not found:
        return None
    host = found.group(1)
    if host.startswith("["):
        return _plain_address(host[1:-1])
    if host.count(":") == 1:
        host = host.partition(":")[0]
    return _plain_address(host)


def _epoch(text: str) -> datetime | None:
    try:
        number = float(text)
    except ValueError:
        return None
    for divisor in (1, 1_000, 1_000_000, 1_000_000_000):
        try:
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=number / divisor)
        except (OverflowError, ValueError):
            continue
        if _FIRST_YEAR <= moment.year < _LAST_YEAR:
            return moment
    return None


def time_of(text: str, zone: tzinfo | None = None) -> datetime | None:
    """A moment in UTC, or None when the text is no time or names no zone and `zone` is not given.

    Accepted: epoch seconds, milliseconds, microseconds or nanoseconds (told apart by magnitude), ISO 8601, and
    `YYYY/MM/DD HH:MM:SS`. Day-first and month-first forms are not guessed.
    """
    text = text.strip()
    if not text or len(text) > 64:
        return None
    if re.fullmatch(r"\d{9,20}(?:\.\d+)?", text):
        return _epoch(text)
    try:
        moment = datetime.fromisoformat(re.sub(r"^(\d{4})/(\d{2})/(\d{2})", r"\1-\2-\3", text))
    except ValueError:
        return None
    if moment.tzinfo is None:
        if zone is None:
            return None
        moment = moment.replace(tzinfo=zone)
    try:
        return moment.astimezone(UTC)
    except (OverflowError, ValueError):
        return None
