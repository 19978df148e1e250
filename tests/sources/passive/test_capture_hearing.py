"""What is heard beside announcements: neighbours, VLAN tags, cloud names, CDP; what is only counted; listening live."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
import socket
import struct
import sys
import threading
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from glasshouse.cli.root import main
from glasshouse.datapack import load
from glasshouse.model.observation import Endpoint, Interface
from glasshouse.sources.importers import ImportFile
from glasshouse.sources.passive import cloud_names, pcap, read_capture, streams
from glasshouse.sources.passive.batch import Batch
from glasshouse.sources.passive.batch import Interface as Link
from glasshouse.sources.passive.choose import Chooser
from glasshouse.sources.passive.live import CaptureRefusedError, Limits, listen


def _builders():
    """The frame builders of the neighbouring file."""
    spec = importlib.util.spec_from_file_location("capture_builders", Path(__file__).with_name("test_capture_files.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


made = _builders()
SADP = b"<ProbeMatch><DeviceSN>x</DeviceSN></ProbeMatch>"
NAME = "device.ezvizlife.com"


def tagged(payload: bytes, *tags: int, kind: int = 0x0800) -> bytes:
    head = b"".join(struct.pack(">HH", 0x8100, tag) for tag in tags)
    return b"\xff" * 6 + made.MAC + head + struct.pack(">H", kind) + payload


def said(seen):
    return [sighting.observation for sighting in seen.sightings]


def test_vlan_tags_stay_beside_what_was_heard_and_out_of_its_id():
    data = made.ip4(made.udp(SADP, 37020, 37020), 17)
    seen = made.read(made.pcap(tagged(data, 7), tagged(data, 7 | 0x6000, 30), made.ether(data)))
    assert {item.locator for item in seen.sightings} == {"packet 1, VLAN 7", "packet 3"}
    assert len({item.observation.id for item in seen.sightings}) == 1
    double = made.read(made.pcap(tagged(data, 7 | 0x6000, 30)))
    assert [item.locator for item in double.sightings] == ["packet 1, VLAN 7.30"]
    assert "packets were tagged for VLAN 7 (2 packets)" in seen.notes


def test_one_address_in_two_vlans_is_told():
    arp = made.ARP[14:]
    other = arp[:8] + bytes.fromhex("00005e00530a") + arp[14:]
    seen = made.read(made.pcap(tagged(arp, 7, kind=0x0806), tagged(other, 8, kind=0x0806)))
    assert any(f"{made.CAMERA} is used in several VLANs" in note for note in seen.notes)
    assert not any("several VLANs" in note for note in made.read(made.pcap(tagged(arp, 7, kind=0x0806))).notes)


def test_addresses_that_say_nothing_are_counted_and_not_kept():
    frames = [
        made.ether(made.ip4(made.udp(b"media", 40_000, 40_000), 17, f"192.0.2.{number}")) for number in range(20, 30)
    ]
    seen = made.read(made.pcap(*frames, made.ARP))
    assert len(seen.sightings) == 1
    assert seen.rows_read == 11
    assert any(note.startswith("10 addresses sent packets; of 1 something is kept") for note in seen.notes)


def neighbour(kind: int, body: bytes, option: int) -> bytes:
    data = struct.pack(">BBHI", kind, 0, 0, 0) + body + bytes([option, 1]) + made.MAC
    return made.ether(made.ip6(data, 58), 0x86DD)


TARGET = ipaddress.ip_address("2001:db8::77").packed


@pytest.mark.parametrize(
    ("frame", "address"),
    [
        (neighbour(136, TARGET, 2), "2001:db8::77"),
        (neighbour(135, TARGET, 1), "2001:db8::9"),
        (neighbour(133, b"", 1), "2001:db8::9"),
        (neighbour(134, bytes(8), 1), "2001:db8::9"),
    ],
)
def test_neighbour_discovery_ties_addresses(frame, address):
    (observation,) = said(made.read(made.pcap(frame)))
    assert (observation.probe, observation.raw) == ("mac", b"00:00:5e:00:53:09")
    assert observation.subject == Endpoint(address, "hq")


def test_fragments_of_ipv6_are_put_together():
    data = made.udp(SADP[:12] + b"x" * 2_000, 37020, 37020)

    def part(offset: int, piece: bytes, *, more: bool) -> bytes:
        head = struct.pack(">BBHI", 17, 0, offset | more, 5)
        return made.ether(made.ip6(head + piece, 44), 0x86DD)

    frames = part(0, data[:1_200], more=True), part(1_200, data[1_200:], more=False)
    for order in (frames, frames[::-1]):
        (observation,) = said(made.read(made.pcap(*order)))
        assert observation.raw == data[8:]
    assert not said(made.read(made.pcap(frames[0])))


def test_cdp_belongs_to_the_interface_that_sent_it():
    data = b"\x02\xb4\0\0" + struct.pack(">HH", 6, 11) + b"ACME X1"
    snap = bytes.fromhex("aaaa0300000c2000") + data
    frame = b"\x01\0\x0c\xcc\xcc\xcc" + made.MAC + struct.pack(">H", len(snap)) + snap + bytes(9)
    (observation,) = said(made.read(made.pcap(frame)))
    assert (observation.probe, observation.protocol, observation.raw) == ("other", "cdp", data)
    assert observation.subject == Interface("00:00:5e:00:53:09", "hq")


def question(name: str, flags: int = 0x0100) -> bytes:
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
    return struct.pack(">HHHHHH", 9, flags, 1, 0, 0, 0) + labels + b"\0\0\1\0\1"


def hello(name: str) -> bytes:
    host = b"\0" + struct.pack(">H", len(name)) + name.encode()
    extension = struct.pack(">HHH", 0, len(host) + 2, len(host)) + host
    body = b"\3\3" + bytes(32) + b"\0" + b"\0\2\x13\1" + b"\1\0" + struct.pack(">H", len(extension)) + extension
    message = b"\1" + len(body).to_bytes(3, "big") + body
    return b"\x16\3\1" + struct.pack(">H", len(message)) + message


def capture_of(name: str) -> list[bytes]:
    return [
        made.ether(made.ip4(made.udp(question(name), 50_000, 53), 17)),
        made.ether(made.ip4(made.udp(question(name, 0x8180), 53, 50_000), 17, made.CLIENT, made.CAMERA)),
        made.ether(made.ip4(made.tcp(hello(name), 50_001, 443, 77), 6)),
    ]


def test_a_name_of_a_makers_cloud_is_evidence_about_who_asks():
    found = said(made.read(made.pcap(*capture_of(NAME.upper()))))
    assert {(item.subject, item.protocol, item.raw) for item in found} == {
        (Endpoint(made.CAMERA, "hq"), "cloud-name", NAME.encode())
    }
    assert {item.request for item in found} == {"DNS", "TLS server name"}


@pytest.mark.parametrize("name", ["www.example.org", "ezvizlife.com.example.org", "notezvizlife.com", "com"])
def test_no_other_name_is_kept(name):
    seen = made.read(made.pcap(*capture_of(name)))
    assert not seen.sightings
    assert name not in str(seen)


def test_the_list_of_cloud_names_and_the_fingerprints_are_the_same_names():
    meant = {item.examples[0] for item in load().fingerprints if item.field == "cloud.name"}
    assert meant == cloud_names.names()
    rows = tomllib.loads(files("glasshouse.sources.passive").joinpath("cloud_names.toml").read_text("utf-8"))["name"]
    assert all(row["basis"] == "recalled" or row["url"].startswith("https://") for row in rows)


def test_what_one_capture_may_leave_is_bounded(monkeypatch):
    monkeypatch.setattr(pcap, "MAX_OBSERVATIONS", 5)
    frames = [made.ether(made.ip4(made.udp(SADP, 37020, 37020), 17, f"192.0.2.{number}")) for number in range(20, 30)]
    seen = made.read(made.pcap(*frames))
    assert len(seen.sightings) == 5
    assert seen.partial
    assert len(seen.gaps) == 1


def test_a_long_connection_is_looked_into_at_its_start_alone():
    media = b"RTSP/1.0 200 OK\r\n\r\n" + b"\x24\0\x05\x78" * 100_000
    frames = made.conversation(media, 554, size=1_400)
    batch = Batch(
        b"".join(frames), 1, [sum(map(len, frames[:at])) for at in range(len(frames))], list(map(len, frames)),
        (Link(1),), None, lambda _data, _start, _link: None,
    )  # fmt: skip
    assert len(frames) > 280
    assert len(Chooser().choose(batch)) < 12


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from([b"", hello(NAME), question(NAME)]), st.integers(0, 80))
def test_any_hello_or_question_is_read_or_skipped(noise, start, cut):
    for data in (noise, start[:cut] + noise, start[cut:] + noise):
        streams.server_name(data)
        streams.certificate(data)
        cloud_names.dns_name(data)
        cloud_names.listed(noise.decode("latin-1"))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([0, 1, 12, 101, 108, 113, 276, 999]), st.binary(max_size=90)), max_size=12),
    st.sampled_from([b"", made.ether(b""), tagged(b"", 7), made.ether(made.ip6(b"", 44), 0x86DD)]),
)
def test_any_batch_is_read(packets, start):
    data, starts = b"", []
    for _, noise in packets:
        starts.append(len(data))
        data += start + noise
    sizes = [len(start) + len(noise) for _, noise in packets]
    links = tuple(Link(link) for link, _ in packets)
    batch = Batch(data, 1, starts, sizes, links, list(range(len(packets))), lambda _data, _start, _link: None)
    chosen = Chooser().choose(batch) if packets else []
    assert chosen == sorted(set(chosen))


def test_any_bytes_behind_a_header_are_a_preview():
    for whole in (made.pcap(made.ARP)[:24], made.pcapng(made.ARP)[:60]):
        for noise in (b"", b"\xff" * 500, bytes(500), os.urandom(500)):
            assert read_capture(ImportFile.of_bytes("x", whole + noise)).importer == "pcap"


def _may_listen() -> str:
    if not hasattr(socket, "AF_PACKET"):
        return "only Linux has packet sockets"
    try:
        socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close()
    except PermissionError:
        return "listening needs CAP_NET_RAW, which this process has not"
    return ""


NO_RIGHT = _may_listen()


@pytest.mark.skipif(bool(NO_RIGHT), reason=NO_RIGHT)
def test_loopback_is_listened_to_until_asked_to_stop():
    heard = threading.Event()
    asked = iter(range(1_000))

    def stop() -> bool:
        if next(asked) == 1:  # listening has begun
            with (
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
                socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver,
            ):
                receiver.bind(("127.0.0.1", 0))
                sender.sendto(b"<ProbeMatch><DeviceSN>live</DeviceSN></ProbeMatch>", ("127.0.0.1", 37020))
                heard.set()
        return heard.is_set() and next(asked) > 8

    seen = listen("lo", Limits(30, 10**9), stop=stop, property="hq")
    assert seen.importer == "capture"
    assert seen.covered[0].startswith("interface lo, ")
    assert any(b"live" in item.raw for item in said(seen))
    assert seen.partial
    assert "stopped after" in seen.gaps[0].detail


@pytest.mark.skipif(bool(NO_RIGHT), reason=NO_RIGHT)
def test_listening_ends_with_its_time_and_an_unknown_interface_is_refused():
    seen = listen("lo", Limits(0.2, 10**9), stop=lambda: False)
    assert not seen.partial
    with pytest.raises(CaptureRefusedError, match=r"no interface 'nowhere0'; accepted here: .*lo"):
        listen("nowhere0", Limits(1, 1), stop=lambda: False)


def test_without_the_right_the_command_says_what_to_do(monkeypatch):
    def refuse() -> socket.socket:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("glasshouse.sources.passive.live._packet_socket", refuse)
    result = CliRunner().invoke(main, ["capture", "--interface", "lo", "--dry-run"])
    assert result.exit_code == 1
    assert "CAP_NET_RAW" in result.output
    assert "tcpdump" in result.output
    assert CliRunner().invoke(main, ["capture"]).exit_code == 2
