"""A `.jsonl` file of songs becomes the catalogue: once, exactly, and again without a trace."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from core.bootstrap import Services
from core.catalog.importing import jsonl
from core.catalog.importing.jsonl import RowImport
from core.catalog.importing.keymaker import KeyMaker
from core.catalog.importing.listed_song import ReadySong
from core.catalog.importing.tally import MOST_REMARKS, Tally
from core.catalog.importing.writing import CatalogWriter
from core.catalog.keys import add_alias
from core.catalog.searching.local_search import search_local
from tests.fixtures.importing import KeysHere, connected, import_rows, write_rows

pytestmark = pytest.mark.broad

SONGS: list[dict[str, Any]] = [
    {
        "title": "तुम ही हो",
        "artist": "Arijit Singh",
        "album": "Aashiqui 2",
        "duration": 262,
        "release_year": 2013,
        "genre": ["film"],
        "external_ids": {"isrc": "INS181300050", "spotify": "56zZ48jdyY2oDXHVnwg5Di"},
        "aliases": ["Tum Hi Ho"],
    },
    {"title": "Group  of blood ", "artist": "Кино", "language": "ru"},
    {"title": "Let It Be", "artist": "The Beatles", "duration": 243.4, "popularity": 80, "explicit": True},
]


def counts(tally: Tally) -> tuple[int, int, int, int, int]:
    return tally.new, tally.changed, tally.unchanged, tally.repeated, tally.refused


async def titles(services: Services, query: str) -> list[str]:
    async with services.database.transaction() as session:
        hits = (await search_local(session, query, limit=5)).hits
    async with connected(plain(services)) as connection:
        found = await connection.fetch(
            "SELECT id, title FROM songs WHERE id = ANY($1)", [hit.song_id for hit in hits]
        )
    by_id = {row["id"]: row["title"] for row in found}
    return [by_id[hit.song_id] for hit in hits]


def plain(services: Services) -> str:
    return services.database.url.replace("+asyncpg", "")


async def ids(url: str) -> dict[str, uuid.UUID]:
    async with connected(url) as connection:
        return {row["title"]: row["id"] for row in await connection.fetch("SELECT id, title FROM songs")}


async def test_songs_are_stored_as_they_are_and_found(services: Services, tmp_path: Path) -> None:
    url = plain(services)
    assert counts(await import_rows(url, tmp_path / "a.jsonl", SONGS)) == (3, 0, 0, 0, 0)
    async with connected(url) as connection:
        rows = {row["title"]: row for row in await connection.fetch("SELECT * FROM songs")}
        listings = await connection.fetch("SELECT source, external_id, song_id, can_fetch FROM song_sources")
    assert set(rows) == {"तुम ही हो", "Group  of blood ", "Let It Be"}
    hindi, beatles = rows["तुम ही हो"], rows["Let It Be"]
    assert (hindi["artist"], hindi["album"], hindi["duration"]) == ("Arijit Singh", "Aashiqui 2", 262)
    assert (hindi["genre"], hindi["release_year"]) == (["film"], 2013)
    assert json.loads(hindi["external_ids"])["isrc"] == "INS181300050"
    assert (beatles["duration"], beatles["popularity"], beatles["explicit"]) == (243, 80, True)
    assert all(row["in_catalogue"] and not row["is_private"] for row in rows.values())
    assert sorted(row["source"] for row in listings) == ["import", "import", "import", "spotify"]
    (spotify,) = (row for row in listings if row["source"] == "spotify")
    assert (spotify["external_id"], spotify["song_id"]) == ("56zZ48jdyY2oDXHVnwg5Di", hindi["id"])
    assert not any(row["can_fetch"] for row in listings)
    for query in ("tum he ho", "तुम ही हो", "arijit singh tum hi ho"):
        assert (await titles(services, query))[0] == "तुम ही हो"


async def test_repeating_adds_nothing_and_touches_nothing(services: Services, tmp_path: Path) -> None:
    url = plain(services)
    await import_rows(url, tmp_path / "a.jsonl", SONGS)
    everything = (
        "SELECT (SELECT array_agg(s::text ORDER BY id) FROM songs s),"
        " (SELECT array_agg(s::text ORDER BY external_id) FROM song_sources s),"
        " (SELECT array_agg(k::text ORDER BY song_id, place) FROM song_keys k)"
    )
    async with connected(url) as connection:
        before = await connection.fetchrow(everything)
        assert counts(await import_rows(url, tmp_path / "b.jsonl", reversed(SONGS))) == (0, 0, 3, 0, 0)
        assert await connection.fetchrow(everything) == before


async def test_a_changed_row_is_the_same_song(services: Services, tmp_path: Path) -> None:
    url = plain(services)
    await import_rows(url, tmp_path / "a.jsonl", SONGS)
    before = await ids(url)
    async with services.database.transaction() as session:
        await add_alias(session, before["तुम ही हो"], "sad love song")
    changed = SONGS[0] | {"genre": ["ballad"], "aliases": ["Tum Hi Ho", "Only you"], "release_year": None}
    assert counts(await import_rows(url, tmp_path / "a.jsonl", [changed, *SONGS[1:]])) == (0, 1, 2, 0, 0)
    assert await ids(url) == before
    async with connected(url) as connection:
        row = await connection.fetchrow("SELECT genre, release_year FROM songs WHERE title = 'तुम ही हो'")
    assert (row["genre"], row["release_year"]) == (["ballad"], 2013)  # what is not said stays
    for query in ("only you", "sad love song"):  # new names, and what people taught it
        assert (await titles(services, query))[0] == "तुम ही हो"


async def test_bad_lines_are_told_and_the_rest_goes_in(services: Services, tmp_path: Path) -> None:
    rows: list[dict[str, Any] | bytes] = [
        SONGS[0],
        b"{broken",
        {"artist": "nobody"},
        b"",
        b'{"title": "\xff"}',
        SONGS[0] | {"genre": ["other"]},
        b"x" * 1_000_000,
        {"title": "a\x00"},
        {"title": "x" * 501},
        SONGS[2] | {"duration": -3},
        SONGS[1],
    ]
    tally = await import_rows(plain(services), tmp_path / "a.jsonl", rows)
    assert counts(tally) == (2, 0, 0, 1, 7)
    assert tally.remarks == [
        "line 2: not JSON",
        "line 3: no title",
        "line 5: not UTF-8",
        "line 6: the same song as on an earlier line",
        "line 7: longer than 65,536 bytes",
        "line 8: title holds a character that is none (U+0000 or half of a pair)",
        "line 9: title is longer than 500 characters",
        "line 10: duration is negative",
    ]
    assert set(await ids(plain(services))) == {"तुम ही हो", "Group  of blood "}


async def test_of_many_bad_lines_the_first_are_told(services: Services, tmp_path: Path) -> None:
    tally = await import_rows(plain(services), tmp_path / "a.jsonl", [b"no"] * 50)
    assert (tally.refused, len(tally.remarks), tally.unsaid) == (50, MOST_REMARKS, 30)


async def test_a_link_that_is_known_stays_with_its_song(services: Services, tmp_path: Path) -> None:
    url = plain(services)
    other = {"title": "Tum Hi Ho (cover)", "external_ids": SONGS[0]["external_ids"]}
    await import_rows(url, tmp_path / "a.jsonl", [SONGS[0], other])
    async with connected(url) as connection:
        song_id = await connection.fetchval("SELECT song_id FROM song_sources WHERE source = 'spotify'")
    assert song_id == (await ids(url))["तुम ही हो"]


async def test_the_longest_of_everything_fits(services: Services, tmp_path: Path) -> None:
    """Of letters that do not compress, since indexes count bytes."""
    letters = [chr(point) for point in range(0x4E00, 0x4E00 + 1000)]
    random.Random(7).shuffle(letters)
    name, long_id = "".join(letters[:500]), "".join(letters[:833])
    song = {
        "title": name,
        "artist": name,
        "album": name,
        "external_ids": {"isrc": long_id, "spotify": long_id},
        "aliases": [name[number:] for number in range(20)],
    }
    tally = await import_rows(plain(services), tmp_path / "a.jsonl", [song])
    assert (tally.new, tally.remarks) == (1, [])
    assert set(await ids(plain(services))) == {name}


async def test_an_import_that_was_broken_off_goes_on(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three batches; the second fails in the middle of its transaction."""
    monkeypatch.setattr(jsonl, "BATCH", 10)
    url = plain(services)
    rows = [{"title": f"Song {number}"} for number in range(30)]
    path = write_rows(tmp_path / "a.jsonl", rows)

    class Breaks(CatalogWriter):
        batches = 0

        async def write(self, songs: list[ReadySong]) -> None:  # type: ignore[override]
            self.batches += 1
            if self.batches == 2:
                songs = [*songs[:-1], ReadySong(songs[-1].song_id, songs[-1].song, "x" * 11, songs[-1].keys)]
            await super().write(songs)

    async with Breaks.connected(url) as writer:
        with pytest.raises(asyncpg.StringDataRightTruncationError):
            await RowImport(writer, KeysHere()).run(path)
    before = await ids(url)
    assert set(before) == {f"Song {number}" for number in range(10)}
    assert counts(await import_rows(url, path, rows)) == (20, 0, 10, 0, 0)
    after = await ids(url)
    assert len(after) == 30
    assert after.items() >= before.items()


async def test_two_imports_at_once_make_each_song_once(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jsonl, "BATCH", 25)
    rows = [{"title": f"Song {number}", "external_ids": {"spotify": str(number)}} for number in range(100)]
    await asyncio.gather(
        *(import_rows(plain(services), tmp_path / f"{number}.jsonl", rows) for number in range(3))
    )
    async with connected(plain(services)) as connection:
        assert await connection.fetchval("SELECT count(*) FROM songs") == 100
        assert await connection.fetchval("SELECT count(*) FROM song_sources WHERE source = 'import'") == 100
        assert await connection.fetchval("SELECT count(*) FROM song_sources WHERE source = 'spotify'") == 100
        assert await connection.fetchval("SELECT count(DISTINCT song_id) FROM song_keys") == 100


@pytest.mark.slow
async def test_the_pool_makes_the_same_keys(services: Services, tmp_path: Path) -> None:
    with KeyMaker(processes=2) as keys:
        async with CatalogWriter.connected(plain(services)) as writer:
            tally = await RowImport(writer, keys).run(write_rows(tmp_path / "a.jsonl", SONGS))
    assert counts(tally) == (3, 0, 0, 0, 0)
    assert (await titles(services, "tum hi ho"))[0] == "तुम ही हो"
