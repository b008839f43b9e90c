"""Two accounts: whatever one has, the other can neither see nor touch, at any route that there is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.conversation import songs
from tests.fixtures.people import Caller, Gateway

pytestmark = pytest.mark.broad

THEIR_OWN_TESTS = ("/api/v1/auth/", "/api/v1/users/me", "/api/v1/system/")
"""Routes that name nobody's things but the caller's own: tests of their own say what they answer."""


@dataclass(frozen=True)
class Things:
    """What Asha has: a recording of hers, what is made of it, and a playlist with it."""

    song: str
    job: str
    playlist: str


@dataclass(frozen=True)
class Attempt:
    """What a stranger tries, as the route wants it."""

    body: Callable[[Things], object] | None = None
    status: int = 404
    unsigned: int = 401


NAMES_THINGS: dict[tuple[str, str], Attempt] = {
    ("GET", "/api/v1/library/{song_id}"): Attempt(),
    ("PUT", "/api/v1/library/{song_id}"): Attempt(),
    ("DELETE", "/api/v1/library/{song_id}"): Attempt(),
    ("POST", "/api/v1/library/{song_id}/plays"): Attempt(),
    ("GET", "/api/v1/playlists/{playlist_id}"): Attempt(),
    ("PATCH", "/api/v1/playlists/{playlist_id}"): Attempt(lambda _: {"name": "mine now"}),
    ("DELETE", "/api/v1/playlists/{playlist_id}"): Attempt(),
    ("PUT", "/api/v1/playlists/{playlist_id}/songs/{song_id}"): Attempt(),
    ("DELETE", "/api/v1/playlists/{playlist_id}/songs/{song_id}"): Attempt(),
    ("POST", "/api/v1/audio/convert-to-instrumental"): Attempt(lambda things: {"song_id": things.song}),
    ("GET", "/api/v1/audio/conversion-status/{job_id}"): Attempt(),
    ("DELETE", "/api/v1/audio/conversions/{job_id}"): Attempt(),
    ("GET", "/api/v1/audio/songs/{song_id}/playback"): Attempt(),
    ("GET", "/api/v1/music/track/{song_id}"): Attempt(unsigned=404),
    ("GET", "/api/v1/music/track/{song_id}/cover"): Attempt(unsigned=404),
}
"""Routes that are told of things by their ids: a stranger who knows the ids is told that there are none."""
LISTS = {
    ("GET", "/api/v1/library"),
    ("GET", "/api/v1/playlists"),
    ("GET", "/api/v1/audio/conversions"),
    ("GET", "/api/v1/music/trending"),
}
"""Routes that list things: nothing of hers is among them."""
OTHERS = {
    ("POST", "/api/v1/playlists"),
    ("POST", "/api/v1/audio/upload"),
    ("GET", "/api/v1/music/search"),
}
"""Routes that make something of the caller's own, or are asked by name (below)."""


@pytest.fixture
async def things(gateway: Gateway, caller: Caller) -> Things:
    song = await caller.uploads()
    job = (await caller.post("audio/convert-to-instrumental", json={"song_id": song})).json()["id"]
    playlist = (await caller.post("playlists", json={"name": "Hers alone"})).json()["id"]
    await caller.put(f"playlists/{playlist}/songs/{song}")
    return Things(song, job, playlist)


async def everything(caller: Caller, things: Things) -> list[object]:
    """What she sees of it all."""
    paths = (
        f"library/{things.song}",
        f"playlists/{things.playlist}",
        "playlists",
    )
    job = (await caller.get(f"audio/conversion-status/{things.job}")).json()
    return [*[(await caller.get(path)).json() for path in paths], job["status"]]


async def test_every_route_is_listed_here(gateway: Gateway) -> None:
    routes = {
        (method, path)
        for path, methods in gateway.app.openapi()["paths"].items()
        for method in map(str.upper, methods)
        if path.startswith("/api/v1/") and not path.startswith(THEIR_OWN_TESTS)
    }
    assert routes == NAMES_THINGS.keys() | LISTS | OTHERS


async def test_a_stranger_who_knows_all_ids_gets_nothing(
    gateway: Gateway, caller: Caller, stranger: Caller, things: Things
) -> None:
    before = await everything(caller, things)
    ids = {"song_id": things.song, "job_id": things.job, "playlist_id": things.playlist}
    for (method, path), attempt in NAMES_THINGS.items():
        body = None if attempt.body is None else attempt.body(things)
        url = re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], path)
        answer = await stranger.http.request(method, url, json=body)
        assert (answer.status_code, answer.json()["code"]) == (attempt.status, "not-found"), (method, path)
        assert things.song not in answer.json()["detail"]
    assert await everything(caller, things) == before


async def test_nobody_is_let_in_without_signing_in(
    gateway: Gateway, stranger: Caller, things: Things
) -> None:
    del stranger.http.headers["Authorization"]
    ids = {"song_id": things.song, "job_id": things.job, "playlist_id": things.playlist}
    public = {("GET", "/api/v1/music/trending"), ("GET", "/api/v1/music/search")}
    for method, path in {*NAMES_THINGS, *LISTS, *OTHERS} - public:
        url = re.sub(r"\{(\w+)\}", lambda name: ids[name[1]], path)
        answer = await stranger.http.request(method, url)
        attempt = NAMES_THINGS.get((method, path), Attempt())
        assert answer.status_code == attempt.unsigned, (method, path)


async def test_lists_and_searches_keep_quiet(
    gateway: Gateway, caller: Caller, stranger: Caller, things: Things
) -> None:
    await caller.post(f"library/{things.song}/plays")
    for _, path in LISTS:
        assert (await stranger.http.get(path)).json()["items"] == [], path
    found = await stranger.get("music/search", params={"q": "Kesariya"})
    assert found.json()["items"] == []


async def test_a_strangers_song_does_not_come_by_ones_own_things(
    gateway: Gateway, caller: Caller, stranger: Caller, things: Things
) -> None:
    """Neither into a playlist of one's own, nor among other songs in one call."""
    own = (await stranger.post("playlists", json={"name": "His"})).json()["id"]
    assert (await stranger.put(f"playlists/{own}/songs/{things.song}")).status_code == 404
    mine = await stranger.uploads(name="Ravi - Mine.m4a", content=songs.wav(seed=3))
    many = await stranger.post("audio/convert-to-instrumental", json={"song_ids": [mine, things.song]})
    assert (many.status_code, many.json()["code"]) == (404, "not-found")
    assert (await stranger.get("audio/conversions")).json()["items"] == []
