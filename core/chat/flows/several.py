"""Several recordings or links sent at once: each becomes a job, and one status message shows them all."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.activity import Activity, count_activity
from core.catalog.models import Recording
from core.catalog.service import remember_recording
from core.catalog.views import SongView
from core.chat.actions import pick_action
from core.chat.flows.recording import describe, recipes, refuse_by_description, refuse_too_long
from core.chat.flows.song import recording_for
from core.chat.messages import Attachment, Incoming
from core.chat.reasons import LINK_GONE, LINK_UNKNOWN
from core.chat.session import Rows
from core.chat.song_texts import result_line, shortened
from core.chat.turn import Turn
from core.conversion.batches import (
    MERGED,
    batch_with,
    gather,
    leave_out,
    new_batch,
    open_jobs,
    sent_alone,
)
from core.conversion.models import Batch
from core.conversion.service import Asking
from core.delivery.gathering import TOGETHER, gathering, open_gathering
from core.errors import (
    AudioNotOffered,
    Forbidden,
    MelodyError,
    NotFound,
    QuotaUsed,
    TooBusy,
    TooLarge,
    TooLong,
)
from core.ports import Button

LONGEST_LINK_SHOWN = 40
IN_A_ROW = 5


async def is_of_known_album(session: AsyncSession, incoming: Incoming) -> bool:
    """Whether an earlier file of the same album was for us."""
    return incoming.media_group is not None and await batch_with(session, _key(incoming)) is not None


async def take_file(turn: Turn, attachment: Attachment) -> None:
    """One file of an album, which arrive one by one: it joins the others' status message."""
    batch = await batch_with(turn.session, _key(turn.incoming))
    if batch is None:
        batch = await new_batch(turn.session, turn.identity, turn.incoming.chat, _key(turn.incoming))
        await turn.outbox.open_batch(turn.session, batch, turn.answers)
    else:
        await turn.outbox.batch_grew(turn.session, batch)
    await _take_into(turn, batch, attachment)


async def join(turn: Turn, attachment: Attachment) -> bool:
    """A file that came by itself, moments after another one: where the channel brings files singly, they were
    sent together. False where it is the first of them."""
    if not turn.capabilities.files_come_singly or not turn.is_private:
        return False
    batch = await gathering(turn.session, turn.incoming.channel, turn.incoming.chat)
    if batch is None:
        waiting = await sent_alone(turn.session, turn.identity, turn.incoming.chat, TOGETHER)
        if not waiting:
            return False
        batch = await new_batch(turn.session, turn.identity, turn.incoming.chat)
        await gather(turn.session, batch, waiting)
        await open_gathering(turn.session, batch, waiting)
    await _take_into(turn, batch, attachment)
    return True


async def _take_into(turn: Turn, batch: Batch, attachment: Attachment) -> None:
    sent = describe(turn, attachment)
    try:
        refuse_by_description(turn, attachment)
    except (TooLarge, TooLong) as error:
        await leave_out(turn.session, batch, sent.title or "", error.code, **error.params)
    else:
        await _make(turn, batch, await remember_recording(turn.session, sent))


async def take_other(turn: Turn) -> None:
    """A picture of an album: one helpful word for all of them, and none where its songs are shown already."""
    if await batch_with(turn.session, _key(turn.incoming)) is None:
        await turn.say_once(f"no-song:{_key(turn.incoming)}", "send-a-song")


async def take_links(turn: Turn, text: str) -> bool:
    """The songs behind several links: those whose audio may be had are made, each of the others has a line
    that says why not. False where the links lead to fewer than two songs."""
    turn.show_activity()
    found = _each_once(await turn.music.from_links(text))
    songs = [song for _, song in found if isinstance(song, SongView)]
    if len(songs) < 2:
        return False
    if not any(song.can_fetch for song in songs):
        await _offer(turn, songs)
        return True
    recordings = await _recordings(turn, songs)
    batch = await new_batch(turn.session, turn.identity, turn.incoming.chat)
    await turn.outbox.open_batch(turn.session, batch, turn.answers)
    for link, song in found:
        if not isinstance(song, SongView):
            reason = LINK_UNKNOWN if song is None else LINK_GONE if isinstance(song, NotFound) else song.code
            await leave_out(turn.session, batch, shortened(link, LONGEST_LINK_SHOWN), reason)
            continue
        recording = recordings[song.id]
        if isinstance(recording, MelodyError):
            await leave_out(turn.session, batch, song.title, recording.code, **recording.params)
        elif await _make(turn, batch, recording):
            await count_activity(turn.session, song.id, Activity.CONVERT)
    return True


