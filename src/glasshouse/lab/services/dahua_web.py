"""Web pages of the Dahua family without a login: the start page and the refused CGI (fact sheet, section 2.4)."""

from __future__ import annotations

from html import escape

from glasshouse.lab.device import Placed
from glasshouse.lab.services.http import Reply, Request, unauthorized

__all__ = ["page"]


def page(placed: Placed, request: Request) -> Reply | None:
    """Answers `/` with the login page, `/cgi-bin/` with a challenge, and nothing else exists."""
    if request.path == "/":
        return _start(placed)
    if request.path.startswith("/cgi-bin/"):
        serial = placed.device.serial or ""
        realm = placed.claim("realm", f"Login to {serial}")
        return unauthorized(placed, realm, b"Error\r\nUnauthorized\r\n", content_type="text/plain")
    return Reply(404, body=b"<html><body><h1>404 Not Found</h1></body></html>")


def _start(placed: Placed) -> Reply:
    title = escape(placed.claim("title", "WEB SERVICE"))
    text = (
        "<!DOCTYPE html>\n<html>\n<head>\n"
        f'<meta charset="utf-8">\n<title>{title}</title>\n<link rel="stylesheet" href="/css/main.css">\n</head>\n'
        '<body>\n<div id="login_panel"></div>\n<script src="/jsCore/rpcCore.js"></script>\n'
        '<script>var rpcLogin = "/RPC2_Login";</script>\n</body>\n</html>\n'
    )
    return Reply(body=text.encode(), headers=(("CONNECTION-MODE", "close"), ("X-XSS-Protection", "1;mode=block")))
