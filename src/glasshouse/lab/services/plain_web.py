"""Web pages that are told by claims alone: a title, a text, scripts, and paths that ask for a login.

Most small devices show no more than this without a login. Claims read: `title`, `text`, `scripts` (space-separated
paths), `page.realm` (the start page itself is refused), `guarded` (path prefixes, space-separated, that are).
"""

from __future__ import annotations

import json
from html import escape

from glasshouse.lab.device import Placed
from glasshouse.lab.services.http import Reply, Request, unauthorized

__all__ = ["lapi", "page"]


def page(placed: Placed, request: Request) -> Reply | None:
    """Answers `/` with the page of the claims and refuses guarded paths; the rest does not exist."""
    realm = placed.claim("page.realm")
    if request.path == "/" and not realm:
        return _start(placed)
    guarded = placed.claim("guarded").split()
    if (request.path == "/" and realm) or any(request.path.startswith(prefix) for prefix in guarded):
        return unauthorized(placed, realm or placed.claim("realm"), b"<html><body>401 Unauthorized</body></html>")
    return Reply(404, body=b"<html><head><title>404 Not Found</title></head><body>404 Not Found</body></html>")


def lapi(placed: Placed, request: Request) -> Reply | None:
    """Uniview LAPI (fact sheet, section 4.4): a digest challenge with the API's JSON error."""
    if not request.path.startswith("/LAPI/"):
        return None
    answer = {
        "Response": {
            "ResponseURL": request.path[:100],
            "ResponseCode": 3,
            "ResponseString": "Not Authorized",
            "StatusCode": 401,
            "StatusString": "Unauthorized",
            "Data": "null",
        }
    }
    body = json.dumps(answer, indent=1).encode()
    return unauthorized(placed, placed.claim("realm"), body, content_type="application/json")


def _start(placed: Placed) -> Reply:
    scripts = "".join(f'<script src="{escape(path)}"></script>\n' for path in placed.claim("scripts").split())
    # hostile titles go out as they are: escaping them is what the reader must do
    title = placed.claim("title")
    text = f"<!DOCTYPE html>\n<html>\n<head>\n<title>{title}</title>\n{scripts}</head>\n<body>\n{placed.claim('text')}\n</body>\n</html>\n"
    return Reply(body=text.encode("utf-8", "surrogateescape"), content_type="text/html; charset=utf-8")
