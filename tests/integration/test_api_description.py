"""The description of the API is complete: a stranger could write a client from it."""

from __future__ import annotations

from typing import Any

import pytest

from api.main import TAGS, create_app
from core.bootstrap import Services

SIGNED_IN = "access token"


@pytest.fixture
def operations(services: Services) -> dict[str, dict[str, Any]]:
    """By method and path."""
    paths = create_app(services).openapi()["paths"]
    return {
        f"{method.upper()} {path}": operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def test_each_route_says_what_it_is_for(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        assert set(operation["tags"]) <= TAGS.keys(), name
        assert operation["summary"], name
        assert operation["description"], name
    names = [operation["operationId"] for operation in operations.values()]
    assert len(set(names)) == len(names)


def test_each_route_says_what_may_go_wrong(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        answers = operation["responses"]
        assert "500" in answers, name
        if name.split()[1].startswith("/api/v1/") and "/system/" not in name:
            assert "429" in answers, name
        if "security" in operation:
            assert "401" in answers, name
        for status, answer in answers.items():
            if int(status) >= 400 and status != "503":
                assert list(answer["content"]) == ["application/problem+json"], (name, status)


def test_it_says_where_one_has_to_be_signed_in(operations: dict[str, dict[str, Any]]) -> None:
    private = {name for name, operation in operations.items() if "security" in operation}
    assert all(operations[name]["security"] == [{SIGNED_IN: []}] for name in private)
    assert {name for name in operations if "/users/me" in name} <= private
    assert not any("/music/" in name or "/system/" in name for name in private)


def test_what_is_sent_has_an_example_or_says_each_field(operations: dict[str, dict[str, Any]]) -> None:
    for name, operation in operations.items():
        for parameter in operation.get("parameters", []):
            described = parameter.get("description") or parameter["schema"].get("description")
            assert described or parameter["in"] == "path", (name, parameter["name"])
