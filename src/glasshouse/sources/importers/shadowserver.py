"""Shadowserver's report on exposed DHCPDiscover (UDP port 37810): what each device answered about itself."""

from __future__ import annotations

from datetime import UTC

from glasshouse.model.observation import SaidBy
from glasshouse.model.protocol import ImporterDoc
from glasshouse.model.provenance import Reference
from glasshouse.sources.document import Draft
from glasshouse.sources.importers.entry import Entry, pairs
from glasshouse.sources.importers.sheet import Layout, Row, heads
from glasshouse.sources.values import address_of, mac_of, time_of

__all__ = ["DOC", "read", "recognises"]

DOC = ImporterDoc(
    name="shadowserver-dhcpdiscover",
    title="Shadowserver DVR DHCPDiscover report (CSV)",
    suffixes=(".csv",),
    references=(
        Reference("Shadowserver: reports", "https://www.shadowserver.org/what-we-do/network-reporting/"),
        Reference(
            "Shadowserver: times of reports are UTC", "http://www.shadowserver.org/wiki/pmwiki.php?n=Services/Reports"
        ),
    ),
    lost=("networks, countries and sectors of the address", "sizes of replies"),
    limitations=("one public address may stand before many devices",),
)

_DHIP = {
    "device_model": "dhip.DeviceType",
    "device_version": "dhip.Version",
    "device_serial": "dhip.SerialNo",
    "manufacturer": "dhip.Manufacturer",
    "machine_name": "dhip.MachineName",
    "mac_address": "dhip.mac",
    "ipv4_address": "dhip.IPAddress",
    "http_port": "dhip.HttpPort",
    "internal_port": "dhip.Port",
    "video_channels": "dhip.VideoInputChannels",
    "remote_video_channels": "dhip.RemoteVideoInputChannels",
    "alarm_channels": "dhip.AlarmInputChannels",
}
_GUESSES = {
    "device_vendor": "inventory.manufacturer",
    "device_type": "inventory.device-type",
    "tag": "inventory.tag",
    "hostname": "inventory.name",
}
_PLACE = ("timestamp", "ip", "port", "protocol")
_LOST = (
    "asn",
    "deviceid",
    "videooutputchannels",
    "geo",
    "region",
    "city",
    "naics",
    "hostnamesource",
    "sector",
    "severity",
    "source",
    "method",
    "ipv4gateway",
    "ipv4subnetmask",
    "ipv4dhcpenable",
    "ipv6address",
    "ipv6linklocal",
    "ipv6gateway",
    "ipv6dhcpenable",
    "responsesize",
    "amplification",
    "version",
)
_CHANNELS = {
    "videoinputchannels": "video_channels",
    "videochannels": "video_channels",
    "remotevideoinputchannels": "remote_video_channels",
    "remotevideochannels": "remote_video_channels",
    "alarminputchannels": "alarm_channels",
    "alarmchannels": "alarm_channels",
}
_LAYOUT = Layout(
    needed=frozenset(("timestamp", "ip", "deviceserial", "macaddress", "machinename")),
    used={name.replace("_", ""): name for name in (*_DHIP, *_GUESSES, *_PLACE)} | _CHANNELS,
    lost=frozenset(_LOST),
)


def recognises(name: str, head: bytes) -> bool:  # noqa: ARG001 - content alone decides
    """A heading with timestamp, address, serial number, MAC address and machine name."""
    return heads(_LAYOUT, head)


def read(draft: Draft) -> None:
    """Read row after row."""
    with _LAYOUT.open(draft) as rows:
        for row in rows:
            address = address_of(row.get("ip"))
            if address is None:
                draft.reject(row.where, f"{row.get('ip')[:64]!r} is no IP address; the row was not read")
            else:
                _see(draft, row, address)


def _see(draft: Draft, row: Row, address: str) -> None:
    draft.covered.setdefault(address)
    text = row.get("port")
    port = int(text) if text.isascii() and text.isdigit() and 0 < int(text[:6]) <= 65_535 else None
    seen_at = time_of(row.get("timestamp"), UTC)
    entry = Entry(draft, draft.endpoint(address), row.where, seen_at, "Shadowserver")
    said = [pair for pair in row.named(_DHIP) if pair[0] != "dhip.mac"]
    mac = mac_of(row.get("mac_address"))
    own = [("dhip.mac", mac or ""), ("id.mac", mac or ""), ("id.serial", row.get("device_serial"))]
    inner = address_of(row.get("ipv4_address"))
    own.append(("id.address", inner or ""))
    used = entry.reply("dhip", fields=pairs(*said, *own), request="DHIP search", port=port)
    used |= entry.row(SaidBy.TOOL, *row.named(_GUESSES), *row.further, port=port)
    if used:
        draft.rows_used += 1
    else:
        draft.reject(row.where, "the row says nothing about a device")
