"""Taking secrets out of foreign text before anything is stored: the fact that one was present stays.

A reader of evidence needs to know that a credential was exported, never which one.
"""

from __future__ import annotations

import re

__all__ = ["REMOVED", "is_secret_name", "strip_bytes", "strip_text"]

REMOVED = "[removed]"
_WORDS = [
    "password",
    "passwd",
    "passwort",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "community",
    "psk",
    "credential",
    "motdepasse",
    "motpasse",
    "communaute",
    "verificationcode",
    "safecode",
    "codeverification",
    "codedeverification",
    "authorization",
    "cookie",
    "userinfo",
    "apikey",
    "privatekey",
    "accesskey",
    "encryptionkey",
    "licensekey",
    "licencekey",
    "securitykey",
    "sharedkey",
    "wifikey",
]
_TOKENS = frozenset(["pw", "pass", "pwd", "mdp", "psk", "pin"])
_EXACT = frozenset(("key", "cle"))
_USERS = ["username", "user", "login", "loginname", "userid", "utilisateur", "identifiant"]
_NAME = (
    rb"(?:password|passwd|pwd|passphrase|secret|verification_?code|safe_?code|api_?key|access_?token|auth_?token|"
    rb"user_?info)"
)
_MARK = REMOVED.encode()

_URL_USERINFO = re.compile(rb"(?i)\b([a-z][a-z0-9+.\-]{1,15}://)[^\s/\"'<>]+@")
_URL_QUERY = re.compile(
    rb"(?i)([?&;](?:user|usr|username|loginuse|login|pass|pwd|password|loginpas|passwd|token|auth|key)=)[^&\s\"'<>#]+"
)
_HEADER = re.compile(rb"(?im)^([ \t]*(?:proxy-)?(?:authorization|cookie)[ \t]*:)[^\r\n]*")
_SET_COOKIE = re.compile(rb"(?im)^([ \t]*set-cookie2?[ \t]*:[ \t]*[^=;\r\n]+=)[^;\r\n]*")
_ELEMENT = re.compile(rb"(?i)(<(?:[a-z0-9_\-]{1,40}:)?" + _NAME + rb"(?:\s[^<>]{0,200})?>)[^<]+(?=</)")
_USER_ELEMENT = re.compile(rb"(?i)(<(?:[a-z0-9_\-]{1,40}:)?user_?name(?:\s[^<>]{0,200})?>)[^<]+(?=</)")
_JSON = re.compile(rb"(?i)(\"" + _NAME + rb"\"\s*:\s*)\"(?:[^\"\\\r\n]|\\.)+\"")
_PAIR = re.compile(rb"(?im)^([\w.\[\]\-]{0,120}" + _NAME + rb"[\w\]]{0,8}[ \t]*=[ \t]*)[^\r\n]+$")


def is_secret_name(name: str, *, beside_secret: bool = False) -> bool:
    """Whether a column, key or header of this name holds a secret.

    `beside_secret`: the row also has a secret column, so that a user name belongs to it.
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).casefold().replace("é", "e")
    tokens = [token for token in re.split(r"[\W_]+", spaced) if token]
    plain = "".join(tokens)
    if plain in _EXACT or not _TOKENS.isdisjoint(tokens) or any(word in plain for word in _WORDS):
        return True
    return beside_secret and any(plain.endswith(word) for word in _USERS)


def strip_bytes(raw: bytes) -> bytes:
    """Take the values of credentials, cookies and tokens out of a reply; a reply without any is returned as it is.

    Cookie names stay (they tell firmware apart).
    """
    if b"://" in raw:
        raw = _URL_USERINFO.sub(rb"\1" + _MARK + b"@", raw)
    if b"=" in raw:
        raw = _URL_QUERY.sub(rb"\1" + _MARK, raw)
        raw = _SET_COOKIE.sub(rb"\1" + _MARK, raw)
        raw = _PAIR.sub(rb"\1" + _MARK, raw)
    if b":" in raw:
        raw = _HEADER.sub(rb"\1 " + _MARK, raw)
        raw = _JSON.sub(rb'\1"' + _MARK + b'"', raw)
    if b"</" in raw:
        raw, removed = _ELEMENT.subn(rb"\1" + _MARK, raw)
        if removed:  # a user name is a secret beside a password
            raw = _USER_ELEMENT.sub(rb"\1" + _MARK, raw)
    return raw


def strip_text(text: str) -> str:
    """`strip_bytes` for one text."""
    if "=" not in text and ":" not in text and "</" not in text:
        return text
    return strip_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")
