"""Evidence files to observations: recognised by content, previewed first, applied by the app.

`preview` of one file raises `ImportProblem` when the file as a whole is unusable; `preview_all` turns that into a
preview with a fatal rejection and a gap, so that a batch never aborts and never loses a file silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import tzinfo
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, cast

from glasshouse.model.observation import Gap, GapReason, Rejected
from glasshouse.model.place import DEFAULT_DOMAIN
from glasshouse.sources.document import (
    HEAD_BYTES,
    Draft,
    Importer,
    ImportFile,
    ImportProblem,
    Preview,
)
from glasshouse.sources.files import open_folder, open_source

__all__ = [
    "BUILTIN",
    "ImportFile",
    "ImportProblem",
    "Importer",
    "Preview",
    "accepted",
    "by_name",
    "open_folder",
    "open_source",
    "preview",
    "preview_all",
    "sniff",
]

if TYPE_CHECKING:
    BUILTIN: tuple[Importer, ...]


def __getattr__(name: str) -> tuple[Importer, ...]:
    if name != "BUILTIN":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _builtin()


# In the order in which they are asked: a format that is sure of itself before one that takes any table.
_MODULES = (
    "passive.pcap",
    "importers.xlsx_file",
    "importers.nmap_xml",
    "importers.nessus",
    "importers.greenbone",
    "importers.isapi_channels",
    "importers.observation_lines",
    "importers.shodan",
    "importers.zgrab2",
    "importers.masscan",
    "importers.censys",
    "importers.runzero",
    "importers.zeek",
    "importers.unifi_clients",
    "importers.meraki_clients",
    "importers.netbox",
    "importers.home_assistant",
    "importers.switch_mac_table",
    "importers.switch_arp",
    "importers.switch_lldp",
    "importers.switch_cdp",
    "importers.snmp_walk",
    "importers.ip_neighbours",
    "importers.arp_table",
    "importers.arp_scan",
    "importers.dahua_channels",
    "importers.isc_leases",
    "importers.dnsmasq_leases",
    "importers.kea_leases",
    "importers.windows_leases",
    "importers.milestone_cameras",
    "importers.milestone_hardware",
    "importers.shadowserver",
    "importers.runzero_table",
    "importers.cisco_ise",
    "importers.sadp_list",
    "importers.angry_ip",
    "importers.advanced_ip_scanner",
    "importers.csv_file",
)


@cache
def _builtin() -> tuple[Importer, ...]:
    """`BUILTIN`, loaded when it is first asked for: reading one observation line needs one importer, not all."""
    return tuple(cast("Importer", import_module(f"glasshouse.sources.{name}")) for name in _MODULES)


def by_name(name: str) -> Importer | None:
    """The importer called `name`; None when there is none."""
    return next((importer for importer in _builtin() if importer.DOC.name == name), None)


def accepted() -> str:
    """The accepted formats, for messages."""
    return "; ".join(importer.DOC.title for importer in _builtin())


def sniff(name: str, head: bytes) -> Importer | None:
    """The importer that recognises the content; the suffix of `name` decides nothing. None = not recognised."""
    return next((importer for importer in _builtin() if importer.recognises(name, head)), None)


def _head(file: ImportFile) -> bytes:
    with file.open() as stream:
        return stream.read(HEAD_BYTES)


def _unrecognised(file: ImportFile, head: bytes) -> ImportProblem:
    look = "binary data" if b"\x00" in head[:4096] else "text"
    return ImportProblem(
        f"{file.name} was read as {look} and is of no format that can be imported. Accepted: {accepted()}. Export it "
        "again in one of these; a table needs a heading row with known column names, or a column map."
    )


def preview(
    file: ImportFile,
    *,
    property: str | None = None,  # noqa: A002 - the word of the model
    domain: str = DEFAULT_DOMAIN,
    column_map: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
    encoding: str | None = None,
    importer: Importer | None = None,
) -> Preview:
    """Read a file into a preview.

    Args:
        file: from `open_source`, `open_folder` or `ImportFile.of_bytes`.
        property: the property that the file's addresses belong to.
        domain: the routing domain in which they are unique.
        column_map: for tables, header to field (`manufacturer`, `model`, `address` ...), before the built-in aliases.
        zone: the time zone of times that name none; without it they stay unknown.
        encoding: the code page of a text that is neither UTF-8 nor UTF-16.
        importer: skips recognition.

    Raises:
        ImportProblem: the file is empty, unreadable or of no known format.
    """
    head = _head(file)
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise ImportProblem(f"{file.name} is empty: nothing can be imported from it. Export or copy it again.")
    chosen = importer or sniff(file.name, head)
    if chosen is None:
        raise _unrecognised(file, head)
    draft = Draft(
        chosen.DOC.name, file, property=property, domain=domain, column_map=column_map, zone=zone, encoding=encoding
    )
    draft.covered.setdefault(f"file {file.name}")
    chosen.read(draft)
    return draft.preview()


def preview_all(
    files: Iterable[ImportFile | Rejected],
    *,
    property: str | None = None,  # noqa: A002 - the word of the model
    domain: str = DEFAULT_DOMAIN,
    column_map: Mapping[str, str] | None = None,
    zone: tzinfo | None = None,
    encoding: str | None = None,
) -> Iterator[Preview]:
    """Preview one file after the other; an unusable one becomes a preview with a fatal rejection and a gap."""
    for file in files:
        if isinstance(file, Rejected):
            yield _refused(file.file, "", file)
            continue
        try:
            yield preview(file, property=property, domain=domain, column_map=column_map, zone=zone, encoding=encoding)
        except ImportProblem as problem:
            yield _refused(file.name, file.sha256, Rejected(file.name, "file", str(problem), fatal=True))


def _refused(name: str, sha256: str, rejected: Rejected) -> Preview:
    gap = Gap(name, GapReason.UNREADABLE, None, rejected.problem)
    return Preview(importer="", file=name, sha256=sha256, rejected=(rejected,), gaps=(gap,), partial=True)
