"""What holds for every protocol file: it says what it is, and it sends nothing but reads."""

from __future__ import annotations

import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from fuzz.seeds import SEEDS

from glasshouse import protocols
from glasshouse.model.observation import PROBES
from glasshouse.model.protocol import SafetyClass
from glasshouse.protocols import upnp_description
from glasshouse.protocols.allowed import allowed

TOKEN = "4f0c1f8e-55a4-4f7b-9d58-3c1de1a7f001"
HOSTS = (("192.0.2.10", 80), ("192.0.2.10", 8899), ("2001:db8::10", 80), ("239.255.255.250", 1900))
FINDERS = {  # searches of binary finders, whole: PROTOCOLS fact sheet, sections 2.2 and 4
    bytes.fromhex("ff00000000000000000000000000fa0500000000"),
    b"MHED\x09\0\1\0\1\0" + bytes(130),
    b"\x01" + bytes(261),
    bytes.fromhex("9939a427474c4153ff0006de"),
    b"\x01GLAS",
    bytes.fromhex("01000000"),
    bytes.fromhex("020000010000000000000000463cb5d3"),
    bytes.fromhex("4d4f5f49000000000000000000000004" + "00" * 7 + "00000001"),
    bytes.fromhex("44480101"),
    b"\x02ENQ:allinfo\xff\x03",
    bytes.fromhex("aaaa0000"),
    bytes.fromhex("a3010001" + "00" * 12 + "02000000" + "00" * 12),
}
EVERY = pytest.mark.parametrize("module", protocols.BUILTIN, ids=lambda module: module.DOC.name)
# Verbs of the writing kind that share sockets with what we ask; none may occur in any byte we send.
WRITE_VERBS = re.compile(
    rb"activate(?!Status)|update|reboot|restore|reset|exchangecode|SetMailBox|unbind|getcode|GetQRcodes|securityCode"
    rb"|setConfig|DevInit|PasswdFind|modifyPwd|RPC2|global\.login|userCheck|sessionLogin|web_caps|current_config"
    rb"|direction=WRITE|PUT |DELETE |SETUP|PLAY|RECORD|SET_PARAMETER|ANNOUNCE|SystemReboot|SetSystem|CreateUsers|SetUser"
    rb"|Authorization|auth=|passw|factory",
    re.IGNORECASE,
)


def _sent(module: protocols.ProtocolModule) -> list[bytes]:
    return [request.data for host, port in HOSTS for request in module.requests(host, port, TOKEN)]


@EVERY
def test_the_file_is_named_after_the_protocol_and_says_what_it_is(module):
    doc = module.DOC
    assert Path(module.__file__).stem == doc.name.replace("-", "_")
    assert doc.title
    assert doc.probe in PROBES
    assert doc.references
    assert all(reference.title and reference.url.startswith("http") for reference in doc.references)
    assert all(0 < port < 65_536 for port in doc.ports)
    assert doc.limits.reply_bytes <= 65_536
    assert module.__doc__
    assert set(module.__all__) >= {"DOC", "decode", "frame", "hints", "requests"}


def test_every_protocol_file_is_registered_once():
    names = [module.DOC.name for module in protocols.BUILTIN]
    assert len(names) == len(set(names))
    files = {path.stem for path in Path(protocols.__file__).parent.glob("*.py") if not path.stem.startswith("_")}
    assert files - {"allowed"} == {name.replace("-", "_") for name in names}
    assert set(SEEDS) == set(names), "every protocol has replies to fuzz and to test with"


def test_names_are_found_and_unknown_ones_are_none():
    assert protocols.by_name("sadp").DOC.name == "sadp"
    assert protocols.by_name("no such protocol") is None


@EVERY
def test_requests_are_small_and_well_formed(module):
    for host, port in HOSTS:
        for request in module.requests(host, port, TOKEN):
            assert len(request.data) <= 1_200, "one datagram, or one segment"
            assert request.name
            assert SafetyClass.PASSIVE < request.safety <= SafetyClass.FAMILY_READ
            assert request.safety <= module.DOC.safety or module.DOC.safety is SafetyClass.FAMILY_READ
            shown = re.search(rb"(?:^|\r\n)host: ([^\r\n]*)", request.data, re.IGNORECASE)
            if shown is not None:
                assert len(shown[1]) <= 64
                assert request.data.count(b"\r\n\r\n") >= 1


