"""What each decoder reads from its own minimal replies."""

from __future__ import annotations

import pytest
from fuzz.seeds import SEEDS
from zeroconf import DNSIncoming

from glasshouse import protocols

MAC = {"id.mac": "00:00:5e:00:53:01"}
ADDRESS = {"id.address": "192.0.2.10"}

EXPECTED: list[tuple[str, int, dict[str, str]]] = [
    ("http", 0, {"http.status": "401", "http.server": "example/1.0", "http.realm": "Login to 1A2B3C", "http.auth": "digest",
                 "http.title": "Example page", "http.script": "/js/app.js", "http.set-cookie-name": "SessionX"}),
    ("http", 1, {"http.status": "200", "http.server": "example", "http.powered": "Example", "http.location": "/start"}),
    ("http", 2, {"http.status": "200", "http.title": "Example page"}),
    ("http", 3, {"http.title": "Example page", "http.script": "/js/app.js"}),
    ("tls-cert", 0, {"tls.subject": r"CN=camera.example.org,O=Example\, Works,C=CA", "tls.subject.cn": "camera.example.org",
                     "tls.subject.o": "Example, Works", "tls.san": "camera.example.org", "tls.serial": "1234abcd",
                     "tls.not-before": "2020-01-01T00:00:00+00:00", "tls.not-after": "2030-01-01T00:00:00+00:00"}),
    ("tls-cert", 1, {"tls.subject.cn": "camera.example.org", "tls.issuer.o": "Example, Works"}),
    ("tls-cert", 2, {"tls.subject": r"CN=unit.example.org,O=Example\, Works,ST=Ontario,C=CA", "tls.issuer.cn": "root",
                     "tls.subject.o": "Example, Works", "tls.san": "unit.example.org", "tls.not-before": "Jan  1 00:00:00 2020 GMT"}),
    ("tls-cert", 3, {"tls.subject": "CN=unit,O=Example,C=CA", "tls.issuer": "CN=root,O=Example,C=CA"}),
    ("rtsp", 0, {"rtsp.status": "200", "rtsp.server": "Example Rtsp/1.0", "rtsp.public": "OPTIONS, DESCRIBE"}),
    ("rtsp", 1, {"rtsp.status": "401", "rtsp.realm": "IP Camera(E1234)", "rtsp.auth": "digest"}),
    ("rtsp", 2, {"rtsp.content-base": "rtsp://192.0.2.10/", "rtsp.sdp.session": "Example stream", "rtsp.sdp.tool": "Example Tool 1.0"}),
    ("rtsp", 3, {"rtsp.sdp.session": "Example stream"}),
    ("ws-discovery", 0, {"onvif.endpoint": "urn:uuid:A1B2C3D4-0000-4000-8000-00005E005301", "onvif.types": "dn:NetworkVideoTransmitter",
                         "onvif.scope.name": "ACME X1", "onvif.scope.hardware": "X1", "onvif.scope.mac": "00:00:5e:00:53:01",
                         "onvif.xaddr": "http://192.0.2.10/onvif/device_service",
                         "id.uuid": "a1b2c3d4-0000-4000-8000-00005e005301", **MAC}),
    ("onvif", 0, {"onvif.Manufacturer": "ACME", "onvif.Model": "X1", "onvif.FirmwareVersion": "1.2", "onvif.SerialNumber": "SN00017",
                  "onvif.HardwareId": "7", "id.serial": "SN00017", "xml.root": "Envelope"}),
    ("onvif", 1, {"onvif.namespace": "http://www.onvif.org/ver10/media/wsdl", "onvif.xaddr": "http://192.0.2.10/onvif/media"}),
    ("onvif", 2, {"onvif.fault": "Not authorized", "onvif.fault-code": "s:Sender"}),
    ("onvif", 3, {"onvif.utc": "2026-02-01T03:04:05Z"}),
    ("onvif", 4, {"onvif.HwAddress": "00:00:5e:00:53:01", **MAC, **ADDRESS}),
    ("onvif", 5, {"onvif.Manufacturer": "ACME", "onvif.HardwareId": "7", "id.serial": "SN00017"}),
    ("onvif", 6, {"onvif.scope.name": "X1", "onvif.scope.location": "New Town", **ADDRESS}),
    ("isapi", 0, {"isapi.model": "EX-1", "isapi.deviceName": "Gate & yard", "isapi.firmwareVersion": "V5.5.0", "xml.root": "DeviceInfo",
                  "xml.namespace": "http://www.hikvision.com/ver20/XMLSchema", "id.serial": "EX-120240102AAWR123456789", **MAC}),
    ("isapi", 1, {"isapi.channel.2.model": "FAR-1", "isapi.channel.2.serialNumber": "FAR000001", "isapi.channel.2.proxyProtocol": "ONVIF"}),
    ("isapi", 2, {"http.status": "200", "isapi.model": "EX-1", **MAC}),
    ("isapi", 3, {"isapi.activated": "false"}),
    ("isapi", 4, {"isapi.model": "EX-1", "id.serial": "EX-1A0001"}),
    ("dahua-cgi", 0, {"dahua-cgi.deviceType": "IPC-EXAMPLE", "dahua-cgi.processor": "S3", "id.serial": "1A2B3C4PAQ00001"}),
    ("dahua-cgi", 1, {"dahua-cgi.channel.1.Vendor": "Onvif", "dahua-cgi.channel.1.SerialNo": "FAR000001"}),
    ("axis", 0, {"http.status": "200", "axis.Brand": "AXIS", "axis.ProdNbr": "X1", "axis.Version": "10.1.2", **MAC}),
    ("axis", 1, {"axis.Brand.ProdNbr": "X1"}),
    ("sadp", 0, {"sadp.DeviceDescription": "EX-2", "sadp.DeviceSN": "EX-220240102CCWR987654321", "sadp.Activated": "true",
                 "sadp.SoftwareVersion": "V5.5.82build 190910", "sadp.PasswordResetAbility": "true", "xml.root": "ProbeMatch",
                 "id.mac": "00:00:5e:00:53:02", "id.address": "192.0.2.11", "id.serial": "EX-220240102CCWR987654321"}),
    ("dhip", 0, {"dhip.frame": "DHIP", "dhip.DeviceType": "IPC-EXAMPLE", "dhip.Vendor": "General", "dhip.Init": "150",
                 "dhip.method": "client.notifyDevInfo", "id.serial": "1A2B3C4PAQ00001", **MAC, **ADDRESS}),
    ("dhip", 1, {"dhip.Version": "2.800.0000000.1.R", **MAC}),
    ("ssdp", 0, {"ssdp.location": "http://192.0.2.10:49152/desc.xml", "ssdp.server": "Linux UPnP/1.0 Example/1.0",
                 "ssdp.st": "upnp:rootdevice", "ssdp.header.x-user-agent": "lib", "id.uuid": "a1b2c3d4-0000-4000-8000-00005e005301"}),
    ("ssdp", 1, {"ssdp.st": "upnp:rootdevice", "ssdp.location": "http://192.0.2.10/d.xml"}),
    ("upnp-description", 0, {"upnp.friendlyName": "Unit 1", "upnp.manufacturer": "Example", "upnp.modelName": "X1",
                             "upnp.udn": "uuid:a1b2c3d4-0000-4000-8000-00005e005301", "id.serial": "00AB12CD"}),
    ("upnp-description", 1, {"upnp.friendlyName": "Unit 1", "upnp.modelName": "X1", "upnp.manufacturer": "Example"}),
    ("mdns", 0, {"mdns.service": "_axis-video._tcp.local.", "mdns.instance": "ACME X1 - 00005E005301", "mdns.host": "unit-1.local.",
                 "mdns.txt.macaddress": "00005E005301", **MAC, **ADDRESS}),
    ("mdns", 1, {"mdns.service": "_axis-video._tcp", "mdns.instance": "ACME X1", "mdns.host": "unit-1.local", **MAC}),
    ("mdns", 2, {"mdns.service": "_axis-video._tcp", "mdns.host": "unit-1.local", **MAC, **ADDRESS}),
    ("port-8000", 0, {"port-8000.frame": "000000100000001e0000001e00000000"}),
    ("port-8000", 1, {"port-8000.frame": "000000100000001e0000001e00000000"}),
    ("mac", 0, {"mac.address": "00:00:5e:00:53:01", **MAC, **ADDRESS}),
    ("mac", 1, {"mac.address": "00:00:5e:00:53:01", **MAC, **ADDRESS}),
    ("mac", 2, {"mac.prefix": "00:00:5e"}),
    ("dhcp", 0, {"dhcp.vendor-class": "ACME,Cam,X1", "dhcp.hostname": "unit-1", "dhcp.parameters": "1,3,6", "dhcp.message-type": "1",
                 "dhcp.mac": "00:00:5e:00:53:01", "dhcp.requested-address": "192.0.2.10", **MAC, **ADDRESS}),
    ("dhcp", 1, {"dhcp.vendor-class": "ACME,Cam,X1", "dhcp.parameters": "1,3,6", **MAC}),
    ("dhcp", 2, {"dhcp.hostname": "unit-1", **MAC, **ADDRESS}),
    ("dhcp", 3, {"dhcp.vendor-class": "ACME,Cam,X1", "dhcp.hostname": "unit-1"}),
    ("snmp", 0, {"snmp.sysDescr": "ACME Network Camera\nsecond line", "snmp.sysObjectID": "1.3.6.1.4.1.99999.1", "id.serial": "SN00017",
                 "snmp.entPhysicalSerialNum": "SN00017", "snmp.oid.1.3.6.1.2.1.2.2.1.6.1": "00 00 5E 00 53 01", **MAC}),
    ("snmp", 1, {"snmp.sysName": "unit-1", "snmp.oid.1.3.6.1.4.1.39165.1.1.0": "EX-1"}),
    ("ftp", 0, {"ftp.code": "220", "ftp.banner": "Welcome"}),
    ("telnet", 0, {"telnet.banner": "192.0.2.10 login:"}),
    ("sip", 0, {"sip.user-agent": "Example IPC/1.0"}),
    ("sip", 1, {"sip.status": "401", "sip.server": "Example"}),
    ("lldp", 0, {"lldp.chassis": "00:00:5e:00:53:01", "lldp.system-name": "unit-1", "lldp.system-description": "ACME X1 1.2", **MAC, **ADDRESS}),
    ("lldp", 1, {"lldp.system-name": "unit-1", **MAC, **ADDRESS}),
    ("cdp", 0, {"cdp.device": "unit-1", "cdp.port": "eth0", "cdp.version": "1.2", "cdp.platform": "ACME X1", "cdp.address": "192.0.2.10", **ADDRESS}),
    ("cloud-name", 0, {"cloud.name": "device.example.org"}),
    ("xm", 0, {"xm.frame": "1531", "xm.HostIP": "192.0.2.10", "xm.ChannelNum": "4", "id.serial": "0123456789abcdef", **MAC, **ADDRESS}),
    ("tvt", 0, {"tvt.frame": "MHED", "tvt.class": "NVR", "tvt.firmware": "1.4.2", "tvt.type": "X1", "tvt.vendor": "Customer",
                "id.serial": "N00000000017", **MAC, **ADDRESS}),
    ("hanwha", 0, {"hanwha.Model": "XNX-1", "hanwha.FirmwareVersion": "1.40", "hanwha.DeviceType": "NWC", "id.serial": "ZXX17000001X", **MAC}),
    ("hanwha", 1, {"hanwha.model": "XNX-1", "hanwha.url": "http://x/", **MAC, **ADDRESS}),
    ("bosch", 0, {"bosch.mac": "00:00:5e:00:53:01", **MAC, **ADDRESS}),
    ("bosch", 1, {"bosch.deviceType": "camera", "id.serial": "SN00017", **ADDRESS}),
    ("vivotek", 0, {"vivotek.name": "XD-01", "vivotek.model": "XD01", "vivotek.http-port": "80", **MAC, **ADDRESS}),
    ("reolink", 0, {"reolink.ident": "IPC", "reolink.name": "unit", "reolink.uid": "UID17", **MAC, **ADDRESS}),
    ("unifi", 0, {"unifi.hostname": "unit-1", "unifi.model": "UVC1", **MAC, **ADDRESS}),
    ("tapo", 0, {"tapo.device_type": "SMART.IPCAMERA", "tapo.device_model": "X100", "tapo.firmware_version": "1.0.1", **MAC, **ADDRESS}),
    ("foscam", 0, {"foscam.name": "unit", "foscam.firmware": "1.2.3.4", **MAC, **ADDRESS}),
    ("foscam", 1, {"foscam.name": "unit", "foscam.firmware": "1.2.3.4", **MAC, **ADDRESS}),
    ("vstarcam", 0, {"vstarcam.name": "unit", "vstarcam.firmware": "1.2.3", "id.serial": "VSTX00017", **MAC, **ADDRESS}),
    ("sony", 0, {"sony.model": "SNX-1", "id.serial": "SN00017", **MAC, **ADDRESS}),
    ("dvrip", 0, {"dvrip.type": "IPC", "dvrip.model": "EX-0001", "dvrip.Name": "unit", "id.serial": "1A2B3C4PAQ00001", **MAC, **ADDRESS}),
    ("dvrip", 1, {"dvrip.frame": "b001", "dvrip.realm": "Login to 1A2B3C4PAQ00001", "id.serial": "1A2B3C4PAQ00001"}),
    ("dhip", 2, {"dhip.frame": "f600", "dhip.DeviceType": "IPC-EXAMPLE", **MAC, **ADDRESS}),
    ("panasonic", 0, {"panasonic.model": "WX-1N", "panasonic.short-model": "WX-1", "panasonic.version": "1.23", **MAC, **ADDRESS}),
    ("lapi", 0, {"lapi.DeviceModel": "EX-4", "lapi.FirmwareVersion": "X-B1.2", "lapi.DeviceName": "unit",
                 "lapi.channel.DeviceModel": "FAR-1", "id.serial": "2102350000X000000017", **MAC}),
    ("label", 0, {"label.form": "sn-dt-sc", "label.serial": "1A2B3C4PAQ00001", "label.model": "IPC-EXAMPLE", "id.serial": "1A2B3C4PAQ00001"}),
    ("label", 1, {"label.form": "serial-code-model", "label.serial": "C12345678", "label.model": "EX-CS1", "id.serial": "C12345678"}),
    ("label", 2, {"label.host": "www.example.org", "label.serial": "C12345678", "label.model": "EX-CS1", "inventory.model": "EX-CS1"}),
    ("label", 3, {"inventory.model": "EX-1", "inventory.serial": "EX-120240102AAWR123456789", "id.serial": "EX-120240102AAWR123456789", **MAC}),
    ("label", 4, {"label.form": "uid", "label.uid": "95270000XXXXX017"}),
    ("inventory-text", 0, {"inventory.name": "Gate", "inventory.manufacturer": "ACME", "inventory.model": "X1", "inventory.serial": "SN00017",
                           "id.serial": "SN00017", **MAC}),
    ("inventory-text", 1, {"text": "X1 Firmware: V4.61.025", "inventory.firmware": "V4.61.025"}),
    ("inventory-text", 2, {"inventory.firmware": "v3.1.0"}),
]  # fmt: skip


