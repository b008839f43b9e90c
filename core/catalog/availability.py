"""Where the audio of a song of all comes from."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.display import FOLDER
from core.catalog.models import Recording, Song, SongSource
from core.catalog.service import SentRecording, remember_recording
from core.errors import AudioNotOffered, NotFound

BEST_FIRST = (FOLDER, "internet_archive", "jamendo", "youtube")
"""The operator's own files are the nearest; then what is licensed openly."""
LONGEST_REF = 200


async def recording_of(session: AsyncSession, song_id: uuid.UUID) -> Recording:
    """The recording of a song of all, from the best of the places that hand it out; its row is locked until
    the transaction ends.

    Raises NotFound for unknown and private songs, AudioNotOffered when its audio may be taken from nowhere.
    """
    song = await session.get(Song, song_id)
    if song is None or song.is_private:
        raise NotFound(f"no song of all has the id {song_id}")
    places = [place for place in await _places(session, song) if _is_usable(place)]
    if places:
        best = min(places, key=lambda place: (BEST_FIRST.index(place.source), place.external_id))
        return await remember_recording(session, _describe(song, best))
    held = await _held(session, song)
    if held is None:
        raise AudioNotOffered(f"nobody hands out the audio of {song_id}")
    return held


async def _places(session: AsyncSession, song: Song) -> list[SongSource]:
    """Where the audio may be taken from, also as the songs that turned out to be this one."""
    same = [uuid.UUID(other) for other in song.details.get("also", [])]
    query = (
        select(SongSource)
        .join(Song, Song.id == SongSource.song_id)
        .where(
            Song.id.in_([song.id, *same]),
            Song.is_private.is_(False),
            SongSource.can_fetch,
            SongSource.source.in_(BEST_FIRST),
        )
    )
    return list((await session.execute(query)).scalars())


async def _held(session: AsyncSession, song: Song) -> Recording | None:
    """The operator's own recording that is here already, though its file is gone from the folder."""
    query = (
        select(Recording)
        .where(
            Recording.song_id == song.id,
            Recording.channel == FOLDER,
            Recording.status == "fetched",
            Recording.asset_id == song.asset_id,
        )
        .order_by(Recording.created_at.desc())
        .limit(1)
        .with_for_update()
    )
    return (await session.execute(query)).scalar_one_or_none()


def _is_usable(place: SongSource) -> bool:
    """A listing whose facts have expired tells no licence any more: it waits until it is asked for again."""
    return place.source == FOLDER or bool(place.facts)


def _describe(song: Song, place: SongSource) -> SentRecording:
    name = _version_of(place) if place.source == FOLDER else place.external_id
    return SentRecording(
        channel=place.source,
        unique_ref=name if len(name) <= LONGEST_REF else hashlib.sha256(name.encode()).hexdigest(),
        file_ref=place.external_id,
        size=place.facts.get("size"),
        duration=None if song.duration is None else float(song.duration),
        title=song.title,
        artist=song.artist,
        song_id=song.id,
    )


def _version_of(place: SongSource) -> str:
    """A name for the file as it is now: one that was changed since is another recording."""
    facts = place.facts
    return f"{facts.get('content') or facts.get('mtime_ns')}:{place.external_id}"
