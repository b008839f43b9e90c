"""The same song once more, in another key or tempo, with more of the voice or the voice alone."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from core.catalog.models import Recording, Song
from core.catalog.service import lock_recording
from core.chat.flows.recording import ask_for
from core.chat.flows.song import recording_for
from core.chat.turn import Turn
from core.chat.wishes import Wish
from core.chat.words import wish_in
from core.conversion.models import Asker, ConversionJob
from core.conversion.recipe import FASTEST, LARGEST_GUIDE, LARGEST_KEY, SLOWEST, Recipe
from core.errors import AudioNotOffered, NotFound, TooBusy
from core.library.models import LibraryEntry


async def remake(turn: Turn, job_id: uuid.UUID, wish: Wish) -> None:
    """Make what the job made once more, as wished; the status message that follows is the answer."""
    job = await turn.session.get(ConversionJob, job_id)
    if job is None:
        await turn.say("song-gone")
        return
    try:
        made = Recipe.parse(job.recipe)
        recipe = wish.changed(made, turn.engine_again(made))
    except ValueError:
        await say_range(turn)
        return
    try:
        await ask_for(turn, await recording_of_job(turn, job), recipe)
    except NotFound:
        await turn.say("song-gone")
    except (AudioNotOffered, TooBusy) as error:
        await turn.say(error.message_key, **error.params)


async def hear(turn: Turn, text: str) -> bool:
    """`key +2`, `tempo 90`, `guide 20`, `vocals`: about the last song of this chat, if there is one."""
    spoken = wish_in(text)
    if spoken is None:
        return False
    job = await _last_job(turn)
    if job is None:
        return False
    await remake(turn, job.id, spoken(Recipe.parse(job.recipe)))
    return True


async def say_range(turn: Turn) -> None:
    await turn.say(
        "change-range", semitones=LARGEST_KEY, slowest=SLOWEST, fastest=FASTEST, guide=LARGEST_GUIDE
    )


async def recording_of_job(turn: Turn, job: ConversionJob) -> Recording:
    """What the job was made of, locked: this person's own job, or one of a song of all.

    Raises NotFound, AudioNotOffered.
    """
    if job.user_id == turn.user_id and job.recording_id is not None:
        recording = await lock_recording(turn.session, job.recording_id)
        if recording.status != "refused":
            return recording
    query = (
        select(Song.id)
        .join(LibraryEntry, LibraryEntry.song_id == Song.id)
        .where(LibraryEntry.id == job.library_id)
    )
    song_id = (await turn.session.execute(query)).scalar_one_or_none()
    if song_id is None:
        raise NotFound("the job has no song")
    return await recording_for(turn, song_id)


async def last_song(turn: Turn) -> uuid.UUID | None:
    """The song that this chat was about last."""
    job = await _last_job(turn)
    if job is None:
        return None
    entry = await turn.session.get(LibraryEntry, job.library_id) if job.library_id else None
    return None if entry is None else entry.song_id


async def _last_job(turn: Turn) -> ConversionJob | None:
    """What this person asked for last in this chat."""
    query = (
        select(ConversionJob)
        .join(Asker, Asker.job_id == ConversionJob.id)
        .where(
            Asker.channel == turn.incoming.channel,
            Asker.chat == turn.incoming.chat,
            Asker.identity_id == turn.identity.id,
            ConversionJob.status != "failed",
        )
        .order_by(Asker.asked_at.desc())
        .limit(1)
    )
    return (await turn.session.execute(query)).scalar_one_or_none()