def _first(found):
    values: dict[str, str] = {}
    for item in found:
        values.setdefault(item.name, item.value)
    return values


@pytest.mark.parametrize(
    ("name", "number", "expected"), EXPECTED, ids=[f"{name}-{number}" for name, number, _ in EXPECTED]
)
def test_a_reply_is_read(name, number, expected):
    found = _first(protocols.by_name(name).decode(SEEDS[name][number]))
    assert {key: found.get(key) for key in expected} == expected


def test_every_seed_but_the_one_of_secrets_has_an_expectation():
    covered = {(name, number) for name, number, _ in EXPECTED}
    missing = {(name, number) for name, seeds in SEEDS.items() for number in range(len(seeds))} - covered
    assert missing == {("inventory-text", 3)}


@pytest.mark.parametrize(
    ("name", "number"),
    [("sadp", 0), ("isapi", 0), ("dhip", 0), ("onvif", 0), ("ws-discovery", 0), ("rtsp", 0), ("snmp", 1), ("axis", 0)],
)
def test_values_copied_from_one_place_have_their_place(name, number):
    raw = SEEDS[name][number]
    found = [
        item
        for item in protocols.by_name(name).decode(raw)
        if not item.name.startswith(("id.", "xml.root", "isapi.deviceName", "onvif.scope."))
    ]
    assert found
    for item in found:
        assert item.start is not None, item
        assert raw[item.start : item.end].decode() == item.value


