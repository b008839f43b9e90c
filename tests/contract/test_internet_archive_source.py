"""The Internet Archive's own ways; what all sources have in common is in test_music_sources."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from core.adapters.sources.internet_archive import InternetArchiveSource
from core.errors import Forbidden, MelodyError, NotFound, TooLarge
from core.music import FetchesAudio, Licence, SourceRefused, SourceSong, SourceUnavailable
from tests.fakes.sources.internet_archive import (
    AUDIO,
    BY,
    BY_NC,
    BY_ND,
    CATALOGUE,
    ArchiveItem,
    InternetArchiveStandIn,
    release,
)

pytestmark = pytest.mark.broad

SEARCH = "/advancedsearch.php"


@pytest.fixture(scope="module")
def running() -> Iterator[InternetArchiveStandIn]:
    with InternetArchiveStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def archive(running: InternetArchiveStandIn) -> Iterator[InternetArchiveStandIn]:
    running.reset()
    running.items = {item.identifier: copy.deepcopy(item) for item in CATALOGUE}
    yield running
    assert running.violations == []


@pytest.fixture
async def source(archive: InternetArchiveStandIn) -> AsyncIterator[InternetArchiveSource]:
    source = InternetArchiveSource(archive.url, noncommercial=False)
    yield source
    await source.close()


@pytest.fixture
async def charity(archive: InternetArchiveStandIn) -> AsyncIterator[InternetArchiveSource]:
    """A source whose operator earns nothing."""
    source = InternetArchiveSource(archive.url, noncommercial=True)
    yield source
    await source.close()


async def search(source: InternetArchiveSource, query: str, limit: int = 20) -> list[SourceSong]:
    return await source.search(query, limit=limit, language=None)


async def titles(source: InternetArchiveSource, query: str) -> list[str]:
    return [song.title for song in await search(source, query)]


def keep(archive: InternetArchiveStandIn, *items: ArchiveItem) -> None:
    archive.items = {item.identifier: item for item in items}


class TestRows:
    async def test_are_recordings_with_all_that_is_known(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        (song, *_) = await search(source, "saanjh ira")
        assert song == SourceSong(
            source="internet_archive",
            external_id="sample-ep-01/01 - Saanjh.mp3",
            title="Saanjh",
            artist="Ira",
            url=f"{archive.url}/details/sample-ep-01",
            album="Rain EP",
            duration=245.0,
            release_year=2019,
            language="hi",
            genres=("indie", "folk", "hindi"),
            thumbnail_url=f"{archive.url}/services/img/sample-ep-01",
            popularity=49,
            licence=Licence.BY,
            licence_url=BY,
            downloadable=True,
        )

    async def test_of_a_release_that_is_meant_its_first(self, source: InternetArchiveSource) -> None:
        assert await titles(source, "paging choir") == ["Lamp 1", "Lamp 2", "Lamp 3"]

    async def test_of_a_release_with_the_song_that_song(self, source: InternetArchiveSource) -> None:
        assert await titles(source, "dhoop") == ["Dhoop"]

    async def test_in_any_script(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        assert await titles(source, "साँझ") == ["साँझ"]
        asked = archive.calls(SEARCH)[0].query["q"]
        assert 'title:("साँझ")' in asked
        assert 'title:("samjh")' in asked

    async def test_what_may_be_taken_comes_before_what_may_only_be_heard(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        keep(
            archive,
            *(release(f"nd-{n}", "Song", "Nadia", ["Song"], licence=BY_ND) for n in range(6)),
            release("free", "Song", "Nadia", ["Song"], licence=BY),
        )
        songs = await search(source, "song")
        assert songs[0].external_id.startswith("free/")
        assert [song.licence for song in songs] == [Licence.BY, *[Licence.BY_ND] * 3]

    async def test_what_may_only_be_heard_has_its_place_too(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        keep(
            archive,
            *(release(f"free-{n}", "Other", "Bo", ["Rain", "Evening", "Nadia"]) for n in range(6)),
            release("nc", "Evening", "Nadia", ["Evening"], licence=BY_NC),
        )
        assert (await search(source, "evening nadia"))[0].artist == "Nadia"

    async def test_lent_items_and_books_are_no_songs(self, source: InternetArchiveSource) -> None:
        assert await titles(source, "lent song") == []
        assert await titles(source, "rain novel") == []

    async def test_found_by_a_description_that_names_no_song(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        keep(archive, release("x", "Rain", "Ira", ["Saanjh"], subject="recorded at midnight"))
        assert await titles(source, "recorded midnight") == []

    async def test_no_item_is_asked_for_that_is_not_needed(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        keep(archive, *(release(f"item-{n}", "Rain", "Ira", ["Rain"]) for n in range(20)))
        assert len(await search(source, "rain")) == 4
        assert len(archive.calls("/metadata/*")) == 4

    async def test_the_query_is_no_program(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        await search(source, 'x") OR identifier:(* OR title:("lamps')
        (asked,) = archive.calls(SEARCH)
        assert 'title:("x OR identifier OR title lamps")' in asked.query["q"]
        assert archive.calls("/metadata/*") == []


class TestTrouble:
    async def test_with_one_item_costs_that_item(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        keep(archive, release("one", "Rain", "Ira", ["Rain"]), release("two", "Rain", "Bo", ["Rain"]))
        archive.goes_wrong("/metadata/one", status=503)
        assert [song.artist for song in await search(source, "rain")] == ["Bo"]

    async def test_with_all_items_is_told(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        archive.goes_wrong("/metadata/*", status=503, headers={"Retry-After": "9"}, times=100)
        with pytest.raises(SourceUnavailable) as raised:
            await search(source, "saanjh ira")
        assert raised.value.retry_after == 9

    async def test_an_item_that_is_gone_is_missing(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        archive.goes_wrong("/metadata/sample-ep-01", status=200, body={})
        assert await titles(source, "saanjh ira") == []

    async def test_errors_come_as_json(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        archive.goes_wrong(
            SEARCH, status=200, body={"error": "[RANGE_OUT_OF_BOUNDS] see https://archive.org/x"}
        )
        with pytest.raises(SourceUnavailable, match="RANGE_OUT_OF_BOUNDS") as raised:
            await search(source, "rain")
        assert "://" not in str(raised.value)

    async def test_shut_out(self, source: InternetArchiveSource, archive: InternetArchiveStandIn) -> None:
        archive.goes_wrong(SEARCH, status=403, body="<h1>Blocked</h1>")
        with pytest.raises(SourceRefused):
            await search(source, "rain")


class TestTrack:
    @pytest.mark.parametrize(
        ("external_id", "found"),
        [
            ("sample-ep-01/02 - Dhoop.mp3", "sample-ep-01/02 - Dhoop.mp3"),
            ("sample-ep-01/02 - Dhoop.flac", "sample-ep-01/02 - Dhoop.flac"),
            ("sample-ep-01/02 - Dhoop_64kb.mp3", "sample-ep-01/02 - Dhoop.mp3"),
            ("sample-ep-01", "sample-ep-01/01 - Saanjh.mp3"),
            ("odd-names/disc 1/01 - 100% sure? #1.mp3", "odd-names/disc 1/01 - 100% sure? #1.mp3"),
        ],
    )
    async def test_by_file_or_item(self, source: InternetArchiveSource, external_id: str, found: str) -> None:
        assert (await source.track(external_id)).external_id == found

    @pytest.mark.parametrize(
        "external_id",
        ["lent-out", "lent-out/01 - Lent Song.mp3", "sample-ep-01/04.mp3", "@somebody", "nothing"],
    )
    async def test_none(self, source: InternetArchiveSource, external_id: str) -> None:
        with pytest.raises(NotFound):
            await source.track(external_id)

    async def test_none_by_its_status(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        archive.goes_wrong("/metadata/*", status=404, body="<h1>Not found</h1>")
        with pytest.raises(NotFound):
            await source.track("sample-ep-01")

    async def test_without_a_licence_is_known_but_not_free(self, source: InternetArchiveSource) -> None:
        assert (await source.track("no-licence")).licence is Licence.UNKNOWN

    async def test_the_page_of_this_installations_archive_is_known(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        assert source.id_in_link(f"{archive.url}/details/lamps") == "lamps"


class TestTrending:
    async def test_what_is_downloaded_most_and_may_be_taken(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn
    ) -> None:
        keep(
            archive,
            release("few", "Few", "A", ["Few 1", "Few 2"], downloads=3, language="Hindi"),
            release("most", "Most", "B", ["Most"], downloads=99_000, licence=BY_NC),
            release("many", "Many", "C", ["Many"], downloads=5_000, language="tam"),
        )
        songs = await source.trending(limit=5, language=None)
        assert [(song.title, song.popularity) for song in songs] == [("Many", 62), ("Few 1", 10)]
        assert [song.title for song in await source.trending(limit=5, language="hi")] == ["Few 1"]
        assert [song.title for song in await source.trending(limit=1, language=None)] == ["Many"]
        assert await source.trending(limit=0, language=None) == []


class TestFetch:
    def test_hands_out_audio(self, source: InternetArchiveSource) -> None:
        assert isinstance(source, FetchesAudio)

    @pytest.mark.parametrize(
        "name",
        [
            "disc 1/01 - 100% sure? #1.mp3",
            "disc 1/02 - a+b & ünï \"q'.mp3",
            "डिस्क/साँझ.mp3",
        ],
    )
    async def test_whatever_the_file_is_called(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn, tmp_path: Path, name: str
    ) -> None:
        archive.items["odd-names"].contents[name] = content = name.encode() * 100
        await source.fetch(f"odd-names/{name}", tmp_path / "recording", 10**7)
        assert (tmp_path / "recording").read_bytes() == content
        assert [seen.path for seen in archive.calls("/d*")] == [
            f"/download/odd-names/{name}",
            f"/data/odd-names/{name}",
        ]

    async def test_every_row_of_a_search_can_be_fetched(
        self, source: InternetArchiveSource, tmp_path: Path
    ) -> None:
        for number, song in enumerate(await search(source, "odd")):
            await source.fetch(song.external_id, tmp_path / str(number), 10**7)
            assert (tmp_path / str(number)).read_bytes() == AUDIO

    @pytest.mark.parametrize("item", ["not-for-sale", "as-it-is", "no-licence", "lent-out"])
    async def test_not_what_its_licence_keeps(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn, tmp_path: Path, item: str
    ) -> None:
        await self.refused(source, item, tmp_path, Forbidden)
        assert archive.calls("/download/*") == []

    async def test_for_an_operator_who_earns_nothing(
        self, charity: InternetArchiveSource, archive: InternetArchiveStandIn, tmp_path: Path
    ) -> None:
        await charity.fetch("not-for-sale", tmp_path / "recording", 10**7)
        assert (tmp_path / "recording").read_bytes() == AUDIO
        await self.refused(charity, "as-it-is", tmp_path, Forbidden)

    async def test_a_licence_that_was_withdrawn(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn, tmp_path: Path
    ) -> None:
        (song, *_) = await search(source, "saanjh ira")
        keep(archive, release("sample-ep-01", "Rain EP", "Ira", ["Saanjh"], licence=BY_ND))
        await self.refused(source, song.external_id, tmp_path, Forbidden)

    async def test_too_large_by_its_own_word(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn, tmp_path: Path
    ) -> None:
        await self.refused(source, "sample-ep-01", tmp_path, TooLarge, max_bytes=5_000_000)
        assert archive.calls("/download/*") == []

    async def test_larger_than_it_says(
        self, source: InternetArchiveSource, archive: InternetArchiveStandIn, tmp_path: Path
    ) -> None:
        item = release("liar", "Liar", "Ira", ["Liar"])
        for file in item.files:
            file["size"] = "10"
        keep(archive, item)
        await self.refused(source, "liar", tmp_path, TooLarge, max_bytes=1000)

    @pytest.mark.parametrize(
        ("status", "error"),
        [(401, Forbidden), (403, Forbidden), (404, NotFound), (503, SourceUnavailable)],
    )
    async def test_not_handed_out_after_all(
        self,
        source: InternetArchiveSource,
        archive: InternetArchiveStandIn,
        tmp_path: Path,
        status: int,
        error: type[MelodyError],
    ) -> None:
        archive.goes_wrong("/download/*", status=status)
        await self.refused(source, "sample-ep-01", tmp_path, error)

    async def test_no_such_file(self, source: InternetArchiveSource, tmp_path: Path) -> None:
        await self.refused(source, "sample-ep-01/../../etc/passwd", tmp_path, NotFound)

    async def refused(
        self,
        source: InternetArchiveSource,
        external_id: str,
        folder: Path,
        error: type[MelodyError],
        max_bytes: int = 10**7,
    ) -> None:
        with pytest.raises(MelodyError) as raised:
            await source.fetch(external_id, folder / "refused", max_bytes)
        assert type(raised.value) is error
        assert not (folder / "refused").exists()
