"""Whatever a secret is and wherever it stands, no decoded value or name shows it."""

from __future__ import annotations

import base64
import string
import struct

import pytest
from fuzz.seeds import SEEDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from glasshouse import protocols
from glasshouse.model.observation import PROBES

# Letters and digits, long enough that nothing else in a reply reads so by chance.
SECRETS = st.text(string.ascii_letters + string.digits, min_size=8, max_size=24).map(lambda text: "Zq" + text)
CODES = st.text(string.ascii_uppercase, min_size=6, max_size=6).filter(lambda text: len(set(text)) > 3)
FAST = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))

NAMES = (
    "password", "Password", "passwd", "pwd", "passphrase", "secret", "token", "accessToken", "authToken", "community", "psk",
    "wpaKey", "wifiKey", "sharedKey", "verificationCode", "safetyCode", "securityCode", "sessionID", "session_id", "apiKey",
    "encryptionKey", "privateKey", "pinCode", "csrfToken",
)  # fmt: skip


def _dhip(body):
    return struct.pack("<I4sIIIIII", 32, b"DHIP", 0, 0, len(body), 0, len(body), 0) + body


def _tlv(tag, data):
    return bytes([tag, len(data)]) + data


def _named(name, secret):
    """The named secret in each form of document, with the probe that reads it."""
    return [
        ("http", f"HTTP/1.1 200 OK\r\nServer: x\r\nX-{name}: {secret}\r\n\r\n<html><title>t</title></html>"),
        ("http", f'HTTP/1.1 200 OK\r\n\r\n<html><a href="/login?user=a&{name}={secret}">x</a></html>'),
        ("http", f'HTTP/1.1 200 OK\r\nLocation: /x?{name}={secret}&a=1\r\n\r\n{{"{name}": "{secret}", "model": "M"}}'),
        ("isapi", f"<DeviceInfo><model>M</model><{name}>{secret}</{name}></DeviceInfo>"),
        ("isapi", f'HTTP/1.1 200 OK\r\n\r\n<DeviceInfo xmlns="http://www.isapi.org/x"><{name}>{secret}</{name}></DeviceInfo>'),
        ("sadp", f"<ProbeMatch><DeviceSN>S</DeviceSN><{name}>{secret}</{name}></ProbeMatch>"),
        ("onvif-device-info", f"<Envelope><Body><GetDeviceInformationResponse><{name}>{secret}</{name}></GetDeviceInformationResponse></Body></Envelope>"),
        ("upnp-description", f'<root xmlns="urn:schemas-upnp-org:device-1-0"><device><modelName>M</modelName><{name}>{secret}</{name}></device></root>'),
        ("dhip", f'{{"mac":"","params":{{"deviceInfo":{{"DeviceType":"M","{name}":"{secret}"}}}}}}'),
        ("dahua-cgi", f"deviceType=M\r\nserialNumber=S0001\r\n{name}={secret}\r\ntable.Network.{name}={secret}\r\n"),
        ("dhcp", f'{{"hostname": "h", "{name}": "{secret}"}}'),
        ("mdns", f'{{"service": "_http._tcp", "txt": {{"{name}": "{secret}"}}}}'),
        ("inventory-text", f"model: M; {name}: {secret}; serial: S0001"),
        ("inventory-text", f'{{"model": "M", "{name}": "{secret}"}}'),
        ("other", f"root.Brand.ProdNbr=M\nroot.Network.{name}={secret}\n"),
        ("other", f'{{"model": "M", "inner": {{"{name}": "{secret}"}}}}'),
        ("snmp", f'.1.3.6.1.2.1.1.1.0 = STRING: "x {name}={secret} y"'),
        ("ftp", f"220 ready {name}={secret}\r\n"),
        ("telnet", f"{name}: {secret}\r\n"),
        ("sip", f"SIP/2.0 200 OK\r\nUser-Agent: x {name}={secret}\r\n\r\n"),
    ]  # fmt: skip


