"""Last.fm's own ways: XML made JSON, errors in good answers, ids made of names, five calls a second."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.adapters.sources.lastfm import COUNTRIES, LONGEST_WAIT, LastfmSource
from core.errors import NotFound
from core.music import Enriches, Enrichment, SourceRefused, SourceSong, SourceUnavailable
from tests.fakes.sources.lastfm import GREY_STAR, LastfmStandIn, Track

pytestmark = pytest.mark.broad

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def running() -> Iterator[LastfmStandIn]:
    with LastfmStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def lastfm(running: LastfmStandIn) -> Iterator[LastfmStandIn]:
    running.reset()
    yield running
    assert running.violations == []


@pytest.fixture
async def source(lastfm: LastfmStandIn) -> AsyncIterator[LastfmSource]:
    source = LastfmSource(lastfm.api_key, lastfm.url, spacing=0)
    yield source
    await source.close()


async def search(source: LastfmSource, query: str, limit: int = 10) -> list[SourceSong]:
    return await source.search(query, limit=limit, language=None)


class TestSongs:
    async def test_as_a_search_tells(self, source: LastfmSource) -> None:
        assert (await search(source, "ira saanjh"))[0] == SourceSong(
            source="lastfm",
            external_id="Ira/_/Saanjh",
            title="Saanjh",
            artist="Ira",
            url="https://www.last.fm/music/Ira/_/Saanjh",
            popularity=56,
        )

    async def test_one_alone(self, source: LastfmSource) -> None:
        """A list of one arrives as an object."""
        assert [song.title for song in await search(source, "dhale")] == ["Saanjh Dhale"]

    async def test_as_its_page_tells(self, source: LastfmSource) -> None:
        song = await source.track("Ira/_/Saanjh")
        assert (song.album, song.duration, song.genres) == ("Dhoop", 253.0, ("bollywood", "hindi"))
        assert song.thumbnail_url is not None
        assert song.thumbnail_url.startswith("https://lastfm.freetls.fastly.net/i/u/300x300/")

    async def test_a_page_that_tells_little(self, source: LastfmSource) -> None:
        song = await source.track("Ira/_/Saanjh+Dhale")
        assert (song.album, song.duration, song.genres, song.thumbnail_url) == (None, None, ("ghazal",), None)
        assert (await source.track("इरा/_/साँझ")).genres == ()

    async def test_id_elsewhere(self, source: LastfmSource) -> None:
        song = (await search(source, "more"))[0]
        assert song.external_ids == {"mbid": "0b0b5a6c-3c0e-4ee3-9c9c-5f2a3f1f7a11"}

    @pytest.mark.parametrize("star", [GREY_STAR.format(size="300x300"), "", "not an address", None])
    async def test_what_is_no_picture(
        self, lastfm: LastfmStandIn, source: LastfmSource, star: str | None
    ) -> None:
        def starred(content: Any) -> Any:
            content["track"]["album"]["image"] = [{"#text": star, "size": "large"}]
            return content

        lastfm.goes_wrong(edit=starred)
        assert (await source.track("Ira/_/Saanjh")).thumbnail_url is None

    @pytest.mark.parametrize(
        ("listeners", "popularity"),
        [("0", 0), ("1000", 45), ("4000000", 100), ("90000000", 100), ("x", None)],
    )
    async def test_popularity(
        self, lastfm: LastfmStandIn, source: LastfmSource, listeners: str, popularity: int | None
    ) -> None:
        lastfm.goes_wrong(edit=lambda content: {"track": {**content["track"], "listeners": listeners}})
        assert (await source.track("Ira/_/Saanjh")).popularity == popularity


class TestIds:
    @pytest.mark.parametrize(
        ("artist", "title"),
        [
            ("AC+DZ / #1", "Don't/Won't (50% \"more\") & Co?"),
            ("इरा", "साँझ"),
            ("_", "_"),
            ("a/_/b", "100%"),
            ("+", "% +"),
            ("x" * 300, "y" * 300),
        ],
    )
    async def test_lead_back_to_the_song(
        self, lastfm: LastfmStandIn, source: LastfmSource, artist: str, title: str
    ) -> None:
        kept, lastfm.tracks = lastfm.tracks, [Track(artist, title)]
        try:
            (song,) = await search(source, artist.split()[0])
            found = await source.track(song.external_id)
        finally:
            lastfm.tracks = kept
        assert (song.title, song.artist) == (found.title, found.artist) == (title, artist)
        assert song.url is not None
        assert source.id_in_link(song.url) == song.external_id

    async def test_too_long_for_an_id(self, lastfm: LastfmStandIn, source: LastfmSource) -> None:
        def longer(content: Any) -> Any:
            tracks = content["results"]["trackmatches"]["track"]
            tracks[0] |= {"name": "/" * 400, "artist": "Ira"}
            return content

        lastfm.goes_wrong(edit=longer)
        assert [song.title for song in await search(source, "saanjh")] == ["Saanjh Dhale"]

    async def test_odd_ids_ask_nothing(self, lastfm: LastfmStandIn, source: LastfmSource) -> None:
        for external_id in ("", "Ira", "Ira/_/", "/_/Saanjh", "Ira/_/a/b"):
            with pytest.raises(NotFound):
                await source.track(external_id)
        assert lastfm.requests == []


class TestErrors:
    async def test_in_an_answer_that_says_all_is_well(self, source: LastfmSource) -> None:
        with pytest.raises(NotFound):
            await source.track("Nobody/_/Nothing")

    @pytest.mark.parametrize("status", [200, 400, 403])
    @pytest.mark.parametrize("code", [4, 10, 26, "10"])
    async def test_the_operators(
        self, lastfm: LastfmStandIn, source: LastfmSource, status: int, code: int | str
    ) -> None:
        lastfm.goes_wrong(status=status, body={"error": code, "message": "Invalid API key", "links": []})
        with pytest.raises(SourceRefused, match="Invalid API key"):
            await search(source, "saanjh")

    @pytest.mark.parametrize("status", [200, 429, 500])
    @pytest.mark.parametrize("code", [8, 11, 16, 29])
    async def test_that_pass(
        self, lastfm: LastfmStandIn, source: LastfmSource, status: int, code: int
    ) -> None:
        lastfm.goes_wrong(
            status=status, body={"error": code, "message": "Try again"}, headers={"Retry-After": "5"}
        )
        with pytest.raises(SourceUnavailable) as raised:
            await search(source, "saanjh")
        assert not isinstance(raised.value, SourceRefused)
        assert raised.value.retry_after == 5

    async def test_an_unknown_song_is_no_error_in_a_search(
        self, lastfm: LastfmStandIn, source: LastfmSource
    ) -> None:
        lastfm.goes_wrong(status=400, body={"error": 6, "message": "Invalid parameters"})
        assert await search(source, "saanjh") == []

    @pytest.mark.parametrize("status", [401, 403])
    async def test_refused_without_a_word(
        self, lastfm: LastfmStandIn, source: LastfmSource, status: int
    ) -> None:
        lastfm.goes_wrong(status=status, body="<html>Forbidden</html>")
        with pytest.raises(SourceRefused):
            await search(source, "saanjh")


class TestCharts:
    async def test_of_the_world(self, lastfm: LastfmStandIn, source: LastfmSource) -> None:
        songs = await source.trending(limit=3, language=None)
        assert songs[0].title == "夜のあかり"
        assert lastfm.requests[0].query["method"] == "chart.getTopTracks"

    @pytest.mark.parametrize(
        ("language", "country"),
        [
            ("hi", "India"),
            ("ta", "India"),
            ("TE", "India"),
            ("ja", "Japan"),
            ("ko", "Korea, Republic of"),
            ("ru", "Russian Federation"),
            ("de", "Germany"),
        ],
    )
    async def test_of_a_country(
        self, lastfm: LastfmStandIn, source: LastfmSource, language: str, country: str
    ) -> None:
        await source.trending(limit=3, language=language)
        query = lastfm.requests[0].query
        assert (query["method"], query["country"], query["limit"]) == ("geo.getTopTracks", country, "3")

    async def test_a_chart_of_one_and_of_none(self, lastfm: LastfmStandIn, source: LastfmSource) -> None:
        (song,) = await source.trending(limit=10, language="ja")
        assert (song.title, song.artist, song.duration) == ("夜のあかり", "Hana", 253.0)
        assert await source.trending(limit=10, language="ru") == []
        assert await source.trending(limit=0, language="ru") == []

    async def test_lengths_in_milliseconds_here_too(
        self, lastfm: LastfmStandIn, source: LastfmSource
    ) -> None:
        """The unit is not documented; no song's length in seconds has six digits."""

        def in_milliseconds(content: Any) -> Any:
            content["tracks"]["track"]["duration"] = "253000"
            return content

        lastfm.goes_wrong(edit=in_milliseconds)
        assert (await source.trending(limit=10, language="ja"))[0].duration == 253.0

    async def test_a_country_it_does_not_know(self, lastfm: LastfmStandIn, source: LastfmSource) -> None:
        assert COUNTRIES["fi"] == "Finland", "which the stand-in does not know"
        with pytest.raises(SourceUnavailable):
            await source.trending(limit=10, language="fi")


