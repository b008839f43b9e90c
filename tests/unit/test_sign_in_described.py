"""The OpenAPI description names every answer of the sign-in routes, and who has to be signed in."""

from __future__ import annotations

from typing import Any

import pytest

from api.main import create_app
from core.bootstrap import build
from core.config import Settings

EVERYWHERE = {400, 408, 413, 429}
"""For a wrong host, a body that does not come, too much, and too often."""
AUTH, ME = "/api/v1/auth", "/api/v1/users/me"
ROUTES = {
    ("get", f"{AUTH}/session"): {200, 401, 422, 500, 503},
    ("post", f"{AUTH}/refresh-token"): {200, 401, 403, 422, 500, 503},
    ("post", f"{AUTH}/logout"): {204, 403, 422, 500, 503},
    ("post", f"{AUTH}/telegram"): {200, 401, 403, 404, 422, 500, 503},
    ("post", f"{AUTH}/link"): {200, 401, 403, 404, 409, 422, 500, 503},
    ("post", f"{AUTH}/link/preview"): {200, 404, 422, 500, 503},
    ("get", f"{ME}/identities"): {200, 401, 403, 422, 500, 503},
    ("delete", f"{ME}/identities/{{identity_id}}"): {204, 401, 403, 404, 409, 422, 500, 503},
    ("post", f"{ME}/link-codes"): {201, 401, 403, 422, 500, 503},
    ("get", f"{ME}/link-codes/{{code_id}}"): {200, 401, 403, 404, 422, 500, 503},
    ("post", f"{ME}/link-codes/{{code_id}}/answer"): {200, 401, 403, 404, 422, 500, 503},
}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    nowhere = Settings.load(
        database_url="postgresql://nobody@127.0.0.1:9/none", redis_url="redis://127.0.0.1:9/0"
    )
    return create_app(build(nowhere)).openapi()


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_every_answer_is_described(description: dict[str, Any], method: str, path: str) -> None:
    route = description["paths"][path][method]
    assert {int(status) for status in route["responses"]} == ROUTES[method, path] | EVERYWHERE
    assert route["description"]
    for status, answer in route["responses"].items():
        if int(status) >= 400:
            assert list(answer["content"]) == ["application/problem+json"]


def test_who_has_to_be_signed_in(description: dict[str, Any]) -> None:
    for (method, path), answers in ROUTES.items():
        if path.startswith(ME):
            assert description["paths"][path][method]["security"]
            assert 401 in answers
    assert description["components"]["securitySchemes"]["access token"]["scheme"] == "bearer"
