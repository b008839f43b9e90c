"""What stands under the audio of openly licensed songs: whose they are, and what was done with them.

Creative Commons asks for the title, the creator, a link to the work, the licence and a link to it, a note of
changes, and for share-alike that the same licence holds on (CC BY-SA 4.0, sections 3.a and 3.b).
"""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity
from core.catalog.licences import Credit, credits_of
from core.catalog.models import Recording, Song, SongSource
from core.chat.song_texts import licence_line
from core.chat.status import texts_for
from core.chat.texts import Texts
from core.conversion.models import ConversionJob
from core.conversion.recipe import Recipe

ShownTo = tuple[uuid.UUID, uuid.UUID]
"""(job_id, identity_id): a job and one who gets its audio."""


class Captions:
    """Renders captions for the askers of jobs, each in the asker's language."""

    def __init__(self, default_language: str) -> None:
        self._default_language = default_language

    async def caption(self, session: AsyncSession, shown: ShownTo) -> str | None:
        """What has to stand under the job's audio; None for the operator's own songs and for what a person
        sent."""
        job_id, identity_id = shown
        query = (
            select(Song.title, Song.artist, SongSource.facts, ConversionJob.recipe)
            .select_from(ConversionJob)
            .join(Recording, Recording.id == ConversionJob.recording_id)
            .join(Song, Song.id == Recording.song_id)
            .join(
                SongSource,
                (SongSource.source == Recording.channel) & (SongSource.external_id == Recording.file_ref),
            )
            .where(ConversionJob.id == job_id)
        )
        found = (await session.execute(query)).one_or_none()
        if found is None:
            return None
        facts = found.facts
        credit = credits_of(facts.get("licence"), facts.get("licence_url"), facts.get("url"))
        if credit is None:
            return None
        texts = await self._texts_of(session, identity_id)
        changed = Recipe.parse(found.recipe).separates
        return caption(found.title, found.artist, credit, texts, voice_removed=changed)

    async def _texts_of(self, session: AsyncSession, identity_id: uuid.UUID) -> Texts:
        query = (
            select(ChannelIdentity)
            .where(ChannelIdentity.id == identity_id)
            .options(joinedload(ChannelIdentity.user))
        )
        identity = (await session.execute(query)).scalar_one()
        return texts_for(identity.user, identity, self._default_language)


def caption(title: str, artist: str, credit: Credit, texts: Texts, *, voice_removed: bool) -> str:
    """Title and artist, the source, the licence, and what was changed, a line each."""
    lines = [f"{title} — {artist}" if artist else title]
    if credit.source_url:
        lines.append(credit.source_url)
    lines.append(licence_line(credit, texts))
    if voice_removed:
        lines.append(texts.say("caption-voice-removed"))
        if credit.share_alike:
            lines.append(texts.say("caption-same-licence"))
    return "\n".join(lines)