def test_the_right_occurrence_is_the_one_that_is_shown():
    raw = b"<DeviceInfo><deviceName>X1</deviceName><model>X1</model></DeviceInfo>"
    places = {item.name: item.start for item in protocols.decode("isapi", None, raw)}
    assert places["isapi.deviceName"] == raw.find(b"X1")
    assert places["isapi.model"] == raw.rfind(b"X1")
    raw = SEEDS["tls-cert"][1]
    places = {item.name: item.start for item in protocols.decode("tls-cert", None, raw) if item.start is not None}
    assert places["tls.issuer.cn"] < places["tls.subject.cn"] < places["tls.san"]
    raw = b'{"params":{"deviceInfo":{"Vendor":"X","DeviceType":"X"}}}'
    places = {item.name: item.start for item in protocols.decode("dhip", None, raw)}
    assert places["dhip.DeviceType"] == raw.rfind(b'X"')


def test_a_recorders_channels_do_not_speak_for_the_recorder():
    for name, number in (("isapi", 1), ("dahua-cgi", 1)):
        found = _first(protocols.by_name(name).decode(SEEDS[name][number]))
        assert not [key for key in found if key.startswith("id.") or key in {"isapi.model", "isapi.serialNumber"}]


def test_secrets_are_dropped_wherever_they_stand():
    texts = {
        "inventory-text": SEEDS["inventory-text"][3],
        "dahua-cgi": SEEDS["dahua-cgi"][1],
        "vstarcam": SEEDS["vstarcam"][0],
        "isapi": b"<User><userName>hunter2</userName><password>hunter2</password><name>ok</name></User>",
        "tapo": b'{"result":{"device_model":"X","wifi_key":"hunter2","auth_token":"hunter2"}}',
        "http": b"HTTP/1.1 200 OK\r\nX-Auth-Token: hunter2\r\nSet-Cookie: a=hunter2\r\n\r\npassword=hunter2&user=x",
        "other": b"{'admin_password': 'my hunter2', \"wifi key\": \"my hunter2\"} http://a:hunter2@192.0.2.1/",
        "snmp": b"snmpCommunity.0 = STRING: hunter2\n",
        "mdns": b'{"txt": {"password": "hunter2", "model": "X"}}',
    }
    for name, raw in texts.items():
        module = protocols.by_name(name)
        found = protocols.decode(name, None, raw) + (module.decode(raw) if module else ())
        assert found
        assert not [item for item in found if "hunter2" in item.value], name


