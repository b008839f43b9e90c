"""Songs that a person asks for without a chat: what is made is found in their library."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import User
from core.catalog.activity import Activity, count_activity
from core.catalog.models import Recording
from core.conversion.engines import Engines
from core.conversion.preferences import Preferences, Stems, preferences_of
from core.conversion.recipe import Recipe, as_it_is, for_singing
from core.conversion.service import Asking, ConversionService
from core.errors import MelodyError, TooLong
from core.library.own_audio import recording_for
from core.ports import AudioFormat, Quality

MIX = "mix"
"""Nothing is separated: the recording is brought here, in a format that can be played."""
SING = "sing"
"""Music and voice beside each other, for the player alone: no chat offers it."""
SUITS = AudioFormat.M4A
"""What every browser plays."""


@dataclass(frozen=True)
class Wish:
    """What is to be made; None: as the person's preferences say."""

    stems: str | None = None
    """A value of `Stems`, or MIX, or SING."""
    key: int | None = None
    """Semitones, -6 to 6."""
    tempo: int | None = None
    """Per cent, 70 to 130."""
    guide: int | None = None
    """Per cent of the voice, 0 to 40."""
    quality: Quality | None = None
    format: AudioFormat | None = None
    engine: str | None = None
    """One of `Engines.choices`; None: the one for all."""

    def recipes(self, chosen: Preferences, engine: str) -> tuple[Recipe, ...]:
        """Each an audio of its own. Raises ValueError for what is out of range."""
        if self.stems == MIX:
            return (as_it_is(self.format or chosen.format or SUITS),)
        if self.stems == SING:
            return (for_singing(engine, self.quality or chosen.quality),)
        given: dict[str, Any] = {
            "stems": None if self.stems is None else Stems(self.stems),
            "key": self.key,
            "tempo": self.tempo,
            "guide": self.guide,
            "quality": self.quality,
            "format": self.format,
        }
        wanted = replace(chosen, **{name: value for name, value in given.items() if value is not None})
        return wanted.recipes(engine, SUITS)


class LibraryDesk:
    """Takes such wishes. Works inside the caller's transaction."""

    def __init__(self, conversion: ConversionService, engines: Engines, max_song_seconds: int) -> None:
        self._conversion = conversion
        self._engines = engines
        self._max_song_seconds = max_song_seconds

    async def ask(
        self, session: AsyncSession, user: User, song_ids: Sequence[uuid.UUID], wish: Wish
    ) -> list[uuid.UUID]:
        """The jobs that make it, in the order of the songs; a job that is at it already is one of them.

        Raises NotFound, AudioNotOffered, TooLong, TooBusy, QuotaUsed: then nothing is to be kept of it, and
        `song_id` among the error's params tells which song it was. Raises EngineUnknown.
        """
        recipes = wish.recipes(preferences_of(user), self._engines.chosen(wish.engine).engine)
        recordings: dict[uuid.UUID, Recording] = {}
        for song_id in sorted(set(song_ids)):  # in one order, so that two who lock the same songs meet
            with _about(song_id):
                recordings[song_id] = await self._recording(session, user.id, song_id)
        jobs: dict[uuid.UUID, list[uuid.UUID]] = {}
        for song_id, recording in recordings.items():
            with _about(song_id):
                jobs[song_id] = await self._ask_for_song(session, user.id, song_id, recording, recipes)
        return [job_id for song_id in dict.fromkeys(song_ids) for job_id in jobs[song_id]]

    async def _recording(self, session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> Recording:
        """Locked."""
        recording = await recording_for(session, user_id, song_id)
        if recording.duration is not None and recording.duration > self._max_song_seconds + 1:
            raise TooLong(limit_minutes=self._max_song_seconds // 60)
        return recording

    async def _ask_for_song(
        self,
        session: AsyncSession,
        user_id: uuid.UUID,
        song_id: uuid.UUID,
        recording: Recording,
        recipes: Sequence[Recipe],
    ) -> list[uuid.UUID]:
        asked = [
            await self._conversion.ask_for_library(session, user_id, song_id, recording, recipe)
            for recipe in recipes
        ]
        is_new = any(one.outcome is Asking.STARTED for one in asked)
        if is_new and any(recipe.separates for recipe in recipes):
            await count_activity(session, song_id, Activity.CONVERT)
        return [one.job_id for one in asked]


@contextmanager
def _about(song_id: uuid.UUID) -> Iterator[None]:
    """What goes wrong inside is about this song."""
    try:
        yield
    except MelodyError as error:
        error.params["song_id"] = str(song_id)
        raise
