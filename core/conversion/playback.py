"""What of a song can be heard by one person: the recording itself, and what they had made of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.licences import Credit, credits_of
from core.catalog.models import AudioAsset, Song
from core.catalog.showing import views_of
from core.catalog.views import SongView
from core.conversion.history import Made, made_of
from core.conversion.models import ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.library.models import LibraryEntry
from core.library.own_audio import visible_song
from core.library.pages import own_view


@dataclass(frozen=True)
class Ready:
    """A rendition that is made."""

    recipe: Recipe
    made: Made


@dataclass(frozen=True)
class Playable:
    song: SongView
    is_private: bool
    original: AudioAsset | None
    """The recording as it came; None where it is not here, or may not be handed out."""
    renditions: tuple[Ready, ...]
    """The newest first."""
    credit: Credit | None

    @property
    def is_open(self) -> bool:
        """Whether anybody may pass it on: a song of all, under a licence that we know as open."""
        return not self.is_private and self.credit is not None


async def playable(
    session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID, labels: Mapping[str, str]
) -> Playable:
    """Raises NotFound for songs that the person may not see."""
    song = await visible_song(session, user_id, song_id)
    found = [] if song.is_private else await views_of(session, [song_id], labels)
    view = found[0] if found else own_view(song)
    asset = None
    if song.asset_id is not None and view.can_fetch:
        asset = await session.get(AudioAsset, song.asset_id)
    page = next((place.url for place in view.listings if place.url is not None), None)
    return Playable(
        song=view,
        is_private=song.is_private,
        original=asset,
        renditions=tuple(await _ready(session, user_id, song)),
        credit=credits_of(view.licence, view.licence_url, page),
    )


async def _ready(session: AsyncSession, user_id: uuid.UUID, song: Song) -> list[Ready]:
    """What this person's own jobs for the song led to, each once."""
    query = (
        select(Rendition)
        .join(ConversionJob, ConversionJob.rendition_id == Rendition.id)
        .join(LibraryEntry, LibraryEntry.id == ConversionJob.library_id)
        .where(
            ConversionJob.user_id == user_id,
            ConversionJob.status == "completed",
            LibraryEntry.song_id == song.id,
            Rendition.status == "completed",
        )
        .order_by(ConversionJob.created_at.desc(), ConversionJob.id)
    )
    renditions = {one.id: one for one in (await session.execute(query)).scalars()}
    made = [(Recipe.parse(one.recipe), made_of(one)) for one in renditions.values()]
    return [Ready(recipe, file) for recipe, file in made if file is not None]
