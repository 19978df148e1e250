"""SSDP answers and the UPnP description they point to, both naming this device alone.

UPnP Device Architecture 1.1, clauses 1.3 (search) and 2.3 (device description).
"""

from __future__ import annotations

from html import escape

from glasshouse.lab.device import Placed, Service
from glasshouse.lab.services.http import Reply, Request

__all__ = ["PATH", "answer", "page"]

PATH = "/rootDesc.xml"
_DEVICE_TYPE = "urn:schemas-upnp-org:device:Basic:1"
_ELEMENTS = ("manufacturer", "modelDescription", "modelName", "modelNumber", "serialNumber")


def answer(placed: Placed, service: Service, data: bytes) -> tuple[bytes, ...]:
    """The reply to an M-SEARCH whose ST this device serves; nothing for anything else."""
    del service
    lines = data[:2_048].decode("latin-1").split("\r\n")
    headers = {k.strip().upper(): v.strip() for k, _, v in (line.partition(":") for line in lines[1:])}
    if not lines[0].startswith("M-SEARCH * HTTP/1.") or headers.get("MAN") != '"ssdp:discover"':
        return ()
    target = headers.get("ST", "")
    kind = placed.claim("upnp.deviceType", _DEVICE_TYPE)
    if target not in {"ssdp:all", "upnp:rootdevice", kind, f"uuid:{placed.device.uuid}"}:
        return ()
    told = "upnp:rootdevice" if target == "ssdp:all" else target
    reply = (
        "HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nEXT:\r\n"
        f"LOCATION: {location(placed)}\r\nSERVER: {placed.claim('upnp.server', 'Linux/3.0, UPnP/1.0, lab/1.0')}\r\n"
        f"ST: {told}\r\nUSN: uuid:{placed.device.uuid}::{told}\r\n\r\n"
    )
    return (reply.encode(),)


def location(placed: Placed) -> str:
    """Where the description is served: this device, but for the one that leads elsewhere."""
    if placed.claim("upnp.elsewhere"):
        address, port = placed.elsewhere
        return f"http://{address}:{port}{PATH}"
    return placed.url(PATH, int(placed.claim("upnp.port", "80")))


def page(placed: Placed, request: Request) -> Reply | None:
    """Serves the description; None for any other path."""
    if request.path != PATH:
        return None
    values = {
        "manufacturer": placed.claim("upnp.manufacturer"),
        "modelDescription": placed.claim("upnp.modelDescription"),
        "modelName": placed.claim("upnp.modelName", placed.device.model or ""),
        "modelNumber": placed.claim("upnp.modelNumber"),
        "serialNumber": placed.claim("upnp.serialNumber", placed.device.serial or ""),
    }
    rows = "".join(f"<{name}>{escape(values[name])}</{name}>\n" for name in _ELEMENTS if values[name])
    friendly = escape(placed.claim("upnp.friendlyName", placed.device.name))
    text = (
        '<?xml version="1.0"?>\n<root xmlns="urn:schemas-upnp-org:device-1-0">\n'
        "<specVersion><major>1</major><minor>0</minor></specVersion>\n<device>\n"
        f"<deviceType>{escape(placed.claim('upnp.deviceType', _DEVICE_TYPE))}</deviceType>\n"
        f"<friendlyName>{friendly}</friendlyName>\n{rows}<UDN>uuid:{placed.device.uuid}</UDN>\n"
        f"<presentationURL>{placed.url('/', int(placed.claim('upnp.port', '80')))}</presentationURL>\n</device>\n</root>\n"
    )
    return Reply(body=text.encode(), content_type="text/xml")
