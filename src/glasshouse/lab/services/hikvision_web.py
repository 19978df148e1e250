"""Web pages of the Hikvision family without a login: `/`, `/SDK/activateStatus`, and refusals under `/ISAPI/`.

Shapes after the protocol fact sheet, section 1.2: old firmware says `App-webs/`, newer builds are neutral.
"""

from __future__ import annotations

from html import escape

from glasshouse.lab.device import Placed
from glasshouse.lab.services.http import Reply, Request, unauthorized

__all__ = ["page"]

_OWN_NAMESPACE = "http://www.hikvision.com/ver20/XMLSchema"
_XML = "application/xml"


def page(placed: Placed, request: Request) -> Reply | None:
    """Answers as the unit's web server does: every path has an answer, so nothing falls through."""
    path = request.path
    if path == "/":
        return _start_new() if _is_new(placed) else _start_old(placed)
    if path == "/SDK/activateStatus":
        return _activate_status(placed)
    if path.startswith("/ISAPI/"):
        return _isapi(placed, path)
    if path == "/doc/page/login.asp" and not _is_new(placed):
        return _login_page(placed)
    return Reply(404, body=_document_error("Not Found", 404, f"Can't locate document: {escape(path[:100])}"))


def _is_new(placed: Placed) -> bool:
    return placed.claim("web") == "new"


def _start_old(placed: Placed) -> Reply:
    script = 'window.location.href = "/doc/page/login.asp?_" + (new Date()).getTime();'
    title = escape(placed.claim("title", "index"))
    text = f"<!DOCTYPE html>\r\n<html><head><title>{title}</title>\r\n<script>{script}</script></head><body></body></html>\r\n"
    return Reply(body=text.encode())


def _start_new() -> Reply:
    # the byte order mark before the doctype is part of what newer firmware sends
    text = (
        '﻿<!doctype html><html><head><meta charset="utf-8"><title></title>'
        '<script src="/ui/assets/index.js"></script></head><body><div id="app"></div>'
        '<script>location.replace("/doc/index.html#/portal/login")</script></body></html>'
    )
    return Reply(body=text.encode(), content_type="text/html; charset=utf-8")


def _login_page(placed: Placed) -> Reply:
    notice = escape(placed.claim("copyright"))
    text = (
        "<!DOCTYPE html>\r\n<html><head><title>Login</title>"
        '<script src="../script/lib/seajs/config/sea-config.js"></script></head>\r\n'
        f'<body><div id="login"></div><div class="footer">{notice}</div></body></html>\r\n'
    )
    return Reply(body=text.encode())


def _activate_status(placed: Placed) -> Reply:
    state = placed.claim("activated", "true")
    space = placed.claim("namespace", _OWN_NAMESPACE)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n'
        f'<ActivateStatus version="2.0" xmlns="{space}">\r\n<Activated>{state}</Activated>\r\n</ActivateStatus>\r\n'
    )
    return Reply(body=text.encode(), content_type=_XML)


def _isapi(placed: Placed, path: str) -> Reply:
    realm = placed.claim("realm", "IP Camera(C0001)")
    if not _is_new(placed):
        body = _document_error("Unauthorized", 401, "Authentication Error: Access Denied! Authorization required.")
        return unauthorized(placed, realm, body, basic=True)
    space = placed.claim("namespace", _OWN_NAMESPACE)
    sub = "notActivated" if placed.claim("activated", "true") == "false" else "unauthorized"
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n'
        f'<ResponseStatus version="2.0" xmlns="{space}">\r\n<requestURL>{escape(path[:100])}</requestURL>\r\n'
        "<statusCode>4</statusCode>\r\n<statusString>Invalid Operation</statusString>\r\n"
        f"<subStatusCode>{sub}</subStatusCode>\r\n</ResponseStatus>\r\n"
    )
    return unauthorized(placed, realm, text.encode(), content_type=_XML)


def _document_error(word: str, status: int, detail: str) -> bytes:
    return (
        f"<!DOCTYPE html>\r\n<html><head><title>Document Error: {word}</title></head>\r\n"
        f"<body><h2>Access Error: {status} -- {word}</h2>\r\n<p>{detail}</p>\r\n</body>\r\n</html>\r\n"
    ).encode()
