"""The same reply as different programs print it; whose address is whose."""

from __future__ import annotations

import base64
import hashlib
import struct

import pytest
from fuzz.seeds import SEEDS

from glasshouse import protocols
from glasshouse.protocols._page import mmh3

MAC = "00:00:5e:00:53:01"
ICON = b"\0\0\1\0\1\0\x10\x10" + bytes(range(64))


def _tlv(tag, data):
    return bytes([tag, len(data)]) + data


def _snmp(version, *rest):
    return _tlv(0x30, _tlv(2, bytes([version])) + b"".join(rest))


_BINDING = _tlv(0x30, _tlv(6, bytes([0x2B, 6, 1, 2, 1, 1, 1, 0])) + _tlv(4, b"ACME camera"))
_RESPONSE = _tlv(0xA2, _tlv(2, b"\1") + _tlv(2, b"\0") + _tlv(2, b"\0") + _tlv(0x30, _BINDING))
_ENGINE = bytes.fromhex("800098fd0300005e005301")  # enterprise 39165, then a MAC address
_REPORT = _snmp(3, _tlv(0x30, b""), _tlv(4, _tlv(0x30, _tlv(4, _ENGINE) + _tlv(2, b"\0"))), _tlv(0x30, b""))

# Probe, protocol, reply, and the first value of each name that must be found in it.
PRINTED = [
    ("snmp", None, (b"SNMPv2-MIB::sysDescr.0 = STRING: ACME\nSNMPv2-MIB::sysObjectID.0 = OID: SNMPv2-SMI::enterprises.39165.1\n"
     b"IF-MIB::ifPhysAddress.2 = STRING: 0:0:5e:0:53:1\n"), {"snmp.sysDescr": "ACME", "snmp.sysObjectID": "1.3.6.1.4.1.39165.1", "id.mac": MAC}),
    ("snmp", None, b'iso.3.6.1.2.1.1.1.0 = STRING: "ACME"\niso.3.6.1.4.1.39165.1.1.0 = Hex-STRING: 45 58 2D 31 32 33 34 00\n',
     {"snmp.sysDescr": "ACME", "snmp.oid.1.3.6.1.4.1.39165.1.1.0": "EX-1234"}),
    ("snmp", None, b'.1.3.6.1.2.1.1.1.0 "ACME camera"\n.1.3.6.1.2.1.1.2.0 .1.3.6.1.4.1.39165\n',
     {"snmp.sysDescr": "ACME camera", "snmp.sysObjectID": "1.3.6.1.4.1.39165"}),
    ("snmp", None, b"1.3.6.1.2.1.1.1.0|4|ACME\n1.3.6.1.2.1.1.2.0|6|1.3.6.1.4.1.50001\n1.3.6.1.2.1.2.2.1.6.2|4x|00005e005301\n",
     {"snmp.sysDescr": "ACME", "snmp.sysObjectID": "1.3.6.1.4.1.50001", "id.mac": MAC}),
    ("snmp", None, b'{"sysDescr": "ACME", "sysObjectID": ".1.3.6.1.4.1.368.1", "sysName": "unit-1"}',
     {"snmp.sysDescr": "ACME", "snmp.sysObjectID": "1.3.6.1.4.1.368.1", "snmp.sysName": "unit-1"}),
    ("snmp", None, b"sysDescr: ACME\nsysObjectID: 1.3.6.1.4.1.368.1\n", {"snmp.sysDescr": "ACME", "snmp.sysObjectID": "1.3.6.1.4.1.368.1"}),
    ("snmp", None, b".iso.org.dod.internet.mgmt.mib-2.system.sysDescr.0 = STRING: ACME\n", {"snmp.sysDescr": "ACME"}),
    ("snmp", None, b"ENTITY-MIB::entPhysicalModelName.1 = STRING: EX-1\n", {"snmp.entPhysicalModelName": "EX-1"}),
    ("snmp", None, _snmp(1, _tlv(4, b"community"), _RESPONSE), {"snmp.version": "2c", "snmp.sysDescr": "ACME camera"}),
    ("other", None, _snmp(1, _tlv(4, b"community"), _RESPONSE).hex().encode(), {"snmp.sysDescr": "ACME camera"}),
    ("snmp", None, _REPORT, {"snmp.version": "3", "snmp.engine-enterprise": "39165", "snmp.engine-id": _ENGINE.hex(), "id.mac": MAC}),
    ("dhcp", None, (b'    Client-Ethernet-Address 00:00:5e:00:53:01\n      Hostname Option 12, length 6: "unit-1"\n'
     b'      Vendor-Class Option 60, length 9: "ACME,Cam,"\n'), {"dhcp.hostname": "unit-1", "dhcp.vendor-class": "ACME,Cam,", "id.mac": MAC}),
    ("dhcp", None, (b"Option: (60) Vendor class identifier\n    Vendor class identifier: udhcp 1.19\nOption: (55) Parameter Request List\n"
     b"    Parameter Request List Item: (1) Subnet Mask\n    Parameter Request List Item: (3) Router\nYour (client) IP address: 192.0.2.10\n"),
     {"dhcp.vendor-class": "udhcp 1.19", "dhcp.parameters": "1,3", "id.address": "192.0.2.10"}),
    ("dhcp", None, (b"dnsmasq-dhcp[1]: 7 vendor class: udhcp 1.19\ndnsmasq-dhcp[1]: 7 client provides name: unit-1\n"
     b"dnsmasq-dhcp[1]: 7 requested options: 1:netmask, 3:router\ndnsmasq-dhcp[1]: 7 DHCPREQUEST(br0) 192.0.2.10 00:00:5e:00:53:01\n"),
     {"dhcp.vendor-class": "udhcp 1.19", "dhcp.hostname": "unit-1", "dhcp.parameters": "1,3", "id.address": "192.0.2.10", "id.mac": MAC}),
    ("dhcp", None, b"1700000000 00:00:5e:00:53:01 192.0.2.10 unit-1 01:00:00:5e:00:53:01", {"dhcp.hostname": "unit-1", "id.address": "192.0.2.10"}),
    ("dhcp", None, b"DHCPACK on 192.0.2.10 to 00:00:5e:00:53:01 (unit-1) via eth0", {"dhcp.hostname": "unit-1", "id.address": "192.0.2.10", "id.mac": MAC}),
    ("dhcp", None, b'{"options": {"12": "unit-1", "60": "udhcp", "55": [1, 3, 6]}}', {"dhcp.hostname": "unit-1", "dhcp.vendor-class": "udhcp", "dhcp.parameters": "1,3,6"}),
    ("dhcp", None, b"12=unit-1\n60=udhcp 1.2\n", {"dhcp.hostname": "unit-1", "dhcp.vendor-class": "udhcp 1.2"}),
    ("dhcp", None, b'address=192.0.2.10 mac-address=00:00:5e:00:53:01 host-name="unit-1" class-id="ACME,X"',
     {"dhcp.hostname": "unit-1", "dhcp.vendor-class": "ACME,X", "id.address": "192.0.2.10", "id.mac": MAC}),
    ("mdns", None, b'=;eth0;IPv4;ACME\\032X1\\032-\\03200005E005301;_axis-video._tcp;local;unit-1.local;192.0.2.10;80;"macaddress=00005E005301"',
     {"mdns.instance": "ACME X1 - 00005E005301", "mdns.host": "unit-1.local", "id.address": "192.0.2.10", "mdns.txt.macaddress": "00005E005301", "id.mac": MAC}),
    ("mdns", None, (b"ServiceInfo(type='_axis-video._tcp.local.', name='ACME X1._axis-video._tcp.local.', server='unit-1.local.',"
     b" properties={b'macaddress': b'00005E005301'})"), {"mdns.instance": "ACME X1", "mdns.host": "unit-1.local.", "id.mac": MAC}),
    ("mdns", None, b"ACME X1 - 00005E005301._axis-video._tcp.local. can be reached at unit-1.local.:80 (interface 5)\n",
     {"mdns.instance": "ACME X1 - 00005E005301", "mdns.host": "unit-1.local.", "id.mac": MAC}),
    ("mdns", None, b"_axis-video._tcp.local. 10 IN PTR ACME\\032X1._axis-video._tcp.local.\nunit-1.local. 10 IN A 192.0.2.10\n",
     {"mdns.instance": "ACME X1", "id.address": "192.0.2.10"}),
    ("tls-cert", None, (b"| ssl-cert: Subject: commonName=unit/organizationName=ACME/countryName=CA\n| Subject Alternative Name: DNS:unit.example.org\n"
     b"| Issuer: commonName=root\n| Not valid before: 2020-01-01T00:00:00\n"),
     {"tls.subject": "CN=unit,O=ACME,C=CA", "tls.subject.o": "ACME", "tls.issuer.cn": "root", "tls.san": "unit.example.org", "tls.not-before": "2020-01-01T00:00:00"}),
    ("tls-cert", None, (b"{'subject': ((('countryName', 'CA'),), (('organizationName', 'ACME'),), (('commonName', 'unit'),)), 'issuer': ((('commonName', 'root'),),),"
     b" 'notBefore': 'Jan  1 00:00:00 2020 GMT', 'subjectAltName': (('DNS', 'x.org'),)}"), {"tls.subject": "CN=unit,O=ACME,C=CA", "tls.issuer": "CN=root"}),
    ("tls-cert", None, b'{"subject": {"CN": "unit", "O": "ACME"}, "issuer_dn": "C=CA, CN=root", "fingerprint_sha256": "AA:BB"}',
     {"tls.subject": "CN=unit,O=ACME", "tls.issuer": "CN=root,C=CA", "tls.sha256": "aabb"}),
    ("tls-cert", None, b"/C=CA/ST=Ontario/O=ACME/OU=Cameras/CN=unit", {"tls.subject": "CN=unit,OU=Cameras,O=ACME,ST=Ontario,C=CA", "tls.subject.ou": "Cameras"}),
    ("tls-cert", None, b"*  subject: C=CA; O=ACME; CN=unit\n*  start date: Jan  1 00:00:00 2020 GMT\n*  issuer: CN=root\n",
     {"tls.subject": "CN=unit,O=ACME,C=CA", "tls.not-before": "Jan  1 00:00:00 2020 GMT"}),
    ("tls-cert", None, b"Serial Number:\n            0a:bb:cc\n        Subject: O=ACME, CN=unit\n", {"tls.serial": "0a:bb:cc", "tls.subject.cn": "unit"}),
    ("tls-cert", None, base64.b64encode(SEEDS["tls-cert"][1]), {"tls.subject.cn": "camera.example.org"}),
    ("onvif-device-info", None, b"Manufacturer: ACME\nModel: X1\nSerialNumber: SN00017\n", {"onvif.Manufacturer": "ACME", "onvif.Model": "X1", "id.serial": "SN00017"}),
    ("onvif-device-info", None, b"DeviceInfo(manufacturer='ACME', model='X1', fw_version='1.2', serial_number='SN00017')",
     {"onvif.Manufacturer": "ACME", "onvif.Model": "X1", "onvif.FirmwareVersion": "1.2"}),
    ("onvif-scopes", None, (b"Types: dn:NetworkVideoTransmitter\nScopes: onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/ACME%20X1\n"
     b"XAddrs: http://192.0.2.10/onvif/device_service\nEPR: urn:uuid:a1b2c3d4-0000-4000-8000-00005e005301\n"),
     {"onvif.types": "dn:NetworkVideoTransmitter", "onvif.scope.type": "video_encoder", "onvif.scope.name": "ACME X1",
      "onvif.xaddr": "http://192.0.2.10/onvif/device_service", "id.uuid": "a1b2c3d4-0000-4000-8000-00005e005301"}),
    ("isapi", None, b"deviceName: cam\nmodel: EX-1\nserialNumber: EX-10001\nmacAddress: 00:00:5e:00:53:01\n", {"isapi.model": "EX-1", "id.serial": "EX-10001", "id.mac": MAC}),
    ("sadp", None, b"Device Type: EX-1\nDevice Serial No.: EX-10001\nIPv4 Address: 192.0.2.10\nMAC Address: 00-00-5e-00-53-01\n",
     {"sadp.DeviceType": "EX-1", "sadp.DeviceSN": "EX-10001", "id.address": "192.0.2.10", "id.mac": MAC}),
    ("sadp", None, b'{"ProbeMatch": {"DeviceType": "1", "DeviceDescription": "EX-1", "DeviceSN": "EX-10001"}}', {"sadp.DeviceDescription": "EX-1", "id.serial": "EX-10001"}),
    ("dhip", None, b"DeviceType: EX-1\nSerialNo: 1A2B3C4PAQ00001\nVersion: 2.8\n", {"dhip.DeviceType": "EX-1", "id.serial": "1A2B3C4PAQ00001"}),
    ("dahua-cgi", None, b"deviceType: EX-1\nserialNumber: 1A2B3C4PAQ00001\n", {"dahua-cgi.deviceType": "EX-1", "id.serial": "1A2B3C4PAQ00001"}),
    ("upnp-description", None, b"friendlyName: Unit\nmanufacturer: ACME\nmodelName: X1\n", {"upnp.manufacturer": "ACME", "upnp.modelName": "X1"}),
    ("ssdp", None, b"{'LOCATION': 'http://192.0.2.10/d.xml', 'SERVER': 'ACME UPnP/1.0', 'ST': 'upnp:rootdevice'}", {"ssdp.server": "ACME UPnP/1.0", "ssdp.location": "http://192.0.2.10/d.xml"}),
    ("telnet", None, b"Trying 192.0.2.10...\nConnected to 192.0.2.10.\nEscape character is '^]'.\nACME login: ", {"telnet.banner": "ACME login:"}),
    ("rtsp", None, b"v=0\r\no=ACME 1 1 IN IP4 192.0.2.10\r\ns=S\r\ni=info\r\ne=NONE\r\na=x-dimensions:704,576\r\nm=video 0 RTP/AVP 96\r\na=rtpmap:96 H264/90000\r\na=control:track1\r\n",
     {"rtsp.sdp.origin": "ACME 1 1 IN IP4 192.0.2.10", "rtsp.sdp.information": "info", "rtsp.sdp.email": "NONE", "rtsp.sdp.attribute": "x-dimensions:704,576",
      "rtsp.sdp.codec": "96 H264/90000", "rtsp.sdp.control": "track1"}),
    ("http", None, (b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n<html><title>A &amp; B</title><meta http-equiv=refresh content='0; url=/doc/a.asp'>"
     b'<meta name="generator" content="ACME"><script>window.location.href = "/b.asp";</script></html>'),
     {"http.title": "A & B", "http.refresh": "/doc/a.asp", "http.meta.generator": "ACME"}),
    ("http", None, b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="R",\r\n  qop=auth, Basic realm=Other place\r\n\r\n', {"http.realm": "R", "http.auth": "digest"}),
    ("http", None, b"HTTP/1.0 200 OK\r\nContent-Type: image/x-icon\r\n\r\n" + ICON,
     {"http.favicon.sha256": hashlib.sha256(ICON).hexdigest(), "http.favicon.md5": hashlib.md5(ICON, usedforsecurity=False).hexdigest()}),
    ("other", None, b'{"http": {"favicon": {"hash": -12345}}}', {"http.favicon.mmh3": "-12345"}),
    ("other", None, b'{"model": "X1", "manufacturer": "ACME", "firmVer": "1.2"}', {"inventory.model": "X1", "inventory.manufacturer": "ACME", "inventory.firmware": "1.2"}),
    ("http", None, b"HTTP/1.1 200 OK\r\n\r\nvar config = { web_version: 'V4.0.1build200628' };", {"http.page.web_version": "V4.0.1build200628"}),
    ("other", None, SEEDS["bosch"][1], {"bosch.deviceType": "camera"}),
    ("other", None, b'{"params":{"realm":"Login to 1A2B3C4PAQ00001","random":"1","encryption":"Default"}}',
     {"dhip.realm": "Login to 1A2B3C4PAQ00001", "id.serial": "1A2B3C4PAQ00001"}),
    ("other", None, SEEDS["lapi"][0], {"lapi.DeviceModel": "EX-4"}),
    ("http", None, b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + SEEDS["lapi"][0], {"http.server": "x", "lapi.DeviceModel": "EX-4"}),
    ("other", None, SEEDS["label"][0], {"label.model": "IPC-EXAMPLE"}),
    ("other", None, SEEDS["panasonic"][0], {"panasonic.model": "WX-1N"}),
    ("other", None, SEEDS["hanwha"][0], {"hanwha.Model": "XNX-1"}),
    ("other", None, SEEDS["hanwha"][1], {"hanwha.model": "XNX-1"}),
    ("other", None, SEEDS["reolink"][0], {"reolink.ident": "IPC"}),
    ("other", None, SEEDS["lldp"][0], {"lldp.system-name": "unit-1"}),
    ("other", None, SEEDS["dvrip"][1], {"dvrip.realm": "Login to 1A2B3C4PAQ00001"}),
    ("other", None, SEEDS["dhip"][2], {"dhip.frame": "f600"}),
]  # fmt: skip


def _values(probe, protocol, raw):
    found: dict[str, list[str]] = {}
    for item in protocols.decode(probe, protocol, raw):
        found.setdefault(item.name, []).append(item.value)
    return found


@pytest.mark.parametrize(
    ("probe", "protocol", "raw", "expected"), PRINTED, ids=[f"{row[0]}-{number}" for number, row in enumerate(PRINTED)]
)
def test_a_rendering_is_read(probe, protocol, raw, expected):
    found = _values(probe, protocol, raw)
    assert {name: (found.get(name) or [None])[0] for name in expected} == expected, found


def test_the_hash_of_an_icon_is_the_one_of_search_engines():
    assert mmh3(b"") == 0
    assert mmh3(b"hello") == 613153351
    assert mmh3(b"hello, world") == 345750399
    assert mmh3(b"The quick brown fox jumps over the lazy dog") == 776992547
    found = _values("http", None, b"HTTP/1.0 200 OK\r\n\r\n" + ICON)
    assert found["http.favicon.mmh3"] == [str(mmh3(base64.encodebytes(ICON)))]
    assert "http.body" not in found


# --- whole packets --------------------------------------------------------------------------------------------


def _ip(payload, protocol, ethernet):
    head = struct.pack(
        ">BBHHHBBH4s4s",
        0x45,
        0,
        20 + len(payload),
        1,
        0,
        64,
        protocol,
        0,
        bytes([192, 0, 2, 10]),
        bytes([192, 0, 2, 1]),
    )
    return (bytes(12) + b"\x08\x00" if ethernet else b"") + head + payload


def _udp(data):
    return struct.pack(">HHHH", 37810, 40000, 8 + len(data), 0) + data


def _tcp(data):
    return struct.pack(">HHIIBBHHH", 80, 40000, 1, 1, 0x50, 0x18, 1000, 0, 0) + data


@pytest.mark.parametrize("ethernet", [True, False])
@pytest.mark.parametrize(
    "written", [bytes, lambda data: data.hex().encode(), base64.b64encode], ids=["bytes", "hex", "base64"]
)
def test_a_whole_packet_is_read_by_what_it_carries(ethernet, written):
    dhip = written(_ip(_udp(SEEDS["dhip"][0]), 17, ethernet))
    assert _values("dhip", None, dhip)["dhip.DeviceType"] == ["IPC-EXAMPLE"]
    assert _values("other", None, dhip)["dhip.SerialNo"] == ["1A2B3C4PAQ00001"]
    http = written(_ip(_tcp(b"HTTP/1.1 200 OK\r\nServer: example/1.0\r\n\r\n"), 6, ethernet))
    assert _values("http", None, http)["http.server"] == ["example/1.0"]


# --- whose it is ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probe", "raw"),
    [
        ("snmp", b".1.3.6.1.2.1.4.22.1.2.1.192.0.2.1 = Hex-STRING: 00 00 5E 00 53 02 \n.1.3.6.1.2.1.1.1.0 = STRING: x\n"),
        ("snmp", b".1.0.8802.1.1.2.1.4.1.1.5.0.1.1 = Hex-STRING: 00 00 5E 00 53 02 \n.1.3.6.1.2.1.17.4.3.1.1.0.0.94.0.83.2 = Hex-STRING: 00 00 5E 00 53 02\n"),
        ("snmp", b".1.3.6.1.2.1.4.21.1.7.0.0.0.0 = IpAddress: 192.0.2.1\n"),
        ("other", b'{"model": "X", "gateway": {"mac": "00:00:5e:00:53:02"}, "clients": [{"mac": "00:00:5e:00:53:03"}]}'),
        ("other", b'{"model": "X", "devices": [{"mac": "00:00:5e:00:53:02", "serial": "OTHER0001"}]}'),
        ("other", b'[{"mac": "00:00:5e:00:53:02", "serial": "ONE000001"}, {"mac": "00:00:5e:00:53:03", "serial": "TWO000001"}]'),
        ("isapi", (b"<NetworkInterface><IPAddress><DefaultGateway><ipAddress>192.0.2.1</ipAddress></DefaultGateway><PrimaryDNS><ipAddress>192.0.2.2</ipAddress>"
         b"</PrimaryDNS></IPAddress></NetworkInterface>")),
        ("isapi", SEEDS["isapi"][1]),
        ("dahua-cgi", SEEDS["dahua-cgi"][1]),
        ("dahua-cgi", b"table.Network.eth0.DefaultGateway=192.0.2.1\ntable.Network.eth0.DnsServers[0]=192.0.2.2\n"),
        ("onvif-device-info", (b"<Envelope><Body><GetDNSResponse><DNSInformation><DNSManual><Type>IPv4</Type><IPv4Address>192.0.2.2</IPv4Address></DNSManual>"
         b"</DNSInformation></GetDNSResponse></Body></Envelope>")),
        ("mac", b"? (192.0.2.1) at 00:00:5e:00:53:02 on eth0\n? (192.0.2.2) at 00:00:5e:00:53:03 on eth0\n"),
    ],
)  # fmt: skip
def test_another_machines_address_is_not_taken_for_the_devices_own(probe, raw):
    found = _values(probe, None, raw)
    assert not {"id.mac", "id.address", "id.serial"} & found.keys(), found


