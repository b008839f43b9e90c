"""A job as its asker sees it: what it is, how far it is, how long it will take."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import Recording, Song
from core.conversion.estimate import OVERHEAD_SECONDS, Speeds
from core.conversion.models import OPEN, ConversionJob, Rendition
from core.conversion.queue import Waiting, queue_in_turn
from core.conversion.recipe import Recipe
from core.library.models import LibraryEntry
from core.ports import Stem
from core.text.titles import rendition_details, rendition_title


@dataclass(frozen=True)
class JobView:
    job_id: uuid.UUID
    status: str
    title: str
    artist: str | None
    seconds: float | None
    """Length of the song; None where nobody knows yet."""
    stem: Stem = Stem.INSTRUMENTAL
    details: tuple[str, ...] = ()
    """What is particular about the version: `+2`, `90 %`, `♪ 20 %` for the guide vocal."""
    separates: bool = True
    """False when the recording itself is on its way, as it is."""
    is_separated: bool = False
    """The voice was found before: what is being made is only mixed anew."""
    progress: int = 0
    """Per cent."""
    place: int = 0
    """How many are ahead in the queue."""
    seconds_left: float = 0.0
    error_code: str | None = None
    error_params: dict[str, Any] = field(default_factory=dict)
    song_id: uuid.UUID | None = None
    """None where the asker has taken the song out of the library."""
    note: str | None = None
    """As of `ConversionJob.note`."""

    @property
    def version(self) -> str:
        """`Kesariya`; where it is not just the music, what sets it apart: `Kesariya (Instrumental, +2)`."""
        is_plain = not self.title or (self.stem is not Stem.VOCALS and not self.details)
        return self.title if is_plain else rendition_title(self.title, self.stem, self.details)

    @property
    def is_open(self) -> bool:
        return self.status in OPEN


async def views(session: AsyncSession, job_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, JobView]:
    """How these jobs stand now."""
    query = (
        select(ConversionJob, Recording, Rendition, Song)
        .outerjoin(Recording, ConversionJob.recording_id == Recording.id)
        .outerjoin(Rendition, ConversionJob.rendition_id == Rendition.id)
        .outerjoin(LibraryEntry, ConversionJob.library_id == LibraryEntry.id)
        .outerjoin(Song, LibraryEntry.song_id == Song.id)
        .where(ConversionJob.id.in_(job_ids))
    )
    rows = (await session.execute(query)).all()
    some_open = any(row.ConversionJob.status in OPEN for row in rows)
    queue = await waits(await queue_in_turn(session) if some_open else [], Speeds(session))
    found = {}
    for job, recording, rendition, song in rows:
        ahead, seconds_left, is_separated = queue.of(job.rendition_id or job.recording_id)
        named, recipe = song or recording, Recipe.parse(job.recipe)
        found[job.id] = JobView(
            job_id=job.id,
            status=_status(job, rendition),
            title=(named.title if named else None) or "",
            artist=(named.artist if named else None) or None,
            seconds=song.duration if song else recording.duration if recording else None,
            stem=recipe.stem,
            details=tuple(rendition_details(recipe.key, recipe.tempo / 100, recipe.guide / 100)),
            separates=recipe.separates,
            is_separated=is_separated,
            progress=rendition.progress if rendition is not None and job.status in OPEN else job.progress,
            place=ahead,
            seconds_left=seconds_left,
            error_code=job.error_code,
            error_params=job.error_params,
            song_id=None if song is None else song.id,
            note=job.note,
        )
    return found


async def view(session: AsyncSession, job_id: uuid.UUID) -> JobView:
    return (await views(session, [job_id]))[job_id]


def _status(job: ConversionJob, rendition: Rendition | None) -> str:
    """An open job stands as the rendition it waits for."""
    if job.status in OPEN and rendition is not None and rendition.status in OPEN:
        return rendition.status
    return job.status


@dataclass(frozen=True)
class Waits:
    """How long the queue makes each wait."""

    known: Mapping[uuid.UUID, tuple[int, float, bool]]
    longest: float

    def of(self, waiting: uuid.UUID | None) -> tuple[int, float, bool]:
        """Of a rendition or recording: (how many are ahead, seconds until its audio is there, whether its
        voice was found before)."""
        nowhere = (0, self.longest, False)
        return nowhere if waiting is None else self.known.get(waiting, nowhere)


async def waits(queue: Sequence[Waiting], speeds: Speeds) -> Waits:
    """Go through the queue once, whoever asks afterwards."""
    known: dict[uuid.UUID, tuple[int, float, bool]] = {}
    seconds = OVERHEAD_SECONDS
    for ahead, item in enumerate(queue):
        seconds += item.seconds * await speeds.of(item.recipe, is_separated=item.is_separated)
        known[item.id] = (ahead, seconds, item.is_separated)
    return Waits(known, seconds)
