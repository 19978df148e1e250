"""DHCP: what a client says when it asks for an address, as a packet, a log or a lease."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import _document
from glasshouse.protocols._document import Node
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_address, add_mac, find_macs, normal_mac
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="dhcp",
    title="DHCP",
    probe="dhcp",
    ports=(67, 68),
    transport="udp",
    safety=SafetyClass.PASSIVE,
    references=(
        Reference(
            "RFC 2131, Dynamic Host Configuration Protocol", "https://www.rfc-editor.org/rfc/rfc2131", "section 2"
        ),
        Reference("RFC 2132, DHCP options", "https://www.rfc-editor.org/rfc/rfc2132", "options 12, 50, 55, 60, 61"),
    ),
    limitations=("Most cameras send the vendor class of their DHCP client program, not one of their maker.",),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_COOKIE = b"\x63\x82\x53\x63"
_TEXT_OPTIONS = {12: "hostname", 60: "vendor-class", 81: "fqdn", 77: "user-class", 15: "domain"}
_KEYS = {
    "vendorclass": "vendor-class", "vendorclassidentifier": "vendor-class", "vendorclassid": "vendor-class",
    "setvendorclassidentifier": "vendor-class", "option60": "vendor-class", "dhcpvendorclass": "vendor-class",
    "hostname": "hostname", "clienthostname": "hostname", "option12": "hostname", "paramreq": "parameters",
    "parameterrequestlist": "parameters", "requestedoptions": "parameters", "option55": "parameters",
    "parameters": "parameters", "fingerprint": "parameters", "mac": "mac", "macaddress": "mac", "hwaddr": "mac",
    "hwaddress": "mac", "chaddr": "mac", "clientmac": "mac", "ip": "address", "ipaddress": "address",
    "ciaddr": "address", "yiaddr": "address", "leasedaddress": "address", "address": "address", "oui": "prefix",
    "fqdn": "fqdn", "ends": "ends", "12": "hostname", "60": "vendor-class", "55": "parameters", "classid": "vendor-class",
    "clientfqdn": "fqdn", "dhcpoption12": "hostname", "dhcpoption60": "vendor-class", "dhcpoption55": "parameters",
    "leaseaddress": "address", "activeaddress": "address", "clientethernetaddress": "mac", "clientmacaddress": "mac",
    "optionrequest": "parameters", "prl": "parameters", "clientprovidesname": "hostname",
}  # fmt: skip
_QUOTED = re.compile(rb'(client-hostname|vendor-class-identifier)\s{0,3}=?\s{0,3}"([^"\r\n]{1,255})"')
# What server logs and capture programs print, each with the name of its option.
_SAID: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb'\(?60\)?[^\r\n"]{0,40}length \d{1,3}[):,]{0,2} "([^"\r\n]{1,255})"'), "vendor-class"),
    (re.compile(rb'\(?12\)?[^\r\n"]{0,40}length \d{1,3}[):,]{0,2} "([^"\r\n]{1,255})"'), "hostname"),
    (re.compile(rb"^[ \t]{0,8}60[ \t]{0,2}[=:][ \t]{0,2}([^\r\n]{1,255})", re.MULTILINE), "vendor-class"),
    (re.compile(rb"^[ \t]{0,8}12[ \t]{0,2}[=:][ \t]{0,2}([^\r\n]{1,255})", re.MULTILINE), "hostname"),
    (re.compile(rb"\bvendor class: ([^\r\n]{1,255})"), "vendor-class"),
    (re.compile(rb"\bclient provides name: ([^\r\n]{1,255})"), "hostname"),
    (re.compile(rb"\brequested options: ([^\r\n]{1,400})"), "parameters"),
    (re.compile(rb'\b(?:class-id|vendor-class)="([^"\r\n]{1,255})"'), "vendor-class"),
    (re.compile(rb'\bhost-name="([^"\r\n]{1,255})"'), "hostname"),
    (re.compile(rb"\bDHCP(?:ACK|OFFER|REQUEST|INFORM)\b[^\r\n]{0,60}? \(([A-Za-z][\w.-]{0,62})\) via "), "hostname"),
    (re.compile(rb"^\d{9,11} (?:[0-9a-f]{2}:){5}[0-9a-f]{2} \S{7,39} ([A-Za-z0-9][\w.-]{0,62}) "), "hostname"),
)
_LEASED: tuple[re.Pattern[bytes], ...] = (
    re.compile(rb"\bDHCPACK(?:\([^)]{0,20}\))?(?: on)? ([0-9.]{7,15})\b"),
    re.compile(rb"\bDHCPREQUEST(?:\([^)]{0,20}\)| for) ([0-9.]{7,15})\b"),
    re.compile(rb"^\d{9,11} (?:[0-9a-f]{2}:){5}[0-9a-f]{2} ([0-9.]{7,15}) "),
    re.compile(rb"(?:^|\s)(?:active-)?address=([0-9.]{7,15})\b"),
    re.compile(rb"\bYour (?:\(client\) )?IP(?: address)?:? ([0-9.]{7,15})\b"),
)
_ITEM = re.compile(rb"Parameter Request List Item: \((\d{1,3})\)")
_REQUESTED = re.compile(rb"\b(\d{1,3}):[a-z]")
_LEASE = re.compile(rb"^\s{0,8}lease ([0-9.]{7,15}) \{", re.MULTILINE)


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """A packet in bytes, or options as JSON, key=value lines or a lease."""
    fields = Fields(raw[:MAX_BYTES])
    if fields.raw[236:240] == _COOKIE and fields.raw[:1] in {b"\x01", b"\x02"}:
        _read_packet(fields)
    else:
        _read_text(fields)
    return fields.done()


def _options(data: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """Option code, start and end of its value."""
    for _ in range(200):
        if at >= len(data) or data[at] == 255:
            return
        if data[at] == 0:
            at += 1
            continue
        if at + 2 > len(data):
            return
        end = at + 2 + data[at + 1]
        if end > len(data):
            return
        yield data[at], at + 2, end
        at = end


def _read_packet(fields: Fields) -> None:
    raw = fields.raw
    if raw[1] == 1 and raw[2] == 6:
        mac = raw[28:34].hex(":")
        fields.add("dhcp.mac", mac)
        add_mac(fields, mac)
    for at in (12, 16):  # ciaddr, yiaddr
        add_address(fields, str(ipaddress.IPv4Address(raw[at : at + 4])))
    for code, start, end in _options(raw, 240):
        value = raw[start:end]
        if code in _TEXT_OPTIONS:
            skip = 3 if code == 81 else 0  # flags and result codes come before the name
            fields.add(f"dhcp.{_TEXT_OPTIONS[code]}", text_of(value[skip:]), start + skip, end)
        elif code == 55:
            fields.add("dhcp.parameters", ",".join(str(item) for item in value))
        elif code == 53 and value:
            fields.add("dhcp.message-type", str(value[0]))
        elif code == 50 and len(value) == 4:
            fields.add("dhcp.requested-address", str(ipaddress.IPv4Address(value)))


def _read_text(fields: Fields) -> None:
    document = _document.parse(fields.raw)
    nodes = document.nodes if document is not None and document.kind != "xml" else _document.labelled(fields.raw)
    parameters: list[str] = []
    for node in nodes:
        name = _KEYS.get(_key(node.name))
        if name == "parameters":
            parameters.extend(re.findall(r"\d{1,3}", node.text)[:100])
        elif name is not None:
            _add_option(fields, name, node)
    parameters.extend(text_of(item[1]) for item in _ITEM.finditer(fields.raw[:65_536]))
    fields.add("dhcp.parameters", ",".join(parameters[:255]))
    _read_log(fields)
    for found in _QUOTED.finditer(fields.raw[:65_536]):
        name = _KEYS[text_of(found[1]).replace("-", "")]
        fields.add(f"dhcp.{name}", text_of(found[2]), *found.span(2))
    lease = _LEASE.search(fields.raw)
    if lease is not None:
        add_address(fields, text_of(lease[1]), *lease.span(1))
    written = {mac for mac, _, _ in find_macs(text_of(fields.raw[:4_096]))}
    if len(written) == 1:
        _add_option(fields, "mac", Node(("mac",), written.pop(), 0, len(fields.raw)))


def _key(written: str) -> str:
    plain = re.sub(r"[^a-z0-9]", "", written.lower())
    number = re.fullmatch(
        r"(?:opt|option|dhcpoption)?(12|55|60)(?:hostname|vendorclass|vendorclassidentifier|parameterrequestlist)?",
        plain,
    )
    return number[1] if number is not None else plain


def _read_log(fields: Fields) -> None:
    text = fields.raw[:65_536]
    for pattern, name in _SAID:
        found = pattern.search(text)
        if found is None or f"dhcp.{name}" in fields.names():
            continue
        value = text_of(found[1])
        if name == "parameters":
            value = ",".join(text_of(item) for item in _REQUESTED.findall(found[1]))
        fields.add(f"dhcp.{name}", value, *found.span(1))
    for pattern in _LEASED:
        found = pattern.search(text)
        if found is not None:
            add_address(fields, text_of(found[1]), *found.span(1))
            return


def _add_option(fields: Fields, name: str, node: Node) -> None:
    if name == "mac":
        mac = normal_mac(node.text)
        if mac is not None:
            fields.add("dhcp.mac", mac, node.start, node.end)
            add_mac(fields, mac, node.start, node.end)
    elif name == "address":
        add_address(fields, node.text, node.start, node.end)
    elif name == "prefix":
        fields.add("mac.prefix", node.text.lower(), node.start, node.end)
    else:
        fields.add(f"dhcp.{name}", node.text, node.start, node.end)
