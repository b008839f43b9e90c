"""`/docs` and `/redoc`: the description of the API, to try out and to read, from this server alone.

Swagger UI and Redoc come with `fastapi-standalone-docs`, licences included. Only its files are used:
FastAPI's own pages hold inline scripts, which no policy of ours lets in.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from asyncio import to_thread
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse

from api.etags import knows
from core.errors import NotFound

router = APIRouter(include_in_schema=False)

_OURS = Path(__file__).parent.parent / "static"
_PACKAGED = files("fastapi_standalone_docs") / "static"
_CSS, _JS, _SVG = "text/css", "text/javascript", "image/svg+xml"
_ASSETS = {
    "docs/swagger-ui.css": (_PACKAGED / "swagger" / "swagger-ui.css", _CSS),
    "docs/swagger-ui-bundle.js": (_PACKAGED / "swagger" / "swagger-ui-bundle.js", _JS),
    "docs/start.js": (_OURS / "docs.js", _JS),
    "redoc/redoc.standalone.js": (_PACKAGED / "redoc" / "redoc.standalone.js", _JS),
    "redoc/logo-mini.svg": (_PACKAGED / "redoc" / "logo-mini.svg", _SVG),
    "redoc/page.css": (_OURS / "redoc.css", _CSS),
    "redoc/start.js": (_OURS / "redoc.js", _JS),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'{styles}; img-src 'self' data:; font-src data:; "
    "connect-src 'self'; worker-src {workers}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SHEETS = (
    " 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    " 'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='"
)
"""The style sheet with nothing in it, to which Redoc then adds its rules one by one, and its scroll bars'."""
_TRYING = _POLICY.format(styles="", workers="'none'")
_READING = _POLICY.format(styles=_SHEETS, workers="blob:")
"""Redoc searches in a worker that it makes of its own script."""


class Asset(NamedTuple):
    content: bytes
    compressed: bytes
    media_type: str
    etag: str
    """In quotes."""


@router.api_route("/docs", methods=["GET", "HEAD"])
async def docs() -> HTMLResponse:
    return _page("docs.html", _TRYING)


@router.api_route("/redoc", methods=["GET", "HEAD"])
async def redoc() -> HTMLResponse:
    return _page("redoc.html", _READING)


@router.api_route("/docs/{name}", methods=["GET", "HEAD"])
async def docs_file(name: str, request: Request) -> Response:
    return await _file(f"docs/{name}", request)


@router.api_route("/redoc/{name}", methods=["GET", "HEAD"])
async def redoc_file(name: str, request: Request) -> Response:
    return await _file(f"redoc/{name}", request)


async def _file(name: str, request: Request) -> Response:
    """What the two pages load. Raises NotFound."""
    found = await to_thread(_asset, name)
    headers = {
        "ETag": f"W/{found.etag}",  # compressed and plain are the same to whoever reads them
        "Cache-Control": "public, max-age=3600",
        "Vary": "Accept-Encoding",
    }
    if knows(request.headers.get("if-none-match"), found.etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if not _takes_gzip(request.headers.get("accept-encoding", "")):
        return Response(found.content, media_type=found.media_type, headers=headers)
    headers["Content-Encoding"] = "gzip"
    return Response(found.compressed, media_type=found.media_type, headers=headers)


def _page(name: str, policy: str) -> HTMLResponse:
    page = (_OURS / name).read_text(encoding="utf-8")
    return HTMLResponse(page, headers={"Content-Security-Policy": policy, "Cache-Control": "no-cache"})


@cache
def _asset(name: str) -> Asset:
    """Read and compressed once: three megabytes are too much to compress each time. Raises NotFound."""
    if name not in _ASSETS:
        raise NotFound
    file, media_type = _ASSETS[name]
    content = file.read_bytes()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    return Asset(content, gzip.compress(content, 9, mtime=0), media_type, etag)


def _takes_gzip(accepted: str) -> bool:
    return re.search(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))", accepted.lower()) is not None