class TestEnrichment:
    async def test_is_offered(self, source: LastfmSource) -> None:
        assert isinstance(source, Enriches)

    async def test_of_a_known_song(self, lastfm: LastfmStandIn, source: LastfmSource) -> None:
        assert await source.enrich("Saanjh", "Ira") == Enrichment(
            tags=("bollywood", "hindi"),
            album="Dhoop",
            listeners=5321,
            url="https://www.last.fm/music/Ira/_/Saanjh",
        )
        assert lastfm.requests[0].query["autocorrect"] == "1"

    async def test_misspelt(self, source: LastfmSource) -> None:
        enrichment = await source.enrich("Sanjh", "ira")
        assert enrichment is not None
        assert enrichment.url == "https://www.last.fm/music/Ira/_/Saanjh"

    async def test_one_tag_and_none(self, source: LastfmSource) -> None:
        one, none = await source.enrich("Saanjh Dhale", "Ira"), await source.enrich("साँझ", "इरा")
        assert (one and one.tags, none and none.tags) == (("ghazal",), ())

    async def test_of_an_unknown_song(self, source: LastfmSource) -> None:
        assert await source.enrich("Nothing", "Nobody") is None

    async def test_without_an_artist_there_is_nothing_to_ask(
        self, lastfm: LastfmStandIn, source: LastfmSource
    ) -> None:
        assert await source.enrich("Saanjh", " ") is None
        assert lastfm.requests == []


