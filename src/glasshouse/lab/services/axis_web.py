"""Web pages of an Axis device: the anonymous Basic Device Information and the digest challenge elsewhere.

VAPIX Network Video API, Basic device information: `getAllUnrestrictedProperties` has security level Anonymous.
"""

from __future__ import annotations

import json

from glasshouse.lab.device import Placed
from glasshouse.lab.services.http import Reply, Request, unauthorized

__all__ = ["page"]


def page(placed: Placed, request: Request) -> Reply | None:
    """Answers `/`, the anonymous properties, and refuses the rest."""
    if request.path == "/axis-cgi/basicdeviceinfo.cgi":
        return _basic_device_info(placed, request)
    if request.path == "/":
        text = (
            '<!DOCTYPE html>\n<html><head><title>AXIS</title><script src="/camera/index.js"></script></head></html>\n'
        )
        return Reply(body=text.encode())
    realm = placed.claim("realm", f"AXIS_{placed.device.serial}")
    return unauthorized(placed, realm, b"<html><head><title>401 Unauthorized</title></head></html>")


def _basic_device_info(placed: Placed, request: Request) -> Reply | None:
    try:
        asked = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        asked = {}
    if request.method != "POST" or not isinstance(asked, dict):
        return Reply(405, content_type="text/plain")
    if asked.get("method") != "getAllUnrestrictedProperties":
        return unauthorized(placed, placed.claim("realm", f"AXIS_{placed.device.serial}"))
    device = placed.device
    number = (device.model or "").removeprefix("AXIS ")
    properties = {
        "Brand": "AXIS",
        "BuildDate": placed.claim("build", "Mar 02 2023 09:10"),
        "HardwareID": placed.claim("hardware-id", "7D5.1"),
        "ProdFullName": f"AXIS {number} {placed.claim('product', 'Network Camera')}",
        "ProdNbr": number,
        "ProdShortName": f"AXIS {number}",
        "ProdType": placed.claim("product", "Network Camera"),
        "ProdVariant": "",
        "SerialNumber": device.serial or "",
        "Version": device.firmware or "",
        "WebURL": placed.url("/"),
    }
    answer = {"apiVersion": "1.3", "method": asked["method"], "data": {"propertyList": properties}}
    return Reply(body=json.dumps(answer).encode(), content_type="application/json")
