"""Sample texts: a port scan, two kinds of lease file, recorded replies, and the facts about the property."""

from __future__ import annotations

import json
from html import escape

from glasshouse.lab.ports import Plan
from glasshouse.lab.site import by_name

__all__ = ["facts", "isc_leases", "kea_leases", "nmap_xml", "observations"]

_SCANNED = 1_795_384_800  # 2026-11-22T22:00:00Z, epoch seconds, the day before the devices' clocks start


def nmap_xml(plan: Plan) -> bytes:
    """A port scan with service detection; `method="table"` rows are names of ports and nothing more."""
    hosts = "".join((
        _host(plan, "gate-cam", (_port(80, "http", 'product="Hikvision IP camera httpd" method="probed" conf="10"',
              _script("http-title", "index") + _script("http-server-header", "App-webs/")),
              _port(554, "rtsp", 'method="probed" conf="10"'))),
        _host(plan, "hall-dahua", (_port(80, "http", 'method="probed" conf="10"', _script("http-title", "WEB SERVICE")),
              _port(554, "rtsp", 'product="Dahua Rtsp Server" method="probed" conf="10"'))),
        _host(plan, "entrance-axis", (_port(443, "https", 'product="Axis httpd" method="probed" conf="10"'),)),
        _host(plan, "backup-nas", (_port(80, "http", 'product="nginx" method="probed" conf="10"'),)),
        _address_host("192.0.2.71", "00:03:c5:20:00:71", (_port(80, "http", 'method="table" conf="3"'),)),
        _address_host("192.0.2.72", "44:19:b6:20:00:72", (_port(8000, "http-alt", 'method="table" conf="3"'),
                      _port(554, "rtsp", 'method="table" conf="3"'))),
    ))  # fmt: skip
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n'
        f'<nmaprun scanner="nmap" args="nmap -sV -oX scan.nmap.xml" start="{_SCANNED}" version="7.95" '
        'xmloutputversion="1.05">\n<scaninfo type="syn" protocol="tcp" numservices="4" services="80,443,554,8000"/>\n'
        f'{hosts}<runstats><finished time="{_SCANNED + 300}" elapsed="300" exit="success"/>'
        '<hosts up="6" down="0" total="6"/></runstats>\n</nmaprun>\n'
    )
    return text.encode()


def _host(plan: Plan, name: str, ports: tuple[str, ...]) -> str:
    device = by_name(name)
    return _address_host(plan.address(device), device.mac or "", ports)


def _address_host(address: str, mac: str, ports: tuple[str, ...]) -> str:
    return (
        f'<host starttime="{_SCANNED}" endtime="{_SCANNED + 20}"><status state="up" reason="arp-response"/>'
        f'<address addr="{address}" addrtype="ipv4"/><address addr="{mac.upper()}" addrtype="mac"/>'
        f"<ports>{''.join(ports)}</ports></host>\n"
    )


def _port(number: int, service: str, attributes: str, scripts: str = "") -> str:
    return (
        f'<port protocol="tcp" portid="{number}"><state state="open" reason="syn-ack"/>'
        f'<service name="{service}" {attributes}/>{scripts}</port>'
    )


def _script(name: str, output: str) -> str:
    return f'<script id="{name}" output="{escape(output)}"/>'


def _lease(address: str, mac: str, state: str, days: tuple[str, str], more: str = "") -> str:
    return (
        f"lease {address} {{\n  starts 0 {days[0]} 08:00:00;\n  ends 1 {days[1]} 08:00:00;\n  cltt 0 {days[0]} 08:00:00;\n"
        f"  binding state {state};\n  hardware ethernet {mac};\n{more}}}\n"
    )


def isc_leases(plan: Plan) -> bytes:
    """ISC dhcpd leases: current ones, and a stale one of a machine that had the lobby camera's address before."""
    now, old = ("2026/11/22", "2026/11/24"), ("2026/02/01", "2026/02/02")
    lobby, axis, vigi = by_name("lobby-cam"), by_name("entrance-axis"), by_name("desk-vigi")
    serial = axis.serial or ""
    blocks = (
        _lease(plan.address(lobby), "3c:d9:2b:77:00:01", "free", old, '  client-hostname "front-desk-laptop";\n'),
        _lease(plan.address(lobby), lobby.mac or "", "active", now),
        _lease(
            plan.address(axis), axis.mac or "", "active", now,
            f'  set vendor-class-identifier = "AXIS,Network Camera,P3245-V,{axis.firmware}";\n'
            f'  client-hostname "axis-{serial.lower()}";\n',
        ),
        _lease(plan.address(vigi), vigi.mac or "", "active", now, '  client-hostname "VIGI C340";\n'),
        _lease("192.0.2.81", "c0:56:e3:08:00:81", "active", now, '  set vendor-class-identifier = "udhcp 1.20.2";\n'),
    )  # fmt: skip
    return ("# leases of the example property\nauthoring-byte-order little-endian;\n\n" + "".join(blocks)).encode()


