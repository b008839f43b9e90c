"""Spotify's own ways: tokens that end, pages of ten, refusals in plain text, dates of a year alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.adapters.sources.spotify import SpotifySource
from core.errors import NotFound
from core.music import SourceExhausted, SourceRefused, SourceSong, SourceUnavailable
from tests.fakes.sources.spotify import NO_PREMIUM, QUOTA_EXCEEDED, TOO_MANY, SpotifyStandIn, track
from tests.material import specs_dir

pytestmark = pytest.mark.broad

REPOSITORY = Path(__file__).resolve().parents[2]
ALWAYS = 1_000_000


@pytest.fixture(scope="module")
def running() -> Iterator[SpotifyStandIn]:
    specs_dir()
    with SpotifyStandIn() as stand_in:
        assert stand_in.is_checked
        yield stand_in


@pytest.fixture
def spotify(running: SpotifyStandIn) -> Iterator[SpotifyStandIn]:
    running.reset()
    yield running
    assert running.violations == []


@pytest.fixture
async def source(spotify: SpotifyStandIn) -> AsyncIterator[SpotifySource]:
    source = SpotifySource(spotify.client_id, spotify.client_secret, spotify.url, spotify.url)
    yield source
    await source.close()


async def search(source: SpotifySource, query: str, limit: int = 10) -> list[SourceSong]:
    return await source.search(query, limit=limit, language=None)


def tokens(spotify: SpotifyStandIn) -> int:
    return len(spotify.calls("/api/token"))


class TestToken:
    async def test_one_for_many_searches(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        await asyncio.gather(*(search(source, "saanjh") for _ in range(8)))
        await search(source, "saanjh")
        assert tokens(spotify) == 1

    async def test_renewed_before_its_end(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        spotify.token_seconds = 60  # less than the margin: never good for a second search
        await search(source, "saanjh")
        await search(source, "saanjh")
        assert tokens(spotify) == 2

    async def test_renewed_once_when_it_is_not_taken(
        self, spotify: SpotifyStandIn, source: SpotifySource
    ) -> None:
        await search(source, "saanjh")
        spotify.expire_tokens()
        found = await asyncio.gather(*(search(source, "saanjh") for _ in range(8)))
        assert all(found)
        assert tokens(spotify) == 2

    async def test_not_renewed_for_ever(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        spotify.goes_wrong(
            "/v1/search",
            status=401,
            body={"error": {"status": 401, "message": "The access token expired"}},
            times=ALWAYS,
        )
        with pytest.raises(SourceRefused, match="The access token expired"):
            await search(source, "saanjh")
        assert (tokens(spotify), len(spotify.calls("/v1/search"))) == (2, 2)

    async def test_one_who_gives_up_takes_it_from_nobody(
        self, spotify: SpotifyStandIn, source: SpotifySource
    ) -> None:
        with spotify.holding("/api/token") as fault:
            impatient = asyncio.create_task(search(source, "saanjh"))
            patient = asyncio.create_task(search(source, "saanjh"))
            await spotify.until(lambda: fault.arrived == 1)
            impatient.cancel()
            await asyncio.gather(impatient, return_exceptions=True)
        assert await patient
        assert tokens(spotify) == 1

    async def test_wrong_secret(self, spotify: SpotifyStandIn) -> None:
        source = SpotifySource(spotify.client_id, "wrong", spotify.url, spotify.url)
        with pytest.raises(SourceRefused, match="Invalid client secret"):
            await source.check()
        assert spotify.calls("/v1/*") == []
        await source.close()

    @pytest.mark.parametrize(
        "body",
        [
            [],
            {},
            {"access_token": 7, "expires_in": 3600},
            {"access_token": "x", "expires_in": None},
            {"access_token": "साँझ", "expires_in": 3600},
            {"access_token": "x\r\nX-Other: y", "expires_in": 3600},
        ],
    )
    async def test_odd_answers(self, spotify: SpotifyStandIn, source: SpotifySource, body: Any) -> None:
        spotify.goes_wrong("/api/token", status=200, body=body)
        with pytest.raises(SourceUnavailable):
            await search(source, "saanjh")
        assert await search(source, "saanjh"), "the next search asks for a token again"

    async def test_the_accounts_service_asks_to_wait(
        self, spotify: SpotifyStandIn, source: SpotifySource
    ) -> None:
        spotify.goes_wrong("/api/token", status=429, headers={"Retry-After": "11"})
        with pytest.raises(SourceUnavailable) as raised:
            await search(source, "saanjh")
        assert raised.value.retry_after == 11


class TestRefusals:
    async def test_the_owner_has_no_premium(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        spotify.has_premium = False
        with pytest.raises(SourceRefused) as raised:
            await source.check()
        assert raised.value.detail == f"Spotify refuses: {NO_PREMIUM}"

    async def test_the_quota_is_used_up(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        spotify.goes_wrong("/v1/search", status=429, body=QUOTA_EXCEEDED)
        with pytest.raises(SourceExhausted) as raised:
            await search(source, "saanjh")
        assert timedelta(hours=1) < raised.value.until - datetime.now(UTC) <= timedelta(days=1)

    async def test_the_quota_is_used_up_until(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        spotify.goes_wrong("/v1/search", status=429, body=QUOTA_EXCEEDED, headers={"Retry-After": "600"})
        with pytest.raises(SourceExhausted) as raised:
            await search(source, "saanjh")
        assert raised.value.until - datetime.now(UTC) <= timedelta(seconds=600)

    async def test_too_many_calls(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        spotify.goes_wrong("/v1/search", status=429, body=TOO_MANY, headers={"Retry-After": "30"})
        with pytest.raises(SourceUnavailable) as raised:
            await search(source, "saanjh")
        assert not isinstance(raised.value, SourceExhausted)
        assert raised.value.retry_after == 30


class TestPages:
    async def test_of_ten(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        assert len(await search(source, "lamp", 23)) == 23
        pages = {(page.query["offset"], page.query["limit"]) for page in spotify.calls("/v1/search")}
        assert pages == {("0", "10"), ("10", "10"), ("20", "3")}

    async def test_asked_for_side_by_side(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        with spotify.holding("/v1/search") as fault:
            task = asyncio.create_task(search(source, "lamp", 30))
            await spotify.until(lambda: fault.arrived == 3)
        assert len(await task) == 30

    async def test_stop_where_there_are_no_more(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        assert len(await search(source, "lamp", 5000)) == 35
        assert len(spotify.calls("/v1/search")) == 5

    async def test_one_fails(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        await source.check()
        spotify.goes_wrong("/v1/search", status=503)
        with pytest.raises(SourceUnavailable):
            await search(source, "lamp", 30)

    async def test_overlap(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        """A song may move to the next page while we turn it."""

        def all_the_same(content: Any) -> Any:
            items = content["tracks"]["items"]
            content["tracks"]["items"] = [items[0]] * len(items)
            return content

        spotify.goes_wrong("/v1/search", edit=all_the_same, times=ALWAYS)
        assert len(await search(source, "lamp", 20)) == 2


class TestQuery:
    @pytest.mark.parametrize(
        ("typed", "asked"),
        [
            ("साँझ", "साँझ"),
            ("Re: Stacks", "Re Stacks"),
            ("artist:Ira", "artist Ira"),
            ('"Saanjh  Dhale" ', "Saanjh Dhale"),
            ("AC/DC & Co? + #1", "AC/DC & Co? + #1"),
            ("म" * 300, "म" * 250),
        ],
    )
    async def test_as_spotify_takes_it(
        self, spotify: SpotifyStandIn, source: SpotifySource, typed: str, asked: str
    ) -> None:
        await search(source, typed)
        query = spotify.calls("/v1/search")[0].query
        assert (query["q"], query["type"], query["market"]) == (asked, "track", "IN")

    async def test_another_market(self, spotify: SpotifyStandIn) -> None:
        source = SpotifySource(
            spotify.client_id, spotify.client_secret, spotify.url, spotify.url, market="JP"
        )
        await search(source, "saanjh")
        assert spotify.calls("/v1/search")[0].query["market"] == "JP"
        assert "JP" in await source.check()
        await source.close()


class TestSongs:
    async def test_all_that_is_told(self, source: SpotifySource) -> None:
        song = (await search(source, "saanjh ira"))[0]
        assert song == SourceSong(
            source="spotify",
            external_id=song.external_id,
            title="Saanjh",
            artist="Ira",
            url=f"https://open.spotify.com/track/{song.external_id}",
            album="Dhoop",
            duration=251.0,
            release_year=2024,
            isrc="INABC2400012",
            thumbnail_url=f"https://i.scdn.co/image/{song.external_id}300",
            external_ids={"isrc": "INABC2400012"},
        )
        assert not song.downloadable

    async def test_little_is_told(self, source: SpotifySource) -> None:
        song = (await search(source, "saanjh dhale"))[0]
        assert (song.artist, song.release_year, song.thumbnail_url, song.isrc) == (
            "Ira, Kabir Sen",
            1999,
            None,
            None,
        )
        assert song.external_ids == {}

    async def test_gaps_and_files_of_ones_own(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        def with_gaps(content: Any) -> Any:
            song = content["tracks"]["items"][0]
            content["tracks"]["items"] = [None, {**song, "id": None, "is_local": True}, song, None]
            return content

        spotify.goes_wrong("/v1/search", edit=with_gaps)
        assert [song.title for song in await search(source, "saanjh ira")] == ["Saanjh"]

    @pytest.mark.parametrize(
        ("images", "width"),
        [((640, 300, 64), 300), ((64, 640), 640), ((64, 160), 160), ((), None)],
    )
    async def test_the_picture_that_fits(
        self, spotify: SpotifyStandIn, source: SpotifySource, images: tuple[int, ...], width: int | None
    ) -> None:
        song = track("Chaand", "Mira", images=images)
        kept, spotify.tracks = spotify.tracks, [song]
        try:
            found = (await search(source, "chaand"))[0]
        finally:
            spotify.tracks = kept
        assert found.thumbnail_url == (width and f"https://i.scdn.co/image/{song.id}{width}")

    async def test_popularity_where_it_is_told(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        def popular(content: Any) -> Any:
            content["tracks"]["items"][0]["popularity"] = 71
            return content

        spotify.goes_wrong("/v1/search", edit=popular)
        assert (await search(source, "saanjh ira"))[0].popularity == 71

    async def test_the_markets_own_copy_keeps_the_asked_id(
        self, spotify: SpotifyStandIn, source: SpotifySource
    ) -> None:
        asked, copy = track("Saanjh", "Ira").id, track("Lamp 1", "The Paging Choir").id
        spotify.goes_wrong("/v1/tracks/*", edit=lambda content: {**content, "id": copy})
        assert (await source.track(asked)).external_id == asked
        assert spotify.calls("/v1/tracks/*")[0].query == {"market": "IN"}

    async def test_an_odd_id_asks_nothing(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        with pytest.raises(NotFound):
            await source.track("../me")
        assert spotify.requests == []

    async def test_there_are_no_charts(self, spotify: SpotifyStandIn, source: SpotifySource) -> None:
        assert await source.trending(limit=10, language="hi") == []
        assert spotify.requests == []
