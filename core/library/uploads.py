"""Taking in a recording that a person hands over themselves: private, named, and in their library at once."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.service import SentRecording, asset_for, remember_recording, song_of
from core.library.models import LibraryEntry
from core.library.service import save_song
from core.ports import StoredObject

UPLOAD = "upload"
"""`recordings.channel` of what came over HTTP; its bytes are its name, and they are here."""


@dataclass(frozen=True)
class UploadedFile:
    """A file that was looked at: it is audio of a kind we take."""

    stored: StoredObject
    container: str
    codec: str
    title: str
    artist: str | None = None
    seconds: float | None = None
    """As its header claims."""
    cover: StoredObject | None = None


@dataclass(frozen=True)
class TakenIn:
    song_id: uuid.UUID
    is_new: bool
    """It was not in the person's library before."""


async def take_in(session: AsyncSession, user_id: uuid.UUID, file: UploadedFile) -> TakenIn:
    """The private song of these bytes, saved in the person's library; the same bytes are the same song,
    named as whoever sent them first named it."""
    sent = SentRecording(
        channel=UPLOAD,
        unique_ref=file.stored.sha256,
        file_ref=file.stored.sha256,
        size=file.stored.size,
        duration=file.seconds,
        title=file.title,
        artist=file.artist,
    )
    recording = await remember_recording(session, sent)
    asset = await asset_for(session, file.stored)
    asset.container, asset.codec = asset.container or file.container, asset.codec or file.codec
    if file.cover is not None:
        asset.cover_sha256 = asset.cover_sha256 or file.cover.sha256
    recording.asset_id, recording.status = asset.id, "fetched"
    await session.flush()
    song = await song_of(session, asset, recording)
    mine = select(LibraryEntry.id).where(LibraryEntry.user_id == user_id, LibraryEntry.song_id == song.id)
    was_there = (await session.execute(mine)).scalar_one_or_none() is not None
    await save_song(session, user_id, song.id)
    return TakenIn(song.id, not was_there)