def test_whether_a_password_can_be_reset_is_no_secret():
    found = _first(protocols.by_name("sadp").decode(SEEDS["sadp"][0]))
    assert found["sadp.PasswordResetAbility"] == "true"
    assert "sadp.Salt" not in found
    assert "sadp.Uuid" not in found


# --- dispatch -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "number", "key"),
    [
        ("http", 0, "http.realm"), ("rtsp", 0, "rtsp.server"), ("rtsp", 3, "rtsp.sdp.session"), ("ws-discovery", 0, "onvif.scope.name"),
        ("onvif", 0, "onvif.Model"), ("onvif", 5, "onvif.Model"), ("onvif", 6, "onvif.scope.name"), ("isapi", 0, "isapi.model"),
        ("isapi", 1, "isapi.channel.2.model"), ("isapi", 2, "isapi.model"), ("isapi", 3, "isapi.activated"), ("isapi", 4, "isapi.model"),
        ("dahua-cgi", 0, "dahua-cgi.deviceType"), ("dahua-cgi", 1, "dahua-cgi.channel.1.Vendor"), ("axis", 0, "axis.ProdNbr"),
        ("axis", 1, "axis.Brand.ProdNbr"), ("sadp", 0, "sadp.DeviceSN"), ("dhip", 0, "dhip.DeviceType"), ("dhip", 1, "dhip.DeviceType"),
        ("ssdp", 0, "ssdp.location"), ("ssdp", 1, "ssdp.location"), ("upnp-description", 0, "upnp.modelName"), ("tls-cert", 0, "tls.subject"),
        ("tls-cert", 1, "tls.subject"), ("tls-cert", 3, "tls.subject"), ("port-8000", 0, "port-8000.frame"), ("dhcp", 0, "dhcp.vendor-class"),
        ("snmp", 0, "snmp.sysDescr"), ("sip", 0, "sip.user-agent"), ("xm", 0, "xm.HostIP"), ("tvt", 0, "tvt.firmware"), ("bosch", 0, "bosch.mac"),
        ("tapo", 0, "tapo.device_model"), ("foscam", 0, "foscam.name"), ("vstarcam", 0, "vstarcam.name"), ("sony", 0, "sony.model"),
        ("unifi", 0, "unifi.model"), ("dvrip", 0, "dvrip.model"), ("inventory-text", 0, "inventory.model"),
    ],
)  # fmt: skip
def test_a_reply_of_unknown_origin_is_recognised(name, number, key):
    assert key in _first(protocols.decode("other", None, SEEDS[name][number]))


