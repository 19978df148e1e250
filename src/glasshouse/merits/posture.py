"""Security posture of a device, read from what was observed and stated. Not observed is unknown, never good."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Literal

from glasshouse.model.merit import Posture
from glasshouse.model.observation import Field, Observation

__all__ = ["posture_of"]

Auth = Literal["digest", "basic", "none"]
Exposure = Literal["internet", "internal"]

# Ports whose service is a fact once they accepted a connection or answered.
SERVICE_OF_PORT = {21: "ftp", 22: "ssh", 23: "telnet", 80: "http", 443: "https", 554: "rtsp", 9527: "debug-console"}
TLS_PORTS = (443, 8443)
SERVICE_OF_PROBE = {
    "http": "http", "isapi": "http", "dahua-cgi": "http", "rtsp": "rtsp", "telnet": "telnet", "ftp": "ftp",
    "tls-cert": "https", "snmp": "snmp", "ssdp": "upnp", "upnp-description": "upnp",
}  # fmt: skip


def posture_of(
    observations: Sequence[Observation],
    fields: Mapping[str, Sequence[Field]],
    ports: Mapping[int, str] = MappingProxyType({}),
    exposure: str | None = None,
) -> Posture:
    """Posture of one device.

    `fields` maps observation id to its fields; `ports` maps a TCP port that was tried to
    what it met ("open", "closed", ...); `exposure` is a stated fact
    ("internet" or "internal", anything else is unknown): an address alone proves neither.
    """
    values: dict[str, list[str]] = {}
    for observation in observations:
        if observation.said_by.value != "device":
            continue  # a table of the network or a person says nothing about what the device accepts
        for field in fields.get(observation.id, ()):
            values.setdefault(field.name, []).append(field.value)
    return Posture(
        exposure=_exposure(exposure),
        activated=_activated(values),
        auth=_auth(values),
        tls=_tls(values, ports),
        services=_services(observations, [port for port, met in ports.items() if met == "open"]),
    )


def _exposure(stated: str | None) -> Exposure | None:
    if stated == "internet":
        return "internet"
    return "internal" if stated in {"internal", "isolated"} else None


def _activated(values: Mapping[str, list[str]]) -> bool | None:
    said = [
        value.lower()
        for name in ("sadp.Activated", "isapi.Activated", "isapi.activated")
        for value in values.get(name, ())
    ]
    if any(value == "false" for value in said):
        return False
    if any(value == "true" for value in said):
        return True
    states = {int(value) & 0b11 for value in values.get("dhip.Init", ()) if value.isdecimal()}
    # Dahua SDK header, byInitStatus: bits 0-1 are 0 legacy, 1 not initialised, 2 initialised.
    return {1: False, 2: True}.get(min(states)) if states else None


def _auth(values: Mapping[str, list[str]]) -> Auth | None:
    """Basic where nothing better was offered; whether a login can be skipped is not seen without trying one."""
    schemes = {value.lower() for name in ("http.auth", "rtsp.auth") for value in values.get(name, ())}
    if "digest" in schemes:
        return "digest"
    return "basic" if "basic" in schemes else None


def _tls(values: Mapping[str, list[str]], ports: Mapping[int, str]) -> str | None:
    """The best version seen; "none" where every usual port of HTTPS was tried and refused."""
    versions = sorted(value.removeprefix("TLSv") for value in values.get("tls.version", ()))
    if versions:
        return versions[-1]
    return "none" if all(ports.get(port) == "closed" for port in TLS_PORTS) else None


def _services(observations: Sequence[Observation], open_ports: Iterable[int]) -> tuple[str, ...] | None:
    found = {SERVICE_OF_PORT[port] for port in open_ports if port in SERVICE_OF_PORT}
    found |= {
        SERVICE_OF_PROBE[item.probe]
        for item in observations
        if item.said_by.value == "device" and item.probe in SERVICE_OF_PROBE
    }
    return tuple(sorted(found)) or None
