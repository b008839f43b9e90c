"""Checks requests against the published description of the Bot API.

The description is PaulSonOfLars/telegram-bot-api-spec's `api.json`: every method's and type's fields with
their types. A request breaks it by a method or field that does not exist, a required field that is missing,
or a value of another type, down into the JSON of nested fields.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from tests.fakes.telegram.wire import Form

REPOSITORY = Path(__file__).resolve().parents[3]
SCALARS = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}


def description_path() -> Path:
    """Where the description is expected: `telegram_bot_api.json` in MELODY_SPECS_DIR."""
    folder = os.environ.get("MELODY_SPECS_DIR")
    base = Path(folder) if folder else REPOSITORY.parent / "shared" / "specs"
    return base / "telegram_bot_api.json"


def require_description() -> Path:
    """The description's path for a test that needs it: without it the test fails in CI, else is skipped."""
    from tests.material import cannot_run  # the stand-in as a process has no use for pytest

    path = description_path()
    if not path.is_file():
        cannot_run("the Bot API's published description is missing: set MELODY_SPECS_DIR")
    return path


@lru_cache
def read_description(path: Path) -> Description:
    """The description in a file, read once a process."""
    return Description(path)


class Description:
    """The published description, as a judge of requests."""

    def __init__(self, path: Path) -> None:
        content = json.loads(path.read_text(encoding="utf-8"))
        self._methods: dict[str, Any] = content["methods"]
        self._types: dict[str, Any] = content["types"]

    def violations(self, method: str, form: Form) -> Iterator[str]:
        """What is wrong with a request, one line each."""
        if method not in self._methods:
            yield f"{method}: no such method"
            return
        known = {field["name"]: field for field in self._methods[method].get("fields", [])}
        for name, field in known.items():
            if field["required"] and name not in form.fields and name not in form.files:
                yield f"{method}: {name} is missing"
        attached = set(re.findall(r"attach://([^\"&\s]+)", "\n".join(form.fields.values())))
        for name in form.files:
            if name not in attached and "InputFile" not in known.get(name, {"types": []})["types"]:
                yield f"{method}: no field takes the file {name}"
        for name in attached - form.files.keys():
            yield f"{method}: attach://{name} names no part"
        for name, value in form.fields.items():
            if name not in known:
                yield f"{method}: {name} is no field"
            else:
                yield from self._field(f"{method}.{name}", known[name]["types"], value)

    def _field(self, where: str, types: list[str], value: str) -> Iterator[str]:
        """A form's field: strings stand for themselves, all else is JSON."""
        if "String" in types or "InputFile" in types:
            return
        try:
            parsed = json.loads(value)
        except ValueError:
            yield f"{where}: {value[:40]!r} is not {' or '.join(types)}"
            return
        yield from self._any_of(where, types, parsed)

    def _any_of(self, where: str, types: list[str], value: object) -> Iterator[str]:
        """The complaints of the type that fits best: none where one fits."""
        complaints = [list(self._one(where, name, value)) for name in types]
        yield from min(complaints, key=len)

    def _one(self, where: str, name: str, value: object) -> Iterator[str]:
        if name.startswith("Array of "):
            if not isinstance(value, list):
                yield f"{where}: not a list"
                return
            for index, item in enumerate(value):
                yield from self._one(f"{where}[{index}]", name.removeprefix("Array of "), item)
        elif name in SCALARS:
            if not isinstance(value, SCALARS[name]) or (isinstance(value, bool) and name != "Boolean"):  # type: ignore[arg-type]
                yield f"{where}: not {name}"
        elif not isinstance(value, dict):
            yield f"{where}: not {name}"
        elif subtypes := self._types[name].get("subtypes"):
            yield from self._subtype(where, subtypes, value)
        else:
            yield from self._object(where, name, value)

    def _subtype(self, where: str, subtypes: list[str], value: dict[str, Any]) -> Iterator[str]:
        fitting = [name for name in subtypes if self._discriminator(name) in {None, value.get("type")}]
        if fitting:
            yield from self._any_of(where, fitting, value)
        else:
            yield f"{where}: type {value.get('type')!r} is none of {', '.join(subtypes)}"

    def _discriminator(self, name: str) -> str | None:
        """What an object's `type` must be, as its field's description words it."""
        for field in self._types[name].get("fields", []):
            if field["name"] == "type" and (
                match := re.search(r'(?:must be|always) "?(\w+)', field["description"])
            ):
                return match[1]
        return None

    def _object(self, where: str, name: str, value: dict[str, Any]) -> Iterator[str]:
        known = {field["name"]: field for field in self._types[name].get("fields", [])}
        for field in known.values():
            if field["required"] and field["name"] not in value:
                yield f"{where}: {field['name']} is missing"
        for key, item in value.items():
            if key not in known:
                yield f"{where}: {key} is no field of {name}"
            else:
                yield from self._any_of(f"{where}.{key}", known[key]["types"], item)
