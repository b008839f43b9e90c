"""Songs of all as everyone may see them, with the places where they are listed.

Facts whose time is over are never shown: what nobody vouches for any more is called by its id at the source.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.display import FOLDER, OWN, Listed, columns_of, first, is_live, live_songs, preference
from core.catalog.models import Song, SongSource
from core.catalog.views import Listing, SongView

LOCAL = "local"
LOCAL_LABEL = "Own collection"

_SONG = (
    Song.id,
    Song.title,
    Song.artist,
    Song.album,
    Song.language,
    Song.duration,
    Song.genre,
    Song.release_year,
    Song.popularity,
    Song.explicit,
    Song.thumbnail_url,
    Song.external_ids,
    Song.details,
    Song.in_catalogue,
    Song.asset_id,
)
_LISTING = (
    SongSource.source,
    SongSource.external_id,
    SongSource.song_id,
    SongSource.facts,
    SongSource.can_fetch,
    SongSource.fetched_at,
    SongSource.expires_at,
)
_NAMED = (
    "title", "artist", "album", "language", "duration", "genre", "release_year", "popularity", "explicit",
    "thumbnail_url",
)  # fmt: skip


async def views_of(
    session: AsyncSession, ids: Sequence[uuid.UUID], labels: Mapping[str, str]
) -> list[SongView]:
    """The songs in the order of their ids; what does not exist or is private is left out. `labels` tells what
    people know each source as."""
    if not ids:
        return []
    query = select(*_SONG).where(Song.id.in_(ids), Song.is_private.is_(False))
    songs = {row.id: row for row in await session.execute(query)}
    listed = await _listings(session, songs.values())
    now = datetime.now(UTC)
    return [_view(songs[one], listed, labels, now) for one in dict.fromkeys(ids) if one in songs]


async def _listings(session: AsyncSession, songs: Iterable[Row[Any]]) -> dict[uuid.UUID, list[Listed]]:
    """The listings of these songs, and of the songs that turned out to be the same."""
    wanted = {one for song in songs for one in (song.id, *_also(song))}
    if not wanted:
        return {}
    listed: dict[uuid.UUID, list[Listed]] = {}
    for row in await session.execute(select(*_LISTING).where(SongSource.song_id.in_(wanted))):
        listed.setdefault(row.song_id, []).append(Listed(*row))
    return listed


def _also(song: Row[Any]) -> list[uuid.UUID]:
    return [uuid.UUID(other) for other in song.details.get("also", [])]


def _view(
    song: Row[Any], listed: Mapping[uuid.UUID, list[Listed]], labels: Mapping[str, str], now: datetime
) -> SongView:
    own = listed.get(song.id, [])
    others = [row for other in _also(song) for row in listed.get(other, []) if row.source not in OWN]
    rows = sorted([*own, *others], key=lambda row: (preference(row.source), row.external_id))
    fields = {name: getattr(song, name) for name in _NAMED}
    if not song.in_catalogue and any(not is_live(row, now) for row in own):
        fields = columns_of(live_songs(own, now))
    tags, album = _enriched(song.details, now)
    fields["genre"], fields["album"] = fields["genre"] or tags, fields["album"] or album
    fields["title"] = fields["title"] or _name_by_id(song.id, own, labels)
    fields["genre"] = tuple(fields["genre"] or ())
    licence, licence_url = _licence(rows)
    return SongView(
        id=song.id,
        **fields,
        external_ids=_external_ids(song.external_ids, rows),
        listings=_places(song, rows, labels, now),
        can_fetch=any(row.can_fetch for row in own) or _is_held(song, own),
        licence=licence,
        licence_url=licence_url,
    )


def _is_held(song: Row[Any], own: Iterable[Listed]) -> bool:
    """The operator's own recording stays when its file goes; what came under a licence needs the listing."""
    return song.asset_id is not None and any(row.source == FOLDER for row in own)


def _enriched(details: Mapping[str, Any], now: datetime) -> tuple[list[str] | None, str | None]:
    """Tags and album as other sources know them, where the song itself has none."""
    kept = [one for one in details.get("enriched", {}).values() if one["until"] > now.timestamp()]
    return first(one["tags"] for one in kept), first(one["album"] for one in kept)


def _name_by_id(song_id: uuid.UUID, rows: Collection[Listed], labels: Mapping[str, str]) -> str:
    """`Spotify 4abXYZ`: ids may be kept for good."""
    for row in sorted(rows, key=lambda row: preference(row.source)):
        if row.source in OWN:
            continue
        return f"{labels.get(row.source, row.source)} {row.external_id}"[:500]
    return str(song_id)


def _external_ids(known: Mapping[str, Any], rows: Iterable[Listed]) -> dict[str, str]:
    ids = {name: str(value) for name, value in known.items() if value is not None}
    for row in rows:
        if row.source not in OWN:
            ids.setdefault(row.source, row.external_id)
    return ids


def _places(
    song: Row[Any], rows: Iterable[Listed], labels: Mapping[str, str], now: datetime
) -> tuple[Listing, ...]:
    """Where it can be heard: the operator's own first, each page once."""
    places = [Listing(LOCAL, LOCAL_LABEL, None)] if song.in_catalogue else []
    seen: set[tuple[str, str | None]] = set()
    for row in rows:
        url = row.facts.get("url") if is_live(row, now) else None
        if row.source not in OWN and (row.source, url) not in seen:
            seen.add((row.source, url))
            places.append(Listing(row.source, labels.get(row.source, row.source), url, row.fetched_at))
    return tuple(places)


def _licence(rows: Sequence[Listed]) -> tuple[str | None, str | None]:
    """The licence that its audio comes under: of the place that hands it out, else of any that tells."""
    for row in sorted(rows, key=lambda row: not row.can_fetch):
        if licence := row.facts.get("licence"):
            return licence, row.facts.get("licence_url")
    return None, None
