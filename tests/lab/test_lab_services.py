"""Every device answers its services over real sockets, and names no address outside loopback."""

import asyncio
import json
import re
import socket
import ssl
import struct

import pytest
from cryptography import x509

from glasshouse.lab import DEVICES, LabSite

IPV4 = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
URL_HOST = re.compile(r"\b(?:https?|rtsp)://([^/:\s\"'<>]+)")
NAMESPACES = {
    "www.onvif.org", "www.w3.org", "schemas.xmlsoap.org", "schemas.microsoft.com", "www.hikvision.com", "www.isapi.org",
}  # fmt: skip

PROBE = (
    '<?xml version="1.0"?><e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:w="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
    "<e:Header><w:MessageID>urn:uuid:11111111-2222-4333-8444-555555555555</w:MessageID>"
    "<w:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/Probe</w:Action></e:Header>"
    "<e:Body><d:Probe>%s</d:Probe></e:Body></e:Envelope>"
)
SADP = b"<?xml version='1.0'?><Probe><Uuid>AAAA-BBBB</Uuid><Types>inquiry</Types></Probe>"
DHIP_BODY = b'{ "method" : "DHDiscover.search", "params" : { "mac" : "", "uni" : 1 } }\n'
DHIP = b"\x20\0\0\0DHIP" + bytes(8) + struct.pack("<IIII", len(DHIP_BODY), 0, len(DHIP_BODY), 0) + DHIP_BODY
SSDP = (
    b'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: upnp:rootdevice\r\n\r\n'
)
MDNS = struct.pack(">HHHHHH", 7, 0, 1, 0, 0, 0) + b"\x0b_axis-video\x04_tcp\x05local\x00" + struct.pack(">HH", 12, 1)
DATAGRAMS = {
    "sadp": SADP,
    "dhip": DHIP,
    "ssdp": SSDP,
    "mdns": MDNS,
    "ws-discovery": (PROBE % "").encode(),
    "xiongmai": b"\xff" + bytes(13) + struct.pack("<HI", 1530, 0),
    "vivotek": b"\x01abcd",
    "ubiquiti": b"\x01\0\0\0",
    "tp-link": bytes.fromhex("020000010000000000000000463cb5d3"),
}


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 15))


async def ask_tcp(placed, service, data, tls=False):
    context = None
    if tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection(placed.address, placed.port(service.port), ssl=context)
    try:
        writer.write(data)
        certificate = writer.get_extra_info("ssl_object").getpeercert(binary_form=True) if tls else None
        reply = b""
        while not (service.protocol == "rtsp" and b"\r\n\r\n" in reply):
            part = await asyncio.wait_for(reader.read(65_536), 5)
            reply += part
            if not part:
                break
        return reply, certificate
    finally:
        writer.close()
        await writer.wait_closed()


async def ask_udp(where, data, seconds=1.0, bind=None, many=False):
    loop = asyncio.get_running_loop()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
        client.setblocking(False)
        client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("127.0.0.1"))
        client.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 0)
        client.bind((bind or "127.0.0.1", 0))
        await loop.sock_sendto(client, data, where)
        got = []
        try:
            async with asyncio.timeout(seconds):
                while True:
                    got.append(await loop.sock_recvfrom(client, 65_535))
                    if not many:
                        break
        except TimeoutError:
            pass
        return got


def get(path="/"):
    return f"GET {path} HTTP/1.1\r\nHost: device\r\n\r\n".encode()


def soap(operation):
    body = f'<e:Envelope><e:Body><tds:{operation} xmlns:tds="x"/></e:Body></e:Envelope>'.encode()
    return b"POST /onvif/device_service HTTP/1.1\r\nHost: d\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def assert_names_loopback_only(text, own, elsewhere):
    for found in IPV4.findall(text):
        assert found.startswith(("127.", "255.")), found
    for host in URL_HOST.findall(text):
        assert host in NAMESPACES | {own, elsewhere}, host


def all_requests(placed, service):
    if service.protocol == "http":
        yield get()
        for path in ("/SDK/activateStatus", "/ISAPI/System/deviceInfo", "/cgi-bin/magicBox.cgi?action=getDeviceType",
                     "/rootDesc.xml", "/LAPI/V1.0/System/DeviceBasicInfo", "/doc/page/login.asp", "/nowhere"):  # fmt: skip
            yield get(path)
        for operation in (
            "GetSystemDateAndTime",
            "GetServices",
            "GetCapabilities",
            "GetHostname",
            "GetDeviceInformation",
        ):
            yield soap(operation)
        body = b'{"apiVersion":"1.0","method":"getAllUnrestrictedProperties"}'
        yield b"POST /axis-cgi/basicdeviceinfo.cgi HTTP/1.1\r\nHost: d\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    elif service.protocol == "rtsp":
        for method in ("OPTIONS", "DESCRIBE"):
            yield f"{method} rtsp://{placed.address}/ RTSP/1.0\r\nCSeq: 1\r\n\r\n".encode()
    elif service.protocol == "sdk-8000":
        yield b""


