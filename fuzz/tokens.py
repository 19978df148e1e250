"""Words of the formats that mutations splice in, and the dictionary that a guided fuzzer reads."""

from __future__ import annotations

__all__ = ["TOKENS", "dictionary"]

TOKENS: tuple[bytes, ...] = (
    b"\r\n", b"\n\n", b"<", b">", b"</", b"<a>" * 50, b"{", b"[" * 200, b'"', b"\0", b"\xff", b"=", b": ", b"<!DOCTYPE x [",
    b"<!ENTITY a 'b'>", b"&a;", b"&#0;", b"&#x41;", b"&lt;", b"\xef\xbb\xbf", b"\x1f\x8b\x08", b"Transfer-Encoding: chunked\r\n",
    b"Content-Encoding: gzip\r\n", b"99999999999", b"-1", b"%00", b"xmlns='", b"\\ud800", b"\\r\\n", b"\\x41", b"\xe2\x80\xae",
    b"A" * 3000, b" " * 3000, b"HTTP/1.1 200 OK\r\n", b"RTSP/1.0 401 Unauthorized\r\n", b'WWW-Authenticate: Digest realm="',
    b"SIP/2.0 200 OK\r\n", b"NOTIFY * HTTP/1.1\r\n", b"Server: ", b"Location: ", b'<?xml version="1.0"?>', b"<DeviceInfo>",
    b"<ProbeMatch>", b"<s:Envelope><s:Body>", b"<s:Fault>", b"onvif://www.onvif.org/name/", b"urn:uuid:", b"uuid:",
    b"\x20\0\0\0DHIP", b"\xf6\0", b"\xb0\1", b"\xb3\0", b"MHED", b"MO_I", b"\xff\1\0\0", b"\x99\x39\xa4\x27", b"\x44\x48\1\x08",
    b"\x63\x82\x53\x63", b"\x30\x82", b"-----BEGIN CERTIFICATE-----\n", b"subject=", b"Issuer: ", b"DNS:", b".1.3.6.1.2.1.1.1.0 = STRING: ",
    b"Hex-STRING: ", b"OID: ", b"|4x|", b"v=0\r\n", b"a=control:", b"s=", b"{SN:", b",SC:", b"password=", b"0x", b"> ", b"< ",
    b"2026-01-01 00:00:00 ", b"b'", b"_http._tcp", b'txt = ["a=b"]', b"GET / HTTP/1.1\r\n", b'"headers": {', b'"Server": "',
    b"table.RemoteDevice[0].", b"root.Brand.", b"00:00:5e:00:53:01", b"192.0.2.10", b"<title>", b"<script src=", b"http-equiv=refresh",
    b"\0\0\1\0", b'{"id": "o1", "probe": "', b'"raw": "', b'"encoding": "base64"', b'"fields": {',
)  # fmt: skip


def dictionary() -> str:
    """The words in libFuzzer's form: one quoted text a line, with every byte escaped."""
    words = ("".join(f"\\x{byte:02X}" for byte in token) for token in TOKENS if len(token) <= 64)
    return "".join(f'"{word}"\n' for word in words)
