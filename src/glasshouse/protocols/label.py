"""Type labels: their lines, and what their square code holds. The codes that open the device to its app are masked."""

from __future__ import annotations

import re

from glasshouse.model.protocol import Decoded, ProtocolDoc, SafetyClass
from glasshouse.model.provenance import Reference
from glasshouse.protocols import inventory_text
from glasshouse.protocols._fields import MAX_BYTES, Fields, text_of
from glasshouse.protocols._identity import add_serial
from glasshouse.protocols._protocol import any_bytes, no_hints, no_requests

__all__ = ["DOC", "decode", "frame", "hints", "requests"]

DOC = ProtocolDoc(
    name="label",
    title="Type label and its square code",
    probe="other",
    ports=(),
    transport="none",
    safety=SafetyClass.PASSIVE,
    references=(Reference("ISO/IEC 18004, QR code bar code symbology", "https://www.iso.org/standard/83389.html"),),
    limitations=(
        "No maker publishes what its square code holds: the forms here are recalled, and support no maker by themselves.",
        "Verification and safety codes are secrets: they are masked wherever they stand.",
    ),
)

requests = no_requests
frame = any_bytes
hints = no_hints

_LINE_END = rb"(?:\r\n?|\n|\\r(?:\\n)?|\\n)"
_LINES = re.compile(
    rb"\s{0,4}(?:(?:https?://)?([\w.-]{4,80}\.[a-z]{2,6})/?" + _LINE_END + rb")?"
    rb"((?=[A-Z0-9]{0,8}\d)[A-Z0-9]{9})"
    + _LINE_END
    + rb"([A-Za-z0-9]{6})(?:"
    + _LINE_END
    + rb"([A-Za-z][\w./()+ -]{2,60}))?"
)
_MEMBERS = re.compile(rb"\s{0,4}\{\s{0,4}(?:SN|DT|SC|RD|NC|CC|IMEI)\s{0,4}:[^{}]{1,600}\}?")
_MEMBER = re.compile(rb"\b(SN|DT|SC|NC|RD|CC|IMEI)\s{0,4}:\s{0,4}([^,{}\r\n]{1,128})")
_NAMES = {b"SN": "serial", b"DT": "model", b"NC": "ability", b"CC": "region"}
_UID = re.compile(rb"<QR>\s{0,8}<UID>([A-Za-z0-9]{10,32})</UID>\s{0,8}</QR>")


def decode(raw: bytes) -> tuple[Decoded, ...]:
    """`label.form`, `label.model`, `label.serial` of a square code; for any text what free text says too."""
    fields = Fields(raw[:MAX_BYTES])
    lines = _LINES.match(fields.raw)
    members = _MEMBERS.match(fields.raw)
    uid = _UID.search(fields.raw[:4_096])
    if lines is not None:
        _read_lines(fields, lines)
    elif members is not None:
        _read_members(fields, members)
    elif uid is not None:
        fields.add("label.form", "uid")
        fields.add("label.uid", text_of(uid[1]), *uid.span(1))
    return (*fields.done(), *_free_text(fields.raw, lines))


def _read_lines(fields: Fields, lines: re.Match[bytes]) -> None:
    fields.add("label.form", "serial-code-model")
    if lines[1]:
        fields.add("label.host", text_of(lines[1]), *lines.span(1))
    fields.add("label.serial", text_of(lines[2]), *lines.span(2))
    add_serial(fields, text_of(lines[2]), *lines.span(2))
    if lines[4]:
        _add_model(fields, text_of(lines[4]).strip(), *lines.span(4))


def _read_members(fields: Fields, members: re.Match[bytes]) -> None:
    fields.add("label.form", "sn-dt-sc")
    for member in _MEMBER.finditer(fields.raw, members.start(), members.end()):
        name = _NAMES.get(member[1])
        value = text_of(member[2]).strip()
        if name == "model":
            _add_model(fields, value, *member.span(2))
        elif name is not None:
            fields.add(f"label.{name}", value, *member.span(2))
        if name == "serial":
            add_serial(fields, value, *member.span(2))


def _add_model(fields: Fields, model: str, start: int, end: int) -> None:
    fields.add("label.model", model, start, end)
    fields.add("inventory.model", model, start, end)


def _free_text(raw: bytes, lines: re.Match[bytes] | None) -> tuple[Decoded, ...]:
    """What the text says as free text, without the code: its place is blanked, so that other places still hold."""
    shown = raw
    if lines is not None:
        shown = raw[: lines.start(3)] + b"*" * len(lines[3]) + raw[lines.end(3) :]
    for member in _MEMBER.finditer(shown) if b"SC" in shown else ():
        if member[1] == b"SC":
            shown = shown[: member.start(2)] + b"*" * len(member[2]) + shown[member.end(2) :]
    found = inventory_text.decode(shown)
    return tuple(
        item
        if item.start is None or raw[item.start : item.end] == shown[item.start : item.end]
        else Decoded(item.name, item.value)
        for item in found
    )