def test_every_service_of_every_device_answers_and_names_loopback_only():
    async def scenario():
        asked = 0
        async with LabSite() as site:
            for placed in site.placed:
                for service in placed.device.services:
                    if service.transport == "udp":
                        where = (placed.address, placed.port(service.port, "udp"))
                        replies = [data for data, _ in await ask_udp(where, DATAGRAMS[service.protocol])]
                    else:
                        replies = [
                            (await ask_tcp(placed, service, r, service.tls))[0] for r in all_requests(placed, service)
                        ]
                    for reply in replies:
                        asked += 1
                        assert_names_loopback_only(
                            reply.decode("utf-8", "replace"), placed.address, site.plan.elsewhere[0]
                        )
                    if service.transport == "udp" or service.protocol in {"http", "rtsp", "sdk-8000"}:
                        assert replies, (placed.device.name, service)
                        assert all(replies), (placed.device.name, service)
            assert site.tripped == 0
        return asked

    assert run(scenario()) > 300


def test_binary_replies_hold_the_own_address():
    async def scenario():
        async with LabSite() as site:
            xm, vivotek, ubnt = (site.at(n) for n in ("shop-xm-dvr", "lab-vivotek", "porch-ubiquiti"))
            ((reply, sender),) = await ask_udp((xm.address, xm.port(34569, "udp")), DATAGRAMS["xiongmai"])
            assert sender[0] == xm.address
            assert struct.unpack_from("<H", reply, 14)[0] == 1531
            assert struct.unpack_from("<I", reply, 16)[0] == len(reply) - 20
            common = json.loads(reply[20:].rstrip(b"\n\0"))["NetWork.NetCommon"]
            assert socket.inet_ntoa(int(common["HostIP"], 16).to_bytes(4, "little")) == xm.address
            for placed, port, request in ((vivotek, 10_000, b"\x01abcd"), (ubnt, 10_001, b"\x01\0\0\0")):
                ((reply, _),) = await ask_udp((placed.address, placed.port(port, "udp")), request)
                assert socket.inet_aton(placed.address) in reply

    run(scenario())


def test_multicast_reaches_all_devices_of_a_protocol_and_they_answer_from_their_own_address():
    async def scenario():
        async with LabSite() as site:
            if site.notes:
                pytest.skip("; ".join(site.notes))
            groups = {"sadp": ("239.255.255.250", 37020), "dhip": ("239.255.255.251", 37810),
                      "ws-discovery": ("239.255.255.250", 3702), "ssdp": ("239.255.255.250", 1900),
                      "mdns": ("224.0.0.251", 5353)}  # fmt: skip
            for protocol, (group, port) in groups.items():
                where = (group, site.plan.base + port % 10_000)
                got = await ask_udp(where, DATAGRAMS[protocol], 0.4, many=True)
                members = {p.address for p in site.placed if any(s.protocol == protocol for s in p.device.services)}
                assert {sender[0] for _, sender in got} == members, protocol

    run(scenario())


def test_a_typed_probe_is_answered_by_cameras_and_not_by_printers_or_computers():
    async def scenario():
        async with LabSite() as site:
            camera, printer = site.at("hall-dahua"), site.at("copy-room-printer")
            typed = (PROBE % '<d:Types xmlns:dn="x">dn:NetworkVideoTransmitter</d:Types>').encode()
            assert await ask_udp((camera.address, camera.port(3702, "udp")), typed)
            assert not await ask_udp((printer.address, printer.port(3702, "udp")), typed, 0.3)
            ((reply, _),) = await ask_udp((printer.address, printer.port(3702, "udp")), DATAGRAMS["ws-discovery"])
            assert b"wprt:PrintDeviceType" in reply
            assert b"urn:uuid:11111111-2222-4333-8444-555555555555" in reply

    run(scenario())


def test_write_verbs_get_no_answer_and_are_in_the_log():
    async def scenario():
        async with LabSite() as site:
            placed = site.at("spare-cam")
            verb = SADP.replace(b"inquiry", b"activate")
            assert not await ask_udp((placed.address, placed.port(37020, "udp")), verb, 0.3)
            assert [s.request for s in site.log if s.device == "spare-cam"] == [verb]
            dahua = site.at("hall-dahua")
            verb = DHIP.replace(b"DHDiscover.search", b"DHDiscover.setCon")
            assert not await ask_udp((dahua.address, dahua.port(37810, "udp")), verb, 0.3)

    run(scenario())


