"""Every music source against its stand-in: what search needs to rely on, whichever source it asks.

A source joins by a `SUBJECT` in a module of `tests/contract/sources`; its own quirks are tested beside.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from typing import Any

import pytest

from core.config import SOURCES
from core.errors import NotFound
from core.music import MusicSource, SourceRefused, SourceSong, SourceUnavailable
from tests.contract.sources.checks import ODD_BODIES, ODD_IDS, ODD_QUERIES, check_discreet, check_sound
from tests.contract.sources.mutations import mutations, replaced
from tests.contract.sources.subjects import Subject, all_subjects
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.faults import html_error

pytestmark = pytest.mark.broad

PATIENCE = 20.0
"""Seconds that a source may be silent, where nothing is wrong."""
ALWAYS = 1_000_000


@pytest.fixture(scope="module", params=all_subjects(), ids=lambda subject: subject.name)
def subject(request: pytest.FixtureRequest) -> Subject:
    found: Subject = request.param
    return found


@pytest.fixture(scope="module")
def running(subject: Subject) -> Iterator[HttpStandIn]:
    with subject.stand_in() as stand_in:
        yield stand_in


@pytest.fixture
def stand_in(running: HttpStandIn) -> Iterator[HttpStandIn]:
    running.reset()
    yield running
    assert running.violations == []


@pytest.fixture
async def source(subject: Subject, stand_in: HttpStandIn) -> AsyncIterator[MusicSource]:
    source = subject.source(stand_in, stand_in.url, PATIENCE)
    yield source
    await source.close()


@pytest.fixture
async def hasty(subject: Subject, stand_in: HttpStandIn) -> AsyncIterator[MusicSource]:
    """The same, giving up soon."""
    source = subject.source(stand_in, stand_in.url, 0.2)
    yield source
    await source.close()


async def search(source: MusicSource, query: str, limit: int = 20) -> list[SourceSong]:
    return await source.search(query, limit=limit, language=None)


class TestSearch:
    async def test_finds_the_song_first(self, subject: Subject, source: MusicSource) -> None:
        songs = await search(source, subject.query)
        assert (songs[0].title, songs[0].artist) == (subject.title, subject.artist)
        for song in songs:
            check_sound(song, source)

    async def test_nothing_there(self, source: MusicSource) -> None:
        assert await search(source, "nosuchsonganywhere") == []

    async def test_as_many_as_wanted(self, subject: Subject, source: MusicSource) -> None:
        many = await search(source, subject.plenty, 25)
        assert len({song.external_id for song in many}) == len(many) == 25
        assert await search(source, subject.plenty, 10) == many[:10]
        assert await search(source, subject.plenty, 1) == many[:1]

    async def test_none_wanted(self, subject: Subject, source: MusicSource, stand_in: HttpStandIn) -> None:
        assert await search(source, subject.plenty, 0) == []
        assert stand_in.requests == []

    @pytest.mark.parametrize("query", ODD_QUERIES)
    async def test_any_text_may_be_asked_for(self, source: MusicSource, query: str) -> None:
        for song in await search(source, query):
            check_sound(song, source)

    @pytest.mark.parametrize("language", ["hi", "en", "pa", "zh-Hant", "xx", ""])
    async def test_any_language_may_be_preferred(
        self, subject: Subject, source: MusicSource, language: str
    ) -> None:
        songs = await source.search(subject.query, limit=5, language=language)
        assert subject.title in {song.title for song in songs}

    async def test_many_at_once(self, subject: Subject, source: MusicSource) -> None:
        one = await search(source, subject.query)
        assert await asyncio.gather(*(search(source, subject.query) for _ in range(8))) == [one] * 8

    async def test_a_cancelled_search_leaves_nothing_behind(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        with stand_in.holding(subject.search_paths[0]) as fault:
            before = asyncio.all_tasks()
            task = asyncio.create_task(search(source, subject.plenty, 25))
            await stand_in.until(lambda: fault.arrived > 0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert asyncio.all_tasks() <= before
        assert len(await search(source, subject.plenty, 25)) == 25


class TestTrouble:
    """Whatever goes wrong there, search sees one kind of error."""

    async def unavailable(
        self, source: MusicSource, subject: Subject, stand_in: HttpStandIn
    ) -> SourceUnavailable:
        with pytest.raises(SourceUnavailable) as raised:
            await search(source, subject.query)
        check_discreet(raised.value, subject, stand_in)
        return raised.value

    async def test_told_when_to_come_back(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        stand_in.goes_wrong(
            subject.search_paths[0], status=429, body="Too many", headers={"Retry-After": "7"}, times=ALWAYS
        )
        assert (await self.unavailable(source, subject, stand_in)).retry_after == 7

    async def test_told_so_by_a_date(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        date = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
        stand_in.goes_wrong(
            subject.search_paths[0], status=429, body="Too many", headers={"Retry-After": date}, times=ALWAYS
        )
        retry_after = (await self.unavailable(source, subject, stand_in)).retry_after
        assert retry_after is not None
        assert 0 < retry_after <= 100

    async def test_not_told(self, subject: Subject, source: MusicSource, stand_in: HttpStandIn) -> None:
        stand_in.goes_wrong(subject.search_paths[0], status=429, body="Too many", times=ALWAYS)
        assert (await self.unavailable(source, subject, stand_in)).retry_after is None

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    async def test_a_gateways_page(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn, status: int
    ) -> None:
        stand_in.goes_wrong(subject.search_paths[0], times=ALWAYS, **html_error(status))
        error = await self.unavailable(source, subject, stand_in)
        assert not isinstance(error, SourceRefused)
        assert "<" not in str(error)

    async def test_a_page_that_says_all_is_well(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        stand_in.goes_wrong(subject.search_paths[0], times=ALWAYS, **html_error(200))
        await self.unavailable(source, subject, stand_in)

    async def test_sent_elsewhere(self, subject: Subject, source: MusicSource, stand_in: HttpStandIn) -> None:
        stand_in.goes_wrong(
            subject.search_paths[0], status=302, headers={"Location": f"{stand_in.url}/stolen"}, times=ALWAYS
        )
        await self.unavailable(source, subject, stand_in)
        assert stand_in.calls("/stolen") == []

    async def test_silence(self, subject: Subject, hasty: MusicSource, stand_in: HttpStandIn) -> None:
        with stand_in.holding(subject.search_paths[0]):
            await self.unavailable(hasty, subject, stand_in)

    async def test_silence_in_the_middle(
        self, subject: Subject, hasty: MusicSource, stand_in: HttpStandIn
    ) -> None:
        with stand_in.holding(subject.search_paths[0], after=20):
            await self.unavailable(hasty, subject, stand_in)

    @pytest.mark.parametrize("after", [None, 20])
    async def test_a_cut_connection(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn, after: int | None
    ) -> None:
        stand_in.goes_wrong(subject.search_paths[0], cut=True, after=after, times=ALWAYS)
        await self.unavailable(source, subject, stand_in)

    async def test_nobody_there(self, subject: Subject, stand_in: HttpStandIn) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
        source = subject.source(stand_in, f"http://127.0.0.1:{port}", PATIENCE)
        await self.unavailable(source, subject, stand_in)
        await source.close()

    async def test_half_an_answer(self, subject: Subject, source: MusicSource, stand_in: HttpStandIn) -> None:
        stand_in.goes_wrong(subject.search_paths[0], status=200, body=b'{"items": [{"id', times=ALWAYS)
        await self.unavailable(source, subject, stand_in)

    @pytest.mark.parametrize("body", ODD_BODIES, ids=lambda body: body[:12].decode())
    async def test_json_of_another_kind(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn, body: bytes
    ) -> None:
        for path in subject.search_paths:
            fault = stand_in.goes_wrong(path, status=200, body=body, times=ALWAYS)
            try:
                assert await search(source, subject.query) == []
            except SourceUnavailable as error:
                check_discreet(error, subject, stand_in)
            stand_in.release(fault)

    async def test_wrong_values_anywhere(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        """One wrong value costs at most the songs it is in, never more than this answer."""
        for path in subject.search_paths:
            content = await answer_of(stand_in, path, partial(search, source, subject.query, 2))
            for place, wrong in mutations(content):
                fault = stand_in.goes_wrong(
                    path, edit=partial(replaced, path=place, wrong=wrong), times=ALWAYS
                )
                try:
                    for song in await search(source, subject.query, 2):
                        check_sound(song, source)
                except SourceUnavailable:
                    pass
                except Exception as error:
                    raise AssertionError(f"{wrong!r} at {place}") from error
                stand_in.release(fault)


async def answer_of(stand_in: HttpStandIn, path: str, ask: Any) -> Any:
    """The JSON that the stand-in truly answers on a path when somebody asks."""
    seen: list[Any] = []

    def look(content: Any) -> Any:
        seen.append(content)
        return content

    fault = stand_in.goes_wrong(path, edit=look, times=ALWAYS)
    await ask()
    stand_in.release(fault)
    return seen[0]


class TestTrack:
    async def test_known_by_its_id(self, subject: Subject, source: MusicSource) -> None:
        found = (await search(source, subject.query))[0]
        song = await source.track(found.external_id)
        assert (song.external_id, song.title, song.artist) == (
            found.external_id,
            subject.title,
            subject.artist,
        )
        check_sound(song, source)

    async def test_every_id_of_a_search_leads_back(self, subject: Subject, source: MusicSource) -> None:
        for song in (await search(source, subject.plenty, 12))[::4]:
            assert (await source.track(song.external_id)).title == song.title

    async def test_unknown(self, subject: Subject, source: MusicSource) -> None:
        with pytest.raises(NotFound):
            await source.track(subject.unknown_id)

    @pytest.mark.parametrize("external_id", ODD_IDS)
    async def test_what_is_no_id(self, source: MusicSource, external_id: str) -> None:
        with pytest.raises(NotFound):
            await source.track(external_id)

    async def test_wrong_values_anywhere(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        external_id = (await search(source, subject.query))[0].external_id
        content = await answer_of(stand_in, subject.track_path, partial(source.track, external_id))
        for place, wrong in mutations(content):
            fault = stand_in.goes_wrong(
                subject.track_path, edit=partial(replaced, path=place, wrong=wrong), times=ALWAYS
            )
            try:
                song = await source.track(external_id)
                check_sound(song, source)
                assert song.external_id == external_id
            except (SourceUnavailable, NotFound):
                pass
            except Exception as error:
                raise AssertionError(f"{wrong!r} at {place}") from error
            stand_in.release(fault)

    async def test_trouble_is_not_taken_for_unknown(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        external_id = (await search(source, subject.query))[0].external_id
        stand_in.goes_wrong(subject.track_path, times=ALWAYS, **html_error(503))
        with pytest.raises(SourceUnavailable):
            await source.track(external_id)


class TestLinks:
    async def test_of_songs(self, subject: Subject, source: MusicSource) -> None:
        for link, external_id in subject.links.items():
            assert source.id_in_link(link) == external_id, link
            assert source.id_in_link(f"  {link}\n") == external_id, link

    async def test_of_other_things(self, subject: Subject, source: MusicSource) -> None:
        others = [*subject.other_links, *ODD_IDS, *ODD_QUERIES, "https://", "https://[", "http://[::1]:x/"]
        for link in others:
            assert source.id_in_link(link) is None, link

    async def test_a_found_songs_page_is_a_link_to_it(self, subject: Subject, source: MusicSource) -> None:
        for song in await search(source, subject.query):
            assert song.url is not None
            assert source.id_in_link(song.url) is not None


class TestStanding:
    async def test_is_one_of_the_houses_sources(self, subject: Subject, source: MusicSource) -> None:
        assert source.name == subject.name
        assert source.name in SOURCES
        assert source.label
        assert source.budgets
        assert all(budget.calls > 0 and budget.seconds > 0 for budget in source.budgets)
        assert source.facts_expire is None or source.facts_expire > 0

    async def test_says_how_we_are_known(
        self, subject: Subject, source: MusicSource, stand_in: HttpStandIn
    ) -> None:
        line = await source.check()
        assert line
        assert "\n" not in line
        for secret in subject.secrets(stand_in):
            assert secret not in line

    async def test_says_that_nobody_is_there(self, hasty: MusicSource, stand_in: HttpStandIn) -> None:
        with stand_in.holding(), pytest.raises(SourceUnavailable):
            await hasty.check()

    async def test_a_wrong_key_is_told_from_trouble(self, subject: Subject, stand_in: HttpStandIn) -> None:
        if subject.refused is None:
            assert subject.secrets(stand_in) == ()
            return
        source = subject.refused(stand_in)
        with pytest.raises(SourceRefused) as raised:
            await source.check()
        check_discreet(raised.value, subject, stand_in)
        with pytest.raises(SourceRefused):
            await search(source, subject.query)
        await source.close()

    async def test_charts(self, source: MusicSource) -> None:
        for language in (None, "hi", "xx"):
            songs = await source.trending(limit=3, language=language)
            assert len(songs) <= 3
            for song in songs:
                check_sound(song, source)
