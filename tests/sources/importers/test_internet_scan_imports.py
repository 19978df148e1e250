"""zgrab2 and Shodan: replies rebuilt, redirects to others left out, guesses apart, credentials dropped."""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import Endpoint, GapReason, SaidBy
from glasshouse.sources.importers import ImportFile, ImportProblem, open_source, preview

RESPONSE = {
    "status_line": "401 Unauthorized",
    "status_code": 401,
    "protocol": {"name": "HTTP/1.1"},
    "headers": {
        "www_authenticate": ["Digest realm=x"],
        "server": ["Example"],
        "set_cookie": ["SID=s3cr3t; path=/"],
        "unknown": [{"key": "x_thing", "value": ["1"]}],
    },
    "body": "<title>x</title>",
    "request": {
        "url": {"scheme": "https", "host": "192.0.2.50", "path": "/"},
        "tls_log": {
            "handshake_log": {"server_certificates": {"certificate": {"raw": base64.b64encode(b"DER").decode()}}}
        },
    },
}
ZGRAB = {
    "ip": "192.0.2.50",
    "data": {
        "web": {
            "status": "application-error",
            "protocol": "http",
            "port": 8443,
            "result": {"response": RESPONSE},
            "timestamp": "2026-02-03T04:05:06Z",
        },
        "ftp": {"status": "success", "protocol": "ftp", "result": {"banner": "220 example"}},
        "telnet": {"status": "connection-refused", "protocol": "telnet"},
    },
}
SHODAN = {
    "ip_str": "198.51.100.7",
    "port": 80,
    "transport": "tcp",
    "timestamp": "2026-02-03T04:05:06.1",
    "data": "HTTP/1.1 200 OK\r\nServer: Example\r\nSet-Cookie: SID=s3cr3t\r\n\r\n",
    "http": {"html": "<title>x</title>"},
    "product": "Example httpd",
    "ssl": {"cert": {"subject": {"CN": "ipc"}, "issuer": {"CN": "ca"}}},
    "hikvision": {"device_model": "M-1", "device_version": "V1"},
    "dahua_dvr_web": {"user_info": [{"name": "s3cr3t", "pwd": "s3cr3t"}], "channel_names": ["Vault"]},
}


def read(*values: object, **options):
    data = "\n".join(json.dumps(value) for value in values).encode()
    return preview(ImportFile.of_bytes("x", data), property="hq", **options)


def of(seen, probe):
    return [sighting.observation for sighting in seen.sightings if sighting.observation.probe == probe]


def test_zgrab2_replies_are_rebuilt():
    seen = read(ZGRAB)
    assert (seen.importer, seen.rows_used) == ("zgrab2", 1)
    (page,) = of(seen, "http")
    head, _, body = page.raw.partition(b"\r\n\r\n")
    assert head.splitlines() == [
        b"HTTP/1.1 401 Unauthorized",
        b"WWW-Authenticate: Digest realm=x",
        b"Server: Example",
        b"Set-Cookie: SID=[removed]; path=/",
        b"X-Thing: 1",
    ]
    assert body == b"<title>x</title>"
    assert (page.port, page.subject) == (8443, Endpoint("192.0.2.50", "hq"))
    assert of(seen, "tls-cert")[0].raw == b"DER"
    assert of(seen, "ftp")[0].raw == b"220 example"
    assert seen.sightings[0].seen_at == datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert [(gap.where, gap.reason, gap.protocol) for gap in seen.gaps] == [("192.0.2.50", GapReason.REFUSED, "telnet")]
    assert "s3cr3t" not in str(seen)


def test_raw_heads_go_before_rebuilt_ones():
    raw = base64.b64encode(b"HTTP/1.0 200 OK\r\nSeRvEr: x\r\n").decode()
    result = {"response": RESPONSE | {"headers_raw": raw}}
    seen = read({"ip": "192.0.2.50", "data": {"http": {"status": "success", "protocol": "http", "result": result}}})
    assert of(seen, "http")[0].raw == b"HTTP/1.0 200 OK\r\nSeRvEr: x\r\n\r\n<title>x</title>"


def test_the_reply_of_another_host_is_not_taken_for_this_one():
    elsewhere = {"response": RESPONSE | {"request": {"url": {"host": "198.51.100.99"}}}}
    part = {"status": "success", "protocol": "http", "result": elsewhere}
    assert not of(read({"ip": "192.0.2.1", "data": {"http": part}}), "http")
    chain = {"redirect_response_chain": [RESPONSE | {"status_line": "302 Found"}], **elsewhere}
    part = {"status": "success", "protocol": "http", "result": chain}
    assert b"302 Found" in of(read({"ip": "192.0.2.1", "data": {"http": part}}), "http")[0].raw


def test_shodan_banners():
    seen = read(SHODAN)
    assert seen.importer == "shodan"
    assert of(seen, "http")[0].raw.endswith(b"\r\n\r\n<title>x</title>")
    assert of(seen, "tls-cert")[0].raw == b"subject=CN=ipc\nissuer=CN=ca"
    (guess,) = of(seen, "inventory-text")
    assert guess.said_by is SaidBy.TOOL
    assert dict(guess.fields) == {
        "text": "Example httpd",
        "inventory.model": "M-1",
        "inventory.firmware": "V1",
        "inventory.credentials": "present",
    }
    assert "s3cr3t" not in str(seen)
    assert "Vault" not in str(seen)


def test_shodan_times_name_no_zone():
    assert read(SHODAN).sightings[0].seen_at is None
    assert "2026-02-03T04:05:06.1" in read(SHODAN).sightings[0].locator
    assert read(SHODAN, zone=UTC).sightings[0].seen_at is not None


def test_gzip_is_undone_and_a_cut_one_is_partial(tmp_path):
    whole = gzip.compress(("\n".join([json.dumps(SHODAN)] * 400)).encode())
    (tmp_path / "whole.json.gz").write_bytes(whole)
    (tmp_path / "cut.json.gz").write_bytes(whole[:-30])
    seen = preview(open_source(tmp_path / "whole.json.gz"))
    assert (seen.rows_used, seen.partial) == (400, False)
    seen = preview(open_source(tmp_path / "cut.json.gz"))
    assert 0 < seen.rows_read < 401
    assert seen.partial
    assert any("compressed file ends early" in gap.detail for gap in seen.gaps)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.text(max_size=5) | st.sampled_from(["result", "response", "headers", "body", "cert"]), inner
        )
    ),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(JSON, st.sampled_from(["http", "ftp", "tls", "banner"]), st.sampled_from(list(SHODAN)))
def test_any_shape_is_answered(value, protocol, key):
    part = {"status": "success", "protocol": protocol, "result": value, "port": value, "timestamp": value}
    with contextlib.suppress(ImportProblem):
        assert read({"ip": "192.0.2.1", "data": {"x": part}}).importer == "zgrab2"
    with contextlib.suppress(ImportProblem):
        assert read(SHODAN, SHODAN | {key: value}).importer == "shodan"
