"""HEAD wherever there is GET, and what an address allows (RFC 9110, 9.3.2 and 15.5.6)."""

from __future__ import annotations

import uuid

import httpx
import pytest

from tests.fixtures.people import Caller, Gateway

AFTER_EACH = {"x-request-id", "ratelimit"}
"""Headers that say something else each time."""


async def with_their_own(caller: Caller) -> list[str]:
    song = await caller.uploads()
    job = (await caller.post("audio/convert-to-instrumental", json={"song_id": song})).json()["id"]
    return [
        "library",
        f"library/{song}",
        f"music/track/{song}",
        "music/trending",
        "music/search?q=kesariya",
        "audio/conversions",
        f"audio/conversion-status/{job}",
        "playlists",
        "users/me",
        "auth/session",
        "system/info",
        "system/health",
        f"library/{uuid.uuid4()}",
        "library?limit=none",
    ]


def lasting(answer: httpx.Response) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name not in AFTER_EACH}


@pytest.mark.broad
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_a_head_says_what_a_get_would(gateway: Gateway, caller: Caller, encoding: str) -> None:
    for path in await with_their_own(caller):
        asked = {"Accept-Encoding": encoding}
        whole = await caller.get(path, headers=asked)
        head = await caller.http.head(f"/api/v1/{path}", headers=asked)
        assert head.content == b""
        assert (head.status_code, lasting(head)) == (whole.status_code, lasting(whole)), path


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", f"/api/v1/library/{uuid.UUID(int=7)}", "GET, HEAD, PUT, DELETE"),
        ("PUT", "/api/v1/playlists", "GET, HEAD, POST"),
        ("HEAD", "/api/v1/auth/request-otp", "POST"),
        ("DELETE", "/api/v1/auth/request-otp", "POST"),
        ("POST", "/redoc", "GET, HEAD"),
        ("GET", "/webhooks/telegram", "POST"),
    ],
)
async def test_a_wrong_method_is_told_all_that_would_do(
    caller: Caller, method: str, path: str, allowed: str
) -> None:
    answer = await caller.http.request(method, path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


async def test_a_head_counts_as_reading(caller: Caller) -> None:
    before = await caller.get("library")
    head = await caller.http.head("/api/v1/library")
    assert head.headers["ratelimit-policy"] == before.headers["ratelimit-policy"]
    assert head.headers["ratelimit"] != before.headers["ratelimit"]
