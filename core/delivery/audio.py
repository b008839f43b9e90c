"""A rendition as an audio message: names, cover and format of what a person gets."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import AudioAsset, Song
from core.conversion.models import ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.delivery.models import Delivery
from core.library.models import LibraryEntry
from core.ports import AudioMessage
from core.text.titles import file_name, rendition_details, rendition_title


@dataclass(frozen=True)
class AudioSource:
    message: AudioMessage
    sha256: str
    cover_sha256: str | None
    song_id: uuid.UUID


async def audio_source(session: AsyncSession, delivery: Delivery) -> AudioSource:
    """What to send for a finished rendition, named as the song that was asked for; what the messenger holds
    already, or the file itself, is added before it goes out."""
    query = (
        select(Rendition, AudioAsset, Song)
        .join(AudioAsset, Rendition.asset_id == AudioAsset.id)
        .join(ConversionJob, ConversionJob.id == delivery.job_id)
        .join(LibraryEntry, ConversionJob.library_id == LibraryEntry.id)
        .join(Song, LibraryEntry.song_id == Song.id)
        .where(Rendition.id == delivery.rendition_id)
    )
    rendition, asset, song = (await session.execute(query)).one()
    recipe = Recipe.parse(rendition.recipe)
    details = rendition_details(recipe.key, recipe.tempo / 100, recipe.guide / 100)
    title = rendition_title(song.title, recipe.stem, details)
    message = AudioMessage(
        title=title,
        performer=song.artist or None,
        duration=rendition.seconds or 0.0,
        format=recipe.format,
        size=rendition.size or 0,
        file_name=file_name(song.artist, title, recipe.format.value),
        caption=None,
        sha256=rendition.sha256,
    )
    return AudioSource(message, rendition.sha256 or "", asset.cover_sha256, song.id)
