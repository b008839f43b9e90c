"""Keeping found songs, so that their ids stay: one bulk transaction, safe beside others that store the same.

Rows are locked in one order (songs by id, then listings by source and id), so two that store at once wait for
each other and never for ever. Whoever comes second finds the first one's songs through their listings.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm.attributes import flag_modified

from core.catalog.display import columns_of, external_ids_of, live_songs
from core.catalog.facts import facts_of
from core.catalog.models import Song, SongSource
from core.music import MusicSource, SourceSong

ListingKey = tuple[str, str]
"""(source, external id)."""

MOST_SAME = 8
"""How many other songs a song is known to be."""
_NAMES = uuid.UUID("5b0cf2a3-9a52-4f0a-8d0f-6f6d656c6f64")


@dataclass(frozen=True)
class FoundSong:
    """One song as it was found: in the catalogue, at sources, or both."""

    songs: tuple[SourceSong, ...]
    """As the sources list it."""
    song_id: uuid.UUID | None = None
    """The song it is known to be, in the operator's catalogue if it is there."""


class Shelf:
    """Puts found songs into the database under the terms of their sources."""

    def __init__(self, sources: Mapping[str, MusicSource], may_fetch: Callable[[SourceSong], bool]) -> None:
        self._sources = sources
        self._may_fetch = may_fetch

    async def store(self, session: AsyncSession, found: Sequence[FoundSong]) -> list[uuid.UUID | None]:
        """The id of each found song, made when none of its listings is known yet; None for what may not be
        shown. A song takes the id of the catalogue, else that of a song that lists it."""
        known = await owners(session, {key_of(song) for one in found for song in one.songs})
        made, inserted = await self._make_songs(session, found, known)
        owner = await self._write_listings(session, found, known | made)
        await _drop_unused(session, inserted - set(owner.values()))
        songs = await _load(session, {*owner.values(), *(one.song_id for one in found if one.song_id)})
        listed = await listings_of(session, songs)
        groups = [_owners_of(one, owner, songs, listed) for one in found]
        for group in groups:
            _remember_same(group)
        now = datetime.now(UTC)
        for song_id, song in songs.items():
            refresh_columns(song, listed.get(song_id, []), now)
        await session.flush()  # in the order of the ids
        return [group[0].id if group else None for group in groups]

    async def _make_songs(
        self, session: AsyncSession, found: Sequence[FoundSong], known: Mapping[ListingKey, uuid.UUID]
    ) -> tuple[dict[ListingKey, uuid.UUID], set[uuid.UUID]]:
        """New songs for what nobody found before: their listings' owners, and those that we made just now.
        Ids follow from the listing, so two that find the same song at once make the same one."""
        new: dict[uuid.UUID, dict[str, Any]] = {}
        made: dict[ListingKey, uuid.UUID] = {}
        for one in found:
            keys = [key_of(song) for song in one.songs]
            if one.song_id is not None or not keys or any(key in known for key in keys):
                continue
            song_id = uuid.uuid5(_NAMES, "\n".join(min(keys)))
            new[song_id] = {
                "id": song_id,
                **columns_of(one.songs),
                "external_ids": external_ids_of(one.songs),
            }
            made |= dict.fromkeys(keys, song_id)
        if not new:
            return made, set()
        statement = insert(Song).on_conflict_do_nothing(index_elements=["id"]).returning(Song.id)
        inserted = await session.execute(statement, [new[song_id] for song_id in sorted(new)])
        return made, set(inserted.scalars())

    async def _write_listings(
        self, session: AsyncSession, found: Sequence[FoundSong], owner: Mapping[ListingKey, uuid.UUID]
    ) -> dict[ListingKey, uuid.UUID]:
        """Write the facts; returns which song each listing belongs to, as it is known from now on."""
        rows = {}
        for one in found:
            keys = [key_of(song) for song in one.songs]
            theirs = one.song_id or next((owner[key] for key in keys if key in owner), None)
            for key, song in zip(keys, one.songs, strict=True):
                if theirs is not None:
                    rows[key] = self._row(song, owner.get(key, theirs) if one.song_id is None else theirs)
        if not rows:
            return {}
        statement = insert(SongSource)
        fresh = {
            name: statement.excluded[name] for name in ("facts", "can_fetch", "fetched_at", "expires_at")
        }
        statement = statement.on_conflict_do_update(index_elements=["source", "external_id"], set_=fresh)
        listed = statement.returning(SongSource.source, SongSource.external_id, SongSource.song_id)
        result = await session.execute(listed, [rows[key] for key in sorted(rows)])
        return {(source, external_id): song_id for source, external_id, song_id in result}

    def _row(self, song: SourceSong, song_id: uuid.UUID) -> dict[str, Any]:
        now = datetime.now(UTC)
        expire = self._sources[song.source].facts_expire if song.source in self._sources else None
        return {
            "source": song.source,
            "external_id": song.external_id,
            "song_id": song_id,
            "facts": facts_of(song),
            "can_fetch": self._may_fetch(song),
            "fetched_at": now,
            "expires_at": None if expire is None else now + timedelta(seconds=expire),
        }


