"""The batch way and its shortcuts give, to the byte, the answers of the line-by-line way."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.app.identify import Identifier, identify_lines, read_line
from glasshouse.bulk.identify import BatchIdentifier
from glasshouse.bulk.lines import read_lines, write_lines
from glasshouse.bulk.plain import Plain
from glasshouse.bulk.schema import OBSERVATION_SCHEMA, answer_rows
from glasshouse.datapack import load
from glasshouse.matching import index
from glasshouse.reports.shapes import identity_json

PACK = load(Path(__file__).resolve().parents[2] / "data")
IDENTIFIER = Identifier(PACK, index.compile(PACK.fingerprints))


def batch_identifier(*, shortcuts: bool = True) -> BatchIdentifier:
    def shape(identity, own, device, labels):
        return identity_json(identity, id=own, device=device, labels=labels)

    return BatchIdentifier(IDENTIFIER.hearing, IDENTIFIER.knowledge, read_line, shape, shortcuts=shortcuts)


KEPT = batch_identifier()
SLOW = batch_identifier(shortcuts=False)


def line_by_line(lines: Iterable[bytes]) -> list[str]:
    return [json.dumps(one, ensure_ascii=False) for one in identify_lines(lines, grouped=False, identifier=IDENTIFIER)]


def by_batch(lines: Iterable[bytes], identifier: BatchIdentifier = KEPT) -> list[str]:
    return write_lines(identifier.answers(read_lines(lines, 1))).decode().split("\n")[:-1]


def test_the_corpus_as_devices_and_line_by_line(shared):
    lines = (shared / "corpus" / "responses.jsonl").read_bytes().splitlines()
    alone = [json.dumps({key: one[key] for key in one if key != "device"}).encode() for one in map(json.loads, lines)]
    web = [one for one in alone if b'"http"' in one or b'"rtsp"' in one]
    assert by_batch(lines[::6]) == line_by_line(lines[::6])
    assert by_batch(alone[::6] + web) == by_batch(alone[::6] + web, SLOW)


ODD = [
    b'{"id":"o1","probe":"http","raw":"x","z":' + b"[" * 3000 + b"]" * 3000 + b"}",
    b'{"id":"o2\\n\\"q","probe":"http","raw":"x","z":"\xff"}',
    b"{",
    b"[1]",
    b" ",
    b'{"id":3,"device":"d","probe":"smoke","raw":"x"}',
    b'{"id":"o4","port":"80","probe":"http","raw":"HTTP/1.1 200 OK\\r\\nServer: App-webs/\\r\\n\\r\\n"}',
    b'{"probe":"http","raw":"x","said_by":"a bird"}',
    b'{"probe":"http","raw":"HTTP/1.1 200 OK\\r\\nServer: App-webs/\\r\\n\\r\\n"}',
    '{"id":"é\u2028","probe":"http","raw":"HTTP/1.1 200 OK\\r\\nServer: nginx\\r\\n\\r\\n"}'.encode(),
    b'{"id":"o5","probe":"http","raw":5}',
    b'{"id":"o6","device":"","probe":"http","raw":"y"}',
    b'{"id":"o7","probe":"inventory-text","fields":{"model":"DS-2CD2143G2-I","password":"x"}}',
    b'{"id":"o8","probe":"http","fields":[1]}',
    b'{"id":"o9","probe":"http","raw":"\\ud800"}',
    b'{"id":"o10","probe":"http","raw":"SFRUUC8xLjEgMjAwIE9L","encoding":"base64","seen_at":"2026-02-30T00:00:00Z"}',
    b'{"id":"o11","probe":"http","raw":"","address":"somewhere","device":"d"}',
    b'{"id":"o12","port":99999999999999999999999,"probe":"mac","raw":"44:19:b6:00:00:01","said_by":"infrastructure"}',
    b'{"id":"o13","device":"d","probe":"http","raw":"HTTP/1.1 200 OK\\r\\nServer: App-webs/\\r\\n\\r\\n"}',
]


def test_rows_out_of_the_ordinary_have_the_same_answer_and_error():
    assert by_batch(ODD) == line_by_line(ODD)
    assert by_batch(ODD * 2) == line_by_line(ODD * 2)
    for one in ODD:
        assert by_batch([one]) == line_by_line([one])


HEADERS = [
    "Server: nginx/1.18.0", "Server: App-webs/", "server: VB400", "Server: IPCamera-Web", "Server: ", "Server: Boa",
    'WWW-Authenticate: Digest realm="IP Camera(C1234)", nonce="0123456789abcdef", qop="auth"',
    'WWW-Authenticate: Basic realm="44194a3b2c1d"', 'WWW-Authenticate: Digest nonce="abrealm=", realm="Login to AB12CD34"',
    "WWW-Authenticate: Basic realm=TP-LINK IP-Camera", "Location: /doc/page/login.asp", "Location: http://a@b/", "X-Powered-By: x",
    "Set-Cookie: session=abc; Path=/", "Transfer-Encoding: chunked", "Content-Type: text/html", "ST: upnp:rootdevice",
    "Date: Mon, 23 Nov 2026 10:00:00 GMT", "X-Dynamic-Rate: 1", "Public: OPTIONS", "Content-Base: rtsp://192.0.2.1/cam/realmonitor?channel=1&subtype=0",
    " folded: on", "broken line", "Token: {,SC:nginx", "Content-Length: 5",
]  # fmt: skip
TITLES = [
    "Welcome", "WEB SERVICE", "HP\n  Color LaserJet", "HP&nbsp;LaserJet", "&#72;P LaserJet", "Axis network camera", "NETSurveillance WEB",
    "IP Camera · 1", "Synology", "", "Hikvision camera", "networ\u212a camera", "Sign in · reolink", "reolink",
]  # fmt: skip
PAGES = [
    "", "<p>nothing</p>", "<script src='/doc/script/x.js'></script>", "<a href=/RPC2_Login>", "root.Brand.Brand=AXIS\n",
    "var a = '\\n\\x41\\r';", "&copy; hiKVision", "&copy; Hi\u212avision", "ST: x\r\n", "\nHTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n",
    '<meta name="description" content="Network Camera">', "<embed src=/cgi-bin/hi3510/x.cgi>", "\0",
]  # fmt: skip
STARTS = [
    "HTTP/1.1 200 OK",
    "HTTP/1.0 401 Unauthorized",
    "RTSP/1.0 200 OK",
    "HTTP/1.1 404",
    "HTTP/2 200",
    " HTTP/1.1 200 OK",
]
OPENINGS = [
    "",
    "<html>",
    "<!DOCTYPE html>\n<html><head>",
    "<?xml version='1.0'?><DeviceInfo>",
    "{",
    "type=IPC\n",
    "  <head>",
]


@st.composite
def replies(draw: st.DrawFn) -> str:
    head = [draw(st.sampled_from(STARTS)), *draw(st.lists(st.sampled_from(HEADERS), max_size=5))]
    end = draw(st.sampled_from(["\r\n", "\r\n", "\r\n", "\n"]))
    body = draw(st.sampled_from(OPENINGS))
    if body and draw(st.booleans()):
        body += f"<title>{draw(st.sampled_from(TITLES))}</title>"
    return end.join(head) + end + end + body + draw(st.sampled_from(PAGES))


@given(st.lists(st.tuples(replies(), st.sampled_from(["http", "rtsp", "other"])), min_size=1, max_size=6))
@settings(max_examples=25, deadline=None)
def test_shortcuts_never_change_an_answer(told):
    rows = [{"id": f"o{at}", "probe": probe, "raw": raw} for at, (raw, probe) in enumerate(told)]
    lines = [json.dumps(row).encode() for row in rows]
    assert by_batch(lines) == by_batch(lines, SLOW)


@given(st.lists(st.tuples(replies(), st.sampled_from(["d1", "d2", None])), min_size=1, max_size=5))
@settings(max_examples=15, deadline=None)
def test_devices_of_several_rows_are_fused_alike(told):
    rows = [{"id": f"o{at}", "probe": "http", "raw": raw, "device": device} for at, (raw, device) in enumerate(told)]
    lines = [json.dumps({key: row[key] for key in row if row[key] is not None}).encode() for row in rows]
    assert sorted(by_batch(lines)) == sorted(line_by_line(lines))


OTHERS = [
    ("tls-cert", "subject=CN = {}\nissuer=C = US, O = Example Trust, CN = R3\nserial=ab12"),
    ("tls-cert", "subject=CN = {}\nissuer=O = HIKVISION, CN = R3"),
    ("tls-cert", "subject=CN={}, O = HIKVISION\nissuer=CN = R3\n"),
    ("tls-cert", "subject=O = {}\nissuer=CN = R3\nnotBefore=Nov 23 10:00:00 2026 GMT"),
    ("ftp", "220 ({}) host-1 ready.\r\n"),
    ("ftp", "220-{}\r\n220 ready"),
    ("ftp", "220 welcome to {}"),
    ("telnet", "{} login: "),
    ("snmp", ".1.3.6.1.2.1.1.1.0 = STRING: {}"),
    ("ssdp", "HTTP/1.1 200 OK\r\nServer: {}\r\nST: upnp:rootdevice\r\n\r\n"),
    ("http", "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nServer: {}\r\n\r\nDate: Tue, 24 Nov 2026 10:00:00 GMT\r\n"),
    ("http", "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:00:0{}"),
    ("rtsp", 'RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="{}", nonce="0123456789ab"\r\n\r\n'),
    ("rtsp", 'RTSP/1.0 401 Unauthorized\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nWWW-Authenticate: Basic realm="{}"\r\n\r\n'),
    ("other", "HTTP/1.1 200 OK\r\nDate: Mon, 23 Nov 2026 10:00:00 GMT\r\nServer: {}\r\n\r\n"),
    ("inventory-text", "HTTP/1.1 200 OK\r\nExpires: Mon, 23 Nov 2026 10:00:00 GMT\r\n\r\n{}"),
]  # fmt: skip
WORDS = [
    "host-1.example.net", "axis-00408c123456", "dahuasecurity.com", "www.hikvision.com", "vsFTPd 3.0.1", "JETDIRECT,FW 12", "HP",
    "AXIS M3045-V Network Camera 9.80.1 (2020) ready", "Linux host 5.10.0-3-amd64 #1 SMP x86_64", "DS-2CD2143G2-I", "App-webs/",
    "IP Camera(C1234)", "Login to 3G04B92PAZ00123", "AXIS_ACCC8E123456", "nginx", "DCS-930L", "x", "HTTP/1.1 200 OK", 'Hikvision "q" é',
]  # fmt: skip


def lines_of(told: Iterable[tuple[tuple[str, str], str]]) -> list[bytes]:
    rows = ((probe, text.format(word)) for (probe, text), word in told)
    return [json.dumps({"id": f'é"{at}', "probe": probe, "raw": raw}).encode() for at, (probe, raw) in enumerate(rows)]


def test_texts_of_other_protocols_answer_as_they_do_when_each_is_decoded():
    lines = lines_of((text, word) for text in OTHERS for word in WORDS)
    assert by_batch(lines) == line_by_line(lines)


def test_a_new_date_makes_no_new_reply_but_a_quoted_one_does(monkeypatch):
    identifier = batch_identifier()
    decoded: list[object] = []
    inner = identifier._hearer._decoded
    monkeypatch.setattr(identifier._hearer, "_decoded", lambda content: decoded.append(content) or inner(content))
    reply = "HTTP/1.1 200 OK\r\nServer: App-webs/\r\nDate: Mon, 23 Nov 2026 10:00:{:02} GMT\r\n\r\n{}"
    lines = [
        json.dumps({"id": str(at), "probe": "isapi", "raw": reply.format(at, "<DeviceInfo/>")}).encode()
        for at in range(40)
    ]
    by_batch(lines, identifier)
    assert len(decoded) == 1
    lines = [
        json.dumps({"id": str(at), "probe": "inventory-text", "raw": reply.format(at, "x")}).encode() for at in range(5)
    ]
    assert by_batch(lines, identifier) == line_by_line(lines)


def test_ordinary_replies_are_not_decoded_one_by_one(monkeypatch):
    identifier = batch_identifier()
    decoded: list[object] = []
    inner = identifier._hearer._decoded
    monkeypatch.setattr(identifier._hearer, "_decoded", lambda content: decoded.append(content) or inner(content))
    reply = 'HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Mon, 23 Nov 2026 10:00:{:02} GMT\r\nETag: "{}"\r\n\r\n<html><p>{}</p>'
    rows = [{"id": str(at), "probe": "http", "raw": reply.format(at % 60, at, at)} for at in range(50)]
    answers = answer_rows(identifier.answers(pa.RecordBatch.from_pylist(rows)))
    assert len(decoded) == 1
    assert {one["id"] for one in answers} == {str(at) for at in range(50)}


def test_a_new_message_id_makes_no_new_reply_but_a_quoted_one_does(monkeypatch):
    identifier = batch_identifier()
    decoded: list[object] = []
    inner = identifier._hearer._decoded
    monkeypatch.setattr(identifier._hearer, "_decoded", lambda content: decoded.append(content) or inner(content))
    soap = (
        '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><MessageID>urn:uuid:{0}</MessageID></s:Header>'
        "<s:Body><Address>urn:uuid:{1}</Address></s:Body></s:Envelope>"
    )
    uuids = [f"12345678-0000-4000-8000-{at:012x}" for at in range(5)]
    rows = [{"id": one, "probe": "onvif-scopes", "raw": soap.format(one, uuids[0])} for one in uuids]
    identifier.answers(pa.RecordBatch.from_pylist(rows))
    assert len(decoded) == 1
    quoted = [
        json.dumps({"id": one, "probe": "inventory-text", "raw": f"MessageID>urn:uuid:{one}<"}).encode()
        for one in uuids
    ]
    assert by_batch(quoted, identifier) == line_by_line(quoted)


def test_bytes_numbers_and_missing_columns_are_taken():
    table = pa.table(
        {"id": [1, 2], "probe": ["http", "http"], "raw": [b"HTTP/1.1 200 OK\r\nServer: App-webs/\r\n\r\n", b"\xff\x00"]}
    )
    first, second = answer_rows(KEPT.answers(table.to_batches()[0]))
    assert (first["id"], first["maker"], second["maker"]) == ("1", "hikvision", None)
    assert KEPT.answers(pa.RecordBatch.from_pylist([], schema=OBSERVATION_SCHEMA)).num_rows == 0


VALUES = {
    "http.server": ["nginx", "App-webs/", "Boa", None, "http://App-webs:pw@x/", "App-webs/ password=x", " "],
    "onvif.Manufacturer": ["HIKVISION", "Axis", "ONVIF", None],
    "onvif.Model": ["DS-2CD2143G2-I", "C200", "IPC", None],
    "http.title": ["Welcome", "NETSurveillance WEB", "Welcome · NETSurveillance WEB", None],
    "id.mac": ["44:19:b6:00:00:01", "00:11:22:33:44:55", None],
    "isapi.firmwareVersion": ["V5.5.82", None],
    "isapi.firmwareReleasedDate": ["build 190910", None],
}


@given(
    st.lists(
        st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()}),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=25, deadline=None)
def test_columns_of_fields_answer_like_rows_of_fields(rows):
    told = [{"id": f"o{at}", **row} for at, row in enumerate(rows)]
    schema = pa.schema([("id", pa.string()), *((name, pa.string()) for name in VALUES)])
    answers = answer_rows(KEPT.field_answers(pa.RecordBatch.from_pylist(told, schema=schema)))
    lines = [json.dumps({"id": f"o{at}", "probe": "other", "fields": row}).encode() for at, row in enumerate(rows)]
    assert [json.dumps(one, ensure_ascii=False) for one in answers] == line_by_line(lines)


def test_a_secret_column_beside_the_others_changes_nothing():
    row = {"http.server": "App-webs/", "wifi.user": "me", "wifi.password": "x"}
    answers = answer_rows(KEPT.field_answers(pa.RecordBatch.from_pylist([{"id": "a"} | row])))
    line = json.dumps({"id": "a", "probe": "other", "fields": row}).encode()
    assert [json.dumps(one, ensure_ascii=False) for one in answers] == line_by_line([line])


@pytest.mark.parametrize("bound", [2_000, 200_000])
def test_what_is_remembered_is_bounded(monkeypatch, bound):
    monkeypatch.setattr("glasshouse.bulk.heard._BYTES", bound)
    identifier = batch_identifier()
    lines = [json.dumps({"id": str(at), "probe": "ftp", "raw": f"220 host {at} ready"}).encode() for at in range(40)]
    assert by_batch(lines, identifier) == line_by_line(lines)
    held = sum(len(one) for kept in (identifier._hearer._young, identifier._hearer._old) for one in kept.values())
    assert held <= max(bound // 600 + 2, 4)


def test_with_the_shipped_packs_an_ordinary_page_is_not_decoded_whole():
    # a pattern without a rare text of its own would silently switch the shortcut off for every page
    page = (
        b"HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: Sat, 23 Nov 2026 21:21:19 GMT\r\nContent-Type: text/html\r\n\r\n"
        b"<!DOCTYPE html>\n<html><head><meta charset='utf-8'><title>Welcome</title></head>\n"
        b"<body><h1>Welcome</h1><p>A page about a portal and its terms.</p><script src='/static/app.js'></script></body></html>"
    )
    cut = Plain(IDENTIFIER.hearing).cut("http", page)
    assert cut is not None
    assert len(cut) < len(page) / 3
