"""Lists of devices that a SADP search found, as an open tool writes them (CSV, XML)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft, cap
from glasshouse.sources.importers.entry import Entry, pairs
from glasshouse.sources.importers.sheet import Layout, heads
from glasshouse.sources.importers.xml_stream import elements, local_name, root_of
from glasshouse.sources.redact import is_secret_name, strip_text
from glasshouse.sources.values import address_of, mac_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="sadp-list",
    title="SADP device list (CSV or XML)",
    suffixes=(".csv", ".xml"),
    references=(
        Reference(
            "cameronnewman/hikvision-tooling", "https://github.com/cameronnewman/hikvision-tooling", "scanner.go"
        ),
    ),
    lost=("subnet masks and gateways",),
    limitations=(
        "from one secondary source: the columns of one open tool",
        "the table that the maker's own SADP tool writes has other headings and is read as an inventory",
        "the list names no time: it stays unknown",
    ),
)

# Column or element to the element of the reply that it was taken from.
_SAID = {
    "devicetype": "sadp.DeviceDescription",
    "activated": "sadp.Activated",
    "ipv4address": "sadp.IPv4Address",
    "port": "sadp.CommandPort",
    "httpport": "sadp.HttpPort",
    "softwareversion": "sadp.SoftwareVersion",
    "serialnumber": "sadp.DeviceSN",
    "mac": "sadp.MAC",
    "channelnum": "sadp.AnalogChannelNum",
    "dspversion": "sadp.DSPVersion",
    "boottime": "sadp.BootTime",
    "dhcp": "sadp.DHCP",
}
_LAYOUT = Layout(
    needed=frozenset(("devicetype", "activated", "ipv4address", "softwareversion", "serialnumber", "mac")),
    used={name: name for name in _SAID},
    lost=frozenset(("id", "ipv4gateway", "ipv4subnetmask")),
)
MAX_UNKNOWN = 100  # names listed


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A heading with the tool's columns, or the root element `SADPDeviceList`."""
    return root_of(head) == "SADPDeviceList" or heads(_LAYOUT, head)


def read(draft: Draft) -> None:
    """Read row after row, or element after element."""
    with draft.file.open() as stream:
        head = stream.read(65_536)
    if root_of(head) == "SADPDeviceList":
        _read_xml(draft)
        return
    with _LAYOUT.open(draft) as rows:
        for row in rows:
            _see(draft, row.where, str(row.line), row.get)
            if row.further:
                draft.note(f"{row.where}: values of unknown columns are not values of a reply and were not kept")


def _read_xml(draft: Draft) -> None:
    unknown: dict[str, None] = {}
    for element in elements(draft, "SADPDeviceList", ("Device",), "Export the list again"):
        if local_name(element) != "Device":
            continue
        if not draft.more_rows():
            break
        names = [cap(local_name(child), 64) for child in element]
        found = {name.lower(): cap(child.text or "") for name, child in zip(names, element, strict=True)}
        if len(unknown) < MAX_UNKNOWN:
            unknown |= dict.fromkeys(name for name in names if name.lower() not in {*_SAID, *_LAYOUT.lost, ""})
        number = draft.rows_read
        _see(draft, f"Device {number}", f"Device:{number}", partial(_value, found))
    secret = [name for name in unknown if is_secret_name(name)]
    if secret:
        draft.note("credentials were left out: element " + ", ".join(secret))
    draft.unknown_columns = tuple(name for name in unknown if name not in secret)


def _name(column: str, name: str, value: str) -> str:
    """A device type written as a number is the code of the reply, not its description."""
    return "sadp.DeviceType" if column == "devicetype" and value.isdigit() else name


def _value(found: Mapping[str, str], name: str) -> str:
    return strip_text(found.get(name, ""))


def _see(draft: Draft, where: str, line: str, get: Callable[[str], str]) -> None:
    address, mac, serial = address_of(get("ipv4address")), mac_of(get("mac")), get("serialnumber")
    if address is None and mac is None and not serial:
        draft.reject(where, "the device has no address, MAC address or serial number")
        return
    own = (("id.mac", mac or ""), ("id.serial", serial), ("id.address", address or ""))
    said = pairs(*((_name(column, name, get(column)), get(column)) for column, name in _SAID.items()), *own)
    entry = Entry(draft, draft.subject(address, mac, line), where)
    draft.rows_used += entry.reply("sadp", fields=said, request="SADP inquiry")
