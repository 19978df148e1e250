"""Observations made up for benchmarks: texts of our own in the shape of what web servers, routers, printers, name
servers and cameras answer. The same number always gives the same observation.

`distinct` of 10 % means: the number of different replies is a tenth of the number of rows. Each different reply occurs
at least once; the rest of the rows repeat them unevenly (the first hundredth of the replies makes about a fifth of the
rows), as scans of real networks do. `cameras` is the share of different replies that cameras and recorders send.
"""

from __future__ import annotations

from collections.abc import Iterator

BODY = (
    '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
    '<link rel="stylesheet" href="/static/site.{n}.css">\n</head>\n<body>\n<h1>{title}</h1>\n<p>{text}</p>\n'
    '<script src="/static/app.{n}.js"></script>\n</body>\n</html>\n'
)
SERVERS = ("nginx/1.{a}.{b}", "Apache/2.4.{a} (Debian)", "nginx", "Microsoft-IIS/10.0", "lighttpd/1.4.{a}", "openresty",
           "Apache", "cloudflare", "Caddy", "Jetty(9.4.{a})", "gunicorn/20.{b}.0", "LiteSpeed", "ExampleServe/{a}.{b}")  # fmt: skip
TITLES = ("Welcome", "Example company {n}", "Sign in", "Index of /", "404 Not Found", "Shop number {n}", "Login", "Home",
          "host-{n}.example.net", "403 Forbidden", "Under construction", "Dashboard · {n}")  # fmt: skip
EMBEDDED = (
    ("micro_httpd", "", "Basic", "Example Wireless Router EX{a}00"), ("RomPager/4.07 UPnP/1.0", "", "Basic", "DSL-{a}{b}0"),
    ("GoAhead-Webs", "Router setup", "", ""), ("HTTPD", "Home Gateway {n}", "", ""), ("", "RouterOS", "", ""),
    ("Boa/0.94.14rc21", "", "Basic", "Access to the switch {n}"), ("", "FRITZ!Box 7590", "", ""),
    ("mini_httpd/1.19", "", "Digest", "AP-{n}"), ("lighttpd/1.4.{a}", "OpenWrt - LuCI", "", ""),
    ("EWS-NIC4/15.{a}", "Printer {n}", "", ""), ("", "HP LaserJet M{a}{b}0", "", ""), ("Virata-EmWeb/R6_2_1", "", "", ""),
)  # fmt: skip
CAMERAS = (
    ("http", ('HTTP/1.1 200 OK\r\nDate: {date}\r\nServer: App-webs/\r\nETag: "{etag}"\r\nContent-Length: 481\r\n'
     "Content-Type: text/html\r\nConnection: close\r\n\r\n<!doctype html>\n<html>\n<head>\n<title>index</title></head>\n"
     '<script>window.location.href = "/doc/page/login.asp?_" + (new Date()).getTime();</script>\n</html>')),
    ("http", ("HTTP/1.1 401 Unauthorized\r\nDate: {date}\r\nServer: webs\r\nX-Frame-Options: SAMEORIGIN\r\nContent-Length: 178\r\n"
     'WWW-Authenticate: Digest qop="auth", realm="IP Camera(C{a}{b}23)", nonce="{nonce}", stale="FALSE"\r\n\r\n')),
    ("http", ("HTTP/1.1 200 OK\r\nCONTENT-LENGTH: 2210\r\nCONTENT-TYPE: text/html\r\nP3P: CP=CAO\r\n\r\n<html>\n<head>\n"
     '<title>WEB SERVICE</title>\n<script src="/jsCore/rpcCore.js?v={n}"></script></head></html>')),
    ("rtsp", ("RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nDate: {date}\r\n"
     'WWW-Authenticate: Digest realm="Login to {serial}", nonce="{nonce}"\r\n\r\n')),
    ("rtsp", "RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: Dahua Rtsp Server\r\nPublic: OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY\r\n\r\n"),
    ("rtsp", ('RTSP/1.0 401 Unauthorized\r\nCSeq: 2\r\nWWW-Authenticate: Digest realm="IP Camera({a}{b}71)", nonce="{nonce}"\r\n'
     "Date:  {date}\r\n\r\n")),
    ("onvif-scopes", ('<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
     'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery">'
     "<s:Header><a:MessageID>urn:uuid:{uuid}</a:MessageID></s:Header><s:Body><d:ProbeMatches><d:ProbeMatch>"
     "<a:EndpointReference><a:Address>urn:uuid:{own}</a:Address></a:EndpointReference>"
     "<d:Scopes>onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/hardware/DS-2CD2{a}{b}3G2-I "
     "onvif://www.onvif.org/name/HIKVISION%20DS-2CD2{a}{b}3G2-I</d:Scopes>"
     "<d:XAddrs>http://192.0.2.{b}/onvif/device_service</d:XAddrs></d:ProbeMatch></d:ProbeMatches></s:Body></s:Envelope>")),
    ("http", ("HTTP/1.1 401 Unauthorized\r\nDate: {date}\r\nServer: Apache\r\n"
     'WWW-Authenticate: Digest realm="AXIS_ACCC8E{serial:.6}", nonce="{nonce}", algorithm=MD5, qop="auth"\r\n\r\n')),
)  # fmt: skip
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Numbers:
    """A small generator of numbers (SplitMix64): the same seed gives the same numbers everywhere."""

    def __init__(self, seed: int) -> None:
        self._state = seed * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF

    def next(self) -> int:
        self._state = self._state + 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF
        value = self._state
        value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
        value = (value ^ value >> 27) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
        return value ^ value >> 31


