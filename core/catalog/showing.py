"""Songs of all as everyone may see them, with the places where they are listed.

Facts whose time is over are never shown: what nobody vouches for any more is called by its id at the source.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Uuid, any_, bindparam, case, cast, func, literal_column, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, array

from core.catalog.display import FOLDER, OWN, Listed, columns_of, first, is_live, live_songs, preference
from core.catalog.models import Song, SongSource
from core.catalog.views import Listing, SongView
from core.db.reading import Reader, rows_by

LOCAL = "local"
LOCAL_LABEL = "Own collection"
_OWN_PLACE = Listing(LOCAL, LOCAL_LABEL, None)

_NAMED = (
    "title", "artist", "album", "language", "duration", "genre", "release_year", "popularity", "explicit",
    "thumbnail_url",
)  # fmt: skip
_named = attrgetter(*_NAMED)

# Tables and not models: these statements are most of what this product asks its database, and a model's
# columns make each of them dearer on the way. They are made once and bring all that is shown at one go.
songs = Song.__table__
_listed = SongSource.__table__.alias("listed")


def _listings() -> Any:
    """A song's listings, and those of the songs that turned out to be the same, as JSON."""
    also = select(func.jsonb_array_elements_text(songs.c.metadata["also"])).correlate(songs)
    all_ids = func.array_append(cast(func.array(also.scalar_subquery()), ARRAY(Uuid)), songs.c.id)
    ids = case((songs.c.metadata.has_key("also"), all_ids), else_=array([songs.c.id]))
    fields = (_listed.c[name] for name in Listed._fields)
    return (
        select(func.jsonb_agg(func.jsonb_build_array(*fields), type_=JSONB))
        .where(_listed.c.song_id == any_(ids))
        .correlate(songs)
        .scalar_subquery()
    )


SHOWN = (
    *(songs.c[name] for name in ("id", *_NAMED, "in_catalogue", "asset_id", "is_private")),
    func.nullif(songs.c.external_ids, literal_column("'{}'::jsonb"), type_=JSONB).label("external_ids"),
    songs.c.metadata["enriched"].label("enriched"),
    _listings().label("listings"),
)
"""The columns that `view_of` reads. What is empty comes as null: that need not be made from JSON."""
BY_IDS = select(*SHOWN).where(
    songs.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))), songs.c.is_private.is_(False)
)
"""The statement of `rows_of`."""


async def views_of(reader: Reader, ids: Sequence[uuid.UUID], labels: Mapping[str, str]) -> list[SongView]:
    """The songs in the order of their ids; what does not exist or is private is left out. `labels` tells what
    people know each source as."""
    rows = await rows_of(reader, ids)
    now = datetime.now(UTC)
    return [view_of(rows[one], labels, now) for one in dict.fromkeys(ids) if one in rows]


async def rows_of(reader: Reader, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """The rows that `view_of` makes views of; of private songs there are none."""
    if not ids:
        return {}
    return {row.id: row for row in await rows_by(reader, BY_IDS, {"ids": list(ids)})}


def view_of(song: Any, labels: Mapping[str, str], now: datetime) -> SongView:
    """A song of all, from a row with the columns `SHOWN`."""
    rows, own = _rows(song) if song.listings else ([], [])
    fields = dict(zip(_NAMED, _named(song), strict=True))
    if not song.in_catalogue and any(not is_live(row, now) for row in own):
        fields = columns_of(live_songs(own, now))
    if song.enriched:
        tags, album = _enriched(song.enriched, now)
        fields["genre"], fields["album"] = fields["genre"] or tags, fields["album"] or album
    fields["title"] = fields["title"] or _name_by_id(song.id, own, labels)
    fields["genre"] = tuple(fields["genre"] or ())
    if not rows:
        places = (_OWN_PLACE,) if song.in_catalogue else ()
        return SongView(song.id, **fields, external_ids=_external_ids(song.external_ids, ()), listings=places)
    licence, licence_url = _licence(rows)
    return SongView(
        song.id,
        **fields,
        external_ids=_external_ids(song.external_ids, rows),
        listings=_places(song, rows, labels, now),
        can_fetch=any(row.can_fetch for row in own) or _is_held(song, own),
        licence=licence,
        licence_url=licence_url,
    )


def own_listings(song: Any) -> list[Listed]:
    """A row's listings without those of the songs that turned out to be the same."""
    return [row for row in map(_read, song.listings or ()) if row.song_id == song.id]


def _rows(song: Any) -> tuple[list[Listed], list[Listed]]:
    """(all listings that are shown, the preferred first; those of the song itself)."""
    rows = [_read(each) for each in song.listings]
    own = [row for row in rows if row.song_id == song.id]
    # What the operator holds under another name is not held under this one.
    rows = [row for row in rows if row.song_id == song.id or row.source not in OWN]
    rows.sort(key=lambda row: (preference(row.source), row.external_id))
    return rows, own


def _read(listed: Sequence[Any]) -> Listed:
    """A listing as JSON has it."""
    source, external_id, song_id, facts, can_fetch, fetched_at, expires_at = listed
    until = None if expires_at is None else datetime.fromisoformat(expires_at)
    since = datetime.fromisoformat(fetched_at)
    return Listed(source, external_id, uuid.UUID(song_id), facts, can_fetch, since, until)


def _is_held(song: Any, own: Iterable[Listed]) -> bool:
    """The operator's own recording stays when its file goes; what came under a licence needs the listing."""
    return song.asset_id is not None and any(row.source == FOLDER for row in own)


def _enriched(told: Mapping[str, Any], now: datetime) -> tuple[list[str] | None, str | None]:
    """Tags and album as other sources know them, where the song itself has none."""
    kept = [one for one in told.values() if one["until"] > now.timestamp()]
    return first(one["tags"] for one in kept), first(one["album"] for one in kept)


def _name_by_id(song_id: uuid.UUID, rows: Collection[Listed], labels: Mapping[str, str]) -> str:
    """`Spotify 4abXYZ`: ids may be kept for good."""
    for row in sorted(rows, key=lambda row: preference(row.source)):
        if row.source in OWN:
            continue
        return f"{labels.get(row.source, row.source)} {row.external_id}"[:500]
    return str(song_id)


def _external_ids(known: Mapping[str, Any] | None, rows: Iterable[Listed]) -> dict[str, str]:
    ids = {name: str(value) for name, value in (known or {}).items() if value is not None}
    for row in rows:
        if row.source not in OWN:
            ids.setdefault(row.source, row.external_id)
    return ids


def _places(
    song: Any, rows: Iterable[Listed], labels: Mapping[str, str], now: datetime
) -> tuple[Listing, ...]:
    """Where it can be heard: the operator's own first, each page once."""
    places = [_OWN_PLACE] if song.in_catalogue else []
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
