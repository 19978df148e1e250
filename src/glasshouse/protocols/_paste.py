"""Replies that reached us out of shape: pasted, quoted, escaped, dumped in hexadecimal or base64, logged by a client.

`restored` gives back the bytes as the device sent them, as far as the text still tells; what is in shape already is
left alone. Every step is one pass over at most `MAX_BYTES`.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import json
import re
from collections.abc import Callable

from glasshouse.protocols._fields import MAX_BYTES, MAX_TEXT, text_of

__all__ = ["restored"]

MAX_ROUNDS = 3  # a hexadecimal dump of an escaped text is as deep as pastes were seen to be
_SHORTEST = 12  # bytes: shorter hexadecimal texts are addresses and serial numbers

_IN_SHAPE = re.compile(
    rb"\s{0,8}(?:HTTP/\d|RTSP/1|SIP/2|<[A-Za-z][\w:.-]{0,60}[\s/>]|<[!?]|\.?\d+\.\d|-----BEGIN|v=0|[A-Z]+ \S{1,300} HTTP/)"
)
_HEX = re.compile(
    rb"\s*(?:0x)?(?:\\x)?[0-9A-Fa-f]{2}(?:[\s:,|;-]{0,3}(?:0x|\\x)?[0-9A-Fa-f]{2}){11,}[\s,;]*", re.DOTALL
)
_DUMP_LINE = re.compile(
    rb"^[ \t]{0,8}(?:0x)?[0-9A-Fa-f]{4,8}:?[ \t]{1,4}([0-9A-Fa-f]{2,8}[ \t|][^\r\n]{0,200})", re.MULTILINE
)
_GROUP = re.compile(rb"([0-9A-Fa-f]{2,8})([ \t]{0,4})")
_BASE64 = re.compile(rb"\s*[A-Za-z0-9+/_-]{20,}(?:[\r\n]{1,2}[ \t]{0,8}[A-Za-z0-9+/_-]{2,})*={0,2}\s*", re.DOTALL)
_QUOTED = re.compile(rb"\s{0,8}[bru]{0,2}(\"|'|\"\"\"|''')(.*)\1[,;)\s]{0,8}", re.DOTALL)
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|([nrtbf0\"'/\\]))")
_PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"", b"f": b"\n", b"0": b"\0"}
_STAMP = rb"(?:\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?)"
_LOGGED = re.compile(
    rb"^[ \t]*"
    + _STAMP
    + rb"[ \t]*(?:\[?(?:DEBUG|INFO|WARN(?:ING)?|ERROR|TRACE)\]?:?[ \t]*)?(?:\[[^\]\r\n]{1,60}\][ \t]*)?",
    re.MULTILINE,
)
_QUOTE_MARK = re.compile(rb"^[ \t]{0,8}(?:>|\||\|_|//|#)[ \t]?", re.MULTILINE)
_NUMBERED = re.compile(rb"^[ \t]{0,6}\d{1,4}[:|\t][ \t]?", re.MULTILINE)
_FENCE = re.compile(rb"^[ \t]{0,8}(?:```|~~~)[^\r\n]{0,20}\r?\n?", re.MULTILINE)
_CURL_REPLY = re.compile(rb"^[ \t]{0,8}< ?([^\r\n]*\r?\n?)", re.MULTILINE)
_CURL_OTHER = re.compile(rb"^[ \t]{0,8}(?:[*>}{]|[<>] ?$|\d{1,3} +[\d.]+[kMG]? +\d)[^\r\n]*\r?\n?", re.MULTILINE)
_LEAD_IN = re.compile(
    rb"(?:^|[\s\"'`:>])((?:HTTP/\d(?:\.\d)?|RTSP/1\.0)[ \t]{1,4}\d{3}(?=[ \t\r\n])|<\?xml\s|<(?:[\w-]{1,24}:)?(?:Envelope|ProbeMatch|DeviceInfo|ActivateStatus)[\s>]"
    rb"|\{[\s]{0,40}[\"'][\w:.@-]{1,60}[\"']\s{0,4}:|-----BEGIN CERTIFICATE-----)"
)
_OBJECT_HEADER = re.compile(
    rb"""["'](?:server|www-authenticate|content-type|set-cookie)["']\s{0,4}[:,]\s{0,4}\[?["']""", re.IGNORECASE
)
_OBJECT_PAIR = re.compile(
    rb"""["']([A-Za-z][A-Za-z0-9-]{1,40})["']\s{0,4}[:,]\s{0,4}\[?(?:"((?:[^"\\\r\n]|\\.){0,2000})"|'((?:[^'\\\r\n]|\\.){0,2000})')"""
)
_HEADERS = frozenset(
    [
        "server", "www-authenticate", "content-type", "content-length", "set-cookie", "connection", "location", "date",
        "cache-control", "x-frame-options", "x-powered-by", "last-modified", "etag", "transfer-encoding",
    ]
)  # fmt: skip


def restored(raw: bytes) -> bytes | None:
    """The reply as it was sent, or None where `raw` is in shape or nothing better can be made of it. Never raises."""
    data = raw[:MAX_BYTES]
    for _ in range(MAX_ROUNDS):
        better = _once(data)
        if better is None or better == data or not better.strip():
            break
        data = better[:MAX_BYTES]
    return None if data == raw[:MAX_BYTES] else data


def _once(data: bytes) -> bytes | None:
    inside = _from_frame(data)
    if inside is not None:
        return inside
    if b"\0" in data[:4_096] or not data.strip():
        return None  # bytes as they came off the wire
    in_shape = _IN_SHAPE.match(data) is not None
    steps = _ALWAYS if in_shape else _STEPS
    return next((better for step in steps if (better := step(data)) is not None), None)


def _from_frame(data: bytes) -> bytes | None:
    """What a whole Ethernet or IPv4 packet carries by UDP or TCP (RFC 791, 768, 9293); lengths must agree."""
    at = 14 if data[12:14] == b"\x08\x00" and data[14:15] == b"\x45" else 0
    if data[at : at + 1] != b"\x45" or len(data) < at + 28:
        return None
    end = at + int.from_bytes(data[at + 2 : at + 4], "big")
    fragment = int.from_bytes(data[at + 6 : at + 8], "big") & 0x3FFF
    start = at + 20
    if not start < end <= len(data) or len(data) - end > _TRAILER or fragment:
        return None
    if data[at + 9] == _UDP and int.from_bytes(data[start + 4 : start + 6], "big") == end - start:
        return data[start + 8 : end] or None
    if data[at + 9] == _TCP and end >= start + 20 and 5 <= data[start + 12] >> 4 <= (end - start) // 4:
        return data[start + 4 * (data[start + 12] >> 4) : end] or None
    return None


_UDP, _TCP = 17, 6
_TRAILER = 46  # bytes after a short packet that fill its Ethernet frame


# --- dumps ----------------------------------------------------------------------------------------------------


def _from_hex(data: bytes) -> bytes | None:
    head = data[:4_096]
    if _HEX.fullmatch(data if len(data) <= MAX_TEXT else head) is not None:
        return _unhexed(data)
    lines = [_groups(found[1]) for found in _DUMP_LINE.finditer(data)]
    if not lines or len(lines) * 3 < data.count(b"\n") * 2:
        return None
    return _unhexed(b"".join(lines))


def _groups(line: bytes) -> bytes:
    """The hexadecimal groups of a line of a dump: alike in size, up to 16 bytes, before the column of characters."""
    found: list[bytes] = []
    at = 0
    while len(b"".join(found)) < 2 * _ROW and (group := _GROUP.match(line, at)) is not None:
        if found and len(group[1]) > len(found[0]):
            break
        found.append(group[1])
        at = group.end()
        halfway = len(b"".join(found)) == _ROW and len(found[0]) == 2  # eight bytes, a wider gap, eight more
        if len(group[2]) > (2 if halfway else 1) or not group[2]:
            break
    return b"".join(found)


_ROW = 16  # bytes a line


def _unhexed(text: bytes) -> bytes | None:
    digits = re.sub(rb"0x|\\x|[^0-9A-Fa-f]", b"", text)
    found = bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
    return found if len(found) >= _SHORTEST and not _is_number_text(digits) else None


def _is_number_text(digits: bytes) -> bool:
    return digits.isdigit() and len(digits) < 64  # a serial number of digits alone is no dump


def _from_base64(data: bytes) -> bytes | None:
    text = data.strip()
    if len(text) < 24 or _BASE64.fullmatch(text) is None:
        return None
    joined = b"".join(text.split()).translate(bytes.maketrans(b"-_", b"+/"))
    try:
        found = base64.b64decode(joined + b"=" * (-len(joined) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if _means_something(found) else None


def _means_something(data: bytes) -> bool:
    printable = sum(32 <= byte < 127 or byte in b"\r\n\t" for byte in data[:256])
    binary = data.startswith((b"\x30\x82", b"\x20\0\0\0DHIP", b"MHED", b"MO_I", b"\xff\1\0\0", b"\x1f\x8b"))
    return binary or _from_frame(data) is not None or printable >= 0.9 * len(data[:256])


# --- escapes --------------------------------------------------------------------------------------------------


def _from_escapes(data: bytes) -> bytes | None:
    quoted = _QUOTED.fullmatch(data[:MAX_BYTES])
    inside = quoted[2] if quoted else data
    literal = inside.count(b"\\r") + inside.count(b"\\n") + inside.count(b"\\x")
    document = inside.lstrip()[:1] in {b"{", b"["} and not inside.lstrip()[:40].startswith((b"{\\", b"[{\\", b"{ \\"))
    escaped_quotes = inside.lstrip()[:3] == b'{\\"' or b'=\\"' in inside[:300]
    if document or not (literal > max(inside.count(b"\n"), 0) or escaped_quotes or (quoted and literal)):
        return inside if quoted and not document and len(inside) > _SHORTEST and _IN_SHAPE.match(inside) else None
    return _ESCAPE.sub(_unescaped, inside)


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return bytes([int(found[1], 16)])
    if found[2]:
        return chr(int(found[2], 16)).encode("utf-8", "replace")
    return _PLAIN.get(found[3], found[3])


def _from_html(data: bytes) -> bytes | None:
    if b"&lt;" not in data[:4_096]:
        return None
    before = data[: data.find(b"&lt;")]
    if data.count(b"&lt;") < 2 or data.count(b"<") > 4 or (re.search(rb"HTTP/\d", before) and b"<" in before):
        return None
    plain = re.sub(rb"</?(?:pre|code|p|div|br)\b[^<>]{0,100}>", b"", data)
    return html.unescape(text_of(plain)).encode("utf-8", "replace")


def _from_utf16(data: bytes) -> bytes | None:
    if not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return None
    return data.decode("utf-16", "replace").encode("utf-8", "replace")


# --- marks before each line -----------------------------------------------------------------------------------


def _without_marks(data: bytes) -> bytes | None:
    if re.search(rb"^[ \t]{0,8}< ?(?:HTTP|RTSP)/", data[:MAX_TEXT], re.MULTILINE):
        body = _CURL_OTHER.sub(b"", data)
        return _CURL_REPLY.sub(rb"\1", body)
    if b"```" in data or b"~~~" in data:
        return _FENCE.sub(b"", data)
    for pattern in (_QUOTE_MARK, _LOGGED, _NUMBERED):
        lines = sum(1 for line in data.splitlines() if line.strip())
        marked = len(pattern.findall(data))
        if marked >= 2 and marked * 4 >= lines * 3:
            return pattern.sub(b"", data)
    return None


def _after_lead_in(data: bytes) -> bytes | None:
    found = _LEAD_IN.search(data[:8_192])
    if found is None or not data[: found.start(1)].strip(b" \t\r\n[({"):
        return None
    if found[1][:1] == b"{" and data.lstrip()[:1] in {b"{", b"["}:
        return None  # an object inside a list or another object
    return data[found.start(1) :]


# --- what a client logged as JSON or as its own object ----------------------------------------------------------


def _from_client_log(data: bytes) -> bytes | None:
    if data.lstrip()[:1] not in {b"{", b"["}:
        return None
    try:
        value = json.loads(text_of(data).strip(" \t\r\n\0\ufeff"), parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return _message(value, 0)


def _from_client_object(data: bytes) -> bytes | None:
    """Headers as a client program prints its own object: a dict, a multi-dict, a list of pairs."""
    found = _OBJECT_HEADER.search(data[:4_096])
    if found is None or re.search(rb"HTTP/\d", data[:4_096]):
        return None
    pairs = [(item[1], item[item.lastindex or 2]) for item in _OBJECT_PAIR.finditer(data[:MAX_TEXT])][:100]
    if sum(text_of(name).lower() in _HEADERS for name, _ in pairs) < 2:
        return None
    lines = [name + b": " + _ESCAPE.sub(_unescaped, value) for name, value in pairs]
    return b"HTTP/1.1 200 \r\n" + b"\r\n".join(lines) + b"\r\n\r\n"


def _message(value: object, depth: int) -> bytes | None:
    """A message that a scanner or a test recording keeps as JSON: its head and body, or its banner."""
    if isinstance(value, list) and value and depth < 6:
        return _message(value[0], depth + 1)
    if not isinstance(value, dict) or depth > 6:
        return None
    headers = _header_lines(value.get("headers") or value.get("responseHeaders") or value.get("response_headers"))
    if headers is None and sum(str(key).lower() in _HEADERS for key in value) >= 2:
        headers = _header_lines(value)
    if headers is not None:
        return _joined(value, headers)
    for key in ("data", "banner", "raw", "response", "pem", "certificate"):
        text = value.get(key)
        if isinstance(text, str) and (_IN_SHAPE.match(text.encode("utf-8", "replace")) or text.startswith("MII")):
            return text.encode("utf-8", "replace")
    inner = (
        "response",
        "http",
        "result",
        "data",
        "log",
        "entries",
        "tls",
        "handshake_log",
        "server_certificates",
        "certificate",
    )
    return next((found for key in inner if (found := _message(value.get(key), depth + 1)) is not None), None)


def _header_lines(headers: object) -> list[str] | None:
    pairs = _header_pairs(headers)
    if not any(name.lower().replace("_", "-") in _HEADERS for name, _ in pairs):
        return None
    lines: list[str] = []
    for name, item in pairs[:100]:
        for text in item if isinstance(item, list) else [item]:
            if isinstance(text, str) and len(lines) < 100:
                lines.append(f"{name.replace('_', '-')}: {' '.join(text.split())}")
    return lines


def _header_pairs(headers: object) -> list[tuple[str, object]]:
    if isinstance(headers, dict):
        return [(str(name), item) for name, item in headers.items() if str(name) not in {"body", "status", "url"}]
    pairs: list[tuple[str, object]] = []
    for item in headers[:100] if isinstance(headers, list) else ():
        if isinstance(item, dict) and "name" in item:
            pairs.append((str(item["name"]), item.get("value")))
        elif isinstance(item, list) and len(item) == 2:
            pairs.append((str(item[0]), item[1]))
    return pairs


def _joined(value: dict[str, object], headers: list[str]) -> bytes:
    code = next((str(value[key]) for key in ("status_code", "statusCode", "status", "code") if key in value), "200")
    code = code if re.fullmatch(r"\d{3}", code) else "200"
    body = value.get("body") or value.get("content") or value.get("text") or value.get("html") or ""
    if isinstance(body, dict):
        body = body.get("text") or body.get("string") or ""
    kept = [line for line in headers if not line.lower().startswith(("transfer-encoding:", "content-encoding:"))]
    head = "\r\n".join([f"HTTP/1.1 {code} ", *kept])
    return f"{head}\r\n\r\n{body if isinstance(body, str) else ''}".encode("utf-8", "replace")


Step = Callable[[bytes], bytes | None]
_ALWAYS: tuple[Step, ...] = (_from_escapes,)
_STEPS: tuple[Step, ...] = (
    _from_utf16, _from_client_log, _from_client_object, _from_html, _from_hex, _from_base64, _from_escapes, _without_marks, _after_lead_in,
)  # fmt: skip
