"""Protocols without I/O: what may be asked, when a reply is complete, what to ask next, and what a reply says.

One file a protocol; `BUILTIN` lists them. Requests, framing and hints use the standard library alone; `decode` may
load a library for a format. Active collection, capture files and imports all read replies through `decode` here.
"""

from __future__ import annotations

from glasshouse.model.protocol import Decoded
from glasshouse.protocols import (
    axis,
    bosch,
    cdp,
    cloud_name,
    dahua_cgi,
    dhcp,
    dhip,
    dvrip,
    foscam,
    ftp,
    hanwha,
    http,
    inventory_text,
    isapi,
    label,
    lapi,
    lldp,
    mac,
    mdns,
    onvif,
    panasonic,
    port_8000,
    reolink,
    rtsp,
    sadp,
    sip,
    snmp,
    sony,
    ssdp,
    tapo,
    telnet,
    tls_cert,
    tvt,
    unifi,
    upnp_description,
    vivotek,
    vstarcam,
    ws_discovery,
    xm,
)
from glasshouse.protocols._paste import restored
from glasshouse.protocols._protocol import ProtocolModule
from glasshouse.protocols._sniff import protocol_of

__all__ = ["BUILTIN", "ProtocolModule", "by_name", "decode"]

BUILTIN: tuple[ProtocolModule, ...] = (
    http,
    tls_cert,
    rtsp,
    ws_discovery,
    onvif,
    isapi,
    dahua_cgi,
    axis,
    sadp,
    dhip,
    ssdp,
    upnp_description,
    mdns,
    port_8000,
    mac,
    dhcp,
    snmp,
    ftp,
    telnet,
    sip,
    lldp,
    cdp,
    cloud_name,
    xm,
    tvt,
    hanwha,
    bosch,
    vivotek,
    reolink,
    unifi,
    tapo,
    foscam,
    vstarcam,
    sony,
    panasonic,
    dvrip,
    lapi,
    label,
    inventory_text,
)

_BY_NAME = {module.DOC.name: module for module in BUILTIN}
_ALIASES = {"tls": "tls-cert", "arp": "mac"}
# A probe word that two protocols share belongs to the one whose replies are of that kind; "other" to none.
_BY_PROBE = {module.DOC.probe: module for module in reversed(BUILTIN) if module.DOC.probe != "other"}


def by_name(name: str) -> ProtocolModule | None:
    """The protocol of this name, or None."""
    return _BY_NAME.get(name)


def decode(probe: str, protocol: str | None, raw: bytes) -> tuple[Decoded, ...]:
    """What a reply says, by its probe word and, for `other`, by its protocol name or else by its content.

    `raw` may be a whole message, only its head, a bare document, or a tool's rendering of one; a reply pasted out of
    shape (quoted, escaped, dumped in hexadecimal) is read as what was sent. Never raises.
    """
    found = _decode(probe, protocol, raw)
    sent = restored(raw)
    if sent is None:
        return found
    better = _decode(probe, protocol, sent)
    if all(item.name.startswith(_WEAK) for item in better):
        return found
    if any(item.name == "text" for item in found):
        better = tuple(item for item in better if item.name != "text")  # the text is what stands there
    names = {item.name for item in better}
    rest = (item for item in found if item.name not in names and not item.name.startswith(_WEAK[:-1]))
    return (*(_placed(item, raw) for item in better), *rest)


_TELLING = 5  # bytes: a shorter value occurs by chance
_WEAK = ("http.body", "xml.", "sadp.unread", "json.", "kv.", "text")


def _placed(item: Decoded, raw: bytes) -> Decoded:
    """The value at the place where it stands literally in the paste; without a place where it does not."""
    wanted = item.value.encode()
    at = raw.find(wanted) if len(wanted) >= _TELLING else -1
    return Decoded(item.name, item.value) if at < 0 else Decoded(item.name, item.value, at, at + len(wanted))


def _decode(probe: str, protocol: str | None, raw: bytes) -> tuple[Decoded, ...]:
    named = (protocol or "").lower().replace("_", "-")
    module = _BY_NAME.get(_ALIASES.get(named, named)) if probe == "other" else _BY_PROBE.get(probe)
    found = module.decode(raw) if module is not None else ()
    if found and any(not item.name.startswith(("http.", "xml.")) for item in found):
        return found
    sniffed = _BY_NAME[protocol_of(raw)]
    if sniffed is module:
        return found
    known = {(item.name, item.value) for item in found}
    return found + tuple(item for item in sniffed.decode(raw) if (item.name, item.value) not in known)
