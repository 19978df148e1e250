"""Speed and memory of captures, end to end to identified devices, on made-up mixed traffic.

    python bench/passive_pcap.py [--megabytes N] [--keep FILE] [--beside]

Traffic: video over UDP and over RTSP, TLS and web connections with long bodies, DNS, ARP, DHCP, and announcements of
devices, in tagged and untagged frames; documentation addresses only. Times are seconds of processor time; `--beside`
also runs tshark's field export and p0f where they are installed.
"""

from __future__ import annotations

import argparse
import ipaddress
import json
import random  # noqa: TID251  # the same traffic each time, from one seed
import resource
import shutil
import struct
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

CAMERAS = 200
SECONDS = 1_790_000_000
READ = """
import json, resource, sys, time
began = time.process_time()
from pathlib import Path
from glasshouse.app.devices import identities_of, read_evidence
from glasshouse.app.knowledge import open_knowledge
from glasshouse.model.signal import Facet
from glasshouse.sources.files import open_source
from glasshouse.sources.passive import read_capture
knowledge = open_knowledge()
knowledge.identifier
ready = time.process_time()
seen = read_capture(open_source(Path(sys.argv[1])), property="bench")
read = time.process_time()
evidence = read_evidence(seen.in_collection("col_bench"), knowledge, lambda done, total: None)
devices = list(identities_of(evidence, knowledge, ()))
done = time.process_time()
named = sum(identity.value(Facet.MAKER) is not None for identity, _ in devices)
print(json.dumps({
    "start": ready - began, "read": read - ready, "identify": done - read, "packets": seen.rows_read,
    "observations": len(seen.sightings), "devices": len(devices), "named": named, "partial": seen.partial,
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def address(number: int) -> bytes:
    """One of the documentation addresses, by number."""
    networks = ("192.0.2.0", "198.51.100.0", "203.0.113.0")
    return (ipaddress.IPv4Address(networks[number // 200 % 3]) + 10 + number % 200).packed


def frame(payload: bytes, source: int, kind: int = 0x0800) -> bytes:
    """An Ethernet frame; that of every third sender is tagged."""
    mac = bytes.fromhex("00005e0053") + bytes([source % 250])
    tag = struct.pack(">HH", 0x8100, 20 + source % 3) if source % 3 == 0 else b""
    return b"\x00\x00\x5e\x00\x53\xff" + mac + tag + struct.pack(">H", kind) + payload


def packet(payload: bytes, protocol: int, source: int, target: int) -> bytes:
    """An IPv4 packet in a frame."""
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 1, 0, 64, protocol, 0)
    return frame(head + address(source) + address(target) + payload, source)


def udp(data: bytes, source: int, port: int, target: int, target_port: int) -> bytes:
    """A datagram in a frame."""
    return packet(struct.pack(">HHHH", port, target_port, 8 + len(data), 0) + data, 17, source, target)


def tcp(data: bytes, source: int, port: int, target: int, target_port: int, number: int, flags: int = 0x18) -> bytes:
    """A segment in a frame."""
    head = struct.pack(">HHIIBBHHH", port, target_port, number & 0xFFFFFFFF, 0, 0x50, flags, 0, 0, 0)
    return packet(head + data, 6, source, target)


def connection(dice: random.Random, server: int, port: int, head: bytes, body: int, ask: bytes) -> Iterator[bytes]:
    """A handshake, a question, an answer of `body` bytes."""
    client, client_port, start = 200 + dice.randrange(300), 20_000 + dice.randrange(40_000), dice.randrange(2**32)
    yield tcp(b"", client, client_port, server, port, start - 1, 2)
    yield tcp(b"", server, port, client, client_port, start - 1, 0x12)
    yield tcp(ask, client, client_port, server, port, start)
    number = start
    data = head + dice.randbytes(body)
    for place in range(0, len(data), 1_400):
        yield tcp(data[place : place + 1_400], server, port, client, client_port, number + place)
        if place % 2_800:
            yield tcp(b"", client, client_port, server, port, start + len(ask), 0x10)


def said(dice: random.Random) -> Iterator[bytes]:
    """Something of the small kinds."""
    device = dice.randrange(CAMERAS)
    own = str(ipaddress.IPv4Address(address(device)))
    mac = f"00:00:5e:00:53:{device % 250:02x}"
    kind = dice.randrange(8)
    if kind < 2 and device % 2:
        sadp = f'<?xml version="1.0"?><ProbeMatch><DeviceDescription>DS-EXAMPLE</DeviceDescription><DeviceSN>DS-EXAMPLE{device}</DeviceSN>'
        text = f"{sadp}<MAC>{mac}</MAC><IPv4Address>{own}</IPv4Address></ProbeMatch>"
        yield udp(text.encode(), device, 37_020, 255, 37_020)
    elif kind < 2:
        body = json.dumps(
            {"mac": mac, "method": "client.notifyDevInfo", "params": {"deviceInfo": {"DeviceType": "IPC"}}}
        ).encode()
        yield udp(
            struct.pack("<I4sIIIIII", 32, b"DHIP", 0, 0, len(body), 0, len(body), 0) + body, device, 37_810, 255, 37_810
        )
    elif kind == 2:
        yield udp(
            b"NOTIFY * HTTP/1.1\r\nSERVER: Linux UPnP/1.0 Example/1.0\r\nNT: upnp:rootdevice\r\n\r\n",
            device,
            1_900,
            255,
            1_900,
        )
    elif kind == 3:
        yield frame(
            struct.pack(">HHBBH", 1, 0x0800, 6, 4, 2)
            + bytes.fromhex(mac.replace(":", ""))
            + address(device)
            + bytes(10),
            device,
            0x0806,
        )
    else:  # names that are nobody's business
        name = b"\x04host\x07example\x03org\0"
        yield udp(struct.pack(">HHHHHH", kind, 0x0100, 1, 0, 0, 0) + name + b"\0\1\0\1", 200 + device, 40_000, 0, 53)


def traffic(dice: random.Random) -> Iterator[bytes]:
    """Frames without end: by bytes mostly video, by packets mixed."""
    video = dice.randbytes(1_300)
    while True:
        camera = dice.randrange(CAMERAS)
        kind = dice.randrange(10)
        if kind < 4:
            for _ in range(40):
                yield udp(video[: dice.randrange(60, 1_300)], camera, 40_000 + camera, 500, 50_000)
        elif kind == 4:
            head = b"RTSP/1.0 200 OK\r\nServer: Example/1.0\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n"
            yield from connection(dice, camera, 554, head, 120_000, b"OPTIONS rtsp://192.0.2.1/ RTSP/1.0\r\n\r\n")
        elif kind == 5:
            head = b"HTTP/1.1 200 OK\r\nServer: nginx\r\nContent-Type: image/jpeg\r\n\r\n"
            yield from connection(dice, camera, 80, head, 60_000, b"GET /a.jpg HTTP/1.1\r\n\r\n")
        elif kind == 6:
            hello = b"\x16\x03\x03\x00\x08\x02\0\0\x04abcd\x17\x03\x03\x40\x00"
            yield from connection(dice, 300 + camera, 443, hello, 80_000, b"\x16\x03\x01\x00\x08\x01\0\0\x04abcd")
        else:
            for _ in range(5):
                yield from said(dice)


def write(file: Path, megabytes: int) -> None:
    """The same traffic for the same size."""
    dice, size, place = random.Random(7), 24, 0  # noqa: S311  # made-up traffic, not a secret
    with file.open("wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for data in traffic(dice):
            out.write(
                struct.pack("<IIII", SECONDS + place // 10_000, place % 10_000 * 100, len(data), len(data)) + data
            )
            size, place = size + 16 + len(data), place + 1
            if size > megabytes * 1e6:
                return


def processor(command: list[str]) -> float:
    """Processor seconds of a program."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def beside(file: Path, megabytes: float) -> None:
    """Other programs on the same file; none of them identifies cameras."""
    fields = [word for name in ("ip.src", "eth.src", "http.server", "dns.qry.name") for word in ("-e", name)]
    for name, command in (
        ("tshark", ["-n", "-r", str(file), "-T", "fields", *fields]),
        ("p0f", ["-r", str(file)]),
    ):
        program = shutil.which(name)
        if program is None:
            print(f"{name}: not installed, left out")
            continue
        seconds = processor([program, *command])
        print(f"{name}: {seconds:.2f} s, {megabytes / seconds:,.0f} MB/s")


def main() -> None:
    """Write, read, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=1_000)
    parser.add_argument("--keep", type=Path, help="write the capture here, or read it from here if it is there")
    parser.add_argument("--beside", action="store_true", help="run tshark and p0f on it as well")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        file = given.keep or Path(folder, "mixed.pcap")
        if not file.exists():
            write(file, given.megabytes)
        size = file.stat().st_size / 1e6
        run = subprocess.run([sys.executable, "-c", READ, str(file)], check=True, capture_output=True, text=True)  # noqa: S603
        told = json.loads(run.stdout)
        work = told["read"] + told["identify"]
        print(f"{size:,.0f} MB, {told['packets']:,} packets, mean {size * 1e6 / told['packets']:,.0f} bytes")
        print(
            f"glasshouse: {work:.2f} s to {told['devices']} devices ({told['named']} with a maker) from {told['observations']} sightings,"
        )
        print(
            f"  {size / work:,.0f} MB/s; reading {told['read']:.2f} s, identifying {told['identify']:.2f} s, packs before {told['start']:.2f} s"
        )
        print(f"  peak {told['peak']:,.0f} MiB{', partial' if told['partial'] else ''}")
        if given.beside:
            beside(file, size)


if __name__ == "__main__":
    main()
