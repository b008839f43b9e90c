"""What can be done with an audio that has arrived: the buttons under it."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity
from core.chat.actions import make_action, remake_action, save_action
from core.chat.status import texts_for
from core.chat.texts import Texts
from core.chat.wishes import Wish, key_steps, next_guide, tempo_steps
from core.conversion.models import ConversionJob
from core.conversion.recipe import Recipe
from core.library.models import LibraryEntry
from core.ports import Button, Reply, Stem

ShownTo = tuple[uuid.UUID, uuid.UUID]
"""(job_id, identity_id): a job and one who gets its audio."""
Row = tuple[Button, ...]


class Choices:
    """Renders the choices under audios for the askers of jobs, each in the asker's language."""

    def __init__(self, default_language: str) -> None:
        self._default_language = default_language

    async def choices(self, session: AsyncSession, shown: ShownTo) -> Reply:
        """The buttons, and a short text for where they have to be a message of their own."""
        job_id, identity_id = shown
        query = (
            select(ConversionJob.recipe, LibraryEntry.song_id, LibraryEntry.saved)
            .join(LibraryEntry, LibraryEntry.id == ConversionJob.library_id)
            .where(ConversionJob.id == job_id)
        )
        job = (await session.execute(query)).one()
        person = (
            select(ChannelIdentity)
            .where(ChannelIdentity.id == identity_id)
            .options(joinedload(ChannelIdentity.user))
        )
        identity = (await session.execute(person)).scalar_one()
        texts = texts_for(identity.user, identity, self._default_language)
        recipe = Recipe.parse(job.recipe)
        kept = () if job.saved else (Button(texts.say("button-save"), save_action(job.song_id)),)
        if recipe.separates:
            rows = _rows(job_id, recipe, kept, texts)
        else:
            instrumental = Button(texts.say("button-instrumental"), make_action(job.song_id))
            rows = ((*kept, instrumental),)
        return Reply(texts.say("choices-now"), rows)


def _rows(job_id: uuid.UUID, recipe: Recipe, kept: Row, texts: Texts) -> tuple[Row, ...]:
    """What comes first is kept within the three buttons that some messengers show."""

    def button(key: str, wish: Wish | None, **params: object) -> Row:
        return () if wish is None else (Button(texts.say(key, **params), remake_action(job_id, wish)),)

    lower, higher = key_steps(recipe)
    slower, faster = tempo_steps(recipe)
    pitch = button("button-key-lower", lower) + button("button-key-higher", higher)
    speed = button("button-slower", slower) + button("button-faster", faster)
    if recipe.stem is Stem.VOCALS:
        other = button("button-instrumental", Wish(stem=Stem.INSTRUMENTAL))
    else:
        guide = next_guide(recipe)
        key = "button-guide" if guide.guide else "button-no-guide"
        other = button(key, guide, percent=guide.guide)
        other += button("button-vocals", Wish(stem=Stem.VOCALS))
    return tuple(row for row in (kept + pitch, speed, other) if row)
