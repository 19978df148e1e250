"""The allow-list: which bytes may leave for a device. What is not exactly a request of a protocol file is refused."""

from __future__ import annotations

import re

from glasshouse.protocols import by_name, upnp_description

__all__ = ["allowed"]

_UUID = re.compile(rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_GET = re.compile(rb"GET (/[!-~]{1,250}) HTTP/1\.1\r\n")
_ANY_TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - a UUID that stands for any other


def allowed(protocol_name: str, host: str, port: int, data: bytes) -> bool:
    """Whether `data` is one of the requests of that protocol for that host and port, whatever UUID it carries.

    A description's path comes from an SSDP reply and is held to the form that `upnp_description.request_for` accepts.
    """
    module = by_name(protocol_name)
    if module is None:
        return False
    try:
        if _UUID.sub(b"*", data) in {_UUID.sub(b"*", item.data) for item in module.requests(host, port, _ANY_TOKEN)}:
            return True
        path = _GET.match(data) if module is upnp_description else None
        return path is not None and upnp_description.request_for(host, port, path[1].decode("ascii")).data == data
    except ValueError:
        return False