def test_a_protocol_name_decides_what_other_is():
    assert "vivotek.model" in _first(protocols.decode("other", "vivotek", SEEDS["vivotek"][0]))
    assert "inventory.model" in _first(protocols.decode("other", "label", b"Model: X1"))
    assert "lldp.system-name" in _first(protocols.decode("other", "lldp", SEEDS["lldp"][0]))


def test_a_web_reply_whose_body_is_a_document_is_read_as_such():
    head = b"HTTP/1.1 200 OK\r\nServer: x\r\n\r\n"
    for name, number, key in (
        ("isapi", 0, "isapi.model"), ("onvif", 0, "onvif.Model"), ("upnp-description", 0, "upnp.modelName"),
        ("dahua-cgi", 0, "dahua-cgi.processor"),
    ):  # fmt: skip
        found = _first(protocols.decode("http", None, head + SEEDS[name][number]))
        assert found["http.server"] == "x"
        assert key in found


def test_a_probe_that_got_another_kind_of_reply_keeps_what_it_says():
    assert _first(protocols.decode("isapi", None, SEEDS["http"][0]))["http.realm"] == "Login to 1A2B3C"
    assert "onvif.Model" in _first(protocols.decode("http", None, SEEDS["onvif"][0]))
    assert "isapi.model" in _first(protocols.decode("onvif-device-info", None, SEEDS["isapi"][0]))
    assert _first(protocols.decode("other", None, b"SSH-2.0-Example_1.0\r\n")) == {"text": "SSH-2.0-Example_1.0"}
    assert (
        _first(protocols.decode("other", None, b'{"model": "X1", "mac_address": "00-00-5E-00-53-01"}'))["json.model"]
        == "X1"
    )
    assert protocols.decode("other", None, b"") == ()


