"""All sources asked at once: deadlines, faults, breakers, budgets and caches."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from core.bootstrap import Services
from core.catalog.searching.search import MusicSearch
from core.db.session import Database
from core.errors import EmptyQuery, QueryTooLong, ServiceUnavailable, UnknownSource
from core.music import Budget, SourceExhausted, SourceRefused, SourceUnavailable
from tests.fixtures.music import Search, in_catalogue, searches
from tests.fixtures.scripted_source import ScriptedSource, listed, never

pytestmark = pytest.mark.broad

TUM_HI_HO = listed("Tum Hi Ho", "Arijit Singh", "sp1", duration=262.0, isrc="INS181300050", url="https://s/1")
SAME_ELSEWHERE = listed("तुम ही हो", "अरिजीत सिंह", "ym1", duration=261.2)
OTHER = listed("Channa Mereya", "Arijit Singh", "sp2", duration=289.0)


@pytest.fixture
async def search(services: Services) -> AsyncIterator[Search]:
    async with searches(services) as make:
        yield make


async def test_a_source_that_hangs_is_late_and_the_rest_answers(search: Search) -> None:
    quick, slow = ScriptedSource("spotify", TUM_HI_HO), ScriptedSource("jamendo", OTHER)
    slow.before = never
    answer = await search(quick, slow).search("tum hi ho", seconds=4)
    assert answer.sources == {"local": "ok", "spotify": "ok", "jamendo": "late"}
    assert answer.partial
    assert [song.title for song in answer.items] == ["Tum Hi Ho"]


async def test_what_came_too_late_is_there_for_the_next_asker(search: Search) -> None:
    slow = ScriptedSource("jamendo", OTHER)
    arrives = asyncio.Event()
    slow.before = arrives.wait
    music = search(slow)
    assert (await music.search("channa mereya", seconds=0.2)).sources["jamendo"] == "late"
    arrives.set()
    answer = await music.search("channa mereya", seconds=5)
    assert (answer.partial, [song.title for song in answer.items]) == (False, ["Channa Mereya"])
    assert len(slow.asked) <= 2  # the second at most beside the first, as a hedge


async def test_the_same_question_is_asked_once(search: Search) -> None:
    """Many people in two processes; one call."""
    source = ScriptedSource("jamendo", OTHER, budgets=(Budget(1000, 86_400.0),))
    arrives = asyncio.Event()
    source.before = arrives.wait
    processes = search(source), search(source)
    asked = [
        asyncio.create_task(processes[n % 2].search("channa mereya", seconds=10, limit=5 + n))
        for n in range(10)
    ]
    await source.questions(1)
    arrives.set()
    answers = await asyncio.gather(*asked)
    assert {song.id for answer in answers for song in answer.items} == {answers[0].items[0].id}
    assert len(source.asked) == 1


async def test_an_answer_is_kept(search: Search) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO)
    for _ in range(3):
        await search(source).search("Tum Hi Ho")
        await search(source).search("tum hi ho", offset=1)
    assert len(source.asked) == 1


async def test_what_is_imported_meanwhile_is_found(services: Services, search: Search) -> None:
    music = search(ScriptedSource("spotify", OTHER))
    assert "Tum Hi Ho" not in [song.title for song in (await music.search("tum hi ho")).items]
    own = await in_catalogue(services.database, "Tum Hi Ho", "Arijit Singh")
    assert (await music.search("tum hi ho")).items[0].id == own


async def test_a_stale_answer_is_served_while_a_fresh_one_is_made(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO)
    music = search(source)
    await music.search("tum hi ho")
    later = time.time() + 700
    monkeypatch.setattr("core.catalog.sources.shared.time.time", lambda: later)
    source.songs = [*source.songs, *ScriptedSource("spotify", OTHER).songs]
    assert len((await music.search("tum hi ho")).items) == 1
    await source.questions(2)
    for _ in range(1000):  # the fresh one is kept a moment after it came
        if len(answer := (await music.search("tum hi ho")).items) == 2:
            break
        await asyncio.sleep(0.02)
    assert (len(answer), len(source.asked)) == (2, 2)


async def test_five_failures_rest_a_source_for_all_processes(search: Search) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO)
    source.trouble = SourceUnavailable("does not answer")
    music = search(source)
    states = [(await music.search(f"song {n}")).sources["spotify"] for n in range(6)]
    assert states == ["failed"] * 5 + ["resting"]
    elsewhere = await search(source).search("song 7")
    assert (elsewhere.sources["spotify"], elsewhere.partial, len(source.asked)) == ("resting", True, 5)


async def test_one_process_tries_when_the_rest_is_over(services: Services, search: Search) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO)
    source.trouble = SourceUnavailable("does not answer", retry_after=100)
    processes = search(source), search(source)
    await processes[0].search("one")
    assert (await processes[1].search("two")).sources["spotify"] == "resting"
    await services.redis.delete("melody:source:{spotify}:open")
    source.trouble, arrives = None, asyncio.Event()
    source.before = arrives.wait
    probe = asyncio.create_task(processes[0].search("three", seconds=10))
    await source.questions(2)
    assert (await processes[1].search("four")).sources["spotify"] == "resting"
    arrives.set()
    assert (await probe).sources["spotify"] == "ok"
    assert (await processes[1].search("five")).sources["spotify"] == "ok"


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (SourceRefused("the key is not valid"), "resting"),
        (SourceExhausted("no quota", datetime.now(UTC) + timedelta(hours=5)), "exhausted"),
        (SourceUnavailable("too many", retry_after=30), "resting"),
    ],
)
async def test_some_failures_rest_a_source_at_once(search: Search, trouble: Exception, state: str) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO)
    source.trouble = trouble
    music = search(source)
    assert (await music.search("one")).sources["spotify"] == "failed"
    assert (await music.search("two")).sources["spotify"] == state
    assert len(source.asked) == 1


@pytest.mark.parametrize("budget", [Budget(2, 3600.0), Budget(2, 1.0, "America/Los_Angeles")])
async def test_budgets_are_shared(search: Search, budget: Budget) -> None:
    source = ScriptedSource("youtube", TUM_HI_HO, budgets=(budget,))
    processes = search(source), search(source)
    states = [(await processes[n % 2].search(f"song {n}")).sources["youtube"] for n in range(3)]
    assert states == ["ok", "ok", "exhausted"]
    assert len(source.asked) == 2


async def test_an_answer_that_makes_no_sense_is_a_failure_of_that_source_alone(search: Search) -> None:
    broken, good = ScriptedSource("spotify", TUM_HI_HO), ScriptedSource("jamendo", OTHER)
    broken.trouble = KeyError("items")
    answer = await search(broken, good).search("channa mereya")
    assert answer.sources == {"local": "ok", "spotify": "failed", "jamendo": "ok"}
    assert len(answer.items) == 1


async def test_a_slow_call_is_raced_by_a_second_one(search: Search) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO)

    async def first_hangs() -> None:
        if len(source.asked) == 1:
            await never()

    source.before = first_hangs
    answer = await search(source).search("tum hi ho", seconds=5)
    assert (answer.partial, len(source.asked)) == (False, 2)


async def test_scarce_calls_are_not_raced(search: Search) -> None:
    source = ScriptedSource("youtube", TUM_HI_HO, budgets=(Budget(95, 86_400.0, "America/Los_Angeles"),))
    source.before = never
    answer = await search(source).search("tum hi ho", seconds=1.2)
    assert (answer.sources["youtube"], len(source.asked)) == ("late", 1)


async def test_without_redis_everything_works(services: Services, search: Search) -> None:
    nowhere = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    source = ScriptedSource("spotify", TUM_HI_HO)
    music = search(source, redis=nowhere)
    own = await in_catalogue(services.database, "Tum Hi Ho", "Arijit Singh", duration=262)
    answer = await music.search("tum hi ho")
    assert (answer.partial, [song.id for song in answer.items]) == (False, [own])
    source.trouble = SourceUnavailable("does not answer")
    states = [(await music.search(f"song {n}")).sources["spotify"] for n in range(6)]
    assert states == ["failed"] * 5 + ["resting"]
    assert [song.id for song in await music.trending()] == [own]
    await nowhere.aclose()


async def test_without_a_database_it_says_so(search: Search, services: Services) -> None:
    away = Database("postgresql+asyncpg://nobody@127.0.0.1:1/none")
    music = MusicSearch(away, services.redis, {}, services.tally, noncommercial=False)
    with pytest.raises(ServiceUnavailable):
        await music.search("tum hi ho")
    await music.close()
    await away.dispose()


async def test_only_one_source(search: Search) -> None:
    spotify, jamendo = ScriptedSource("spotify", TUM_HI_HO), ScriptedSource("jamendo", OTHER)
    music = search(spotify, jamendo)
    assert (await music.search("tum hi ho", source="jamendo")).sources == {"jamendo": "ok"}
    assert (await music.search("tum hi ho", source="local")).sources == {"local": "ok"}
    assert (spotify.asked, len(jamendo.asked)) == ([], 1)


async def test_bad_questions(search: Search) -> None:
    music = search(ScriptedSource("spotify"))
    for nothing in ("", "🎵🎵", "\x00\x01"):
        with pytest.raises(EmptyQuery):
            await music.search(nothing)
    with pytest.raises(QueryTooLong):
        await music.search("a" * 10_000)
    with pytest.raises(UnknownSource) as unknown:
        await music.search("tum hi ho", source="napster")
    assert unknown.value.params == {"known": "all, local, spotify"}
