"""Jamendo's own ways; what all sources have in common is in test_music_sources."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.adapters.sources.jamendo import JamendoSource
from core.errors import Forbidden, MelodyError, NotFound, TooLarge
from core.music import FetchesAudio, Licence, SourceExhausted, SourceRefused, SourceSong, SourceUnavailable
from tests.fakes.sources.jamendo import AUDIO, CATALOGUE, JamendoStandIn, JamendoTrack

pytestmark = pytest.mark.broad

TRACKS = "/v3.0/tracks/"
FILE = "/v3.0/tracks/file/"


@pytest.fixture(scope="module")
def running() -> Iterator[JamendoStandIn]:
    with JamendoStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def jamendo(running: JamendoStandIn) -> Iterator[JamendoStandIn]:
    running.reset()
    running.tracks = {track.id: track for track in CATALOGUE}
    yield running
    assert running.violations == []


@pytest.fixture
async def source(jamendo: JamendoStandIn) -> AsyncIterator[JamendoSource]:
    source = JamendoSource(jamendo.client_id, jamendo.url, noncommercial=True)
    yield source
    await source.close()


async def search(source: JamendoSource, query: str) -> list[SourceSong]:
    return await source.search(query, limit=20, language=None)


def keep(jamendo: JamendoStandIn, **changes: Any) -> None:
    """Let there be one track, with some fields otherwise."""
    jamendo.tracks = {"5": JamendoTrack("5", "Lluvia", "Ana P.", changes=changes)}


class TestRows:
    async def test_tell_all_that_is_known(self, source: JamendoSource) -> None:
        (song,) = await search(source, "lluvia")
        assert song == SourceSong(
            source="jamendo",
            external_id="1000001",
            title="Lluvia",
            artist="Ana P.",
            url="https://www.jamendo.com/track/1000001",
            album="Uno",
            duration=214,
            release_year=2019,
            language="es",
            genres=("pop",),
            thumbnail_url="https://usercontent.jamendo.com/?type=track&id=1000001&width=200",
            licence=Licence.BY_SA,
            licence_url="http://creativecommons.org/licenses/by-sa/3.0/",
            downloadable=True,
        )

    async def test_names_without_entities(self, source: JamendoSource) -> None:
        assert [song.title for song in await search(source, "sol")] == ["Sol & Luna"]

    async def test_singles_too(self, source: JamendoSource) -> None:
        (single,) = await search(source, "saanjh")
        assert (single.title, single.album) == ("Saanjh", None)

    @pytest.mark.parametrize(
        ("changes", "downloadable"),
        [
            ({}, True),
            ({"audiodownload": ""}, False),
            ({"audiodownload": None}, False),
            ({"audiodownload_allowed": False}, False),
            ({"audiodownload_allowed": "false"}, False),
            ({"audiodownload_allowed": "true"}, True),
            ({"audiodownload_allowed": None}, False),
        ],
        ids=str,
    )
    async def test_the_artist_decides(
        self, source: JamendoSource, jamendo: JamendoStandIn, changes: dict[str, Any], downloadable: bool
    ) -> None:
        keep(jamendo, **changes)
        assert (await source.track("5")).downloadable is downloadable

    @pytest.mark.parametrize(
        ("changes", "field", "value"),
        [
            ({"license_ccurl": ""}, "licence", Licence.UNKNOWN),
            ({"license_ccurl": "https://example.org/licenses/by/3.0/"}, "licence", Licence.UNKNOWN),
            ({"shareurl": ""}, "url", "https://www.jamendo.com/track/5"),
            ({"shareurl": "javascript:alert(1)"}, "url", "https://www.jamendo.com/track/5"),
            ({"releasedate": "0000-00-00"}, "release_year", None),
            ({"duration": 0}, "duration", None),
            ({"musicinfo": None}, "language", None),
            ({"musicinfo": {"lang": "", "tags": []}}, "genres", ()),
            ({"image": ""}, "thumbnail_url", "https://usercontent.jamendo.com/?type=album&id=88&width=200"),
        ],
        ids=str,
    )
    async def test_fields_that_say_nothing(
        self, source: JamendoSource, jamendo: JamendoStandIn, changes: dict[str, Any], field: str, value: Any
    ) -> None:
        keep(jamendo, **changes)
        assert getattr(await source.track("5"), field) == value

    async def test_heard_most_this_week(self, source: JamendoSource) -> None:
        everywhere = await source.trending(limit=2, language=None)
        assert [song.title for song in everywhere] == ["Saanjh", "साँझ ढले"]
        assert [song.title for song in await source.trending(limit=1, language="es")] == ["Lluvia"]


class TestErrors:
    @pytest.mark.parametrize("status", [200, 401, 403, 500])
    @pytest.mark.parametrize(
        ("code", "error"),
        [
            (1, SourceUnavailable),
            (4, SourceUnavailable),
            (5, SourceRefused),
            ("5", SourceRefused),
            (6, SourceExhausted),
            (11, SourceRefused),
            (999, SourceUnavailable),
        ],
    )
    async def test_the_code_decides_whatever_the_status(
        self, source: JamendoSource, jamendo: JamendoStandIn, status: int, code: Any, error: type[MelodyError]
    ) -> None:
        headers = {"status": "failed", "code": code, "error_message": "no", "results_count": 0}
        jamendo.goes_wrong(TRACKS, status=status, body={"headers": headers, "results": []})
        with pytest.raises(SourceUnavailable) as raised:
            await search(source, "lluvia")
        assert type(raised.value) is error

    @pytest.mark.parametrize("word", ["success", "succeed", "failed", None])
    async def test_nor_does_the_word(
        self, source: JamendoSource, jamendo: JamendoStandIn, word: str | None
    ) -> None:
        jamendo.goes_wrong(TRACKS, edit=lambda body: {**body, "headers": {**body["headers"], "status": word}})
        assert len(await search(source, "lluvia")) == 1

    async def test_a_used_up_quota_is_left_alone(
        self, source: JamendoSource, jamendo: JamendoStandIn
    ) -> None:
        jamendo.goes_wrong(TRACKS, status=200, body={"headers": {"code": 6}, "results": []})
        with pytest.raises(SourceExhausted) as raised:
            await search(source, "lluvia")
        assert raised.value.until > datetime.now(UTC)

    async def test_shut_out_without_json(self, source: JamendoSource, jamendo: JamendoStandIn) -> None:
        jamendo.goes_wrong(TRACKS, status=403, body="<h1>Forbidden</h1>")
        with pytest.raises(SourceRefused):
            await search(source, "lluvia")


class TestFetch:
    def test_hands_out_audio(self, source: JamendoSource) -> None:
        assert isinstance(source, FetchesAudio)

    async def test_from_the_storage(
        self, source: JamendoSource, jamendo: JamendoStandIn, tmp_path: Path
    ) -> None:
        await source.fetch("1000001", tmp_path / "recording", 10**6)
        assert (tmp_path / "recording").read_bytes() == AUDIO
        (asked,) = jamendo.calls(FILE)
        assert (asked.query["action"], asked.query["audioformat"]) == ("download", "mp32")
        assert jamendo.requests[-1].path == "/storage/download/track/1000001/mp32/"

    @pytest.mark.parametrize("track", ["1000003", "1000004"], ids=["not-allowed", "nd"])
    async def test_not_what_may_not_be_taken(
        self, source: JamendoSource, jamendo: JamendoStandIn, tmp_path: Path, track: str
    ) -> None:
        await self.refused(source, track, tmp_path, Forbidden)
        assert jamendo.calls(FILE) == []

    async def test_not_for_those_who_earn(self, jamendo: JamendoStandIn, tmp_path: Path) -> None:
        source = JamendoSource(jamendo.client_id, jamendo.url, noncommercial=False)
        await self.refused(source, "1000002", tmp_path, Forbidden)
        assert jamendo.calls(FILE) == []
        await source.close()

    async def test_leave_that_was_taken_back(
        self, source: JamendoSource, jamendo: JamendoStandIn, tmp_path: Path
    ) -> None:
        jamendo.goes_wrong(FILE, status=404)
        await self.refused(source, "1000001", tmp_path, Forbidden)

    async def test_no_such_track(self, source: JamendoSource, tmp_path: Path) -> None:
        await self.refused(source, "4", tmp_path, NotFound)

    async def test_trouble(self, source: JamendoSource, jamendo: JamendoStandIn, tmp_path: Path) -> None:
        jamendo.goes_wrong(FILE, status=500)
        await self.refused(source, "1000001", tmp_path, SourceUnavailable)

    async def test_too_large(self, source: JamendoSource, tmp_path: Path) -> None:
        await self.refused(source, "1000001", tmp_path, TooLarge, max_bytes=100)

    async def refused(
        self,
        source: JamendoSource,
        external_id: str,
        folder: Path,
        error: type[MelodyError],
        max_bytes: int = 10**6,
    ) -> None:
        with pytest.raises(MelodyError) as raised:
            await source.fetch(external_id, folder / "refused", max_bytes)
        assert type(raised.value) is error
        assert not (folder / "refused").exists()
