"""What senders make up anew for every message: ids of messages, and the time in the headers of a reply.

Messages that differ in nothing else are one content. What stands in the place of such a piece is as long as it, so
that no bound is met differently, and is itself such a piece, so that nothing is parsed differently.
"""

from __future__ import annotations

import re

__all__ = ["replaced", "shows"]

_LONGEST = 60_000  # bytes: below every bound that decoders set
_ID = b"00c0ffee-0000-4000-8000-0000000000aa"
_TIME = b"Thu, 01 Jan 1970 00:00:42 GMT"
_SHOWN = (_ID, _TIME.lower())
_IDS = re.compile(
    rb"((?:MessageID|RelatesTo)\b[^<>]{0,200}>\s{0,8}(?:urn:)?uuid:)[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?=\s{0,8}<)"
)
# RFC 9110, 5.6.7: the form that every sender has used since 1989
_TIMES = re.compile(
    rb"(\r\n(?:Date|DATE|date|Last-Modified|Expires): {1,4})(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d "
    rb"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT(?=\r\n)"
)


def replaced(raw: bytes) -> bytes:
    """The message with these pieces replaced; the message itself where there are none, or where they stand already."""
    if len(raw) > _LONGEST or shows(raw):
        return raw
    if raw.startswith((b"HTTP/1.", b"RTSP/1.0 ")):
        end = raw.find(b"\r\n\r\n") + 2
        return raw if end < 2 else _TIMES.sub(rb"\g<1>" + _TIME, raw[:end]) + raw[end:]
    return _IDS.sub(rb"\g<1>" + _ID, raw) if b"uuid:" in raw else raw


def shows(text: bytes) -> bool:
    """Whether a text holds what stands in the place of such a piece."""
    lowered = text.lower()
    return any(one in lowered for one in _SHOWN)
