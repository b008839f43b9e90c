"""Writes songs in bulk: COPY into a temporary table, then from there into the catalogue, in one transaction.

Only one process writes at a time (an advisory lock for each transaction), so that a song which two bring at
once is one song.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg

from core.catalog.importing.listed_song import FOLDER, IMPORT, ReadySong
from core.catalog.keys import ALIAS, KEY_COLUMNS
from core.config import SOURCES
from core.database_url import parse_database_url

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 120.0
FINISH_SECONDS = 1200.0
CONNECTIONS = 3
"""One looks up, one writes, one may hold a lock."""
ELSEWHERE = frozenset(SOURCES) - {"local"}
"""Places whose links find the songs that are known by their ids there."""
WRITE_LOCK = 0x6D656C6F_64790001
"""Of PostgreSQL's advisory locks: `melody` and a number."""


@dataclass(frozen=True)
class Listing:
    """How a song is listed already."""

    song_id: uuid.UUID
    facts: dict[str, Any]
    can_fetch: bool


class CatalogWriter:
    """The catalogue's tables, in bulk. Raises what asyncpg raises."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    @asynccontextmanager
    async def connected(cls, database_url: str) -> AsyncIterator[CatalogWriter]:
        """A writer with connections of its own, which end with the block."""
        async with asyncpg.create_pool(
            **parse_database_url(database_url).options(direct=True),
            min_size=1,
            max_size=CONNECTIONS,
            timeout=CONNECT_SECONDS,
            command_timeout=STATEMENT_SECONDS,
            init=_read_json,
        ) as pool:
            yield cls(pool)

    async def listed(self, source: str, external_ids: Sequence[str]) -> dict[str, Listing]:
        """Those of these songs that the source lists already."""
        rows = await self._pool.fetch(
            "SELECT external_id, song_id, facts, can_fetch FROM song_sources"
            " WHERE source = $1 AND external_id = ANY($2)",
            source,
            list(external_ids),
        )
        return {row["external_id"]: _listing(row) for row in rows}

    async def all_listed(self, source: str) -> dict[str, Listing]:
        """All songs that the source lists."""
        rows = await self._pool.fetch(
            "SELECT external_id, song_id, facts, can_fetch FROM song_sources WHERE source = $1", source
        )
        return {row["external_id"]: _listing(row) for row in rows}

    async def write(self, songs: Sequence[ReadySong]) -> None:
        """Bring these songs into the catalogue, or up to date, in one transaction.

        A row of a file that is listed by now stays the song that it is; of a file in a folder the song's id
        counts, since files are renamed.
        """
        if not songs:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            await _lock(connection)
            await _stage(connection, songs)
            for statement in (
                _KEEP_IDS,
                _KNOWN_SONGS,
                _NEW_SONGS,
                _LISTINGS,
                _ELSEWHERE,
                _FORGET_KEYS,
                _KEYS,
            ):
                await connection.execute(statement)

    async def show_files(self, source: str, external_ids: Sequence[str]) -> None:
        """These files are back: their songs are in the catalogue again."""
        await self._mark(source, external_ids, can_fetch=True)

    async def hide_files(self, source: str, external_ids: Sequence[str]) -> None:
        """These files are gone. Songs that nothing else lists leave the catalogue, never the database:
        libraries point to them."""
        await self._mark(source, external_ids, can_fetch=False)

    async def settle(self, song_ids: Iterable[uuid.UUID]) -> None:
        """Songs are in the catalogue as long as the operator lists them."""
        if not (ids := list(song_ids)):
            return
        async with self._pool.acquire() as connection, connection.transaction():
            await _lock(connection)
            await connection.execute(_SETTLE, ids)

    async def finish(self) -> None:
        """After many songs: let PostgreSQL learn what the tables hold now, and tidy their indexes."""
        for table in ("songs", "song_sources", "song_keys"):
            await self._pool.execute(f"VACUUM (ANALYZE) {table}", timeout=FINISH_SECONDS)

    @asynccontextmanager
    async def alone(self, lock: int) -> AsyncIterator[bool]:
        """Whether this is the only process that holds the lock; it is held as long as the block runs."""
        async with self._pool.acquire() as connection:
            # The pool frees what a connection locked when it is given back.
            yield await connection.fetchval("SELECT pg_try_advisory_lock($1)", lock)

    async def _mark(self, source: str, external_ids: Sequence[str], *, can_fetch: bool) -> None:
        if not external_ids:
            return
        async with self._pool.acquire() as connection, connection.transaction():
            await _lock(connection)
            rows = await connection.fetch(
                "UPDATE song_sources SET can_fetch = $3 WHERE source = $1 AND external_id = ANY($2)"
                " RETURNING song_id",
                source,
                list(external_ids),
                can_fetch,
            )
            await connection.execute(_SETTLE, [row["song_id"] for row in rows])


async def _read_json(connection: asyncpg.Connection) -> None:
    """jsonb in the binary format that COPY needs: its version, then the text."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + json.dumps(value).encode(),
        decoder=lambda data: json.loads(data[1:]),
        format="binary",
    )


def _listing(row: asyncpg.Record) -> Listing:
    return Listing(row["song_id"], row["facts"], row["can_fetch"])


async def _lock(connection: asyncpg.Connection) -> None:
    await connection.execute("SELECT pg_advisory_xact_lock($1)", WRITE_LOCK)


