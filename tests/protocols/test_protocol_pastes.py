"""Replies as people hand them on: quoted, escaped, dumped, logged. What is whole in them reads as it was sent."""

from __future__ import annotations

import base64
import html
import json

import pytest
from fuzz.seeds import SEEDS

from glasshouse import protocols
from glasshouse.protocols._paste import restored

HTTP = (
    b"HTTP/1.1 401 Unauthorized\r\nServer: example/1.0\r\nContent-Type: text/html\r\n"
    b'WWW-Authenticate: Digest realm="IP Camera(C1234)", qop="auth"\r\n\r\n<html><title>Example unit</title></html>'
)
NAMED = {
    "http": ("http.server", "http.realm", "http.title", "http.status"),
    "isapi": ("isapi.model", "isapi.serialNumber", "id.serial", "isapi.firmwareVersion"),
    "sadp": ("sadp.DeviceSN", "sadp.SoftwareVersion", "id.mac"),
    "onvif-device-info": ("onvif.Manufacturer", "onvif.Model", "onvif.SerialNumber"),
    "dhip": ("dhip.DeviceType", "dhip.SerialNo", "dhip.Vendor", "id.mac"),
    "rtsp": ("rtsp.realm", "rtsp.status"),
    "ssdp": ("ssdp.server", "ssdp.usn", "id.uuid"),
}
SENT = {
    "http": HTTP,
    "isapi": SEEDS["isapi"][0],
    "sadp": SEEDS["sadp"][0],
    "onvif-device-info": SEEDS["onvif"][0],
    "dhip": SEEDS["dhip"][1].rstrip(b"\n\0"),
    "rtsp": SEEDS["rtsp"][1],
    "ssdp": SEEDS["ssdp"][0],
}


def _lines(data, mark):
    return b"\n".join(mark + line for line in data.replace(b"\r\n", b"\n").split(b"\n"))


def _xxd(data):
    rows = (data[at : at + 16] for at in range(0, len(data), 16))
    return b"\n".join(
        b"%08x: %s  %s"
        % (16 * number, row.hex(" ", 2).encode(), bytes(byte if 32 <= byte < 127 else 46 for byte in row))
        for number, row in enumerate(rows)
    )


WAYS = {
    "quoted": lambda data: _lines(data, b"> "),
    "indented": lambda data: _lines(data, b"    "),
    "logged": lambda data: _lines(data, b"2026-02-01 10:00:00,123 DEBUG "),
    "log line before it": lambda data: b"10:00:00 DEBUG [lib.client] reply: " + data,
    "fenced": lambda data: b"```\n" + data.replace(b"\r\n", b"\n") + b"\n```\n",
    "escaped line ends": lambda data: data.replace(b"\r", b"\\r").replace(b"\n", b"\\n"),
    "bytes of Python": lambda data: repr(data).encode(),
    "text of JSON": lambda data: json.dumps(data.decode()).encode(),
    "hexadecimal": lambda data: data.hex().encode(),
    "hexadecimal with colons": lambda data: data.hex(":").encode(),
    "escaped bytes": lambda data: "".join(f"\\x{byte:02x}" for byte in data).encode(),
    "dump with offsets": _xxd,
    "base64": base64.b64encode,
    "base64 in lines": base64.encodebytes,
    "escaped for a page": lambda data: html.escape(data.decode()).encode(),
}
# An indented or fenced JSON text is JSON still; a page escape makes nothing of a text without tags.
PAIRS = [
    (probe, way) for probe in SENT for way in WAYS if not (way == "escaped for a page" and b"<" not in SENT[probe][:20])
]


def _values(probe, raw):
    found: dict[str, set[str]] = {}
    for item in protocols.decode(probe, None, raw):
        found.setdefault(item.name, set()).add(item.value)
    return found


@pytest.mark.parametrize(("probe", "way"), PAIRS, ids=[f"{probe}-{way}" for probe, way in PAIRS])
def test_a_paste_reads_as_what_was_sent(probe, way):
    sent = _values(probe, SENT[probe])
    pasted = WAYS[way](SENT[probe])
    found = _values(probe, pasted)
    for name in NAMED[probe]:
        assert sent[name] <= found.get(name, set()), (name, pasted[:200])
    for item in protocols.decode(probe, None, pasted):
        if item.start is not None:
            assert pasted[item.start : item.end].decode("utf-8", "replace") == item.value


