"""Checks requests against a published OpenAPI description, by openapi-core."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from openapi_core import OpenAPI
from openapi_core.datatypes import RequestParameters
from werkzeug.datastructures import ImmutableMultiDict

from tests.fakes.sources.base import Received

REPOSITORY = Path(__file__).resolve().parents[3]


def description_path(name: str) -> Path:
    """Where a description is expected: in MELODY_SPECS_DIR, or beside the repository."""
    folder = os.environ.get("MELODY_SPECS_DIR")
    return (Path(folder) if folder else REPOSITORY.parent / "shared" / "specs") / name


@lru_cache
def read_description(path: Path, host: str) -> Description:
    """The description in a file, read once a process."""
    return Description(path, host)


class Description:
    """A published description, as a judge of requests to its host."""

    def __init__(self, path: Path, host: str) -> None:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        self._host = host
        self._base = content["servers"][0]["url"].removeprefix(host)
        self._shared = content["components"].get("parameters", {})
        self._templates = {template: _pattern(self._base + template) for template in content["paths"]}
        self._operations: dict[str, dict[str, Any]] = content["paths"]
        for operations in self._operations.values():  # openapi-core knows no OAuth; we look for the token
            for operation in operations.values():
                if isinstance(operation, dict):
                    operation.pop("security", None)
        self._judge = OpenAPI.from_dict(content)
        self._known: dict[tuple[str, str, tuple[tuple[str, str], ...]], tuple[str, ...]] = {}
        """What was wrong with the requests seen so far: tests repeat them."""

    def violations(self, request: Received) -> Iterator[str]:
        """What is wrong with a request without a body, one line each."""
        where = f"{request.method} {request.path}"
        asked = (request.method, request.path, request.query_list)
        if asked not in self._known:
            self._known[asked] = tuple(self._judged(*asked))
        yield from (f"{where}: {complaint}" for complaint in self._known[asked])
        if not re.fullmatch(r"Bearer \S+", request.headers.get("authorization", "")):
            yield f"{where}: no bearer token"

    def _judged(self, method: str, path: str, query: tuple[tuple[str, str], ...]) -> Iterator[str]:
        for error in self._judge.unmarshal_request(_Request(self._host, method, path, query)).errors:
            yield str(error.__cause__ or error).splitlines()[0]
        operation = self._operation(method, path)
        if operation is None:
            return
        if operation.get("deprecated"):
            yield "deprecated"
        known = {self._parameter(parameter)["name"] for parameter in operation.get("parameters", [])}
        for name, _ in query:
            if name not in known:
                yield f"{name} is no parameter"

    def _operation(self, method: str, path: str) -> dict[str, Any] | None:
        for template, pattern in self._templates.items():
            if pattern.fullmatch(path):
                found = self._operations[template].get(method.lower())
                return found if isinstance(found, dict) else None
        return None

    def _parameter(self, parameter: dict[str, Any]) -> dict[str, Any]:
        reference = parameter.get("$ref", "")
        found: dict[str, Any] = self._shared[reference.rpartition("/")[2]] if reference else parameter
        return found


class _Request:
    """A request as openapi-core wants to see it."""

    body = None
    content_type = ""

    def __init__(self, host: str, method: str, path: str, query: tuple[tuple[str, str], ...]) -> None:
        self.host_url = host
        self.path = path
        self.method = method.lower()
        self.parameters = RequestParameters(query=ImmutableMultiDict(query))


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template)))
