"""Capture files: both formats, every link layer, bounded reassembly, and what devices say unasked."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import struct
from functools import partial

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.model.observation import Endpoint, GapReason, Interface, SaidBy
from glasshouse.sources.importers import ImportFile, ImportProblem, open_source, preview
from glasshouse.sources.passive import flows, read_capture
from glasshouse.sources.passive.capture import batches
from glasshouse.sources.passive.frames import Fragments, Segment, read_frame
from glasshouse.sources.passive.heard import Where

CAMERA, CLIENT = "192.0.2.9", "192.0.2.99"
MAC = bytes.fromhex("00005e005309")
AT = dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC)


def ip4(payload: bytes, protocol: int, source=CAMERA, target=CLIENT, flags=0, ident=1) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), ident, flags, 64, protocol, 0)
    return head + ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed + payload


def ip6(payload: bytes, protocol: int, source="2001:db8::9", target="ff02::fb") -> bytes:
    head = struct.pack(">IHBB", 0x60000000, len(payload), protocol, 1)
    return head + ipaddress.ip_address(source).packed + ipaddress.ip_address(target).packed + payload


def udp(data: bytes, source_port: int, target_port: int) -> bytes:
    return struct.pack(">HHHH", source_port, target_port, 8 + len(data), 0) + data


def tcp(data: bytes, source_port: int, target_port: int, number: int, flags: int = 0x18) -> bytes:
    return struct.pack(">HHIIBBHHH", source_port, target_port, number, 0, 0x50, flags, 0, 0, 0) + data


def ether(payload: bytes, kind: int = 0x0800, source: bytes = MAC) -> bytes:
    return b"\xff" * 6 + source + struct.pack(">H", kind) + payload


def pcap(*frames: bytes, order: str = "<", nano: bool = False, link: int = 1) -> bytes:
    magic, per_second = (0xA1B23C4D, 10**9) if nano else (0xA1B2C3D4, 10**6)
    out = struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, 65_535, link)
    for place, frame in enumerate(frames):
        out += struct.pack(f"{order}IIII", int(AT.timestamp()) + place, per_second // 2, len(frame), len(frame)) + frame
    return out


def block(order: str, kind: int, body: bytes) -> bytes:
    body += bytes(-len(body) % 4)
    return struct.pack(f"{order}II", kind, 12 + len(body)) + body + struct.pack(f"{order}I", 12 + len(body))


def pcapng(*frames: bytes, order: str = "<", resolution: int = 6, link: int = 1) -> bytes:
    out = block(order, 0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))
    out += block(order, 1, struct.pack(f"{order}HHI", link, 0, 0) + struct.pack(f"{order}HHB3x", 9, 1, resolution))
    ticks = int(AT.timestamp()) * 10**resolution
    for frame in frames:
        head = struct.pack(f"{order}IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        out += block(order, 6, head + frame) + block(order, 99, b"skip")
    return out + block(order, 3, struct.pack(f"{order}I", len(frames[-1])) + frames[-1])


ARP = ether(struct.pack(">HHBBH", 1, 0x0800, 6, 4, 2) + MAC + ipaddress.ip_address(CAMERA).packed + bytes(10), 0x0806)


def read(data: bytes):
    return read_capture(ImportFile.of_bytes("x.pcap", data), property="hq")


def said(seen):
    return [sighting.observation for sighting in seen.sightings]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nano", [False, True])
def test_pcap_in_each_byte_order_and_resolution(order, nano):
    seen = read(pcap(ARP, order=order, nano=nano))
    (sighting,) = seen.sightings
    assert sighting.observation.subject == Endpoint(CAMERA, "hq")
    assert (sighting.observation.probe, sighting.observation.raw) == ("mac", b"00:00:5e:00:53:09")
    assert sighting.seen_at == AT + dt.timedelta(milliseconds=500)
    assert sighting.locator == "packet 1"


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("resolution", [3, 6, 9])
def test_pcapng_with_unknown_blocks_and_a_simple_packet(order, resolution):
    (batch,) = batches(ImportFile.of_bytes("x", pcapng(ARP, order=order, resolution=resolution)).open())
    found = [(batch.at(index), batch.frame(index)[1][: len(ARP)]) for index in range(len(batch.starts))]
    assert found == [(AT, ARP), (None, ARP)]
    assert len(said(read(pcapng(ARP, order=order)))) == 2  # one of the sightings knows its time


SSDP = b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nSERVER: Example UPnP/1.0\r\n\r\n"


@pytest.mark.parametrize(
    ("link", "wrap"),
    [
        (1, ether),
        (1, lambda packet: ether(struct.pack(">HH", 7, 0x0800) + packet, 0x8100)),
        (1, lambda packet: ether(struct.pack(">HHHH", 7, 0x8100, 8, 0x0800) + packet, 0x88A8)),
        (113, lambda packet: struct.pack(">HHH", 0, 1, 6) + MAC + b"\0\0\x08\x00" + packet),
        (276, lambda packet: struct.pack(">HHIHBB", 0x0800, 0, 1, 1, 0, 6) + MAC + b"\0\0" + packet),
        (101, lambda packet: packet),
        (0, lambda packet: b"\x02\0\0\0" + packet),
        (108, lambda packet: b"\0\0\0\x02" + packet),
    ],
)
def test_link_layers(link, wrap):
    (observation,) = said(read(pcap(wrap(ip4(udp(SSDP, 1900, 1900), 17)), link=link)))
    assert observation.raw == SSDP
    assert (observation.probe, observation.port, observation.subject) == ("ssdp", 1900, Endpoint(CAMERA, "hq"))


def bootp(operation: int, kind: int, ciaddr="0.0.0.0", yiaddr="0.0.0.0") -> bytes:
    head = struct.pack(">BBBBIHH", operation, 1, 6, 0, 1, 0, 0)
    head += ipaddress.ip_address(ciaddr).packed + ipaddress.ip_address(yiaddr).packed + bytes(8)
    return head + MAC + bytes(10 + 192) + b"\x63\x82\x53\x63\x35\x01" + bytes([kind]) + b"\x0c\x03cam\xff"


def test_dhcp_clients_speak_for_themselves_and_the_server_ties_the_address():
    discover, ack = bootp(1, 1), bootp(2, 5, yiaddr=CAMERA)
    seen = read(
        pcap(
            ether(ip4(udp(discover, 68, 67), 17, "0.0.0.0", "255.255.255.255")),
            ether(ip4(udp(ack, 67, 68), 17, "192.0.2.1", "255.255.255.255")),
            ether(ip4(udp(bootp(2, 2, yiaddr=CAMERA), 67, 68), 17, "192.0.2.1", "255.255.255.255")),
        )
    )
    client, tie = said(seen)
    assert (client.probe, client.subject, client.raw) == ("dhcp", Interface("00:00:5e:00:53:09", "hq"), discover)
    assert (tie.probe, tie.subject, tie.raw) == ("mac", Endpoint(CAMERA, "hq"), b"00:00:5e:00:53:09")
    assert tie.said_by is SaidBy.INFRASTRUCTURE


@pytest.mark.parametrize(
    ("probe", "source_port", "target_port", "data"),
    [
        ("onvif-scopes", 3702, 50_000, b"<e:Envelope><e:Body><d:ProbeMatches></d:ProbeMatches></e:Body></e:Envelope>"),
        ("onvif-scopes", 3702, 3702, b"<Envelope><Body><Hello></Hello></Body></Envelope>"),
        ("mdns", 5353, 5353, b"\0\0\x84\0" + bytes(20)),
        ("sadp", 37020, 37020, b'<?xml version="1.0"?><ProbeMatch><Types>inquiry</Types></ProbeMatch>'),
        ("dhip", 37810, 50_000, b"\x20\0\0\0DHIP" + bytes(24) + b'{"method":"client.notifyDevInfo"}'),
        ("ssdp", 1900, 50_000, b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\nUSN: uuid:1\r\n\r\n"),
    ],
)
def test_announcements(probe, source_port, target_port, data):
    (observation,) = said(read(pcap(ether(ip4(udp(data, source_port, target_port), 17)))))
    assert (observation.probe, observation.raw, observation.port) == (probe, data, source_port)


@pytest.mark.parametrize(
    ("source_port", "target_port", "data"),
    [
        (50_000, 3702, b"<Envelope><Body><d:Probe></d:Probe></Body></Envelope>"),
        (5353, 5353, bytes(30)),
        (50_000, 37020, b"<Probe><Types>inquiry</Types></Probe>"),
        (50_000, 37810, b"\x20\0\0\0DHIP" + bytes(24) + b'{"method":"DHDiscover.search"}'),
        (50_000, 1900, b"M-SEARCH * HTTP/1.1\r\n\r\n"),
        (50_000, 40_000, SSDP),
    ],
)
def test_questions_say_nothing_about_a_device(source_port, target_port, data):
    assert not said(read(pcap(ether(ip4(udp(data, source_port, target_port), 17)))))


def test_sip_keeps_software_and_leaves_people_out():
    message = (
        b"REGISTER sip:alice@192.0.2.1 SIP/2.0\r\nFrom: <sip:alice@x>\r\nUser-Agent: Door 1.0\r\nContact: bob\r\n\r\n"
    )
    (observation,) = said(read(pcap(ether(ip4(udp(message, 5060, 5060), 17)))))
    assert observation.raw == b"REGISTER sip:[removed] SIP/2.0\r\nUser-Agent: Door 1.0\r\n\r\n"


def conversation(reply: bytes, port: int, request: bytes = b"", size: int = 400) -> list[bytes]:
    """A TCP conversation whose reply comes in pieces, out of order and with a repeat."""
    start = 0xFFFFFF00  # wraps
    frames = [
        ether(ip4(tcp(b"", 50_000, port, 10, 0x02), 6, CLIENT, CAMERA)),
        ether(ip4(tcp(b"", port, 50_000, start - 1, 0x12), 6)),
    ]
    if request:
        frames.append(ether(ip4(tcp(request, 50_000, port, 11), 6, CLIENT, CAMERA)))
    pieces = [
        ether(ip4(tcp(reply[place : place + size], port, 50_000, (start + place) % 2**32), 6))
        for place in range(0, len(reply), size)
    ]
    return [*frames, *pieces[:1], *pieces[:0:-1], *pieces[:1]]


def test_an_http_reply_is_put_together_and_loses_its_secrets():
    head = (
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nSet-Cookie: SID=s3cr3t; path=/\r\nContent-Length: 900\r\n\r\n"
    )
    body = b"<title>IPC</title>" + b"x" * 882
    request = b"GET /doc/login?user=s3cr3t HTTP/1.1\r\nAuthorization: Basic s3cr3t\r\n\r\n"
    seen = read(pcap(*conversation(head + body + b"HTTP/1.1 404 second\r\n\r\n", 80, request)))
    (observation,) = said(seen)
    assert (observation.probe, observation.port, observation.request) == ("http", 80, "GET /doc/login")
    assert observation.raw.startswith(b"HTTP/1.1 200 OK\r\n")
    assert observation.raw.endswith(body)
    assert "s3cr3t" not in str(seen)
    assert observation.subject == Endpoint(CAMERA, "hq")


@pytest.mark.parametrize(
    ("kind", "encoding"), [(b"image/jpeg", b""), (b"video/mp4", b""), (b"text/html", b"Content-Encoding: gzip\r\n")]
)
def test_media_and_encoded_bodies_are_not_kept(kind, encoding):
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\n" + encoding + b"\r\n" + b"\xff\xd8media" * 50
    (observation,) = said(read(pcap(*conversation(reply, 80))))
    assert b"media" not in observation.raw
    assert observation.raw.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    ("path", "body", "probe"),
    [
        (b"/ISAPI/System/deviceInfo", b"<DeviceInfo/>", "isapi"),
        (b"/cgi-bin/magicBox.cgi?action=getSystemInfo", b"sn=1", "dahua-cgi"),
        (b"/onvif/device_service", b"<GetDeviceInformationResponse/>", "onvif-device-info"),
        (b"/desc.xml", b'<root xmlns="urn:schemas-upnp-org:device-1-0"/>', "upnp-description"),
    ],
)
def test_known_paths_name_the_probe(path, body, probe):
    reply = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n" + body
    (observation,) = said(read(pcap(*conversation(reply, 80, b"GET " + path + b" HTTP/1.1\r\n\r\n"))))
    assert observation.probe == probe


def certificate() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "ipc")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(AT).not_valid_after(AT + dt.timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_certificate_spread_over_records_is_found():
    der = certificate()
    chain = len(der).to_bytes(3, "big") + der
    body = len(chain).to_bytes(3, "big") + chain
    messages = b"\x02\0\0\x04abcd" + b"\x0b" + len(body).to_bytes(3, "big") + body + b"\x0e\0\0\0"
    records = b"".join(
        b"\x16\x03\x03" + len(part).to_bytes(2, "big") + part
        for part in (messages[place : place + 100] for place in range(0, len(messages), 100))
    )
    (observation,) = said(read(pcap(*conversation(records, 443))))
    assert (observation.probe, observation.port, observation.raw) == ("tls-cert", 443, der)


@pytest.mark.parametrize(
    ("port", "data", "probe", "raw"),
    [
        (554, b"RTSP/1.0 200 OK\r\nServer: Example\r\n\r\n", "rtsp", b"RTSP/1.0 200 OK\r\nServer: Example\r\n\r\n"),
        (21, b"220 Example FTP\r\n331 Password for alice\r\n", "ftp", b"220 Example FTP"),
        (23, b"\xff\xfb\x01dvr login: alice\r\nPassword: ", "telnet", b"\xff\xfb\x01dvr login:"),
    ],
)
def test_greetings(port, data, probe, raw):
    (observation,) = said(read(pcap(*conversation(data, port))))
    assert (observation.probe, observation.raw, observation.port) == (probe, raw, port)


def test_fragments_are_put_together():
    data = udp(b"<ProbeMatch>" + b"x" * 2_000 + b"</ProbeMatch>", 37020, 37020)
    first = ether(ip4(data[:1_480], 17, flags=0x2000))
    second = ether(ip4(data[1_480:], 17, flags=1_480 // 8))
    for frames in ((first, second), (second, first)):
        (observation,) = said(read(pcap(*frames)))
        assert observation.raw.endswith(b"</ProbeMatch>")


def test_lldp_belongs_to_the_interface_that_sent_it():
    (observation,) = said(read(pcap(ether(b"\x02\x07\x04" + MAC + b"\0\0", 0x88CC))))
    assert (observation.probe, observation.protocol) == ("other", "lldp")
    assert observation.subject == Interface("00:00:5e:00:53:09", "hq")


def test_ipv6_senders():
    (observation,) = said(read(pcap(ether(ip6(udp(b"\0\0\x84\0" + bytes(20), 5353, 5353), 17), 0x86DD))))
    assert observation.subject == Endpoint("2001:db8::9", "hq")


def test_repeats_are_one_observation_with_its_first_and_last_time():
    seen = read(pcap(ARP, ARP, ARP))
    assert len({observation.id for observation in said(seen)}) == 1
    assert [sighting.seen_at.second for sighting in seen.sightings] == [5, 7]


def test_a_capture_cut_in_a_packet_is_partial_and_no_error():
    for whole in (pcap(ARP, ARP), pcapng(ARP)):
        seen = read(whole[:-3])
        assert seen.partial
        assert said(seen)
        assert seen.gaps[-1].reason is GapReason.INTERRUPTED
    assert not read(pcap(ARP)).partial


def test_a_changing_sender_is_bounded():
    frames = [ether(ip4(udp(SSDP + str(number).encode(), 1900, 1900), 17)) for number in range(80)]
    seen = read(pcap(*frames))
    assert len(seen.sightings) == 64
    assert any("more than 64" in note for note in seen.notes)


def test_flows_are_bounded(monkeypatch):
    monkeypatch.setattr(flows, "MAX_FLOWS", 2)
    held = flows.Flows()
    over = [
        flow
        for port in range(5)
        for flow in held.add(
            Segment(CAMERA, 80, CLIENT, 1_000 + port, 1, syn=False, data=b"x"), partial(Where, port + 1, AT)
        )
    ]
    assert len(over) == held.dropped == 3
    assert len(list(held.rest())) == 2


def test_what_is_no_capture_is_refused():
    with pytest.raises(ImportProblem, match="pcap and pcapng"):
        read(b"model;ip\n")


def test_the_importers_recognise_captures_by_content():
    assert preview(ImportFile.of_bytes("list.csv", pcap(ARP))).importer == "pcap"


def test_the_corpus_reads_cleanly(shared):
    probes: dict[str, int] = {}
    files = sorted((shared / "corpus" / "pcaps").glob("*.pcap*"))
    assert len(files) > 10
    for place in files:
        seen = preview(open_source(place))
        assert (seen.importer, seen.partial, seen.rejected) == ("pcap", False, ())
        assert seen.rows_read > 0
        for observation in said(seen):
            probes[observation.probe] = probes.get(observation.probe, 0) + 1
    assert {"dhcp", "mac", "tls-cert", "http", "sip", "ftp"} <= set(probes)


WHOLE = pcap(ARP, *conversation(b"HTTP/1.1 200 OK\r\n\r\n", 80), ether(ip4(udp(SSDP, 1900, 1900), 17)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([WHOLE, pcapng(ARP)]), st.binary(max_size=40), st.integers(0, len(WHOLE)), st.integers(0, 40))
def test_mutated_captures_never_raise_anything_else(whole, noise, place, cut):
    with contextlib.suppress(ImportProblem):
        assert read(whole[:place] + noise + whole[place + cut :]).importer == "pcap"


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from([0, 1, 12, 101, 108, 113, 276, 999]), st.binary(max_size=120), st.sampled_from([b"", ether(b"")])
)
def test_any_frame_is_read_or_skipped(link, noise, start):
    read_frame(link, start + noise, Fragments())
    read_frame(link, start + ip4(noise, 17)[: len(noise) + 12], Fragments())
