"""What is being made for a person, and what was: the queue with its cancelling, and the history."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from core.chat.actions import CANCEL_ALL, cancel_action, redo_action
from core.chat.flows.remake import make_again
from core.chat.session import Rows
from core.chat.song_texts import shortened
from core.chat.status import job_lines
from core.chat.turn import Turn
from core.conversion.jobs import FOR_CHATS
from core.conversion.models import OPEN, ConversionJob
from core.conversion.recipe import Recipe
from core.conversion.view import JobView, views
from core.delivery.models import AUDIO, Delivery
from core.errors import NotFound
from core.library.models import LibraryEntry
from core.ports import Button, Stem
from core.text.titles import rendition_title

MOST_SHOWN = 8
MOST_LOOKED_AT = 60
IN_A_ROW = 4
LONGEST_TITLE = 80
MERGED = "already-making"


async def queue(turn: Turn) -> None:
    """All that is being made for this person, on whichever messenger they asked."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    jobs = await _open_jobs(turn)
    if not jobs:
        await turn.say("queue-empty")
        return
    found = await views(turn.session, [job.id for job in jobs[:MOST_SHOWN]])
    lines = [turn.texts.say("queue-now")]
    for number, job in enumerate(jobs[:MOST_SHOWN], start=1):
        first, *rest = job_lines(found[job.id], turn.texts)
        lines += [f"{number}. {first}", *rest]
    if len(jobs) > MOST_SHOWN:
        lines.append(turn.texts.say("queue-more", count=len(jobs) - MOST_SHOWN))
    word = turn.texts.say("button-cancel")
    buttons = [
        Button(f"{word} {number}", cancel_action(job.id))
        for number, job in enumerate(jobs[:MOST_SHOWN], start=1)
    ]
    rows = _in_rows(buttons, 2)
    if len(jobs) > 1:
        rows.append((Button(turn.texts.say("button-cancel-all"), CANCEL_ALL),))
    await turn.sessions.keep_list(turn.incoming, Rows.IN_THE_MAKING, [job.id for job in jobs[:MOST_SHOWN]])
    await turn.show("\n".join(lines), *rows)


async def bring_held(turn: Turn) -> None:
    """What waited for the person's word is on its way by now; say so where nothing is."""
    query = select(Delivery.id).where(
        Delivery.channel == turn.incoming.channel,
        Delivery.chat == turn.incoming.chat,
        Delivery.kind == AUDIO,
        Delivery.status == "pending",
    )
    if (await turn.session.execute(query.limit(1))).first() is None:
        await turn.say("queue-empty")


async def cancel_all(turn: Turn) -> None:
    """The status messages themselves show that it worked; what was said holds for all that was open."""
    jobs = await _open_jobs(turn)
    for job in jobs:
        await turn.conversion.cancel(turn.session, turn.user_id, job.id)
    await turn.say("queue-cancelled" if jobs else "queue-empty")


async def cancel_last(turn: Turn) -> bool:
    """Cancel what was asked for last; False where nothing is being made."""
    jobs = await _open_jobs(turn)
    if not jobs:
        return False
    await cancel_one(turn, jobs[-1].id)
    return True


async def cancel_one(turn: Turn, job_id: uuid.UUID) -> None:
    """Cancel one job and say so."""
    try:
        was_open = await turn.conversion.cancel(turn.session, turn.user_id, job_id)
    except NotFound as error:
        await turn.say(error.message_key)
        return
    if not was_open:
        await turn.say("already-over")
        return
    title = (await views(turn.session, [job_id]))[job_id].version
    await turn.say("cancelled-one", title=shortened(title, LONGEST_TITLE))


async def song_of(turn: Turn, job_id: uuid.UUID) -> uuid.UUID | None:
    """The song of a job of this person, as soon as its bytes are known."""
    query = (
        select(LibraryEntry.song_id)
        .join(ConversionJob, ConversionJob.library_id == LibraryEntry.id)
        .where(ConversionJob.id == job_id, ConversionJob.user_id == turn.user_id)
    )
    return (await turn.session.execute(query)).scalar_one_or_none()


async def history(turn: Turn) -> None:
    """What was made last, each once; a tap brings it again, or tries again."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    jobs = await _last_jobs(turn)
    if not jobs:
        await turn.say("history-empty")
        return
    found = await views(turn.session, [job.id for job in jobs])
    lines = [_line(turn, found[job.id]) for job in jobs]
    if turn.capabilities.buttons:
        numbered = [f"{number}. {line}" for number, line in enumerate(lines, start=1)]
        text = "\n".join([turn.texts.say("history-now"), "", *numbered, "", turn.texts.say("history-tap")])
        labels = [str(number) for number in range(1, len(jobs) + 1)]
    else:
        text = "\n".join([turn.texts.say("history-now"), turn.texts.say("history-tap")])
        labels = lines
    buttons = [Button(label, redo_action(job.id)) for label, job in zip(labels, jobs, strict=True)]
    await turn.sessions.keep_list(turn.incoming, Rows.MADE, [job.id for job in jobs])
    await turn.show(text, *_in_rows(buttons, IN_A_ROW))


async def redo(turn: Turn, job_id: uuid.UUID) -> None:
    """Once more what the job was to make: at once where it is made already."""
    job = await turn.session.get(ConversionJob, job_id)
    if job is None or job.user_id != turn.user_id:
        await turn.say("song-gone")
        return
    recipe = Recipe.parse(job.recipe)
    if recipe.stem is Stem.SING:
        await turn.say("song-gone")
        return
    if job.status != "completed" and recipe.separates:
        recipe = replace(recipe, engine=turn.engine)
    await make_again(turn, job, recipe)


async def _open_jobs(turn: Turn) -> Sequence[ConversionJob]:
    query = (
        select(ConversionJob)
        .where(ConversionJob.user_id == turn.user_id, ConversionJob.status.in_(OPEN), FOR_CHATS)
        .order_by(ConversionJob.created_at, ConversionJob.id)
    )
    return (await turn.session.execute(query)).scalars().all()


async def _last_jobs(turn: Turn) -> list[ConversionJob]:
    """Of several jobs for the same the newest; what was merged into another is not one."""
    query = (
        select(ConversionJob)
        .where(
            ConversionJob.user_id == turn.user_id,
            ConversionJob.error_code.is_(None) | (ConversionJob.error_code != MERGED),
            FOR_CHATS,
        )
        .order_by(ConversionJob.created_at.desc(), ConversionJob.id)
        .limit(MOST_LOOKED_AT)
    )
    found: dict[tuple[uuid.UUID | None, str], ConversionJob] = {}
    for job in (await turn.session.execute(query)).scalars():
        found.setdefault((job.library_id or job.recording_id, job.recipe), job)
    return list(found.values())[:MOST_SHOWN]


def _line(turn: Turn, view: JobView) -> str:
    """`Kesariya (Instrumental, +2) · ready`."""
    title = shortened(view.title or turn.texts.say("title-recording"), LONGEST_TITLE)
    state = "open" if view.is_open else view.status
    return f"{rendition_title(title, view.stem, view.details)} · {turn.texts.say(f'history-{state}')}"


def _in_rows(buttons: Sequence[Button], size: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[start : start + size]) for start in range(0, len(buttons), size)]
