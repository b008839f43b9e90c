"""Keeps other sites from acting with our cookies (cross-site request forgery).

The refresh cookie is SameSite=Strict, so browsers do not send it along from elsewhere. Beyond that:

- A browser's POST names where it comes from (`Origin`, `Sec-Fetch-Site`): that has to be us.
- It repeats the `XSRF-TOKEN` cookie in `X-XSRF-TOKEN`, as Angular's HttpClient does; only our own pages can
  read that cookie. Its value belongs to the session, so one that somebody planted is worth nothing.

A client that names no origin is no browser: nobody can make it send cookies that are not its own. It may
leave the header out; a wrong one is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection, Request

from core.errors import Forbidden
from core.signing import same_secret

COOKIE = "XSRF-TOKEN"
HEADER = "X-XSRF-TOKEN"
_OWN_SITES = {"same-origin", "none"}


def xsrf_token(key: bytes, session_id: uuid.UUID) -> str:
    """What a page of ours shows for this session."""
    return urlsafe_b64encode(hmac.digest(key, session_id.bytes, hashlib.sha256)).rstrip(b"=").decode()


def check_origin(request: HTTPConnection, own_origins: Collection[str]) -> None:
    """Raises Forbidden for what a page of somebody else's sends."""
    origin = request.headers.get("origin")
    if origin in own_origins:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in _OWN_SITES:
        raise Forbidden("sent by another site")
    if origin is not None and not _is_here(request, origin):
        raise Forbidden("sent by another origin")


def check_token(request: Request, key: bytes, session_id: uuid.UUID) -> None:
    """Raises Forbidden where the request does not show what only our pages know of this session."""
    shown = request.headers.get(HEADER)
    if shown is None:
        if "origin" in request.headers or "sec-fetch-site" in request.headers:
            raise Forbidden("without the XSRF token")
    elif not same_secret(shown, xsrf_token(key, session_id)):
        raise Forbidden("with a wrong XSRF token")


def _is_here(request: HTTPConnection, origin: str) -> bool:
    """The origin is the host that was asked: browsers let no page choose either."""
    parts = urlsplit(origin)
    return parts.scheme in {"http", "https"} and parts.netloc == request.headers.get("host")
