"""`/api/v1/music`: what the API says of songs, and what it says to nonsense."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from api.main import create_app
from api.schemas.music import SongItem
from core.bootstrap import Services, build
from core.catalog.activity import count_activity
from core.catalog.models import Song
from core.config import Settings
from core.music import SourceUnavailable
from tests.fixtures.music import in_catalogue
from tests.fixtures.scripted_source import ScriptedSource, listed
from tests.integration.test_api_frame import calling

TUM_HI_HO = listed(
    "Tum Hi Ho", "Arijit Singh", "sp1", duration=262.0, url="https://spotify.example/track/sp1"
)
ITEM = {
    "id", "title", "artist", "album", "language", "duration", "genre", "release_year", "popularity",
    "explicit", "thumbnail_url", "external_ids", "sources", "can_fetch", "licence", "licence_url",
}  # fmt: skip


@pytest.fixture
def spotify() -> ScriptedSource:
    return ScriptedSource("spotify", TUM_HI_HO)


@pytest.fixture
async def studio(settings: Settings, spotify: ScriptedSource) -> AsyncIterator[Services]:
    built = build(settings, sources={"spotify": spotify})
    yield built
    await built.close()


@pytest.fixture
async def client(studio: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(studio)) as client:
        yield client


async def test_search(client: httpx.AsyncClient, studio: Services) -> None:
    own = await in_catalogue(studio.database, "तुम ही हो", "Arijit Singh", duration=262, language="hi")
    answer = await client.get("/api/v1/music/search", params={"q": "tum hi ho"})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    page = answer.json()
    assert {name: page[name] for name in ("total", "partial", "sources")} == {
        "total": 1,
        "partial": False,
        "sources": {"local": "ok", "spotify": "ok"},
    }
    (item,) = page["items"]
    assert set(item) == ITEM
    assert (item["id"], item["title"], item["duration"]) == (str(own), "तुम ही हो", 262)
    assert item["sources"][1] == {"source": "spotify", "label": "Spotify", "url": TUM_HI_HO.url}
    assert answer.headers["cache-control"] == "public, max-age=30"


async def test_a_partial_answer_says_so_and_is_not_kept(
    client: httpx.AsyncClient, spotify: ScriptedSource
) -> None:
    spotify.trouble = SourceUnavailable("does not answer")
    answer = await client.get("/api/v1/music/search", params={"q": "tum hi ho"})
    assert answer.json() == {
        "items": [],
        "total": 0,
        "partial": True,
        "sources": {"local": "ok", "spotify": "failed"},
    }
    assert answer.headers["cache-control"] == "no-store"


NONSENSE: list[tuple[dict[str, str], str]] = [
    ({}, "invalid"),
    ({"q": ""}, "empty-query"),
    ({"q": "   "}, "empty-query"),
    ({"q": "🎵🔥"}, "empty-query"),
    ({"q": "\x00\x1b\u202e"}, "empty-query"),
    ({"q": "%_\\*()[]"}, "empty-query"),
    ({"q": "a" * 10_000}, "query-too-long"),
    ({"q": "song", "limit": "0"}, "invalid"),
    ({"q": "song", "limit": "51"}, "invalid"),
    ({"q": "song", "limit": "many"}, "invalid"),
    ({"q": "song", "offset": "-1"}, "invalid"),
    ({"q": "song", "offset": "1001"}, "invalid"),
    ({"q": "song", "language": "klingon"}, "invalid"),
    ({"q": "song", "language": "h1"}, "invalid"),
    ({"q": "song", "source": "napster"}, "unknown-source"),
    ({"q": "song", "source": ""}, "unknown-source"),
    ({"q": "song", "source": "x" * 500}, "unknown-source"),
]


async def test_nonsense_is_told_plainly(client: httpx.AsyncClient) -> None:
    for params, code in NONSENSE:
        answer = await client.get("/api/v1/music/search", params=params)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
        problem = answer.json()
        assert problem["code"] == code, params
        assert problem["detail"].endswith((".", "!"))


async def test_signs_of_other_languages_are_only_letters(client: httpx.AsyncClient) -> None:
    for q in (
        "'; DROP TABLE songs; --",
        "a.*(b|c)+$",
        "100%_sure",
        "<script>x</script>",
        "(((((a",
        "a\\' OR 1=1",
    ):
        answer = await client.get("/api/v1/music/search", params={"q": q})
        assert answer.status_code == 200, q
    half_a_pair = await client.get("/api/v1/music/search?q=%ED%A0%80a")
    assert half_a_pair.status_code == 200


async def test_pages(client: httpx.AsyncClient, spotify: ScriptedSource) -> None:
    spotify.songs = ScriptedSource(
        "spotify", *(listed(f"Song {n}", "The Band", f"s{n}", duration=100.0 + 9 * n) for n in range(5))
    ).songs
    seen: list[str] = []
    for offset in (0, 2, 4, 1000):
        page = (await client.get(f"/api/v1/music/search?q=song&limit=2&offset={offset}")).json()
        assert page["total"] == 5
        seen += [item["title"] for item in page["items"]]
    assert sorted(seen) == [f"Song {n}" for n in range(5)]


async def test_language_tags_count_by_their_first_part(client: httpx.AsyncClient, studio: Services) -> None:
    await in_catalogue(studio.database, "Kesariya", "Arijit Singh", language="hi")
    await in_catalogue(studio.database, "Kesariya", "Sid Sriram", language="te")
    found = (await client.get("/api/v1/music/search?q=kesariya&language=hi-IN&source=local")).json()
    assert [item["language"] for item in found["items"]] == ["hi"]


async def test_a_track(client: httpx.AsyncClient, studio: Services) -> None:
    own = await in_catalogue(studio.database, "तुम ही हो", "Arijit Singh")
    answer = await client.get(f"/api/v1/music/track/{own}")
    assert (answer.status_code, answer.json()["title"]) == (200, "तुम ही हो")
    assert set(answer.json()) == ITEM
    assert SongItem.model_validate_json(answer.text, strict=True).model_dump_json() == answer.text
    known = {"If-None-Match": answer.headers["etag"]}
    again = await client.get(f"/api/v1/music/track/{own}", headers=known)
    assert (again.status_code, again.content) == (304, b"")


async def test_many_who_ask_at_once_each_get_their_own(client: httpx.AsyncClient, studio: Services) -> None:
    titles = [f"Song {number}" for number in range(20)]
    ids = [await in_catalogue(studio.database, title, "The Band") for title in titles]
    nowhere = uuid.uuid4()
    answers = await asyncio.gather(
        *(client.get(f"/api/v1/music/track/{song_id}") for song_id in [*ids, nowhere, *ids])
    )
    assert answers.pop(20).status_code == 404
    assert [answer.json()["title"] for answer in answers] == titles * 2


async def test_tracks_that_are_none_of_your_business(client: httpx.AsyncClient, studio: Services) -> None:
    async with studio.database.transaction() as session:
        private = Song(title="Voice note", artist="", is_private=True)
        session.add(private)
        await session.flush()
        await count_activity(session, private.id, "play")
    for song_id in (private.id, uuid.uuid4()):
        answer = await client.get(f"/api/v1/music/track/{song_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert (await client.get("/api/v1/music/track/1")).json()["code"] == "invalid"
    assert (await client.get("/api/v1/music/trending")).json()["items"] == []


async def test_trending(client: httpx.AsyncClient, studio: Services) -> None:
    quiet = await in_catalogue(studio.database, "Quiet", "The Band", popularity=90, language="en")
    loud = await in_catalogue(studio.database, "Loud", "The Band", language="hi")
    async with studio.database.transaction() as session:
        await count_activity(session, loud, "play")
    answer = await client.get("/api/v1/music/trending")
    assert [item["id"] for item in answer.json()["items"]] == [str(loud), str(quiet)]
    assert answer.json()["timeframe"] == "weekly"
    hindi = await client.get("/api/v1/music/trending?language=hi&timeframe=daily&limit=1")
    assert [item["title"] for item in hindi.json()["items"]] == ["Loud"]
    for bad in ("timeframe=yearly", "limit=0", "language=1"):
        assert (await client.get(f"/api/v1/music/trending?{bad}")).json()["code"] == "invalid"


async def test_what_the_description_says(client: httpx.AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()
    paths = description["paths"]
    responses: dict[str, Any] = {
        name: paths[f"/api/v1/music/{name}"]["get"]["responses"]
        for name in ("search", "trending", "track/{song_id}")
    }
    assert all({"200", "422", "500", "503"} <= set(each) for each in responses.values())
    assert "404" in responses["track/{song_id}"]
    assert set(description["components"]["schemas"]["SongItem"]["required"]) == ITEM