class TestTurns:
    async def test_calls_are_some_time_apart(self, lastfm: LastfmStandIn) -> None:
        source = LastfmSource(lastfm.api_key, lastfm.url, spacing=0.05)
        begun = time.monotonic()
        await asyncio.gather(*(search(source, "saanjh") for _ in range(5)))
        assert time.monotonic() - begun >= 4 * 0.05  # a sleep may be longer, never shorter
        assert len(lastfm.requests) == 5
        await source.close()

    async def test_nobody_waits_for_long(self, lastfm: LastfmStandIn) -> None:
        source = LastfmSource(lastfm.api_key, lastfm.url, spacing=100)
        await search(source, "saanjh")
        with pytest.raises(SourceUnavailable) as raised:
            await search(source, "saanjh")
        assert raised.value.retry_after is not None
        assert LONGEST_WAIT < raised.value.retry_after <= 100
        assert len(lastfm.requests) == 1
        await source.close()


class TestStandIn:
    async def test_wrong_requests(self, lastfm: LastfmStandIn) -> None:
        async with httpx.AsyncClient(base_url=lastfm.url, trust_env=False) as client:
            keyed = {"api_key": lastfm.api_key, "format": "json"}
            assert (await client.get("/2.0/", params={"format": "json"})).json()["error"] == 10
            assert (await client.get("/2.0/", params=keyed | {"method": "track.sing"})).json()["error"] == 3
            xml = await client.get("/2.0/", params={"api_key": lastfm.api_key, "method": "track.search"})
            assert xml.headers["content-type"].startswith("text/xml")
            assert (await client.get("/3.0/")).status_code == 404
        assert ": the caller does not say who it is" in lastfm.violations
        assert "track.search: without format=json the answer is XML" in lastfm.violations
        assert "/3.0/: all calls go to /2.0/" in lastfm.violations
        lastfm.violations.clear()

    def test_as_a_process(self) -> None:
        command = [sys.executable, "-m", "tests.fakes.sources.lastfm", "--port", "0"]
        with subprocess.Popen(
            command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        ) as process:
            assert process.stdout is not None
            url = process.stdout.readline().split()[-1]
            assert httpx.get(f"{url}/2.0/", trust_env=False).status_code == 403
            process.terminate()
            assert process.wait(20) in {0, -15}
