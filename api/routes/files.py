"""Stored files by signed links, whole or in parts (RFC 9110, sections 13 and 14).

An object never changes, so its hash is a strong ETag. One range is served; several at once are answered with
the whole file, as the RFC allows.
"""

from __future__ import annotations

import re
import time
from http import HTTPStatus
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from api.deps import UsesKeys, UsesServices
from api.errors import problem, problems
from api.etags import knows
from core.signing import ANY_BYTES, SignedFile

router = APIRouter(tags=["files"])

_RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})-(\d{0,18})\s*", re.IGNORECASE | re.ASCII)

PATH = "/files/{expires}/{signature}/{sha256}/{file_name}"


@router.head(PATH, include_in_schema=False)
@router.get(
    PATH,
    summary="A stored file",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"audio/mp4": {}, "audio/mpeg": {}, "image/jpeg": {}}, "description": "The file"},
        206: {"description": "A part of the file"},
        304: {"description": "The caller has it already"},
        **problems(403, 404, 416, 503),
    },
)
async def read_file(
    expires: str,
    signature: str,
    sha256: str,
    file_name: str,
    request: Request,
    services: UsesServices,
    keys: UsesKeys,
) -> Response:
    """A stored file; the link is the ticket."""
    file = (await keys.file_signer()).verify(expires, signature, sha256, file_name)
    size = await services.store.size(file.sha256)
    headers = _headers(file)
    etag = headers["ETag"]
    if knows(request.headers.get("if-none-match"), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    if request.method == "HEAD":
        return Response(headers=headers | {"Content-Length": str(size)})
    try:
        part = wanted_part(request.headers.get("range"), request.headers.get("if-range"), etag, size)
    except Unsatisfiable:
        return problem(416, "range-not-satisfiable", headers={"Content-Range": f"bytes */{size}"})
    status = HTTPStatus.OK
    start, end = part or (0, size)
    if part is not None:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    headers["Content-Length"] = str(end - start)
    return StreamingResponse(services.store.read(file.sha256, start, end), status, headers)


class Unsatisfiable(Exception):
    """The range lies outside the file."""


def wanted_part(
    range_header: str | None, if_range: str | None, etag: str, size: int
) -> tuple[int, int] | None:
    """The part that is asked for as (start, end), end not included; None for the whole file.

    A range that can't be read, or whose condition does not hold, is as good as none. Raises Unsatisfiable.
    """
    match = _RANGE.fullmatch(range_header or "")
    if match is None or (if_range is not None and if_range.strip() != etag):
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= size:
        raise Unsatisfiable
    return start, end


def _headers(file: SignedFile) -> dict[str, str]:
    return {
        "Content-Type": file.media_type,
        "Content-Disposition": _disposition(file),
        "ETag": f'"{file.sha256}"',
        "Accept-Ranges": "bytes",
        **_keeping(file),
    }


def _keeping(file: SignedFile) -> dict[str, str]:
    """Who may keep it, and for how long: what is a person's own ends soon after it is deleted here."""
    if file.open_until is None:
        return {"Cache-Control": "private, max-age=60"}
    seconds = max(0, file.open_until - int(time.time()))
    return {
        "Cache-Control": f"public, max-age={seconds}, immutable",
        # The player may come from another origin than the cache that this goes to.
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    }


def _disposition(file: SignedFile) -> str:
    """RFC 6266: a plain name for old clients, then the true one as RFC 8187 encodes it."""
    how = "attachment" if file.media_type == ANY_BYTES else "inline"
    plain = "".join(c if c.isascii() and c.isprintable() and c not in '"\\%' else "_" for c in file.file_name)
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(file.file_name, safe='')}"
