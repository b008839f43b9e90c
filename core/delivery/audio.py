"""A rendition as an audio message: names, cover and format of what a person gets."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import AudioAsset, Song
from core.conversion.models import ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.delivery.models import Delivery
from core.library.models import LibraryEntry
from core.ports import AudioMessage, Stem
from core.text.titles import file_name, rendition_title


@dataclass(frozen=True)
class AudioSource:
    message: AudioMessage
    sha256: str
    cover_sha256: str | None


async def audio_message(session: AsyncSession, delivery: Delivery, media_ref: str | None) -> AudioSource:
    """What to send for a finished rendition, named as the song that was asked for; the file itself is added
    where it has to be uploaded."""
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
    title = rendition_title(song.title, Stem(recipe.stem))
    message = AudioMessage(
        title=title,
        performer=song.artist or None,
        duration=rendition.seconds or 0.0,
        format=recipe.format,
        size=rendition.size or 0,
        file_name=file_name(song.artist, title, recipe.format.value),
        caption=None,
        media_ref=media_ref,
        sha256=rendition.sha256,
    )
    return AudioSource(message, rendition.sha256 or "", asset.cover_sha256)