def test_hikvision_pages():
    async def scenario():
        async with LabSite() as site:
            spare, gate, hilook = site.at("spare-cam"), site.at("gate-cam"), site.at("corridor-hilook")
            http = spare.device.services[0]
            reply, _ = await ask_tcp(spare, http, get("/SDK/activateStatus"))
            assert b"<Activated>false</Activated>" in reply
            reply, _ = await ask_tcp(gate, http, get())
            assert b"Server: App-webs/\r\n" in reply
            reply, _ = await ask_tcp(gate, http, get("/ISAPI/System/deviceInfo"))
            assert reply.startswith(b"HTTP/1.1 401 ")
            assert b'realm="IP Camera(C7731)"' in reply
            reply, _ = await ask_tcp(hilook, http, get("/ISAPI/System/deviceInfo"))
            assert b"http://www.isapi.org/ver20/XMLSchema" in reply
            assert b"ikvision" not in reply

    run(scenario())


def test_rebrands_hide_the_makers_name_in_everything_they_say():
    async def scenario():
        async with LabSite() as site:
            for placed in site.placed:
                if "hikvision" in placed.device.kind and placed.device.brand != "hikvision":
                    http = placed.device.services[0]
                    texts = [(await ask_tcp(placed, http, r))[0] for r in all_requests(placed, http)]
                    texts += [d for d, _ in await ask_udp((placed.address, placed.port(37020, "udp")), SADP)]
                    assert b"hikvision" not in b"".join(texts).lower(), placed.device.name

    run(scenario())


def test_certificates_are_self_signed_stable_and_tell_the_subject():
    async def scenario():
        seen = []
        for _ in range(2):
            async with LabSite(multicast=False) as site:
                nvr = site.at("basement-nvr")
                service = next(s for s in nvr.device.services if s.tls)
                reply, certificate = await ask_tcp(nvr, service, get(), tls=True)
                assert reply.startswith(b"HTTP/1.1 200 ")
                seen.append(certificate)
        assert seen[0] == seen[1]
        parsed = x509.load_der_x509_certificate(seen[0])
        assert parsed.issuer == parsed.subject
        assert "CN=www.hikvision.com" in parsed.subject.rfc4514_string()

    run(scenario())


def test_port_8000_greets_unasked_and_otherwise_after_foreign_data():
    async def scenario():
        async with LabSite() as site:
            placed = site.at("gate-cam")
            service = next(s for s in placed.device.services if s.protocol == "sdk-8000")
            assert (await ask_tcp(placed, service, b""))[0] == struct.pack(">IIII", 16, 0x1E, 0x1E, 0)
            assert (await ask_tcp(placed, service, b"\0\0\0\x2f"))[0] == struct.pack(">IIII", 16, 0x0D, 0x0D, 0)

    run(scenario())


def test_the_onvif_clock_runs_from_the_given_time():
    async def scenario():
        async with LabSite() as site:
            placed = site.at("lobby-cam")
            reply, _ = await ask_tcp(placed, placed.device.services[0], soap("GetSystemDateAndTime"))
            assert b"<tt:Year>2026</tt:Year><tt:Month>11</tt:Month><tt:Day>23</tt:Day>" in reply
            reply, _ = await ask_tcp(placed, placed.device.services[0], soap("GetDeviceInformation"))
            assert reply.startswith(b"HTTP/1.1 401 ")
            uniview = site.at("ramp-uniview")
            reply, _ = await ask_tcp(uniview, uniview.device.services[0], soap("GetDeviceInformation"))
            assert reply.startswith(b"HTTP/1.1 400 ")
            assert b"ter:NotAuthorized" in reply

    run(scenario())


@pytest.mark.parametrize(
    "junk", [b"\r\n\r\n", b"GET\r\n\r\n", b"\x00\xff\r\n\r\n", b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n"]
)
def test_junk_harms_no_device(junk):
    async def scenario():
        async with LabSite(DEVICES[:1]) as site:
            placed = site.placed[0]
            for service in placed.device.services:
                if service.protocol == "http":
                    await ask_tcp(placed, service, junk)
                elif service.transport == "udp":
                    where = (placed.address, placed.port(service.port, "udp"))
                    assert not await ask_udp(where, junk, 0.1)
            reply, _ = await ask_tcp(placed, placed.device.services[0], get())
            assert reply.startswith(b"HTTP/1.1 200 ")

    run(scenario())
