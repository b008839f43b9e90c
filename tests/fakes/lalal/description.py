"""Judges requests to LALAL.AI, and the stand-in's answers, by the published description."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import yaml  # type: ignore[import-untyped]
from openapi_core import Config, OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import Headers, ImmutableMultiDict

from tests.fakes.sources.base import Received
from tests.fakes.sources.openapi import description_path

HOST = "https://www.lalal.ai"


@lru_cache
def _judge() -> OpenAPI:
    content = yaml.load(description_path("lalal.yml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    # The description itself is not judged, since it would not pass.
    return OpenAPI.from_dict(_mended(content), config=Config(spec_validator_cls=None))


def _mended(content: Any) -> Any:
    """Without what no reader takes: discriminators that lie in each other, the default `auto` that is none of
    the allowed values, and bytes that are to be a string."""
    if isinstance(content, list):
        return [_mended(value) for value in content]
    if not isinstance(content, dict):
        return content
    dropped = {"discriminator"} | ({"default"} if content.get("default") == "auto" else set())
    if content.get("format") == "binary":
        return {}
    return {name: _mended(value) for name, value in content.items() if name not in dropped}


def complaints(request: Received) -> Iterator[str]:
    """What is wrong with a request to `/api/v1/…`, one line each."""
    where = f"{request.method} {request.path}"
    for error in _judge().unmarshal_request(_Request(request)).errors:
        yield f"{where}: {str(error.__cause__ or error).splitlines()[0]}"
    if request.query_list:
        yield f"{where}: takes no parameters in its address"


def complaints_about_answer(request: Received, status: int, body: object) -> Iterator[str]:
    """What is wrong with what the stand-in says itself."""
    for error in _judge().unmarshal_response(_Request(request), _Response(status, body)).errors:
        yield f"answer to {request.path}: {str(error.__cause__ or error).splitlines()[0]}"


class _Request:
    """As openapi-core wants to see it."""

    host_url = HOST

    def __init__(self, received: Received) -> None:
        self.path = received.path
        self.method = received.method.lower()
        self.body = received.body or None
        self.content_type = received.headers.get("content-type", "")
        self.parameters = RequestParameters(query=ImmutableMultiDict(), header=Headers(received.headers))


class _Response:
    content_type = "application/json"
    headers = Headers()

    def __init__(self, status: int, body: object) -> None:
        self.status_code = status
        self.data = json.dumps(body).encode()
