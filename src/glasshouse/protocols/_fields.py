"""Collects what a decoder finds, within bounds: spans that hold to the byte, no secret, no repeated value.

Every decoder writes through `Fields`, so that the promises of a decoded value are kept in one place: a span is
given only where the bytes there read as the value; a value whose name looks like a password, token or key is
dropped; a value that holds a password in its text is masked; sizes and counts are bounded.
"""

from __future__ import annotations

import re
from functools import lru_cache

from glasshouse.model.protocol import Decoded

__all__ = ["MAX_BYTES", "MAX_FIELDS", "MAX_TEXT", "MAX_VALUE", "Fields", "is_secret", "mask", "text_of"]

MAX_BYTES = 262_144  # bytes of one reply that are looked at
MAX_FIELDS = 400  # values of one reply
MAX_VALUE = 4_096  # characters of one value
MAX_TEXT = 65_536  # characters of a value that is a whole text (body, SDP, free text)

_NAME_LIMIT = 128
_UNSAFE_IN_NAME = re.compile(r"[^A-Za-z0-9._:@/\[\]-]")
_SECRET_NAME = re.compile(
    r"pass(?:w(?:or)?d|phrase|code)|pwd|secret|token|community|credential|authorization|verif(?:y|ication)?[_ -]?code"
    r"|(?:safe(?:ty)?|security)[_ -]?code|user_?name|nonce|opaque|salt|cookie2?$|session[_ -]?(?:id|key)|csrf"
    r"|(?:setup|pin|verify)_?code|(?:^|[._-])(?:psk|key|user|sid|pin|wpa)$|(?:^|[_-])session$"
    r"|(?:wi-?fi|wlan|wpa2?|api|auth|access|private|encrypt(?:ion)?|shared|aes|rsa)[_ -]?(?:key|psk)",
    re.IGNORECASE,
)
_SAYS_ONLY_WHETHER = re.compile(r"(?:true|false|yes|no|on|off|enabled?|disabled?)\Z", re.IGNORECASE)
_FOLLOWS = re.compile(r"[=:<\r\n\\\uff1a]|&lt;")
_BEFORE_KEY = (
    "wifi",
    "wi-fi",
    "wlan",
    "wpa",
    "wpa2",
    "api",
    "auth",
    "access",
    "private",
    "encryption",
    "encrypt",
    "shared",
)
_BEFORE_CODE = ("verification", "verify", "verif", "safety", "safe", "security", "pin")
_NAMES = (
    "passphrase", "password", "passcode", "passwd", "pass", "pwd", "secret", "token", "community", "psk", "pin",
    "\u9a8c\u8bc1\u7801", "\u5b89\u5168\u7801", "session", "sess", r"\?auth", "&auth",
)  # fmt: skip
# Every branch begins with a letter of its own, in lower case: the engine then skips to the letters that can begin one.
_NAMED = "|".join(
    [
        *(f"{word}[ _-]?key" for word in _BEFORE_KEY),
        *(f"{word}[ _-]?code" for word in _BEFORE_CODE),
        *(f"{word}[ _-]?(?:id|key)" for word in ("session", "sess")),
        *_NAMES,
    ]
)
_MARKS = ("pass", "pwd", "secret", "token", "community", "psk", "code", "key", "sess", "pin", "\u7801", "auth")
# What a secret follows, by the texts of which one must be there; group 1 stays, the rest of the match is the secret.
_RULES: tuple[tuple[tuple[str, ...], re.Pattern[str]], ...] = (
    (
        _MARKS,
        re.compile(
            rf"((?:{_NAMED})[\d.]{{0,8}}\\?[\"']?[ \t]{{0,3}}[=:\uff1a][ \t]{{0,3}}(?:string: )?)"
            r"(?:\\?\"[^\"\r\n]{1,128}\"|\\?'[^'\r\n\\]{1,128}\\?'|[^\s\"'&;,<>(){}]{1,128})"
        ),
    ),
    (
        _MARKS,
        re.compile(
            r"((?:<|&lt;)[a-z0-9_:]{0,40}(?:pass(?:word|wd|phrase|code)|pwd|secret|token|session_?id|community|psk"
            r"|(?:wi-?fi|wlan|wpa|api|auth|access|private|encryption|shared)_?key|(?:verification|safety|security|pin)_?code)"
            r"[a-z0-9_]{0,40}(?:\s[^<>]{0,200})?(?:>|&gt;))[^<]{1,256}?(?=<|&lt;)"
        ),
    ),
    (("://",), re.compile(r"(://[^\s/@:]{1,64}:)[^\s/@]{1,64}(?=@)")),
    (
        ("authorization", "cookie"),
        re.compile(r"((?:authorization|cookie2?)[\"']?[ \t]{0,3}[:=][ \t]{0,3})[^\r\n]{1,600}"),
    ),
    (("sc:",), re.compile(r"([{,]\s{0,2}sc:)[^,{}\s]{1,40}")),
)
_LABEL_LINES = re.compile(
    r"((?<![A-Z0-9])(?=[A-Z0-9]{0,8}\d)[A-Z0-9]{9}(?:\r\n?|\n|\\r(?:\\n)?|\\n))[A-Z]{6}(?=[\r\n\\]|\Z)"
)
_LABEL_TEXT = 4_096  # characters: a text with a label in it is short
_LABEL_CODE = re.compile(
    rb"(?<![A-Z0-9])(?=[A-Z0-9]{0,8}\d)[A-Z0-9]{9}(?:\r\n?|\n|\\r(?:\\n)?|\\n)([A-Z]{6})(?=[\r\n\\]|\Z)|[{,]\s{0,2}SC:([^,{}\s]{1,40})"
)
_LABEL_SIZE = 400  # bytes: what a square code of a label holds is shorter


