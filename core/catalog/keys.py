"""The keys that songs of all are found by: made in bulk at import, one by one for aliases."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from itertools import chain
from typing import TypeAlias

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Song, SongKey
from core.text import keys
from core.text.keys import Form

KEY_COLUMNS = ("song_id", "place", "kind", "folded", "skeleton", "words")
KeyRow: TypeAlias = tuple[uuid.UUID, int, str, str, str, list[str] | None]
"""A row of `song_keys`, its values in the order of `KEY_COLUMNS`."""
SongNames: TypeAlias = tuple[uuid.UUID, str, str, Sequence[str]]
"""A song's id, title, artist and other titles."""

TITLE, ARTIST, ALIAS = "title", "artist", "alias"
MOST_TITLE_KEYS = 12
MOST_ARTIST_KEYS = 4
MOST_WORDS = 40
FIRST_ALIAS = 1000
MOST_ALIASES = 50
"""Places of aliases begin here: they outlive the other keys, which are replaced."""
ROWS_AT_ONCE = 1000


def key_rows(song_id: uuid.UUID, title: str, artist: str, other_titles: Sequence[str] = ()) -> list[KeyRow]:
    """The rows of one song: those of its titles, those of its artist; the first holds the words of all.

    Pure, and slow the first time (the romanizers are loaded): made for a pool of processes.
    """
    japanese = keys.is_japanese(title, artist, *other_titles)
    titles = keys.forms_of_title(title, other_titles, japanese=japanese)[:MOST_TITLE_KEYS]
    artists = keys.forms(artist, japanese=japanese, thorough=True)[:MOST_ARTIST_KEYS]
    named = [(TITLE, form) for form in titles] + [(ARTIST, form) for form in artists]
    every_word = list(dict.fromkeys(chain.from_iterable(form.words for _, form in named)))[:MOST_WORDS]
    return [
        (song_id, place, kind, form.folded, form.skeleton, every_word if place == 0 else None)
        for place, (kind, form) in enumerate(named)
    ]


async def write_keys(session: AsyncSession, songs: Sequence[SongNames]) -> None:
    """Replace the keys of these songs; their aliases stay."""
    rows = await asyncio.to_thread(_rows_of, songs)
    ids = [song_id for song_id, *_ in songs]
    await session.execute(delete(SongKey).where(SongKey.song_id.in_(ids), SongKey.kind != ALIAS))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        values = [dict(zip(KEY_COLUMNS, row, strict=True)) for row in rows[start : start + ROWS_AT_ONCE]]
        await session.execute(insert(SongKey), values)


async def add_alias(session: AsyncSession, song_id: uuid.UUID, query: str) -> None:
    """From now on this query finds this song of all, in the catalogue or not; at most `MOST_ALIASES` a song.

    A private song gets none, and neither does one that is gone.
    """
    # Whoever picks the song holds a key share of its row already; so aliases of a song still come one by one.
    song = select(Song.id).where(Song.id == song_id, ~Song.is_private).with_for_update(key_share=True)
    if (await session.execute(song)).scalar_one_or_none() is None:
        return
    taken = (
        await session.execute(
            select(SongKey.folded, SongKey.place).where(SongKey.song_id == song_id, SongKey.kind == ALIAS)
        )
    ).all()
    known = {folded for folded, _ in taken}
    place = max((place for _, place in taken), default=FIRST_ALIAS - 1) + 1
    new = [form for form in await asyncio.to_thread(keys.forms, query) if form.folded not in known]
    for form in new[: max(0, MOST_ALIASES - len(known))]:
        session.add(_alias(song_id, place, form))
        place += 1
    await session.flush()


def _alias(song_id: uuid.UUID, place: int, form: Form) -> SongKey:
    return SongKey(
        song_id=song_id,
        place=place,
        kind=ALIAS,
        folded=form.folded,
        skeleton=form.skeleton,
        words=list(form.words) or None,
    )


def _rows_of(songs: Sequence[SongNames]) -> list[KeyRow]:
    return [
        row for song_id, title, artist, others in songs for row in key_rows(song_id, title, artist, others)
    ]
