"""Where a sign stands, in words that somebody who is no engineer can point to."""

from __future__ import annotations

from collections.abc import Mapping

from glasshouse.model.text import Message

__all__ = ["PLACES", "place_of"]

_ELSEWHERE = Message.of("one of its answers")
_BY_FIELD = (
    ("http.realm", Message.of("the prompt of its web login")),
    ("http.server", Message.of("the name its web server gives")),
    ("http.title", Message.of("the title of its web page")),
    ("http.", Message.of("its web page")),
    ("rtsp.realm", Message.of("the prompt of its video login")),
    ("rtsp.server", Message.of("the name its video server gives")),
    ("rtsp.", Message.of("its answer about video streams")),
    ("isapi.", Message.of("its device information")),
    ("dahua-cgi.", Message.of("its device information")),
    ("onvif.", Message.of("its answer in the common language of cameras (ONVIF)")),
    ("sadp.", Message.of("its answer to a maker's network finder (SADP)")),
    ("dhip.", Message.of("its answer to a maker's network finder (DHIP)")),
    ("upnp.", Message.of("its announcement on the network (UPnP)")),
    ("ssdp.", Message.of("its announcement on the network (UPnP)")),
    ("mdns.", Message.of("its announcement on the network (mDNS)")),
    ("snmp.", Message.of("its description for network managers (SNMP)")),
    ("tls.", Message.of("its certificate")),
    ("id.mac", Message.of("its MAC address")),
    ("mac.", Message.of("its MAC address")),
    ("dhcp.", Message.of("its request for a network address (DHCP)")),
    ("id.serial", Message.of("its serial number")),
    ("inventory.", Message.of("an entry in a list")),
    ("label.", Message.of("its label")),
    ("text", Message.of("a text about it")),
)
PLACES: Mapping[str, Message] = {message.msgid: message for _, message in (*_BY_FIELD, ("", _ELSEWHERE))}
"""Every place by its English words, for translation."""


def place_of(field: str) -> str:
    """The English words for the place of a decoded field."""
    return next((message.msgid for start, message in _BY_FIELD if field.startswith(start)), _ELSEWHERE.msgid)
