"""Who may ask what: the checks and headers that every request and response of the web chat gets.

The chat listens on loopback without a login. What keeps other sites' pages out is the Host check
(DNS rebinding) and the Origin check (forged posts); what keeps users apart is a random cookie.
"""

import hashlib
import secrets
from collections.abc import Collection
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from engine.disk import is_disk_full, sentence_for

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})

_COOKIE = "giffusion_user"
_COOKIE_SECONDS = 400 * 24 * 3600  # the longest a browser keeps one
_COOKIE_BYTES = 24
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        "media-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
}


class RequestError(Exception):
    """A request that is answered with an HTTP status and one sentence for its user."""

    def __init__(self, status: int, sentence: str) -> None:
        self.status = status
        super().__init__(sentence)


def guard(hosts: Collection[str], open_to_all: Collection[str] = ()) -> Middleware:
    """Let through what was sent to one of `hosts`, and posts of this service's own pages only.

    Paths below the prefixes of `open_to_all` are let through as they are.
    """

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(tuple(open_to_all)):
            return await handler(request)
        try:
            name = _host_name(request.host)
            if not name or name not in hosts:
                raise RequestError(421, "This service does not answer to that name.")
            if request.method not in ("GET", "HEAD"):
                _check_origin(request)
            return await handler(request)
        except RequestError as error:
            return web.json_response({"error": str(error)}, status=error.status)
        except Exception as error:
            if not is_disk_full(error):
                raise
            sentence = sentence_for(error, "a message was not taken", "")
            return web.json_response({"error": sentence}, status=507)

    return check


async def add_headers(_: web.Request, response: web.StreamResponse) -> None:
    """The headers of every response; what may be kept by a browser says so itself."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "private, no-cache")


def user_of(request: web.Request) -> str:
    """The asking user, as `platform:tenant:user`; RequestError with 401 without a cookie.

    The cookie is the user's key to their conversation. Owners are written into sessions, so a user
    is named by the cookie's hash.
    """
    secret = request.cookies.get(_COOKIE, "")
    if not secret:
        raise RequestError(401, "Reload the page: this browser's cookie is gone.")
    return f"web:local:{hashlib.sha256(secret.encode()).hexdigest()[:24]}"


def introduce(request: web.Request, response: web.StreamResponse) -> None:
    """Give a browser that has no cookie one, and one that has it more time."""
    secret = request.cookies.get(_COOKIE) or secrets.token_urlsafe(_COOKIE_BYTES)
    response.set_cookie(
        _COOKIE,
        secret,
        max_age=_COOKIE_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.secure,
    )


def _host_name(host: str) -> str:
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def _check_origin(request: web.Request) -> None:
    # Browsers send Origin with every post; without one it is a program on this machine.
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        raise RequestError(403, "That came from another site.")