def reply(number: int, cameras: float, when: int = 0) -> tuple[str, str]:
    """Probe and raw text of reply `number`; `when` shifts its date alone."""
    draw = Numbers(number)
    share = draw.next() % 10_000 / 10_000
    second = (draw.next() + when) % 86_400
    told = {
        "n": number, "a": draw.next() % 40, "b": draw.next() % 10, "etag": f"{draw.next():x}", "nonce": f"{draw.next():032x}",
        "serial": f"{draw.next():016X}"[:14], "uuid": _uuid(draw.next()), "own": _uuid(draw.next()),
        "date": f"{DAYS[second % 7]}, 23 Nov 2026 {second // 3600:02}:{second // 60 % 60:02}:{second % 60:02} GMT",
    }  # fmt: skip
    pick = draw.next()
    if share < cameras:
        probe, text = CAMERAS[pick % len(CAMERAS)]
        return probe, text.format_map(told)
    share = (share - cameras) / (1 - cameras)
    if share < 0.62:
        return "http", _site(pick, told)
    if share < 0.80:
        return "http", _embedded(pick, told)
    return _other(share, pick, told)


def _uuid(number: int) -> str:
    text = f"{number:016x}" * 2
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-8{text[17:20]}-{text[20:32]}"


def _site(pick: int, told: dict[str, object]) -> str:
    server = SERVERS[pick % len(SERVERS)].format_map(told)
    title = TITLES[pick // 16 % len(TITLES)].format_map(told)
    if pick // 256 % 5 == 0:
        location = f"https://host-{told['n']}.example.net/"
        return (
            f"HTTP/1.1 301 Moved Permanently\r\nServer: {server}\r\nDate: {told['date']}\r\nContent-Type: text/html\r\n"
            f"Content-Length: 162\r\nConnection: close\r\nLocation: {location}\r\n\r\n"
            "<html>\r\n<head><title>301 Moved Permanently</title></head>\r\n<body>moved</body>\r\n</html>\r\n"
        )
    page = BODY.format(
        title=title, n=told["n"], text="A page of no interest to anybody, kept short. " * (1 + pick // 4096 % 4)
    )
    return (
        f"HTTP/1.1 200 OK\r\nServer: {server}\r\nDate: {told['date']}\r\nContent-Type: text/html; charset=utf-8\r\n"
        f'Content-Length: {len(page)}\r\nLast-Modified: {told["date"]}\r\nConnection: close\r\nETag: "{told["etag"]}"\r\n'
        f"Accept-Ranges: bytes\r\n\r\n{page}"
    )


def _embedded(pick: int, told: dict[str, object]) -> str:
    server, title, scheme, realm = (part.format_map(told) for part in EMBEDDED[pick % len(EMBEDDED)])
    nonce = f', nonce="{told["nonce"]}", qop="auth"' if scheme == "Digest" else ""
    lines = [f"Server: {server}"] if server else []
    lines += [f"Date: {told['date']}", "Content-Type: text/html", "Cache-Control: no-cache"]
    lines += [f'WWW-Authenticate: {scheme} realm="{realm}"{nonce}'] if scheme else []
    status = "401 Unauthorized" if scheme else "200 OK"
    page = f"<html><head><title>{title or '401 Unauthorized'}</title></head><body>{told['n']}</body></html>"
    return f"HTTP/1.1 {status}\r\n" + "\r\n".join(lines) + f"\r\n\r\n{page}"


def _other(share: float, pick: int, told: dict[str, object]) -> tuple[str, str]:
    number = told["n"]
    if share < 0.88:
        name = f"host-{number}.example.net"
        return (
            "tls-cert",
            f"subject=CN = {name}\nissuer=C = US, O = Example Trust, CN = R{told['b']}\nserial={told['etag']}",
        )
    if share < 0.92:
        return (
            "ftp",
            f"220 ({'vsFTPd 3.0.' + str(told['b']) if pick % 2 else 'ProFTPD Server'}) host-{number} ready.\r\n",
        )
    if share < 0.96:
        text = (
            "Linux host-{n} 5.10.0-{b}-amd64 #1 SMP x86_64",
            "Example switch software, version 12.{a}({b})E",
            "JETDIRECT,FW {n}",
        )
        return "snmp", f".1.3.6.1.2.1.1.1.0 = STRING: {text[pick % 3].format_map(told)}"
    return "rtsp", f"RTSP/1.0 200 OK\r\nCSeq: 1\r\nServer: VLC/3.0.{told['b']}\r\nPublic: DESCRIBE,SETUP,PLAY\r\n\r\n"


def numbers(rows: int, distinct: float) -> Iterator[int]:
    """The number of the reply of each row."""
    different = max(1, round(rows * distinct))
    draw = Numbers(7)
    spare = rows - different
    given = 0
    for row in range(rows):
        if given < different and (spare == 0 or row * different >= given * rows):
            yield given
            given += 1
        else:
            spare -= 1
            part = draw.next() / (1 << 64)
            yield int(part * part * part * max(given, 1)) % max(given, 1)