def text_of(data: bytes) -> str:
    """Bytes as text: UTF-8, with U+FFFD for what is none. Never raises."""
    return data.decode("utf-8", "replace")


@lru_cache(maxsize=4_096)
def _names_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def is_secret(name: str, value: str) -> bool:
    """Whether a value must be dropped for its name; a mere yes or no about a password is no secret."""
    return _names_secret(name) and _SAYS_ONLY_WHETHER.match(value) is None


def mask(text: str) -> str:
    """The text with passwords, codes, tokens and URL user information replaced by `***`."""
    if _FOLLOWS.search(text) is None:
        return text  # no secret without a mark that it follows
    if len(text) <= _LABEL_TEXT:
        text = _LABEL_LINES.sub(r"\1***", text)
    lowered = _lower(text)
    for marks, pattern in _RULES:
        for mark in marks:
            if mark in lowered:
                shown = _masked(pattern, text, lowered)
                if shown is not text:
                    text, lowered = shown, _lower(shown)
                break
    return text


def _lower(text: str) -> str:
    """The text with A to Z in lower case: as many characters, so that a place in one is the place in the other."""
    return (
        text.lower()
        if text.isascii()
        else text.encode("utf-8", "surrogatepass").lower().decode("utf-8", "surrogatepass")
    )


def _masked(pattern: re.Pattern[str], text: str, lowered: str) -> str:
    kept: list[str] = []
    at = 0
    for found in pattern.finditer(lowered):
        kept += (text[at : found.end(1)], "***")
        at = found.end()
    return "".join((*kept, text[at:])) if kept else text


def _clean(value: str, limit: int) -> str:
    text = value.strip(" \t\r\n\0\v\f\ufeff")[:limit]
    if text.isascii() and "\0" not in text:
        return text
    text = text.replace("\0", "\ufffd")
    return text.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate from JSON could not be stored


@lru_cache(maxsize=4_096)
def _safe_name(name: str) -> str:
    return _UNSAFE_IN_NAME.sub("-", name[:_NAME_LIMIT])


class Fields:
    """The values found so far in `raw`, in order of discovery."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self._found: list[Decoded] = []
        self._seen: set[tuple[str, str]] = set()
        # A label's code stands on a line of its own: read line by line, nothing beside it would tell what it is.
        code = _LABEL_CODE.search(raw) if len(raw) <= _LABEL_SIZE else None
        self._code = None if code is None else text_of(code[code.lastindex or 0])

    def add(
        self, name: str, value: str, start: int | None = None, end: int | None = None, *, limit: int = MAX_VALUE
    ) -> None:
        """Add a value found at `raw[start:end]` (or within it); an empty, secret or repeated one is left out."""
        text = _clean(value, limit)
        if not text or len(self._found) >= MAX_FIELDS or is_secret(name.partition(".")[2] or name, text):
            return
        name = _safe_name(name)
        shown = mask(text)
        if self._code is not None:
            shown = shown.replace(self._code, "***")
        if (name, shown) in self._seen:
            return
        self._seen.add((name, shown))
        self._found.append(Decoded(name, shown, *self._span(shown, start, end)))

    def _span(self, text: str, start: int | None, end: int | None) -> tuple[int, int] | tuple[None, None]:
        if start is None or end is None:
            return None, None
        piece = self.raw[start:end]
        if text_of(piece) == text:
            return start, start + len(piece)
        wanted = text.encode()
        at = piece.find(wanted)
        return (None, None) if at < 0 else (start + at, start + at + len(wanted))

    def names(self) -> frozenset[str]:
        """The names found so far."""
        return frozenset(item.name for item in self._found)

    def done(self) -> tuple[Decoded, ...]:
        """What was found."""
        return tuple(self._found)