def _kept(secret):
    """The secret in the places that protocols have for one."""
    basic = base64.b64encode(f"admin:{secret}".encode()).decode()
    oid = _tlv(6, bytes([0x2B, 6, 1, 2, 1, 1, 1, 0]))
    bindings = _tlv(0x30, _tlv(0x30, oid + _tlv(4, b"unit")))
    pdu = _tlv(0xA2, _tlv(2, b"\1") + _tlv(2, b"\0") + _tlv(2, b"\0") + bindings)
    message = _tlv(0x30, _tlv(2, b"\1") + _tlv(4, secret.encode()) + pdu)
    xm = f'{{ "NetWork.NetCommon" : {{ "MAC" : "00:00:5e:00:53:01", "PassWord" : "{secret}" }}, "Ret" : 100 }}'.encode()
    return [
        ("http", f"GET / HTTP/1.1\r\nHost: 192.0.2.10\r\nAuthorization: Basic {basic}\r\n\r\nHTTP/1.1 200 OK\r\nServer: x\r\n\r\n".encode()),
        ("http", f"HTTP/1.1 200 OK\r\nSet-Cookie: SessionID={secret}; path=/\r\nCookie: a={secret}\r\nServer: x\r\n\r\n".encode()),
        ("http", f'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="r", nonce="{secret}", opaque="{secret}"\r\n\r\n'.encode()),
        ("http", f"> GET / HTTP/1.1\n> Authorization: Digest response={secret}\n>\n< HTTP/1.1 200 OK\n< Set-Cookie: x={secret}\n<\n".encode()),
        ("http", f"HTTP/1.1 200 OK\r\n\r\n<html>var s = 'password=\\'{secret}\\'';</html>".encode()),
        ("rtsp", f"RTSP/1.0 200 OK\r\nSession: {secret};timeout=60\r\nContent-Base: rtsp://admin:{secret}@192.0.2.10/\r\n\r\n".encode()),
        ("rtsp", f"RTSP/1.0 200 OK\r\nServer: x\r\nAuthorization: Basic {basic}\r\nX-Auth-Token: {secret}\r\n\r\n".encode()),
        ("inventory-text", f"rtsp://admin:{secret}@192.0.2.10/Streaming/Channels/101".encode()),
        ("inventory-text", f"curl -u admin http://admin:{secret}@192.0.2.10/ -H 'Authorization: Bearer {secret}'".encode()),
        ("snmp", message),
        ("snmp", message.hex().encode()),
        ("other", b"\xff\1" + bytes(12) + b"\xfb\5" + struct.pack("<I", len(xm)) + xm),
        ("other", _dhip(f'{{"params":{{"deviceInfo":{{"DeviceType":"M"}}}},"session":"{secret}","password":"{secret}"}}'.encode())),
        ("dhip", f'{{"result":false,"session":"{secret}","params":{{"realm":"Login to X","random":"1","encryption":"Default"}}}}'.encode()),
        ("ssdp", f"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nLOCATION: http://admin:{secret}@192.0.2.10/d.xml\r\nX-Token: {secret}\r\n\r\n".encode()),
        ("sip", f'REGISTER sip:192.0.2.1 SIP/2.0\r\nAuthorization: Digest username="x", response="{secret}"\r\nUser-Agent: u\r\n\r\n'.encode()),
        ("isapi", f"&lt;DeviceInfo&gt;&lt;model&gt;M&lt;/model&gt;&lt;password&gt;{secret}&lt;/password&gt;&lt;/DeviceInfo&gt;".encode()),
        ("isapi", f'{{\\"DeviceInfo\\": {{\\"model\\": \\"M\\", \\"password\\": \\"{secret}\\"}}}}'.encode()),
        ("tls-cert", f"-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\nsubject=CN = x\n".encode()),
    ]  # fmt: skip


def _shown(probe, raw, protocol=None):
    found = list(protocols.decode(probe, protocol, raw))
    found += [
        item
        for item in protocols.decode("inventory-text", None, raw)
        if item.name != "text" or probe == "inventory-text"
    ]
    return [(item.name, item.value) for item in found]


@FAST
@given(st.sampled_from(NAMES), SECRETS)
def test_a_value_named_as_a_secret_is_dropped(name, secret):
    for probe, raw in _named(name, secret):
        for shown in _shown(probe, raw.encode()):
            assert secret.lower() not in shown[1].lower(), (probe, name, shown)


@FAST
@given(SECRETS)
def test_secrets_in_the_places_of_protocols_are_dropped(secret):
    for probe, raw in _kept(secret):
        for name, value in _shown(probe, raw):
            assert secret.lower() not in value.lower(), (probe, name, value)


@FAST
@given(CODES, st.sampled_from(["\r", "\n", "\r\n", "\\r", "\\n"]))
def test_the_codes_of_labels_are_masked_under_every_probe(code, end):
    labels = [
        f"C12345678{end}{code}{end}EX-CS1",
        f"www.example.org{end}C12345678{end}{code}{end}EX-CS1{end}",
        f"{{SN:1A2B3C4PAQ00001,DT:IPC-EXAMPLE,SC:{code},NC:1}}",
        f"Model: EX-1{end}Verification Code: {code}{end}S/N: EX0000017",
        f"S/N:EX0000017 Safety code:{code} Model:EX-1",
        f"\u9a8c\u8bc1\u7801: {code}",
    ]
    for label in labels:
        for probe, protocol in [("other", "label"), ("other", None), *((probe, None) for probe in PROBES)]:
            for item in protocols.decode(probe, protocol, label.encode()):
                assert code not in item.value, (probe, label, item)


TEXTS = {name: texts for name, seeds in SEEDS.items() if (texts := [seed for seed in seeds if b"\0" not in seed[:-1]])}


@pytest.mark.parametrize("name", sorted(TEXTS))
@FAST
@given(secret=SECRETS, data=st.data())
def test_a_password_pasted_into_any_reply_is_masked(name, secret, data):
    seed = data.draw(st.sampled_from(TEXTS[name]))
    at = data.draw(st.integers(0, len(seed)))
    raw = seed[:at] + f" password={secret} ".encode() + seed[at:]
    module = protocols.by_name(name)
    probe = module.DOC.probe
    for item in (*module.decode(raw), *protocols.decode(probe, name if probe == "other" else None, raw)):
        assert secret not in item.value, (name, raw, item)