@EVERY
def test_requests_are_the_same_for_the_same_token(module):
    assert module.requests("192.0.2.10", 80, TOKEN) == module.requests("192.0.2.10", 80, TOKEN)


@EVERY
def test_no_request_holds_a_verb_that_writes(module):
    for data in _sent(module):
        assert WRITE_VERBS.search(data) is None, data
        assert data[:1] != b"\xa0"
        assert data[:2] != b"\xf6\x00"
        known = {b"GET", b"POS", b"OPT", b"DES", b"M-S", b"<?x", b"\x20\0\0", b"\0\0\0"}
        assert data == b"" or data[:3] in known or data in FINDERS


def test_the_verb_pattern_sees_verbs():
    for verb in (b"<Types>activate</Types>", b"DHDiscover.setConfig", b"PUT /ISAPI", b"SystemReboot", b"?auth=YWRt"):
        assert WRITE_VERBS.search(verb)
    assert WRITE_VERBS.search(b"GET /SDK/activateStatus HTTP/1.1") is None


@EVERY
@pytest.mark.parametrize("host", ["a b", "x\r\nHost: y", "h" * 70, "", "192.0.2.1/24", "é"])
def test_a_host_that_is_none_is_refused(module, host):
    if module.requests("192.0.2.10", 80, TOKEN):
        with pytest.raises(ValueError, match="a host is"):
            module.requests(host, 80, TOKEN)


@EVERY
@pytest.mark.parametrize("port", [0, -1, 65_536])
def test_a_port_that_is_none_is_refused(module, port):
    if module.requests("192.0.2.10", 80, TOKEN):
        with pytest.raises(ValueError, match="ports are"):
            module.requests("192.0.2.10", port, TOKEN)


@EVERY
def test_the_allow_list_holds_exactly_the_requests(module):
    name = module.DOC.name
    for host, port in HOSTS:
        for request in module.requests(host, port, str(uuid.UUID(int=7))):
            assert allowed(name, host, port, request.data)
            assert not allowed(name, "192.0.2.99", port, request.data) or host.encode() not in request.data
            for at in range(0, len(request.data), 7):
                changed = bytearray(request.data)
                changed[at] ^= 0x01
                inside = re.search(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", bytes(changed))
                if inside is None or not inside.start() <= at < inside.end():
                    assert not allowed(name, host, port, bytes(changed)), bytes(changed)
            assert not allowed(name, host, port, request.data + b"x")
    assert not allowed(name, "192.0.2.10", 80, b"GET /reboot HTTP/1.1\r\nHost: 192.0.2.10\r\n\r\n")


def test_the_allow_list_refuses_what_has_no_protocol_or_no_host():
    assert not allowed("no such protocol", "192.0.2.10", 80, b"")
    assert not allowed("http", "a b", 80, b"")
    assert not allowed("sip", "192.0.2.10", 5060, b"")


def test_a_description_is_asked_by_a_plain_path_only():
    request = upnp_description.request_for("192.0.2.10", 49152, "/upnp/rootDesc.xml")
    assert request.data.startswith(b"GET /upnp/rootDesc.xml HTTP/1.1\r\nHost: 192.0.2.10:49152\r\n")
    assert allowed("upnp-description", "192.0.2.10", 49152, request.data)
    assert not allowed("upnp-description", "192.0.2.11", 49152, request.data)
    assert not allowed("http", "192.0.2.10", 49152, request.data)
    for path in (
        "",
        "/",
        "desc.xml",
        "/a?b=c",
        "/cgi-bin/reboot",
        "/../x",
        "/a b",
        "/a\r\nX: y",
        "http://192.0.2.1/x",
        "/" + "a" * 99,
    ):
        with pytest.raises(ValueError, match="plain path"):
            upnp_description.request_for("192.0.2.10", 80, path)


def test_requests_framing_and_hints_load_the_standard_library_alone():
    program = (
        "import sys\n"
        "from glasshouse import protocols\n"
        "from glasshouse.protocols import allowed\n"
        "for module in protocols.BUILTIN:\n"
        "    module.requests('192.0.2.10', 80, 'x'); module.hints(b'HTTP/1.1 200 OK'); module.frame(b'x')\n"
        "outside = {'lxml', 'cryptography', 'zeroconf', 'msgspec', 'hyperscan', 're2', 'pyarrow'} & set(sys.modules)\n"
        "sys.exit(repr(sorted(outside)) if outside else 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
