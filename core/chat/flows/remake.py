"""The same song once more, in another key or tempo, with more of the voice or the voice alone."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import select

from core.catalog.models import Recording, Song
from core.catalog.service import lock_recording
from core.chat.flows.recording import ask_for, recipes
from core.chat.flows.song import make_as, recording_for
from core.chat.turn import Turn
from core.chat.wishes import Wish
from core.chat.words import SpokenWish, wish_in
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
    await make_again(turn, job, recipe)


async def make_again(turn: Turn, job: ConversionJob, recipe: Recipe) -> None:
    """Ask for the job's recording once more; says why where that can't be."""
    try:
        await ask_for(turn, await recording_of_job(turn, job), recipe)
    except NotFound:
        await turn.say("song-gone")
    except (AudioNotOffered, TooBusy) as error:
        await turn.say(error.message_key, **error.params)


async def hear(turn: Turn, text: str) -> bool:
    """`key +2`, `tempo 90`, `guide 20`, `vocals`: about the song whose card was shown, else about what was
    asked for last in this chat, if there is such."""
    spoken = wish_in(text)
    if spoken is None:
        return False
    asked, card = await _last_asked(turn), await turn.sessions.card(turn.incoming)
    if card is not None and (asked is None or card.shown_at > asked[1]):
        await _make_first(turn, card.song_id, spoken)
    elif asked is not None:
        await remake(turn, asked[0].id, spoken(Recipe.parse(asked[0].recipe)))
    return card is not None or asked is not None


async def _make_first(turn: Turn, song_id: uuid.UUID, spoken: SpokenWish) -> None:
    """Of a song that was only shown so far: as the person always wants it, but for the wish."""
    usual = recipes(turn)[0]
    try:
        recipe = spoken(usual).changed(usual, turn.engine)
    except ValueError:
        await say_range(turn)
    else:
        await make_as(turn, song_id, recipe)


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
    """The song that this chat was about last: the one shown by itself, or the one that was asked for."""
    asked, card = await _last_asked(turn), await turn.sessions.card(turn.incoming)
    if card is not None and (asked is None or card.shown_at > asked[1]):
        return card.song_id
    if asked is None:
        return None
    job, _ = asked
    entry = await turn.session.get(LibraryEntry, job.library_id) if job.library_id else None
    return None if entry is None else entry.song_id


async def _last_asked(turn: Turn) -> tuple[ConversionJob, datetime] | None:
    """What this person asked for last in this chat, and when."""
    query = (
        select(ConversionJob, Asker.asked_at)
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
    row = (await turn.session.execute(query)).one_or_none()
    return None if row is None else (row[0], row[1])