def test_what_is_in_shape_is_left_alone():
    for name, seeds in SEEDS.items():
        for seed in seeds:
            if name not in {"port-8000", "upnp-description", "isapi", "ssdp", "mdns", "snmp", "label"}:
                assert restored(seed) is None or protocols.by_name(name).decode(seed), (name, seed[:80])


@pytest.mark.parametrize(
    "text",
    [
        b"", b" ", b"\xff\xfe", b"00005E", b"00:00:5e:00:53:01", b"210235C3R0", b"DS-2CD2043G0-I", b"deadbeef",
        b"123456789012345678901234", b"camera in the lobby > gate < yard", b"a|b|c", b"> ", b"```", b"&lt;", b"\\x", b"b''",
    ],
)  # fmt: skip
def test_short_texts_are_no_dumps(text):
    assert restored(text) is None


def test_curl_shows_both_sides_and_only_the_reply_speaks():
    raw = (
        b"*   Trying 192.0.2.10:80...\n* Connected to 192.0.2.10\n> GET / HTTP/1.1\n> Host: 192.0.2.10\n> User-Agent: client/1\n>\n"
        b"< HTTP/1.1 302 Found\n< Server: example/1.0\n< Location: /doc/page/login.asp\n<\n* Connection #0 left intact\n"
    )
    found = _values("http", raw)
    assert found["http.server"] == {"example/1.0"}
    assert found["http.location"] == {"/doc/page/login.asp"}
    assert "http.header.user-agent" not in found


def test_a_redirect_and_the_page_after_it_are_both_read():
    raw = (
        b"GET / HTTP/1.1\r\nUser-Agent: client/1\r\n\r\n"
        b"HTTP/1.1 302 Found\r\nLocation: /start\r\nServer: first\r\n\r\n"
        b"HTTP/1.1 200 OK\r\nServer: second\r\n\r\n<html><title>Start</title></html>"
    )
    found = _values("http", raw)
    assert found["http.status"] == {"302", "200"}
    assert found["http.server"] == {"first", "second"}
    assert found["http.location"] == {"/start"}
    assert found["http.title"] == {"Start"}
    assert "http.header.user-agent" not in found
    dialogue = b"OPTIONS rtsp://192.0.2.10/ RTSP/1.0\r\nCSeq: 1\r\n\r\n" + b"".join(SEEDS["rtsp"][:2])
    assert _values("rtsp", dialogue)["rtsp.status"] == {"200", "401"}


@pytest.mark.parametrize(
    "recorded",
    [
        {"status": 401, "headers": {"Server": "example/1.0", "WWW-Authenticate": 'Digest realm="R"'}, "body": "<title>T</title>"},
        {"statusCode": "401", "headers": {"server": ["example/1.0"], "www_authenticate": ['Digest realm="R"']}, "body": "<title>T</title>"},
        {"data": {"http": {"result": {"response": {"status_code": 401, "body": "<title>T</title>",
         "headers": {"server": ["example/1.0"], "www_authenticate": ['Digest realm="R"']}}}}}},
        {"log": {"entries": [{"response": {"status": 401, "headers": [{"name": "Server", "value": "example/1.0"},
         {"name": "WWW-Authenticate", "value": 'Digest realm="R"'}], "content": {"text": "<title>T</title>"}}}]}},
        {"port": 80, "data": 'HTTP/1.1 401 Unauthorized\r\nServer: example/1.0\r\nWWW-Authenticate: Digest realm="R"\r\n\r\n<title>T</title>'},
    ],
)  # fmt: skip
def test_what_scanners_and_recordings_keep_as_json_is_read(recorded):
    found = _values("http", json.dumps(recorded).encode())
    assert found["http.status"] == {"401"}
    assert found["http.server"] == {"example/1.0"}
    assert found["http.realm"] == {"R"}
    assert found["http.title"] == {"T"}


def test_headers_printed_as_an_object_are_read():
    raw = b"<CIMultiDictProxy('Server': 'example/1.0', 'Content-Type': 'text/html', 'WWW-Authenticate': 'Basic realm=\"R\"')>"
    assert _values("http", raw)["http.server"] == {"example/1.0"}
    assert _values("http", raw)["http.realm"] == {"R"}
    assert _values("http", str({"Server": "example/1.0", "Connection": "close"}).encode())["http.server"] == {
        "example/1.0"
    }


def test_truncated_xml_keeps_what_is_whole():
    whole = SEEDS["isapi"][0]
    cut = whole[: whole.find(b"</firmwareVersion>")]
    found = _values("isapi", cut)
    assert found["isapi.model"] == {"EX-1"}
    assert "isapi.firmwareVersion" not in found
