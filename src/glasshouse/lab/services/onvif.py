"""ONVIF device service without a login: what the Core specification calls PRE_AUTH, and refusals for the rest.

ONVIF Core Specification, clause 5.12 (access classes) and 8 (device management).
"""

from __future__ import annotations

import re
from datetime import datetime
from html import escape

from glasshouse.lab.device import Placed
from glasshouse.lab.services.http import Reply, Request, unauthorized

__all__ = ["page"]

_PATH = "/onvif/device_service"
_OPERATION = re.compile(rb"<(?:[\w.-]{1,16}:)?((?:Get|Set|Create|System)[A-Za-z]{1,40})[\s/>]")
_SERVICES = (
    ("http://www.onvif.org/ver10/device/wsdl", "/onvif/device_service"),
    ("http://www.onvif.org/ver10/media/wsdl", "/onvif/media_service"),
    ("http://www.onvif.org/ver10/events/wsdl", "/onvif/event_service"),
)


def page(placed: Placed, request: Request) -> Reply | None:
    """Answers a SOAP request at the device service; None for any other path."""
    if request.path not in {_PATH, "/onvif/device_service/"}:
        return None
    if request.method != "POST":
        return Reply(405, body=b"", content_type="text/plain")
    found = _OPERATION.search(request.body[:16_384])
    operation = found.group(1).decode("ascii") if found else ""
    return _answer(placed, operation)


def _answer(placed: Placed, operation: str) -> Reply:
    if operation == "GetSystemDateAndTime":
        return _soap(_date_and_time(placed.clock()))
    if operation == "GetServices":
        return _soap(_services(placed))
    if operation == "GetCapabilities":
        xaddr = escape(_xaddr(placed, _PATH))
        inner = f"<tds:Capabilities><tt:Device><tt:XAddr>{xaddr}</tt:XAddr></tt:Device></tds:Capabilities>"
        return _soap(f"<tds:GetCapabilitiesResponse>{inner}</tds:GetCapabilitiesResponse>")
    if operation == "GetHostname":
        name = escape(placed.claim("hostname", placed.device.name))
        inner = f"<tt:FromDHCP>false</tt:FromDHCP><tt:Name>{name}</tt:Name>"
        return _soap(
            f"<tds:GetHostnameResponse><tds:HostnameInformation>{inner}</tds:HostnameInformation></tds:GetHostnameResponse>"
        )
    if operation == "GetDeviceInformation" and placed.claim("onvif.open"):
        return _soap(_device_information(placed))
    return _refused(placed, operation)


def _refused(placed: Placed, operation: str) -> Reply:
    if not operation:
        return _fault("env:Sender", "ter:WellFormed", "No operation found", 400)
    if placed.claim("onvif.refusal", "digest") == "digest":
        return unauthorized(placed, placed.claim("onvif.realm", placed.claim("realm", "ONVIF")), basic=False)
    return _fault("env:Sender", "ter:NotAuthorized", "Sender not authorized", 400)


def _xaddr(placed: Placed, path: str) -> str:
    return placed.url(path, int(placed.claim("onvif.port", "80")))


def _services(placed: Placed) -> str:
    rows = list(_SERVICES)
    if placed.claim("onvif.extension"):
        rows.append((placed.claim("onvif.extension"), "/onvif/extension_service"))
    services = "".join(
        f"<tds:Service><tds:Namespace>{escape(space)}</tds:Namespace><tds:XAddr>{escape(_xaddr(placed, path))}</tds:XAddr>"
        "<tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>"
        for space, path in rows
    )
    return f"<tds:GetServicesResponse>{services}</tds:GetServicesResponse>"


def _device_information(placed: Placed) -> str:
    device = placed.device
    values = (
        ("Manufacturer", placed.claim("onvif.manufacturer", "ONVIF")),
        ("Model", placed.claim("onvif.model", device.model or "")),
        ("FirmwareVersion", placed.claim("onvif.firmware", device.firmware or "")),
        ("SerialNumber", placed.claim("onvif.serial", device.serial or "")),
        ("HardwareId", placed.claim("onvif.hardware", "1.0")),
    )
    inner = "".join(f"<tds:{name}>{escape(value)}</tds:{name}>" for name, value in values)
    return f"<tds:GetDeviceInformationResponse>{inner}</tds:GetDeviceInformationResponse>"


def _date_and_time(now: datetime) -> str:
    time = f"<tt:Hour>{now.hour}</tt:Hour><tt:Minute>{now.minute}</tt:Minute><tt:Second>{now.second}</tt:Second>"
    day = f"<tt:Year>{now.year}</tt:Year><tt:Month>{now.month}</tt:Month><tt:Day>{now.day}</tt:Day>"
    utc = f"<tt:UTCDateTime><tt:Time>{time}</tt:Time><tt:Date>{day}</tt:Date></tt:UTCDateTime>"
    inner = f"<tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>{utc}"
    return (
        f"<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime>{inner}</tds:SystemDateAndTime>"
        "</tds:GetSystemDateAndTimeResponse>"
    )


def _soap(inner: str, status: int = 200) -> Reply:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<env:Envelope xmlns:env="http://www.w3.org/2003/05/soap-envelope"'
        ' xmlns:tds="http://www.onvif.org/ver10/device/wsdl" xmlns:tt="http://www.onvif.org/ver10/schema"'
        ' xmlns:ter="http://www.onvif.org/ver10/error">'
        f"<env:Body>{inner}</env:Body></env:Envelope>"
    )
    return Reply(status, body=text.encode(), content_type="application/soap+xml; charset=utf-8")


def _fault(code: str, subcode: str, reason: str, status: int) -> Reply:
    inner = (
        f"<env:Fault><env:Code><env:Value>{code}</env:Value><env:Subcode><env:Value>{subcode}</env:Value>"
        f'</env:Subcode></env:Code><env:Reason><env:Text xml:lang="en">{reason}</env:Text></env:Reason></env:Fault>'
    )
    return _soap(inner, status)