async def _stage(connection: asyncpg.Connection, songs: Sequence[ReadySong]) -> None:
    await connection.execute(_STAGES)
    await connection.copy_records_to_table(
        "staged_songs",
        records=[_staged(place, ready) for place, ready in enumerate(songs)],
        columns=_STAGED_COLUMNS,
    )
    await connection.copy_records_to_table(
        "staged_elsewhere",
        records=[
            (place, source, external_id)
            for place, ready in enumerate(songs)
            for source, external_id in ready.song.external_ids.items()
            if source in ELSEWHERE
        ],
        columns=("of_place", "source", "external_id"),
    )
    first_of = {ready.song_id: place for place, ready in reversed(list(enumerate(songs)))}
    await connection.copy_records_to_table(
        "staged_keys",
        records=[(place, *key) for song_id, place in first_of.items() for key in songs[place].keys],
        columns=("of_place", *KEY_COLUMNS),
    )


def _staged(place: int, ready: ReadySong) -> tuple[Any, ...]:
    song = ready.song
    return (
        place,
        ready.song_id,
        song.source,
        song.external_id,
        song.title,
        song.artist,
        song.album,
        ready.language,
        song.duration,
        song.release_year,
        None if song.genre is None else list(song.genre),
        song.popularity,
        song.explicit,
        song.thumbnail_url,
        dict(song.external_ids),
        {"other_titles": list(song.other_titles)} if song.other_titles else {},
        dict(song.facts),
        song.source == FOLDER,
    )


_STAGED_COLUMNS = (
    *("place", "song_id", "source", "external_id", "title", "artist", "album", "language", "duration"),
    *("release_year", "genre", "popularity", "explicit", "thumbnail_url", "external_ids", "details", "facts"),
    "can_fetch",
)

_STAGES = f"""
CREATE TEMPORARY TABLE staged_songs (
  place int, song_id uuid, source text, external_id text, title text, artist text, album text, language text,
  duration int, release_year int, genre text[], popularity int, explicit bool, thumbnail_url text,
  external_ids jsonb, details jsonb, facts jsonb, can_fetch bool
) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_elsewhere (of_place int, source text, external_id text) ON COMMIT DROP;
CREATE TEMPORARY TABLE staged_keys ON COMMIT DROP AS
  SELECT 0 AS of_place, {", ".join(KEY_COLUMNS)} FROM song_keys WITH NO DATA
"""

_KEEP_IDS = f"""
UPDATE staged_songs AS staged SET song_id = listed.song_id
FROM song_sources AS listed
WHERE staged.source = '{IMPORT}' AND listed.source = staged.source AND listed.external_id = staged.external_id
"""

# The same bytes twice in a folder are one song, named by the first.
_FIRST_OF_EACH = "(SELECT DISTINCT ON (song_id) * FROM staged_songs ORDER BY song_id, place)"

# What a row does not say stays as it is known.
_KNOWN_SONGS = f"""
UPDATE songs AS song SET
  title = staged.title,
  artist = staged.artist,
  album = coalesce(staged.album, song.album),
  language = coalesce(staged.language, song.language),
  duration = coalesce(staged.duration, song.duration),
  release_year = coalesce(staged.release_year, song.release_year),
  genre = coalesce(staged.genre, song.genre),
  popularity = coalesce(staged.popularity, song.popularity),
  explicit = coalesce(staged.explicit, song.explicit),
  thumbnail_url = coalesce(staged.thumbnail_url, song.thumbnail_url),
  external_ids = song.external_ids || staged.external_ids,
  metadata = song.metadata || staged.details,
  in_catalogue = true,
  updated_at = now()
FROM {_FIRST_OF_EACH} AS staged
WHERE song.id = staged.song_id
"""

_NEW_SONGS = f"""
INSERT INTO songs (id, title, artist, album, language, duration, release_year, genre, popularity, explicit,
                   thumbnail_url, external_ids, metadata, in_catalogue)
SELECT song_id, title, artist, album, language, duration, release_year, genre, coalesce(popularity, 0),
       coalesce(explicit, false), thumbnail_url, external_ids, details, true
FROM {_FIRST_OF_EACH} AS staged
ON CONFLICT (id) DO NOTHING
"""

_LISTINGS = """
INSERT INTO song_sources (source, external_id, song_id, facts, can_fetch)
SELECT source, external_id, song_id, facts, can_fetch FROM staged_songs
ON CONFLICT (source, external_id) DO UPDATE SET
  song_id = excluded.song_id, facts = excluded.facts, can_fetch = excluded.can_fetch, fetched_at = now()
"""

_ELSEWHERE = """
INSERT INTO song_sources (source, external_id, song_id)
SELECT elsewhere.source, elsewhere.external_id, staged.song_id
FROM staged_elsewhere AS elsewhere JOIN staged_songs AS staged ON staged.place = elsewhere.of_place
ON CONFLICT DO NOTHING
"""

_FORGET_KEYS = f"""
DELETE FROM song_keys AS key USING staged_songs AS staged
WHERE key.song_id = staged.song_id AND key.kind <> '{ALIAS}'
"""

_KEYS = f"""
INSERT INTO song_keys ({", ".join(KEY_COLUMNS)})
SELECT staged.song_id, {", ".join(f"key.{column}" for column in KEY_COLUMNS[1:])}
FROM staged_keys AS key JOIN staged_songs AS staged ON staged.place = key.of_place
"""

_SETTLE = f"""
UPDATE songs AS song SET in_catalogue = listed.still, updated_at = now()
FROM (
  SELECT id, EXISTS (
    SELECT FROM song_sources AS listing
    WHERE listing.song_id = songs.id
      AND (listing.source = '{IMPORT}' OR (listing.source = '{FOLDER}' AND listing.can_fetch))
  ) AS still
  FROM songs WHERE id = ANY($1)
) AS listed
WHERE song.id = listed.id AND song.in_catalogue <> listed.still AND NOT song.is_private
"""
