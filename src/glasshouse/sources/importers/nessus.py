"""Nessus exports (`.nessus`, version 2): what its identifying plugins wrote down about each host."""

from __future__ import annotations

import re
from typing import Any

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.entry import Entry
from glasshouse.sources.importers.xml_stream import child_text, elements, root_of
from glasshouse.sources.redact import strip_text
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="nessus",
    title="Nessus export (.nessus, version 2)",
    suffixes=(".nessus", ".xml"),
    references=(Reference("Nessus file format", "https://docs.tenable.com/nessus/Content/NessusFileFormat.htm"),),
    lost=(
        "the policy of the scan: it may hold credentials",
        "findings above severity 0: a weakness is no identification",
        "the output of plugins about passwords and accounts",
    ),
    limitations=(
        "output of plugins is Nessus's text about a reply, not the reply: it supports and does not prove",
        "start and end without a zone are not used where the scan gives no epoch time",
    ),
)

_TAGS = ("Policy", "ReportHost")
_ITEMS = 20_000  # of one host
_OUTPUT = 65_536
_SECRET_PLUGIN = re.compile(r"(?i)passw|credential|default account|brute|hash|community|snmp agent default|key")
_SAID = {
    "operating-system": "inventory.os-guess",
    "host-fqdn": "inventory.name",
    "host-rdns": "inventory.name",
    "netbios-name": "inventory.name",
    "system-type": "inventory.device-type",
}
_TOOL = "Nessus"


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """The root element of version 2."""
    return root_of(head) == "NessusClientData_v2"


def read(draft: Draft) -> None:
    """Read host after host; memory stays at one host."""
    for element in elements(draft, "NessusClientData_v2", _TAGS, "Export it again as .nessus"):
        if element.tag == "ReportHost":
            if not draft.more_rows():
                return
            _host(draft, element)


def _tags(host: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, tag in enumerate(host.iterfind("HostProperties/tag")):
        if number < 1_000 and tag.text:
            found.setdefault(cap(tag.get("name", ""), 64), []).append(tag.text[:4_096])
    return found


def _host(draft: Draft, host: Any) -> None:
    tags = _tags(host)
    name = cap(host.get("name", ""), 256)
    address = address_of(tags.get("host-ip", [""])[0]) or address_of(name)
    written = " ".join(tags.get("mac-address", [])).split()
    macs = [mac for text in written[:64] if (mac := mac_of(text))]
    where = f"ReportHost {draft.rows_read}"
    if address is None and not macs:
        draft.reject(where, f"the host {name[:64]!r} has neither an IP address nor a MAC address")
        return
    draft.covered.setdefault(address or macs[0])
    ended = next((tags[key][0] for key in ("HOST_END_TIMESTAMP", "HOST_START_TIMESTAMP") if key in tags), "")
    subject = draft.subject(address, macs[0] if macs else None, "")
    entry = Entry(draft, subject, where, time_of(ended), _TOOL)
    entry.macs(macs)
    guesses = [(field, text) for key, field in _SAID.items() for text in tags.get(key, [])]
    guesses += [("inventory.cpe", text) for key, texts in tags.items() if key.startswith("cpe") for text in texts]
    entry.row(SaidBy.TOOL, *guesses)
    for number, item in enumerate(host.iterfind("ReportItem")):
        if number >= _ITEMS:
            draft.note(f"{where}: only the first {_ITEMS} items of the host were read")
            break
        _item(entry, item)
    draft.rows_used += 1


def _item(entry: Entry, item: Any) -> None:
    """The output of one plugin, under its number; its name is for the reader."""
    output = child_text(item, "plugin_output")
    if item.get("severity") != "0" or not output:
        return
    plugin, name = cap(item.get("pluginID", ""), 12), cap(item.get("pluginName", ""), 128)
    if _SECRET_PLUGIN.search(name):
        entry.draft.note(f"the output of plugin {plugin} ({name}) may hold credentials and was left out")
        return
    port = item.get("port", "")
    known = int(port) if port.isascii() and port.isdigit() and 0 < int(port[:6]) <= 65_535 else None
    raw = strip_text("\n".join(cap(line) for line in output[:_OUTPUT].splitlines())).encode("utf-8", "replace")
    entry.reply(
        "other", raw, request=f"Nessus plugin {plugin} {name}", port=known, protocol=f"nessus-{plugin}",
        said_by=SaidBy.TOOL,
    )  # fmt: skip