@pytest.mark.parametrize(
    ("probe", "raw", "own"),
    [
        ("http", b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="AXIS_00005E005301"\r\n\r\n', {"id.mac": [MAC]}),
        ("http", b'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="00005e005301"\r\n\r\n', {"id.mac": [MAC]}),
        ("rtsp", b'RTSP/1.0 401 Unauthorized\r\nWWW-Authenticate: Digest realm="Login to 1A2B3C4PAQ00001"\r\n\r\n', {"id.serial": ["1A2B3C4PAQ00001"]}),
        ("onvif-scopes", (b"<Envelope><Body><ProbeMatches><ProbeMatch><EndpointReference><Address>urn:uuid:7b5c0b00-d5c0-11b4-8d5d-00005e005301</Address>"
         b"</EndpointReference></ProbeMatch></ProbeMatches></Body></Envelope>"), {"id.mac": [MAC], "id.uuid": ["7b5c0b00-d5c0-11b4-8d5d-00005e005301"]}),
        ("isapi", (b"<NetworkInterface><IPAddress><ipAddress>192.0.2.10</ipAddress></IPAddress><Link><MACAddress>00:00:5e:00:53:01</MACAddress></Link>"
         b"</NetworkInterface>"), {"id.mac": [MAC], "id.address": ["192.0.2.10"]}),
        ("dahua-cgi", b"table.Network.eth0.PhysicalAddress=00:00:5e:00:53:01\ntable.Network.eth0.IPAddress=192.0.2.10\n", {"id.mac": [MAC], "id.address": ["192.0.2.10"]}),
        ("other", b"root.Network.eth0.MACAddress=00:00:5E:00:53:01\nroot.Network.eth0.IPAddress=192.0.2.10\n", {"id.mac": [MAC], "id.address": ["192.0.2.10"]}),
        ("snmp", b".1.3.6.1.2.1.4.20.1.1.192.0.2.10 = IpAddress: 192.0.2.10\n", {"id.address": ["192.0.2.10"]}),
    ],
)  # fmt: skip
def test_what_a_device_says_of_itself_is_its_identity(probe, raw, own):
    found = _values(probe, None, raw)
    assert {name: found.get(name) for name in own} == own


@pytest.mark.parametrize(
    "uuid",
    [
        "a1b2c3d4-0000-4000-8000-00005e005301",  # random: its end is no address
        "00001801-0000-1000-8000-00805f9b34fb",  # Bluetooth's own
        "7b5c0b00-d5c0-11b4-8d5d-000000000001",  # made up
        "7b5c0b00-d5c0-11b4-0d5d-00005e005301",  # of no variant that has addresses
        "7b5c0b00-d5c0-11b4-8d5d-01005e005301",  # multicast: a random node
    ],
)
def test_only_a_time_based_uuid_holds_an_address(uuid):
    raw = f"<root><device><UDN>uuid:{uuid}</UDN><friendlyName>x</friendlyName></device></root>".encode()
    found = _values("upnp-description", None, raw)
    assert found["id.uuid"] == [uuid]
    assert "id.mac" not in found