async def cancel(turn: Turn, batch_id: uuid.UUID) -> None:
    """Cancel what of the batch is not done; the status message itself shows that it worked."""
    batch = await turn.session.get(Batch, batch_id)
    if batch is not None and not turn.is_private and batch.identity_id != turn.identity.id:
        await turn.say(Forbidden().message_key)
        return
    jobs = await open_jobs(turn.session, batch_id, turn.user_id)
    for job_id in jobs:
        await turn.conversion.cancel(turn.session, turn.user_id, job_id)
    if not jobs:
        await turn.say("already-over")


def _key(incoming: Incoming) -> str:
    return f"{incoming.channel}:{incoming.chat}:{incoming.media_group}"


async def _make(turn: Turn, batch: Batch, recording: Recording) -> bool:
    """Want what the person always wants of a song; False where nothing new is to be made of it."""
    is_new = False
    for recipe in recipes(turn):
        try:
            asked = await turn.conversion.ask(
                turn.session, turn.identity, turn.incoming.chat, recording, recipe, batch=batch
            )
        except TooBusy:
            batch.left_out += 1
            await turn.session.flush()
            break
        except QuotaUsed as error:
            await leave_out(turn.session, batch, recording.title or "", error.code, **error.params)
            break
        if asked.outcome is Asking.JOINED:
            await leave_out(turn.session, batch, recording.title or "", MERGED)
        else:
            is_new = True
    return is_new


async def _recordings(turn: Turn, songs: Sequence[SongView]) -> dict[uuid.UUID, Recording | MelodyError]:
    """Each song's audio, or why there is none. They are locked in one order for everybody, so that two people
    who send the same links the other way round do not wait for each other."""
    found: dict[uuid.UUID, Recording | MelodyError] = {}
    for song in sorted(songs, key=lambda song: song.id):
        try:
            recording = await recording_for(turn, song.id)
            refuse_too_long(turn, recording.duration)
        except (NotFound, AudioNotOffered, TooLong) as error:
            found[song.id] = AudioNotOffered() if isinstance(error, NotFound) else error
        else:
            found[song.id] = recording
    return found


async def _offer(turn: Turn, songs: Sequence[SongView]) -> None:
    """The songs themselves, where none of them has audio for us: a choice shows what can be done with it."""
    texts, picks = turn.texts, [pick_action(song.id, None) for song in songs]
    lines = [result_line(song, texts) for song in songs]
    needed = texts.say("error-audio-not-offered")
    await turn.sessions.keep_list(turn.incoming, Rows.SONGS, [song.id for song in songs])
    if turn.capabilities.buttons:
        numbered = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
        buttons = [Button(str(number), pick) for number, pick in enumerate(picks, start=1)]
        rows = [tuple(buttons[start : start + IN_A_ROW]) for start in range(0, len(buttons), IN_A_ROW)]
        await turn.show("\n".join([*numbered, "", needed, texts.say("search-tap")]), *rows)
    else:
        rows = [(Button(line, pick),) for line, pick in zip(lines, picks, strict=True)]
        await turn.show(f"{needed}\n{texts.say('search-type')}", *rows)


Found = tuple[str, SongView | MelodyError | None]
"""A link with what it leads to; None for what is no song we could know."""


def _each_once(found: Sequence[Found]) -> list[Found]:
    """Two links may lead to the same song."""
    seen: set[object] = set()
    kept = []
    for link, song in found:
        name = song.id if isinstance(song, SongView) else link
        if name not in seen:
            seen.add(name)
            kept.append((link, song))
    return kept
