"""How a stranger repeats a decisive observation without this program: a read-only command, or a place on the unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from glasshouse.model.identity import Identity
from glasshouse.model.observation import Endpoint, Observation
from glasshouse.model.signal import Facet
from glasshouse.model.text import Message

if TYPE_CHECKING:
    from glasshouse.model.review import CheckStep

__all__ = ["check_steps"]

_SAFE_PATH = re.compile(r"/[A-Za-z0-9_./?=&%-]{0,160}")
_ADDRESS = re.compile(r"[0-9A-Fa-f:.]{2,45}")
_FACETS = (Facet.MAKER, Facet.BRAND, Facet.MODEL, Facet.SERIAL, Facet.DEVICE_CLASS)
_MOST = 6  # steps
_SADP = '<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>00000000-0000-0000-0000-000000000001</Uuid><Types>inquiry</Types></Probe>'


def check_steps(identity: Identity, observations: Sequence[Observation]) -> tuple[CheckStep, ...]:
    """One step per observation that decides a facet, strongest first; commands only read and send no credential."""
    by_id = {one.id: one for one in observations}
    wanted: dict[str, str] = {}
    for facet in _FACETS:
        found = identity.get(facet)
        for signal in found.signals if found else ():
            wanted.setdefault(signal.observation, signal.excerpt)
    return tuple(
        _step(by_id[identifier], excerpt) for identifier, excerpt in list(wanted.items())[:_MOST] if identifier in by_id
    )


def _step(observation: Observation, excerpt: str) -> CheckStep:
    from glasshouse.model.review import CheckStep  # noqa: PLC0415  # only reports need it, identifying a line does not

    subject = observation.subject
    if isinstance(subject, Endpoint) and _ADDRESS.fullmatch(subject.address):
        host = f"[{subject.address}]" if ":" in subject.address else subject.address
        command = _COMMANDS.get(observation.probe)
        if command is not None:
            what = Message.of("Ask the device again and look for “{excerpt}”.", excerpt=excerpt)
            return CheckStep(observation.id, what, command(host, observation.port, observation.request or ""))
    if observation.probe == "mac":
        what = Message.of("Read the MAC address in the switch's table or on the label; the evidence was “{excerpt}”.",
                          excerpt=excerpt)  # fmt: skip
        return CheckStep(observation.id, what)
    if observation.probe == "inventory-text":
        what = Message.of("Compare the type label on the unit, its underside or inside its cover with “{excerpt}”.",
                          excerpt=excerpt)  # fmt: skip
        return CheckStep(observation.id, what)
    what = Message.of("Repeat the {probe} request from any client and look for “{excerpt}”.",
                      probe=observation.probe, excerpt=excerpt)  # fmt: skip
    return CheckStep(observation.id, what)


def _path(request: str, default: str) -> str:
    words = request.split()
    path = words[1] if len(words) > 1 and words[0].upper() == "GET" else default
    return path if _SAFE_PATH.fullmatch(path) else default


def _http(default: str) -> Callable[[str, int | None, str], str]:
    def command(host: str, port: int | None, request: str) -> str:
        number = port or 80
        scheme = "https" if number in {443, 8443} else "http"
        return f"curl -sS -i -k --max-time 10 '{scheme}://{host}:{number}{_path(request, default)}'"

    return command


def _tls(host: str, port: int | None, _request: str) -> str:
    return f"openssl s_client -connect {host}:{port or 443} -showcerts </dev/null | openssl x509 -noout -text"


def _rtsp(host: str, port: int | None, _request: str) -> str:
    number = port or 554
    lines = f"OPTIONS rtsp://{host}:{number}/ RTSP/1.0\\r\\nCSeq: 1\\r\\n\\r\\n"
    return f"printf '{lines}' | nc -w 5 {host.strip('[]')} {number}"


def _banner(default: int) -> Callable[[str, int | None, str], str]:
    def command(host: str, port: int | None, _request: str) -> str:
        return f"nc -w 5 {host.strip('[]')} {port or default} </dev/null"

    return command


def _sadp(host: str, port: int | None, _request: str) -> str:
    return f"printf '%s' '{_SADP}' | nc -u -w 3 {host.strip('[]')} {port or 37020}"


def _snmp(host: str, port: int | None, _request: str) -> str:
    return f"snmpget -v3 -u USER udp:{host}:{port or 161} 1.3.6.1.2.1.1.1.0 1.3.6.1.2.1.1.2.0"


_COMMANDS: dict[str, Callable[[str, int | None, str], str]] = {
    "http": _http("/"),
    "isapi": _http("/ISAPI/System/deviceInfo"),
    "dahua-cgi": _http("/cgi-bin/magicBox.cgi?action=getDeviceType"),
    "upnp-description": _http("/rootDesc.xml"),
    "onvif-device-info": _http("/onvif/device_service"),
    "tls-cert": _tls,
    "rtsp": _rtsp,
    "ftp": _banner(21),
    "telnet": _banner(23),
    "sadp": _sadp,
    "snmp": _snmp,
}
