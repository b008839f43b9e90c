"""What is heard most, charts, picks, and facts that have to go."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from core.accounts.models import User
from core.bootstrap import Services, build
from core.catalog.activity import Activity, count_activity
from core.catalog.models import SearchPick, Song, SongActivity, SongSource
from core.config import Settings
from core.library.models import LibraryEntry
from core.music import SourceUnavailable
from tests.fixtures.music import in_catalogue
from tests.fixtures.scripted_source import ScriptedSource, listed

pytestmark = pytest.mark.broad

TUM_HI_HO = listed("Tum Hi Ho", "Arijit Singh", "sp1", duration=262.0, album="Aashiqui 2")
CHANNA = listed("Channa Mereya", "Arijit Singh", "sp2", duration=289.0)
KEPT = select(LibraryEntry.song_id).where(LibraryEntry.saved)


@pytest.fixture
def spotify() -> ScriptedSource:
    return ScriptedSource("spotify", TUM_HI_HO, CHANNA, facts_expire=86_400.0 * 30)


@pytest.fixture
async def studio(settings: Settings, spotify: ScriptedSource) -> AsyncIterator[Services]:
    other = ScriptedSource("youtube_music")
    other.chart = [listed("चन्ना मेरेया", "अरिजीत सिंह", "ym2", duration=289.0)]
    spotify.chart = [listed("Apna Bana Le", "Arijit Singh", "sp9", duration=261.0), CHANNA]
    built = build(settings, sources={"spotify": spotify, "youtube_music": other})
    yield built
    await built.close()


async def titles(studio: Services, **asked: object) -> list[str]:
    """The trending songs, not those that the cache still has."""
    await studio.redis.flushdb()
    return [song.title for song in await studio.music.trending(**asked)]  # type: ignore[arg-type]


async def a_person(studio: Services) -> uuid.UUID:
    user = User()
    async with studio.database.transaction() as session:
        session.add(user)
    return user.id


async def test_saves_and_conversions_count_three_plays_and_the_past_fades(studio: Services) -> None:
    ids = {name: await in_catalogue(studio.database, name) for name in ("Played", "Saved", "Old", "Older")}
    today = datetime.now(UTC).date()
    async with studio.database.transaction() as session:
        for _ in range(2):
            await count_activity(session, ids["Played"], "play")
        await count_activity(session, ids["Saved"], Activity.SAVE)
        for name, days in (("Old", 5), ("Older", 12)):
            row = SongActivity(song_id=ids[name], kind="play", day=today - timedelta(days=days), count=4)
            session.add(row)
    assert (await titles(studio, timeframe="weekly"))[:3] == ["Saved", "Played", "Old"]
    assert (await titles(studio, timeframe="daily"))[:2] == ["Saved", "Played"]


async def test_charts_are_joined(studio: Services) -> None:
    await studio.music.refresh_trending()
    await studio.music.refresh_trending()
    assert await titles(studio) == ["Channa Mereya", "Apna Bana Le"]
    (song, _) = await studio.music.trending()
    assert song.external_ids == {"spotify": "sp2", "youtube_music": "ym2"}
    async with studio.database.transaction() as session:
        rows = (await session.execute(select(SongActivity.kind, SongActivity.count))).all()
    assert sorted(rows) == [("chart", 30), ("chart", 59)]


async def test_own_plays_come_before_charts(studio: Services) -> None:
    await studio.music.refresh_trending()
    own = await in_catalogue(studio.database, "Ours")
    async with studio.database.transaction() as session:
        for kind in ("play", "save", "convert"):
            await count_activity(session, own, kind)
    assert await titles(studio) == ["Ours", "Channa Mereya", "Apna Bana Le"]


async def test_without_charts_and_plays_the_most_popular(studio: Services, spotify: ScriptedSource) -> None:
    spotify.trouble = SourceUnavailable("does not answer")
    await studio.music.refresh_trending()
    await in_catalogue(studio.database, "Known", popularity=80, language="hi")
    await in_catalogue(studio.database, "Less known", popularity=20)
    async with studio.database.transaction() as session:
        await session.execute(update(SongActivity).values(day=datetime.now(UTC).date() - timedelta(days=60)))
    assert await titles(studio) == ["Known", "Less known"]
    assert await titles(studio, language="hi") == ["Known"]


async def test_facts_are_emptied_when_their_time_is_over(studio: Services, spotify: ScriptedSource) -> None:
    found = (await studio.music.search("tum hi ho")).items
    (song,) = [item for item in found if item.title == "Tum Hi Ho"]
    async with studio.database.transaction() as session:
        await session.execute(update(SongSource).values(expires_at=func.now() - timedelta(seconds=1)))
    await studio.music.expire(KEPT)
    async with studio.database.transaction() as session:
        row = await session.get_one(SongSource, ("spotify", "sp1"))
        columns = await session.get_one(Song, song.id)
    assert (row.facts, row.expires_at, row.song_id) == ({}, None, song.id)
    assert (columns.title, columns.artist, columns.album, columns.duration) == ("", "", None, None)
    assert columns.external_ids == {"spotify": "sp1"}
    assert spotify.looked_up == []
    again = await studio.music.song(song.id)  # whoever looks at it makes it good again
    assert (again.id, again.title) == (song.id, "Tum Hi Ho")


async def test_what_people_keep_is_asked_for_again_in_time(studio: Services, spotify: ScriptedSource) -> None:
    found = {item.title: item.id for item in (await studio.music.search("arijit singh")).items}
    user_id = await a_person(studio)
    async with studio.database.transaction() as session:
        session.add(LibraryEntry(user_id=user_id, song_id=found["Tum Hi Ho"], saved=True))
        await session.execute(update(SongSource).values(expires_at=func.now() - timedelta(seconds=1)))
    await studio.music.expire(KEPT)
    async with studio.database.transaction() as session:
        rows = {song.id: song.title for song in (await session.execute(select(Song))).scalars()}
    assert (rows[found["Tum Hi Ho"]], rows[found["Channa Mereya"]]) == ("Tum Hi Ho", "")
    assert spotify.looked_up == ["sp1"]


async def test_the_operators_songs_keep_their_names(studio: Services) -> None:
    own = await in_catalogue(studio.database, "Tum Hi Ho", "Arijit Singh", duration=262)
    await studio.music.search("tum hi ho")
    async with studio.database.transaction() as session:
        await session.execute(update(SongSource).values(expires_at=func.now() - timedelta(seconds=1)))
    await studio.music.expire(KEPT)
    song = await studio.music.song(own)
    assert (song.title, song.artist, song.duration) == ("Tum Hi Ho", "Arijit Singh", 262)
    assert song.external_ids["spotify"] == "sp1"


async def test_ones_own_pick_comes_first(studio: Services) -> None:
    me, other = await a_person(studio), await a_person(studio)
    found = (await studio.music.search("arijit singh")).items
    last = found[-1].id
    async with studio.database.transaction() as session:
        await studio.music.record_pick(session, me, "Arijit  Singh!", last)
    assert (await studio.music.search("arijit singh", user_id=me)).items[0].id == last
    assert (await studio.music.search("arijit singh", user_id=other)).items[0].id == found[0].id


async def test_two_people_give_a_song_a_name(studio: Services) -> None:
    song_id = await in_catalogue(studio.database, "Aashiqui Title Track", "Arijit Singh")
    for count, _ in enumerate(range(2), start=1):
        async with studio.database.transaction() as session:
            await studio.music.record_pick(session, await a_person(studio), "meri wali dhun", song_id)
        hits = (await studio.music.search("meri wali dhun", source="local", seconds=5)).items
        assert [song.id for song in hits] == ([song_id] if count == 2 else [])


async def test_the_last_word_counts(studio: Services) -> None:
    me = await a_person(studio)
    first, second = await in_catalogue(studio.database, "One"), await in_catalogue(studio.database, "Two")
    async with studio.database.transaction() as session:
        for song_id in (first, second):
            await studio.music.record_pick(session, me, "that song", song_id)
        picks = (await session.execute(select(SearchPick.query, SearchPick.song_id))).all()
    assert list(picks) == [("that song", second)]


async def test_a_name_learnt_for_a_song_of_a_source_finds_it_beside_others(studio: Services) -> None:
    found = {item.title: item.id for item in (await studio.music.search("arijit singh")).items}
    for _ in range(2):
        async with studio.database.transaction() as session:
            await studio.music.record_pick(
                session, await a_person(studio), "woh gaana", found["Channa Mereya"]
            )
    local = await studio.music.search("woh gaana", source="local")
    assert [song.id for song in local.items] == [found["Channa Mereya"]]
    everywhere = await studio.music.search("woh gaana")
    assert everywhere.items[0].id == found["Channa Mereya"]
    assert everywhere.total == 2
