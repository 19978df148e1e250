"""Milestone XProtect camera reports (`Get-VmsCameraReport | Export-Csv`): one observation for each piece of hardware.

The driver family is what the installer chose, often "ONVIF": it never stands for the maker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from glasshouse.model.observation import Observation, SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.columns import canonical
from glasshouse.sources.importers.tables import find_heading, head_tables, open_table
from glasshouse.sources.redact import is_secret_name, strip_text
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="milestone-cameras",
    title="Milestone XProtect camera report (CSV)",
    suffixes=(".csv",),
    references=(Reference("MilestonePSTools: Get-VmsCameraReport", "https://www.milestonepstools.com/"),),
    lost=("user names and passwords", "stream, recording and motion settings"),
    limitations=(
        "model and firmware are as of the last time the hardware was added or replaced",
        "report times name no zone",
    ),
)

TOOL = "Milestone XProtect"
_FIELDS = {
    "hardwarename": "name",
    "model": "model",
    "address": "address",
    "mac": "mac",
    "firmware": "firmware",
    "customfirmwareversion": "firmware",
    "customserialnumber": "serial",
    "driverfamily": "driver-family",
    "driver": "driver",
    "drivernumber": "driver-number",
    "recordername": "recorder",
    "hardwareid": "hardware-id",
}
_CHANNEL = {"name": "channel-name", "cameraname": "channel-name", "channel": "channel"}
_TIMES = ("statustime", "lastmodified")
_MAX_HARDWARE = 200_000
_MAX_CHANNELS = 512


def _score(headers: Sequence[str]) -> int:
    names = {canonical(header) for header in headers}
    if not {"hardwarename", "hardwareid", "recordername"} <= names:
        return 0
    return len(names & set(_FIELDS))


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A heading with hardware and recorder columns."""
    return any(find_heading(rows, _score)[1] for rows in head_tables(head))


@dataclass(slots=True)
class _Hardware:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    seen_text: str = ""
    secret: bool = False


def read(draft: Draft) -> None:
    """Gather the rows of each hardware id, then put each into the preview."""
    found: dict[str, _Hardware] = {}
    with open_table(draft, _score) as table:
        names = [canonical(header) for header in table.headers]
        secret = {place for place, header in enumerate(table.headers) if is_secret_name(header, beside_secret=True)}
        _record_mapping(draft, table.headers, secret)
        for line, row in table.rows:
            if len(row) > len(names):
                draft.reject(f"line {line}", f"the row has {len(row)} cells and the heading {len(names)}; not read")
                continue
            cells = {name: strip_text(cap(cell)) for name, cell in zip(names, row, strict=False) if name}
            key = cells.get("hardwareid") or f"{cells.get('address', '')} {cells.get('hardwarename', '')}".strip()
            if not key or (key not in found and len(found) >= _MAX_HARDWARE):
                draft.reject(f"line {line}", "the row names no hardware; a hardware id, address or name is needed")
                continue
            hardware = found.setdefault(key, _Hardware(line))
            _add(hardware, cells, any(row[place].strip() for place in secret if place < len(row)))
            draft.rows_used += 1
    for key, hardware in found.items():
        _see(draft, key, hardware)


def _record_mapping(draft: Draft, headers: Sequence[str], secret: set[int]) -> None:
    draft.mapping = tuple(
        (cap(header, 128), f"inventory.{_FIELDS.get(canonical(header)) or _CHANNEL[canonical(header)]}")
        for header in headers
        if canonical(header) in _FIELDS or canonical(header) in _CHANNEL
    )
    used = {header for header, _ in draft.mapping}
    draft.unknown_columns = tuple(
        cap(header, 128)
        for place, header in enumerate(headers)
        if place not in secret and cap(header, 128) not in used and canonical(header) not in _TIMES
    )
    if secret:
        draft.note(
            "credentials were left out: column " + ", ".join(cap(headers[place], 64) for place in sorted(secret))
        )


def _add(hardware: _Hardware, cells: dict[str, str], secret: bool) -> None:
    for column, name in _FIELDS.items():
        if cells.get(column):
            hardware.values.setdefault(name, cells[column])
    label = cells.get("name") or cells.get("cameraname") or ""
    if len(hardware.channels) < _MAX_CHANNELS:
        hardware.channels.append(f"{cells.get('channel', '')}: {label}".strip(": "))
    hardware.seen_text = next((cells[column] for column in _TIMES if cells.get(column)), hardware.seen_text)
    hardware.secret = hardware.secret or secret


def _see(draft: Draft, key: str, hardware: _Hardware) -> None:
    values = hardware.values
    address, mac = address_of(values.get("address", "")), mac_of(values.get("mac", ""))
    if "mac" in values and mac is None:
        values["mac-text"] = values.pop("mac")
    values |= {"address": address} if address else {}
    values |= {"mac": mac} if mac else {}
    fields = [(f"inventory.{name}", text) for name, text in values.items()]
    fields.append(("inventory.channels", str(len(hardware.channels))))
    fields += [("inventory.channel-name", name) for name in hardware.channels if name]
    if hardware.seen_text:
        fields.append(("inventory.seen-at", hardware.seen_text))
    if hardware.secret:
        fields.append(("inventory.credentials", "present"))
    subject = draft.subject(address, mac, str(hardware.line))
    seen_at = time_of(hardware.seen_text, draft.zone)
    said = SaidBy.INFRASTRUCTURE
    text = Observation(subject, "inventory-text", fields=tuple(fields), said_by=said, tool=TOOL)
    draft.see(text, seen_at, f"line {hardware.line}", key)
    if address and mac:
        draft.see(
            Observation(subject, "mac", raw=mac.encode(), said_by=said, tool=TOOL),
            seen_at,
            f"line {hardware.line}",
            key,
        )