def test_a_cut_document_is_read_as_far_as_it_is_whole():
    raw = SEEDS["isapi"][0]
    cut = raw[: raw.find(b"</firmwareVersion>")]
    found = _first(protocols.decode("isapi", None, cut))
    assert found["isapi.model"] == "EX-1"
    assert "isapi.firmwareVersion" not in found, "it may go on"
    bad = raw.replace(b"&amp;", b"&")
    assert _first(protocols.decode("isapi", None, bad))["isapi.deviceName"] == "Gate & yard"
    unbound = b"<tds:GetDeviceInformationResponse><tds:Model>X1</tds:Model></tds:GetDeviceInformationResponse>"
    assert _first(protocols.decode("onvif-device-info", None, unbound))["onvif.Model"] == "X1"
    cut_json = SEEDS["dhip"][1][:150]
    assert _first(protocols.decode("dhip", None, cut_json))["dhip.DeviceType"] == "IPC-EXAMPLE"


def test_other_line_ends_blanks_and_marks_do_not_hide_a_reply():
    raw = SEEDS["isapi"][0]
    for form in (raw.replace(b"\r\n", b"\n"), b"\xef\xbb\xbf" + raw, b"   \n" + raw, raw.decode().encode("utf-16")):
        assert _first(protocols.decode("isapi", None, form))["isapi.model"] == "EX-1"
    rtsp = SEEDS["rtsp"][0].replace(b"\r\n", b"\n")
    assert (
        _first(protocols.decode("rtsp", None, b" " + rtsp.replace(b"\n", b"\n ")))["rtsp.server"] == "Example Rtsp/1.0"
    )


