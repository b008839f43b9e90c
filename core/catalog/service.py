"""Recordings, the assets their bytes become, and the songs they are."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import AudioAsset, Recording, Song
from core.ports import RecordingFacts, StoredObject

UNTITLED = "Recording"
UNKNOWN_ARTIST = ""
TYPICAL_BYTES_PER_SECOND = 20_000
"""160 kbit/s: a first guess of a recording's length when its channel does not tell."""


@dataclass(frozen=True)
class SentRecording:
    """A file as its channel or source describes it."""

    channel: str
    unique_ref: str
    file_ref: str
    size: int | None = None
    duration: float | None = None
    title: str | None = None
    artist: str | None = None
    song_id: uuid.UUID | None = None
    """Of the song of all that it is; None for what a person sent."""


async def remember_recording(session: AsyncSession, sent: SentRecording) -> Recording:
    """The recording's row, locked until the transaction ends; one refused before gets another try."""
    values = {
        "file_ref": sent.file_ref[:1000],
        "size": sent.size,
        "duration": sent.duration,
        "title": _clip(sent.title),
        "artist": _clip(sent.artist),
        "song_id": sent.song_id,
    }
    statement = insert(Recording).values(
        id=uuid.uuid4(), channel=sent.channel, unique_ref=sent.unique_ref[:200], **values
    )
    statement = statement.on_conflict_do_update(
        index_elements=["channel", "unique_ref"],
        set_={"file_ref": statement.excluded.file_ref, "song_id": statement.excluded.song_id},
    )
    recording = (
        await session.execute(statement.returning(Recording), execution_options={"populate_existing": True})
    ).scalar_one()
    if recording.status == "refused":
        recording.status, recording.attempts, recording.not_before = "pending", 0, None
    return recording


async def lock_recording(session: AsyncSession, recording_id: uuid.UUID) -> Recording:
    query = select(Recording).where(Recording.id == recording_id).with_for_update()
    return (await session.execute(query)).scalar_one()


async def asset_for(session: AsyncSession, stored: StoredObject) -> AudioAsset:
    """The asset of these bytes; the same bytes are one asset, whoever sent them."""
    statement = insert(AudioAsset).values(id=uuid.uuid4(), sha256=stored.sha256, size=stored.size)
    await session.execute(statement.on_conflict_do_nothing(index_elements=["sha256"]))
    query = select(AudioAsset).where(AudioAsset.sha256 == stored.sha256)
    return (await session.execute(query)).scalar_one()


async def song_of(session: AsyncSession, asset: AudioAsset, recording: Recording) -> Song:
    """The song that a recording is: one of all, or the private song of those who sent these bytes, named as
    its first sender's messenger named it."""
    if recording.song_id is not None:
        song = await session.get_one(Song, recording.song_id)
        song.asset_id, song.audio_files = asset.id, {"original": asset.sha256}
        await session.flush()
        return song
    title, artist = recording.title or UNTITLED, recording.artist or UNKNOWN_ARTIST
    statement = insert(Song).values(
        id=uuid.uuid4(),
        title=title,
        artist=artist,
        duration=None if recording.duration is None else round(recording.duration),
        audio_files={"original": asset.sha256},
        is_private=True,
        asset_id=asset.id,
    )
    await session.execute(
        statement.on_conflict_do_nothing(index_elements=["asset_id"], index_where=text("is_private"))
    )
    query = select(Song).where(Song.asset_id == asset.id, Song.is_private)
    return (await session.execute(query)).scalar_one()


async def record_facts(
    session: AsyncSession, asset_id: uuid.UUID, facts: RecordingFacts, cover: StoredObject | None
) -> None:
    """Keep what decoding found. The tags name a private song better than its messenger; a song of all keeps
    the names it is listed by."""
    await session.execute(
        update(AudioAsset)
        .where(AudioAsset.id == asset_id)
        .values(
            container=facts.container,
            codec=facts.codec,
            seconds=facts.seconds,
            loudness_lufs=facts.loudness_lufs,
            peaks=facts.peaks,
            cover_sha256=None if cover is None else cover.sha256,
        )
    )
    same_sound = update(Song).where(Song.asset_id == asset_id)
    await session.execute(same_sound.values(duration=round(facts.seconds)))
    private = select(Song).where(Song.asset_id == asset_id, Song.is_private)
    song = (await session.execute(private)).scalar_one_or_none()
    if song is None:
        return
    tags = facts.tags
    if tags.title and song.details.get("named_by") != "tags":
        song.title = _clip(tags.title) or song.title
        song.artist = _clip(tags.artist) or song.artist
        song.details = {**song.details, "named_by": "tags"}
    song.album = song.album or _clip(tags.album)
    song.release_year = song.release_year or tags.year
    if tags.genre and not song.genre:
        song.genre = [tags.genre]
    song.updated_at = func.now()


async def discard_asset(session: AsyncSession, asset_id: uuid.UUID) -> None:
    """Forget bytes that can't be used: private songs made of them go too, songs of all stay without audio."""
    await session.execute(
        update(Recording).where(Recording.asset_id == asset_id).values(asset_id=None, status="refused")
    )
    await session.execute(delete(Song).where(Song.asset_id == asset_id, Song.is_private))
    await session.execute(update(Song).where(Song.asset_id == asset_id).values(asset_id=None, audio_files={}))
    await session.execute(delete(AudioAsset).where(AudioAsset.id == asset_id))


def likely_seconds(recording: Recording) -> float:
    """How long a recording probably is, for estimates before it is decoded."""
    if recording.duration:
        return recording.duration
    return (recording.size or 4_000_000) / TYPICAL_BYTES_PER_SECOND


def _clip(value: str | None) -> str | None:
    cleaned = " ".join((value or "").replace("\x00", " ").split())
    return cleaned[:500] or None
