"""Answers that a client may have already: `ETag` and `If-None-Match` (RFC 9110, 8.8.3 and 13.1.2)."""

from __future__ import annotations

import hashlib
from http import HTTPStatus
from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import Response

PRIVATE = "private, no-cache"
"""To be kept by whoever asked, and asked for again each time."""
NOT_MODIFIED: dict[int | str, dict[str, Any]] = {
    304: {"description": "The caller has it already: `If-None-Match` names it"}
}


def tagged(request: Request, body: BaseModel, *, cache: str = PRIVATE) -> Response:
    """The body as JSON, named by its content; nothing but the name where the caller knows it."""
    content = body.model_dump_json().encode()
    return tagged_bytes(request, content, "application/json", cache=cache)


def tagged_bytes(request: Request, content: bytes, media_type: str, *, cache: str) -> Response:
    """The same for what is bytes already."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": cache}
    if knows(request.headers.get("if-none-match"), etag):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def knows(if_none_match: str | None, etag: str) -> bool:
    """Whether the caller has it; weak and strong names are the same here."""
    if if_none_match is None:
        return False
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag in tags
