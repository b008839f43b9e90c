"""Checks requests against Twilio's published descriptions of its messaging and content APIs.

They are the part of twilio/twilio-oai's `twilio_api_v2010.json` about messages, and its
`twilio_content_v1.json`: paths, parameters, form fields and JSON bodies with their schemas.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Generator, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

REPOSITORY = Path(__file__).resolve().parents[3]


def description_path(name: str = "twilio_messages.json") -> Path:
    """Where a description is expected: in MELODY_SPECS_DIR."""
    folder = os.environ.get("MELODY_SPECS_DIR")
    base = Path(folder) if folder else REPOSITORY.parent / "shared" / "specs"
    return base / name


def require_description() -> Path:
    """The description's path for a test that needs it: without it the test fails in CI, else is skipped."""
    from tests.material import cannot_run  # the stand-in as a process has no use for pytest

    path = description_path()
    if not path.is_file() or not description_path("twilio_content.json").is_file():
        cannot_run("Twilio's published description is missing: set MELODY_SPECS_DIR")
    return path


@lru_cache
def read_description(path: Path) -> Description:
    """The description in a file, read once a process."""
    return Description(json.loads(path.read_text(encoding="utf-8")))


class Description:
    """The published description, as a judge of requests."""

    def __init__(self, content: dict[str, Any]) -> None:
        self._components = content["components"]
        self._paths = {
            re.compile(re.sub(r"\\{\w+\\}", r"([^/]+)", re.escape(path))): operations
            for path, operations in content["paths"].items()
        }

    def violations(
        self, method: str, path: str, query: Sequence[tuple[str, str]], form: Sequence[tuple[str, str]]
    ) -> Iterator[str]:
        """What is wrong with a request that brings a form, one line each."""
        operation = yield from self._operation(method, path, query)
        body = operation.get("requestBody", {}).get("content", {}).get("application/x-www-form-urlencoded")
        if body is not None:
            yield from self._form(body["schema"], form)

    def json_violations(
        self, method: str, path: str, query: Sequence[tuple[str, str]], body: bytes
    ) -> Iterator[str]:
        """What is wrong with a request that brings JSON, one line each."""
        operation = yield from self._operation(method, path, query)
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content is None:
            return
        try:
            value = json.loads(body)
        except ValueError:
            yield f"{method} {path}: the body is no JSON"
            return
        validator = Draft202012Validator({**content["schema"], "components": self._components})
        for error in validator.iter_errors(value):
            yield f"{method} {path}: {error.json_path} {error.message}"

    def _operation(
        self, method: str, path: str, query: Sequence[tuple[str, str]]
    ) -> Generator[str, None, dict[str, Any]]:
        """The description of a request, after what is wrong with its path and query."""
        found = next(((p.fullmatch(path), ops) for p, ops in self._paths.items() if p.fullmatch(path)), None)
        if found is None or method.lower() not in found[1]:
            yield f"{method} {path}: is not described"
            return {}
        operation: dict[str, Any] = found[1][method.lower()]
        parameters = operation.get("parameters", [])
        in_path = [parameter for parameter in parameters if parameter["in"] == "path"]
        assert found[0] is not None
        for parameter, value in zip(in_path, found[0].groups(), strict=True):
            yield from self._value(parameter["name"], parameter["schema"], value)
        known = {
            parameter["name"]: parameter["schema"] for parameter in parameters if parameter["in"] == "query"
        }
        for name, value in query:
            if name not in known:
                yield f"{method} {path}: {name} is no parameter"
            else:
                yield from self._value(name, known[name], value)
        return operation

    def _form(self, schema: dict[str, Any], form: Sequence[tuple[str, str]]) -> Iterator[str]:
        given = [name for name, _ in form]
        for name in schema.get("required", []):
            if name not in given:
                yield f"the form lacks {name}"
        for name, value in form:
            field = schema["properties"].get(name)
            if field is None:
                yield f"{name} is no field"
            elif field.get("type") == "array":
                yield from self._value(name, field["items"], value)
            elif given.count(name) > 1:
                yield f"{name} stands more than once"
            else:
                yield from self._value(name, field, value)

    def _value(self, name: str, schema: dict[str, Any], value: str) -> Iterator[str]:
        """A value of a form is text; numbers and booleans are written as JSON writes them."""
        typed: object = value
        if schema.get("type") in {"integer", "number", "boolean"}:
            try:
                typed = json.loads(value)
            except ValueError:
                typed = value
        validator = Draft202012Validator({**schema, "components": self._components})
        for error in validator.iter_errors(typed):
            yield f"{name}: {error.message}"