def key_of(song: SourceSong) -> ListingKey:
    return song.source, song.external_id


async def owners(session: AsyncSession, keys: Collection[ListingKey]) -> dict[ListingKey, uuid.UUID]:
    """The song that each known listing belongs to."""
    if not keys:
        return {}
    query = (
        select(SongSource.source, SongSource.external_id, SongSource.song_id)
        .join(Song, Song.id == SongSource.song_id)
        .where(tuple_(SongSource.source, SongSource.external_id).in_(list(keys)), Song.is_private.is_(False))
    )
    return {(source, external_id): song_id for source, external_id, song_id in await session.execute(query)}


async def _load(session: AsyncSession, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Song]:
    query = select(Song).where(Song.id.in_(ids), Song.is_private.is_(False))
    found = await session.execute(query, execution_options={"populate_existing": True})
    return {song.id: song for song in found.scalars()}


async def _drop_unused(session: AsyncSession, ids: Collection[uuid.UUID]) -> None:
    """Forget songs that we made a moment ago, whose listings turned out to belong to others' songs."""
    if ids:
        listed = select(SongSource.song_id).where(SongSource.song_id.in_(ids))
        await session.execute(delete(Song).where(Song.id.in_(ids), Song.id.not_in(listed)))


def _owners_of(
    one: FoundSong,
    owner: Mapping[ListingKey, uuid.UUID],
    songs: Mapping[uuid.UUID, Song],
    listed: Mapping[uuid.UUID, Sequence[SongSource]],
) -> list[Song]:
    """The songs that a found song is, first the one it is shown as: the operator's, one that can be played,
    the oldest."""
    ids = {owner[key_of(song)] for song in one.songs if key_of(song) in owner}
    if one.song_id is not None:
        ids.add(one.song_id)
    theirs = [songs[song_id] for song_id in ids if song_id in songs]

    def rank(song: Song) -> tuple[bool, bool, datetime, uuid.UUID]:
        plays = song.asset_id is not None or any(row.can_fetch for row in listed.get(song.id, []))
        return not song.in_catalogue, not plays, song.created_at, song.id

    return sorted(theirs, key=rank)


def _remember_same(group: Sequence[Song]) -> None:
    """Songs that turned out to be one keep their ids, and know of each other."""
    for song in group:
        known = song.details.get("also", [])
        others = [str(other.id) for other in group if other is not song]
        also = list(dict.fromkeys([*known, *others]))[:MOST_SAME]
        if also != known:
            keep_details(song, also=also)


async def listings_of(
    session: AsyncSession, songs: Collection[uuid.UUID]
) -> dict[uuid.UUID, list[SongSource]]:
    rows = await session.execute(select(SongSource).where(SongSource.song_id.in_(songs)))
    listed: dict[uuid.UUID, list[SongSource]] = {}
    for row in rows.scalars():
        listed.setdefault(row.song_id, []).append(row)
    return listed


def refresh_columns(song: Song, listings: Sequence[SongSource], now: datetime) -> None:
    """Derive a song's columns from its live listings. A song of the catalogue keeps what the operator says
    and only gains ids, and a picture where it has none."""
    live = live_songs(listings, now)
    ids = {**external_ids_of(live), **song.external_ids}
    if ids != song.external_ids:
        song.external_ids = ids
        flag_modified(song, "updated_at")
    columns = columns_of(live)
    if song.in_catalogue:
        lent = song.details.get("lent_picture", False)
        if (song.thumbnail_url is None or lent) and song.thumbnail_url != columns["thumbnail_url"]:
            song.thumbnail_url = columns["thumbnail_url"]
            keep_details(song, lent_picture=columns["thumbnail_url"] is not None)
        return
    if song.asset_id is not None:
        del columns["duration"]  # the recording's own is known
    for name, value in columns.items():
        if getattr(song, name) != value:
            setattr(song, name, value)


def keep_details(song: Song, **details: Any) -> None:
    """Keep something with a song that is no change of it: `updated_at` stays, written as it was."""
    song.details = {**song.details, **details}
    flag_modified(song, "updated_at")
