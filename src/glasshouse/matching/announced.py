"""Names of makers where a device announces itself: realm, banner, certificate, and short page titles.

A page may write about a maker without being its device, so a title counts only where it begins with the name, is short,
names one piece of video equipment and reads like no news; a certificate of a website does not count.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from glasshouse.matching.grammar import Reading
from glasshouse.matching.mentions import about_other_things
from glasshouse.matching.names import Names
from glasshouse.model.signal import Facet
from glasshouse.model.strength import Strength

__all__ = ["FIELDS", "MODELS", "brand"]

# Server and tool names are left out: they name who wrote the software, which is often not who sells the device.
_BANNERS = frozenset(
    (
        "http.realm",
        "rtsp.realm",
        "rtsp.sdp.session",
        "rtsp.sdp.information",
        "ftp.banner",
        "telnet.banner",
        "upnp.modelDescription",
        "sip.user-agent",
        "dhcp.vendor-class",
    )
)
FIELDS = _BANNERS | frozenset(("http.title", "tls.subject", "tls.issuer", "dhcp.hostname", "onvif.Hostname"))
"""The fields that `brand` reads."""
MODELS = frozenset(
    ("http.realm", "rtsp.realm", "http.title", "ftp.banner", "upnp.modelDescription", "dhcp.vendor-class")
)
"""Those of them where a model may follow the name."""

_EQUIPMENT = re.compile(
    r"(?i)\b(?:ip ?camera|ip ?cam|network camera|web ?cam(?:era)?|camera|caméra|nvr|dvr|video (?:server|encoder|recorder)"
    r"|network (?:dome|video recorder)|intercom)\b"
)
_SHOP = re.compile(r"(?i)[|»]|\b(?:buy|shop|price|prix|reviews?|best|vs|support|download|forum|manual|login to your)\b")
_WEBSITE = re.compile(r"(?i)\bCN=(?:www\.|\*\.|[^,]*\.(?:com|net|org|io|co\.\w+)\b)")
_ORGANISATION = re.compile(r"(?:^|,)\s*O=(?P<name>(?:\\.|[^,+])+)")
_HOST = re.compile(r"(?i)^(?P<name>[a-z]{3,})[-_][0-9a-z]")
_TITLE_WORDS = 7


def brand(name: str, value: str, names: Names) -> Iterator[Reading]:
    """The brand that the value of the field `name` announces: an indication, no more."""
    text = value[:300]
    slug = None
    if name in {"tls.subject", "tls.issuer"}:
        # A website's certificate names its owner as subject, but a public authority as issuer.
        organisation = _ORGANISATION.search(text)
        if organisation is not None and (name == "tls.issuer" or not _WEBSITE.search(text)):
            slug = names.exact(organisation["name"].replace("\\", ""))
    elif name in {"dhcp.hostname", "onvif.Hostname"}:
        host = _HOST.match(text)
        found = names.first_in(host["name"]) if host is not None else None
        slug = found[0] if found is not None else None
    else:
        found = names.first_in(text)
        if found is not None and (name != "http.title" or (found[1] == 0 and _is_device_title(text))):
            slug = found[0]
    if slug is not None:
        yield Reading("announced.name", Facet.BRAND, slug, Strength.INDICATIVE)


def _is_device_title(text: str) -> bool:
    return bool(
        len(text.split()) <= _TITLE_WORDS
        and _EQUIPMENT.search(text)
        and not about_other_things(text)
        and not _SHOP.search(text)
    )
