"""The local search on a real database: what is found, what comes first, and what never shows."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence

import pytest
from sqlalchemy import func, select, text

from core.bootstrap import Services
from core.catalog.keys import add_alias, write_keys
from core.catalog.models import Song, SongKey
from core.catalog.searching.local_search import search_local
from core.catalog.searching.query import checked

Named = tuple[str, str]


async def add(
    services: Services,
    title: str,
    artist: str,
    *,
    others: Sequence[str] = (),
    popularity: int = 0,
    language: str | None = None,
    in_catalogue: bool = True,
    is_private: bool = False,
) -> uuid.UUID:
    """A song, with keys as an import writes them."""
    async with services.database.transaction() as session:
        song = Song(
            title=title,
            artist=artist,
            popularity=popularity,
            language=language,
            in_catalogue=in_catalogue,
            is_private=is_private,
        )
        session.add(song)
        await session.flush()
        if in_catalogue:
            await write_keys(session, [(song.id, title, artist, others)])
        return song.id


async def find(
    services: Services, query: str, *, limit: int = 10, language: str | None = None, offset: int = 0
) -> list[Named]:
    async with services.database.transaction() as session:
        answer = await search_local(session, checked(query), limit=limit, language=language, offset=offset)
        songs = [await session.get_one(Song, hit.song_id) for hit in answer.hits]
        return [(song.title, song.artist) for song in songs]


QUERIES = {
    ("Lag Ja Gale", "Lata Mangeshkar"): [
        "lag ja gale",
        "लग जा गले",
        "lagjagale",
        "lag jaa galey",
        "lata lag ja gale",
    ],
    ("तुम ही हो", "Arijit Singh"): ["tum hi ho", "tum he ho", "tumhiho", "तुम ही हो", "arijit singh tum hi ho"],
    ('Kesariya (From "Brahmastra")', "Arijit Singh"): ["kesariya", "केसरिया", "kesaria arijit", "keariya"],
    ("夜に駆ける", "YOASOBI"): ["yoru ni kakeru", "yorunikakeru", "夜に駆ける", "yoasobi yoru ni kakeru"],
    ("月亮代表我的心", "Teresa Teng"): ["yue liang dai biao wo de xin", "代表我的心"],
    ("밤편지", "IU"): ["bam pyeonji", "bampyunji", "밤편지 iu"],
    ("Группа крови", "Кино"): ["gruppa krovi", "grupa krovi kino", "группа крови"],
    ("Bohemian Rhapsody", "Queen"): [
        "bohemain rapsody",
        "bohemian rhap",
        "queen bohemian rhapsody",
        "rhapsody",
    ],
    ("Şımarık", "Tarkan"): ["simarik", "şımarık tarkan"],
    ("பவளமல்லி", "Sid Sriram"): ["pavalamalli", "pavala malli sid"],
}


async def test_songs_are_found_however_they_are_typed(services: Services) -> None:
    for title, artist in QUERIES:
        await add(services, title, artist)
    wrong = [
        (query, song)
        for song, queries in QUERIES.items()
        for query in queries
        if (await find(services, query))[:1] != [song]
    ]
    assert wrong == []


async def test_the_very_title_is_before_a_popular_song_that_sounds_alike(services: Services) -> None:
    await add(services, "Kesaria", "A", popularity=100)
    await add(services, "Kesariya", "B")
    await add(services, "Kesariya Rang", "C", popularity=100)
    assert (await find(services, "kesariya"))[0] == ("Kesariya", "B")


async def test_among_equals_the_popular_then_the_shorter_comes_first(services: Services) -> None:
    await add(services, "Hello", "Unknown", popularity=3)
    await add(services, "Hello", "Adele", popularity=90)
    await add(services, "Hello", "Lionel Richie", popularity=70)
    assert [artist for _, artist in await find(services, "hello")] == ["Adele", "Lionel Richie", "Unknown"]


async def test_the_artist_decides_between_songs_of_one_title(services: Services) -> None:
    for number in range(80):
        await add(services, "Jai Ho", f"Somebody {number}", popularity=50)
    await add(services, "Jai Ho", "A.R. Rahman")
    assert (await find(services, "rahman jai ho"))[0] == ("Jai Ho", "A.R. Rahman")


async def test_an_artist_alone_brings_the_artists_songs_by_popularity(services: Services) -> None:
    await add(services, "Channa Mereya", "Arijit Singh", popularity=70)
    await add(services, "Gerua", "Arijit Singh", popularity=90)
    await add(services, "Gold", "Ed Sheeran", popularity=99)
    assert [title for title, _ in await find(services, "arijit singh")] == ["Gerua", "Channa Mereya"]


async def test_the_language_filter_reads_what_is_stored(services: Services) -> None:
    await add(services, "Maria", "Blondie", language="en")
    await add(services, "María", "Ricky Martin", language="es")
    await add(services, "Maria", "Somebody")
    assert await find(services, "maria", language="es") == [("María", "Ricky Martin")]
    assert len(await find(services, "maria")) == 3


async def test_private_songs_and_songs_outside_the_catalogue_never_show(services: Services) -> None:
    private = await add(services, "Secret Song", "Asha", in_catalogue=False, is_private=True)
    await add(services, "Secret Song", "Stranger", in_catalogue=False)
    async with services.database.transaction() as session:
        await write_keys(session, [(private, "Secret Song", "Asha", ())])
    assert await find(services, "secret song") == []


async def test_an_alias_finds_a_song_outside_the_catalogue_but_no_private_one(services: Services) -> None:
    listed = await add(services, "Tunak Tunak Tun", "Daler Mehndi", in_catalogue=False)
    private = await add(services, "Tunak Tunak Tun", "Asha", in_catalogue=False, is_private=True)
    async with services.database.transaction() as session:
        for song_id in (listed, private, uuid.uuid4()):
            await add_alias(session, song_id, "that meme dance song")
            await add_alias(session, song_id, "that meme dance song")
    assert await find(services, "that meme dance song") == [("Tunak Tunak Tun", "Daler Mehndi")]
    assert await find(services, "that mem dance song") == [("Tunak Tunak Tun", "Daler Mehndi")]
    async with services.database.transaction() as session:
        count = select(func.count()).select_from(SongKey)
        assert (await session.execute(count)).scalar_one() == 1


async def test_new_keys_replace_the_old_ones_and_aliases_stay(services: Services) -> None:
    song = await add(services, "Old Name", "Artist")
    async with services.database.transaction() as session:
        await add_alias(session, song, "my pet name")
        (await session.get_one(Song, song)).title = "Fresh Title"
        await write_keys(session, [(song, "Fresh Title", "Artist", ["Nuevo Nombre"])])
    assert await find(services, "old name") == []
    for query in ("fresh title", "nuevo nombre", "my pet name"):
        assert await find(services, query) == [("Fresh Title", "Artist")]


async def test_pages_do_not_overlap_and_the_total_stays(services: Services) -> None:
    for number in range(12):
        await add(services, f"Monsoon {number}", "Band", popularity=number)
    first, second = [await find(services, "monsoon", limit=5, offset=offset) for offset in (0, 5)]
    assert len({*first, *second}) == 10
    async with services.database.transaction() as session:
        answers = [await search_local(session, "monsoon", limit=5, offset=offset) for offset in (0, 5, 50)]
    assert [answer.total for answer in answers] == [12, 12, 12]
    assert answers[2].hits == []


async def test_a_misspelt_name_brings_several_titles_not_one_title_again_and_again(
    services: Services,
) -> None:
    for number in range(20):
        await add(services, "Munpe Va", f"Cover {number}")
    await add(services, "Munbe Vaa", "Shreya Ghoshal")
    assert ("Munbe Vaa", "Shreya Ghoshal") in (await find(services, "munpe vaa"))[:3]


@pytest.mark.broad
async def test_a_word_too_many_tells_names_apart_better_than_the_spelling(services: Services) -> None:
    await add(services, "Sou Senbonzakura", "Somebody")
    await add(services, "千本桜", "Hatsune Miku")
    assert (await find(services, "senbonsakura"))[0] == ("千本桜", "Hatsune Miku")


async def test_a_name_in_two_scripts_steps_back_unless_it_is_the_very_one(services: Services) -> None:
    await add(services, "사랑 Love", "Somebody", popularity=50)
    await add(services, "사랑 러브", "Somebody else")
    assert (await find(services, "사랑 love"))[0] == ("사랑 Love", "Somebody")
    assert (await find(services, "사랑 러브"))[0] == ("사랑 러브", "Somebody else")


async def test_a_short_word_of_the_artists_name_tells_songs_apart(services: Services) -> None:
    await add(services, "稻香", "Somebody", popularity=90)
    await add(services, "稻香", "Jay Chou")
    assert (await find(services, "daoxiang jay"))[0] == ("稻香", "Jay Chou")


@pytest.mark.parametrize(
    "query",
    [
        "a",
        "%",
        "a%_\\",
        "'; DROP TABLE songs; --",
        "(a|b)*[c]{2,}",
        "a" * 200,
        "अ" * 200,
        "ab " * 66,
        "a\u202eb",
        "1 2 3",
    ],
)
async def test_odd_queries_find_nothing_and_break_nothing(services: Services, query: str) -> None:
    await add(services, "Lag Ja Gale", "Lata Mangeshkar")
    async with services.database.transaction() as session:
        answer = await search_local(session, query, limit=5)
    assert answer.hits == []


async def test_the_search_leaves_no_setting_behind(services: Services) -> None:
    await add(services, "Lag Ja Gale", "Lata Mangeshkar")
    names = ("statement_timeout", "enable_seqscan", "plan_cache_mode", "jit", "enable_hashjoin")
    async with services.database.transaction() as session:
        before = [(await session.execute(text(f"SHOW {name}"))).scalar_one() for name in names]
        await search_local(session, "lag jaa galey lata", limit=5)
        after = [(await session.execute(text(f"SHOW {name}"))).scalar_one() for name in names]
    assert before == after


async def test_by_itself_it_finds_the_same_and_leaves_no_setting_behind(services: Services) -> None:
    song_id = await add(services, "Lag Ja Gale", "Lata Mangeshkar")
    reading = services.database.reading
    answer = await search_local(reading, "lag jaa galey lata", limit=5)
    assert [hit.song_id for hit in answer.hits] == [song_id]
    async with reading.connection() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("SHOW enable_seqscan") == "on"


async def test_by_itself_a_look_up_that_takes_too_long_harms_no_other(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.catalog.searching import local_search, lookup

    await add(services, "Lag Ja Gale", "Lata Mangeshkar")
    endless = lookup.Lookup(text("SELECT pg_sleep(60)"), {})
    monkeypatch.setattr(local_search, "LOOKUP_MS", 50)
    monkeypatch.setattr(lookup, "same", lambda *_: endless)
    monkeypatch.setattr(lookup, "close", lambda *_: endless)
    reading = services.database.reading
    assert (await search_local(reading, "lag ja gale", limit=5)).hits == []
    async with reading.connection() as connection:
        assert await connection.fetchval("SHOW statement_timeout") == "0"


async def test_a_look_up_that_is_cancelled_leaves_its_connection_as_it_was(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.catalog.searching import lookup

    monkeypatch.setattr(lookup, "same", lambda *_: lookup.Lookup(text("SELECT pg_sleep(60)"), {}))
    reading = services.database.reading
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await search_local(reading, "lag ja gale", limit=5)
    async with reading.connection() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("SHOW enable_seqscan") == "on"


async def test_a_look_up_that_takes_too_long_is_given_up(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.catalog.searching import local_search, lookup

    await add(services, "Lag Ja Gale", "Lata Mangeshkar")
    endless = lookup.Lookup(text("SELECT pg_sleep(60)"), {})
    monkeypatch.setattr(local_search, "LOOKUP_MS", 50)
    monkeypatch.setattr(lookup, "same", lambda *_: endless)
    assert await find(services, "lag ja gale") == [("Lag Ja Gale", "Lata Mangeshkar")]