# --- hints and framing ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "raw", "expected"),
    [
        ("http", b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n", {"isapi"}),
        (
            "http",
            b'HTTP/1.1 401 X\r\nServer: webs\r\nWWW-Authenticate: Digest realm="IP Camera(E1)"\r\n\r\n',
            {"isapi"},
        ),
        ("http", b'HTTP/1.1 401 X\r\nWWW-Authenticate: Digest realm="Login to 17"\r\n\r\n', {"dahua-cgi"}),
        ("http", b'HTTP/1.1 401 X\r\nWWW-Authenticate: Digest realm="AXIS_00005E005301"\r\n\r\n', {"axis"}),
        ("http", b"HTTP/1.1 200 OK\r\nServer: nginx\r\n\r\nhello", set()),
        ("ws-discovery", SEEDS["ws-discovery"][0], {"onvif"}),
        ("ws-discovery", b"<Envelope><Types>wsdp:Device pub:Computer</Types></Envelope>", set()),
        ("sadp", SEEDS["sadp"][0], {"isapi", "port-8000"}),
        ("dhip", SEEDS["dhip"][0], {"dahua-cgi"}),
        ("ssdp", SEEDS["ssdp"][0], {"upnp-description"}),
        ("mdns", SEEDS["mdns"][0], {"axis"}),
        ("rtsp", b'RTSP/1.0 401 X\r\nWWW-Authenticate: Digest realm="Login to 17"\r\n\r\n', {"dahua-cgi"}),
        ("port-8000", SEEDS["port-8000"][0], {"isapi"}),
        ("port-8000", b"SSH-2.0-Example\n", set()),
    ],
)
def test_hints_name_what_to_ask_next(name, raw, expected):
    assert protocols.by_name(name).hints(raw) == expected


def test_a_web_reply_is_complete_when_its_announced_body_is_there():
    frame = protocols.by_name("http").frame
    raw = SEEDS["http"][0]
    assert frame(raw)
    assert not frame(raw[:-1])
    assert not frame(raw[:30])
    assert frame(SEEDS["http"][2])
    assert not frame(SEEDS["http"][2][:-4])
    assert not frame(b"HTTP/1.1 200 OK\r\n\r\nuntil the connection closes")
    assert frame(b"HTTP/1.1 204 No Content\r\n\r\n")
    assert frame(b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n" + b"x" * 65_536), (
        "no more than 64 KiB is waited for"
    )


def test_other_replies_are_complete_by_their_own_rules():
    assert protocols.by_name("rtsp").frame(SEEDS["rtsp"][1])
    assert not protocols.by_name("rtsp").frame(SEEDS["rtsp"][1][:-2])
    dhip = SEEDS["dhip"][0]
    assert protocols.by_name("dhip").frame(dhip)
    assert not protocols.by_name("dhip").frame(dhip[:-1])
    assert protocols.by_name("port-8000").frame(bytes(16))
    assert not protocols.by_name("port-8000").frame(bytes(15))
    assert protocols.by_name("ftp").frame(SEEDS["ftp"][0])
    assert not protocols.by_name("ftp").frame(b"220-Welcome\r\n")


# --- request bytes --------------------------------------------------------------------------------------------


def test_the_finder_requests_have_the_published_bytes():
    (dhip,) = protocols.by_name("dhip").requests("192.0.2.10", 37810, "x")
    assert dhip.data[:32].hex() == "2000000044484950" + "00" * 8 + "3b000000" + "00" * 4 + "3b000000" + "00" * 4
    assert dhip.data[32:] == b'{"method":"DHDiscover.search","params":{"mac":"","uni":1}}\n'
    (sadp,) = protocols.by_name("sadp").requests("192.0.2.10", 37020, "4f0c1f8e-55a4-4f7b-9d58-3c1de1a7f001")
    assert b"<Uuid>4F0C1F8E-55A4-4F7B-9D58-3C1DE1A7F001</Uuid><Types>inquiry</Types>" in sadp.data
    (group,) = protocols.by_name("ssdp").requests("239.255.255.250", 1900, "x")
    (alone,) = protocols.by_name("ssdp").requests("192.0.2.10", 1900, "x")
    assert b"MX: 1\r\n" in group.data
    assert b"HOST: 239.255.255.250:1900\r\n" in group.data
    assert b"MX:" not in alone.data


def test_each_discovery_probe_has_its_own_message_id():
    probes = protocols.by_name("ws-discovery").requests("239.255.255.250", 3702, "x")
    identifiers = {probe.data.split(b"urn:uuid:")[1][:36] for probe in probes}
    assert len(probes) == len(identifiers) == 3
    assert [b"<d:Types>" in probe.data for probe in probes] == [True, True, False]
    assert protocols.by_name("ws-discovery").message_id("x", "Device").encode() in identifiers


def test_the_multicast_dns_questions_are_read_by_the_codec():
    services, types = protocols.by_name("mdns").requests("224.0.0.251", 5353, "x")
    assert [question.name for question in DNSIncoming(services.data).questions] == ["_services._dns-sd._udp.local."]
    names = [question.name for question in DNSIncoming(types.data).questions]
    assert "_axis-video._tcp.local." in names
    assert all(question.unicast for question in DNSIncoming(types.data).questions)