def kea_leases(plan: Plan) -> bytes:
    """Kea memfile leases: later rows supersede earlier ones; state 2 is expired and reclaimed."""
    expires = 1_795_500_000
    heading = (
        "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id"
    )
    rows = [heading]
    for name in ("hall-dahua", "kiosk-imou", "meeting-tv", "porch-ubiquiti"):
        device = by_name(name)
        rows.append(f"{plan.address(device)},{device.mac},,86400,{expires},1,0,0,{name},0,,0")
    rows.append(f"192.0.2.82,9c:14:63:08:00:82,,86400,{expires},1,0,0,,0,,0")
    rows.append("192.0.2.83,00:02:d1:08:00:83,,86400,1760000000,1,0,0,,2,,0")
    return ("\n".join(rows) + "\n").encode()


def observations(plan: Plan) -> bytes:
    """Replies recorded elsewhere, one JSON object a line, in the form that `identify` reads."""
    nvr, gate = by_name("basement-nvr"), by_name("gate-cam")
    rows: tuple[dict[str, object], ...] = (
        {
            "id": "s1", "device": "basement-nvr", "probe": "snmp", "address": plan.address(nvr),
            "raw": "1.3.6.1.2.1.1.1.0 = STRING: Hikvision company products\n1.3.6.1.2.1.1.2.0 = OID: 1.3.6.1.4.1.50001",
            "seen_at": "2026-11-20T09:00:00Z",
        },
        {
            "id": "s2", "device": "gate-cam", "probe": "inventory-text", "address": plan.address(gate), "said_by": "person",
            "raw": f"Gate mast 1: {gate.model}, s/n {gate.serial}", "seen_at": "2026-11-19T14:30:00Z",
        },
        {
            "id": "s3", "device": "mezzanine", "probe": "http", "port": 80, "request": "GET /", "address": "192.0.2.91",
            "raw": 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="Login to 7E0C4B1PAJ00091"\r\n\r\n',
            "seen_at": "2026-11-18T10:15:00Z",
        },
        {
            "id": "s4", "device": "attic", "probe": "mac", "raw": "? (192.0.2.92) at 64:db:8b:09:00:92 [ether] on eth0",
            "address": "192.0.2.92", "said_by": "infrastructure", "seen_at": "2026-11-18T10:16:00Z",
        },
    )  # fmt: skip
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def _fact(level: str, key: str, name: str, value: str, source: str, on: str) -> str:
    return f'[[fact]]\n{level} = "{key}"\nname = "{name}"\nvalue = {value}\nsource = "{source}"\non = {on}\n'


def facts(property_name: str) -> bytes:
    """Facts for `--facts`: jurisdiction and role of the occupant, purposes, owner, and dates of two devices."""
    register = "register of real property, extract"
    gate, nvr = by_name("gate-cam"), by_name("vault-dahua-nvr")
    rows = (
        _fact("property", property_name, "jurisdiction", '"CA"', register, "2026-10-01"),
        _fact("property", property_name, "roles", '["federal_department"]', register, "2026-10-01"),
        _fact("property", property_name, "purposes", '["government_facility_security"]', "security plan, section 3", "2026-09-12"),
        _fact("property", property_name, "site_class", '"ordinary"', "security plan, section 1", "2026-09-12"),
        _fact("property", property_name, "owner", '"self"', register, "2026-10-01"),
        _fact("property", property_name, "custodian", '"Example Department"', register, "2026-10-01"),
        _fact("device", gate.mac or "", "acquired_on", "2015-06-02", "purchase ledger, line 118", "2026-10-03"),
        _fact("device", nvr.serial or "", "owner", '"landlord"', "lease, schedule C", "2026-10-03"),
    )  # fmt: skip
    return "\n".join(rows).encode()
