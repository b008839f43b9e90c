"""What is found is stored: one row a song, ids that stay, facts told and forgotten as they have to be."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from redis.asyncio import Redis
from sqlalchemy import func, select, update

from core.bootstrap import Services
from core.catalog.models import Song, SongSource
from core.catalog.searching.search import MusicSearch
from core.config import Settings
from core.db.session import Database
from core.errors import NotFound, ServiceUnavailable
from core.music import Enrichment, Licence, SourceUnavailable
from core.tally import Tally
from tests.fixtures.music import Search, in_catalogue, searches
from tests.fixtures.scripted_source import EnrichingSource, ScriptedSource, listed

pytestmark = pytest.mark.broad

TUM_HI_HO = listed("Tum Hi Ho", "Arijit Singh", "sp1", duration=262.0, isrc="INS181300050", url="https://s/1")
SAME_ELSEWHERE = listed("तुम ही हो", "अरिजीत सिंह", "ym1", duration=261.2)
OTHER = listed("Channa Mereya", "Arijit Singh", "sp2", duration=289.0)


@pytest.fixture
async def search(services: Services) -> AsyncIterator[Search]:
    async with searches(services) as make:
        yield make


async def test_one_row_a_song_over_the_catalogue_and_all_sources(services: Services, search: Search) -> None:
    own = await in_catalogue(services.database, "तुम ही हो", "Arijit Singh", duration=262)
    spotify, music = (
        ScriptedSource("spotify", TUM_HI_HO, OTHER),
        ScriptedSource("youtube_music", SAME_ELSEWHERE),
    )
    answer = await search(spotify, music).search("tum hi ho")
    assert (answer.partial, answer.sources) == (
        False,
        {"local": "ok", "spotify": "ok", "youtube_music": "ok"},
    )
    first = answer.items[0]
    assert (first.id, first.title) == (own, "तुम ही हो")
    assert first.external_ids == {"spotify": "sp1", "youtube_music": "ym1", "isrc": "INS181300050"}
    assert [listing.source for listing in first.listings] == ["local", "spotify", "youtube_music"]
    assert [item.title for item in answer.items] == ["तुम ही हो", "Channa Mereya"]
    assert answer.total == 2


async def test_ids_stay(search: Search) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO, OTHER)
    first = await search(source).search("tum hi ho")
    await search(source).search("something else")
    again = await search(source).search("arijit")
    assert {song.id for song in first.items} == {song.id for song in again.items}


async def test_songs_found_apart_become_one_and_keep_their_ids(search: Search) -> None:
    spotify, music = ScriptedSource("spotify", TUM_HI_HO), ScriptedSource("youtube_music", SAME_ELSEWHERE)
    both = search(spotify, music)
    (one,) = (await both.search("tum hi ho", source="spotify")).items
    (other,) = (await both.search("tum hi ho", source="youtube_music")).items
    assert one.id != other.id
    (merged,) = (await both.search("tum hi ho")).items
    assert merged.id == one.id
    assert {listing.source for listing in merged.listings} == {"spotify", "youtube_music"}
    kept = await both.song(other.id)
    assert kept.id == other.id
    assert {listing.source for listing in kept.listings} == {"spotify", "youtube_music"}


async def test_processes_that_store_the_same_at_once_agree(services: Services, settings: Settings) -> None:
    """Eight searches on connections of their own, released together, in different groupings."""
    songs = [listed(f"Song number {n}", "The Band", f"s{n}", duration=200.0) for n in range(15)]
    copies = [listed(f"Song number {n}", "The Band", f"y{n}", duration=201.0) for n in range(15)]
    gate = asyncio.Event()
    databases = [Database(settings.database_url or "") for _ in range(8)]

    async def one(number: int, database: Database) -> dict[str, uuid.UUID]:
        spotify = ScriptedSource("spotify", *songs[:: -1 if number % 2 else 1])
        music = ScriptedSource("youtube_music", *copies)
        spotify.before = music.before = gate.wait
        sources = {"spotify": spotify, "youtube_music": music}
        redis = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)  # nothing is shared there
        searching = MusicSearch(database, redis, sources, Tally(redis), noncommercial=False)
        try:
            asked = "all" if number % 3 else "spotify"
            answer = await searching.search("song number", limit=50, source=asked, seconds=30)
            return {song.external_ids["spotify"]: song.id for song in answer.items}
        finally:
            await searching.close()
            await redis.aclose()

    tasks = [asyncio.create_task(one(*each)) for each in enumerate(databases)]
    await asyncio.sleep(0)
    gate.set()
    found = await asyncio.gather(*tasks)
    for database in databases:
        await database.dispose()
    assert all(ids == found[0] for ids in found)
    assert len(set(found[0].values())) == 15
    async with services.database.transaction() as session:
        assert (await session.execute(select(func.count(Song.id)))).scalar_one() == 15
        assert (await session.execute(select(func.count(SongSource.song_id)))).scalar_one() == 30


async def test_odd_facts_do_no_harm(search: Search) -> None:
    odd = [
        listed("", "Nobody", "1"),
        listed("Half \ud800 a pair\x00", "\udfff", "2", duration=float("nan"), url="javascript:alert(1)"),
        listed("Endless", "A" * 3000, "3", duration=float("inf"), release_year=10**12, popularity=-(10**12)),
        listed("B" * 3000, "Long", "4", language="hi-Deva-IN-x-something", isrc="", thumbnail_url="data:x"),
        listed("No id", "Nobody", "5" * 1001),
        listed("Bad id", "Nobody", "6\x00"),
        listed("Twice", "The Band", "7", duration=100.0),
        listed("Twice", "The Band", "7", duration=100.0),
    ]
    answer = await search(ScriptedSource("spotify", *odd)).search("twice")
    assert answer.sources["spotify"] == "ok"
    found = {song.external_ids["spotify"]: song for song in answer.items}
    assert set(found) == {"2", "3", "4", "7"}
    assert (found["2"].title, found["2"].artist, found["2"].duration) == ("Half a pair", "", None)
    assert found["2"].listings[0].url is None
    assert (found["3"].release_year, found["3"].popularity, len(found["3"].artist)) == (None, 0, 500)
    assert (found["4"].language, len(found["4"].title), found["4"].thumbnail_url) == ("hi", 500, None)


async def test_private_recordings_are_nowhere(services: Services, search: Search) -> None:
    """Not even when their row is listed, keyed, counted or asked for by id."""
    private = await in_catalogue(services.database, "Tum Hi Ho", "Me", in_catalogue=False, is_private=True)
    source = ScriptedSource("spotify", TUM_HI_HO)
    async with services.database.transaction() as session:
        session.add(SongSource(source="spotify", external_id="sp1", song_id=private, facts={}))
        await search(source).record_pick(session, uuid.uuid4(), "tum hi ho", private)
    music = search(source)
    for asked in ("all", "local", "spotify"):
        answer = await music.search("tum hi ho", source=asked)
        assert private not in [song.id for song in answer.items]
    assert await music.views([private]) == []
    assert private not in [song.id for song in await music.trending()]
    with pytest.raises(NotFound):
        await music.song(private)
    with pytest.raises(NotFound):
        await music.from_link(f"https://melody.example/song/{private}")


async def test_pages(search: Search) -> None:
    songs = [listed(f"Song number {n}", "The Band", f"s{n}", duration=100.0 + 10 * n) for n in range(15)]
    music = search(ScriptedSource("spotify", *songs))
    pages = [await music.search("song number", limit=6, offset=offset) for offset in (0, 6, 12, 18)]
    assert [len(page.items) for page in pages] == [6, 6, 3, 0]
    assert {page.total for page in pages} == {15}
    assert len({song.id for page in pages for song in page.items}) == 15


async def test_the_language_filter_trusts_what_is_told_alone(services: Services, search: Search) -> None:
    hindi = await in_catalogue(services.database, "Kesariya", "Arijit Singh", language="hi")
    await in_catalogue(services.database, "Kesariya", "Sid Sriram", language="te")
    source = ScriptedSource(
        "spotify",
        listed("Kesariya", "Someone", "a", language="ta", duration=100.0),
        listed("Kesariya", "Another", "b", duration=150.0),
    )
    answer = await search(source).search("kesariya", language="hi")
    assert answer.items[0].id == hindi
    assert [song.artist for song in answer.items] == ["Arijit Singh", "Another"]


async def test_a_source_never_overwrites_the_operators_words(services: Services, search: Search) -> None:
    own = await in_catalogue(services.database, "Tum Hi Ho", "Arijit S.", external_ids={"spotify": "sp1"})
    async with services.database.transaction() as session:
        session.add(SongSource(source="spotify", external_id="sp1", song_id=own))
    picture = listed("TUM HI HO!", "Arijit Singh", "sp1", album="Aashiqui 2", thumbnail_url="https://s/p.jpg")
    (song,) = (await search(ScriptedSource("spotify", picture)).search("tum hi ho")).items
    assert (song.id, song.title, song.artist, song.album) == (own, "Tum Hi Ho", "Arijit S.", None)
    assert song.thumbnail_url == "https://s/p.jpg"


async def test_what_may_be_fetched_says_so(search: Search) -> None:
    free = listed("Lluvia", "Ana P.", "ia/1", licence=Licence.BY_SA, downloadable=True, url="https://a/1")
    bound = listed("Lluvia 2", "Ana P.", "ia/2", licence=Licence.BY_ND, downloadable=True)
    answer = await search(ScriptedSource("internet_archive", free, bound)).search("lluvia")
    assert [(song.title, song.can_fetch, song.licence) for song in answer.items] == [
        ("Lluvia", True, "by-sa"),
        ("Lluvia 2", False, "by-nd"),
    ]


async def test_links(search: Search) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO)
    music = search(source)
    assert await music.from_link("no link here: tum hi ho.mp3") is None
    assert await music.from_link("see https://elsewhere.example/track/sp1") is None
    song = await music.from_link("hear this (https://spotify.example/track/sp1)!")
    assert song is not None
    assert (song.title, song.external_ids["spotify"]) == ("Tum Hi Ho", "sp1")
    again = await music.from_link(f"https://melody.example/song/{song.id}")
    assert again == song
    assert source.looked_up == ["sp1"]
    with pytest.raises(NotFound):
        await music.from_link("https://spotify.example/track/none")
    source.trouble = SourceUnavailable("does not answer")
    with pytest.raises(ServiceUnavailable):
        await music.from_link("https://spotify.example/track/other")


async def test_facts_that_are_over_are_asked_for_again_or_not_shown(
    services: Services, search: Search
) -> None:
    source = ScriptedSource("spotify", TUM_HI_HO, facts_expire=60.0)
    music = search(source)
    (found,) = (await music.search("tum hi ho")).items
    async with services.database.transaction() as session:
        await session.execute(update(SongSource).values(expires_at=func.now() - timedelta(seconds=1)))
    source.trouble = SourceUnavailable("does not answer")
    hidden = await music.song(found.id)
    assert (hidden.title, hidden.artist, hidden.duration) == ("Spotify sp1", "", None)
    source.trouble = None
    assert (await music.song(found.id)).title == "Tum Hi Ho"
    assert found.external_ids == hidden.external_ids


async def test_sources_that_know_more_add_it(search: Search) -> None:
    lastfm = EnrichingSource("lastfm")
    lastfm.enrichment = Enrichment(tags=("bollywood", "romantic"), album="Aashiqui 2")
    music = search(ScriptedSource("spotify", TUM_HI_HO), lastfm)
    (found,) = (await music.search("tum hi ho", source="spotify")).items
    for _ in range(2):
        song = await music.song(found.id)
        assert (song.album, song.genre) == ("Aashiqui 2", ("bollywood", "romantic"))
    assert lastfm.asked == ["Arijit Singh: Tum Hi Ho"]
