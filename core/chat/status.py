"""How a job stands, in words: the text of a status message."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from core.accounts.models import ChannelIdentity, User
from core.chat.actions import BRING_HELD, cancel_action
from core.chat.batch_status import render_batch
from core.chat.bidi import isolated_if_leftward
from core.chat.reasons import why
from core.chat.song_texts import shortened
from core.chat.texts import Texts, languages, texts_in
from core.conversion.batches import BatchView, standing
from core.conversion.service import OTHER_ENGINE
from core.conversion.view import JobView
from core.ports import Announcement, Button, Reply

BAR_CELLS = 12
LONGEST_ANNOUNCED = 100
ShownTo = tuple[uuid.UUID, uuid.UUID]
"""(id, identity_id): a job or a batch, and one who sees it."""


class StatusTexts:
    """Renders jobs for their askers, each in the asker's language."""

    def __init__(self, default_language: str) -> None:
        self._default_language = default_language

    async def statuses(self, session: AsyncSession, shown: Sequence[ShownTo]) -> list[Reply]:
        """How these jobs and batches stand, each for whom it is shown to."""
        return [
            render_batch(one, texts) if isinstance(one, BatchView) else render_status(one, texts)
            for one, texts in await self._read(session, shown)
        ]

    async def ready(self, session: AsyncSession, shown: ShownTo) -> Reply:
        """That the job's audio has come."""
        ((job, texts),) = await self._read(session, [shown])
        assert isinstance(job, JobView)
        return Reply(texts.say("ready" if job.separates else "ready-to-hear", title=job.version))

    async def waiting(self, session: AsyncSession, shown: ShownTo) -> Reply:
        """That the job's audio waits until its asker writes again."""
        ((job, texts),) = await self._read(session, [shown])
        assert isinstance(job, JobView)
        title = shortened(job.title or texts.say("title-recording"), LONGEST_ANNOUNCED)
        button = Button(texts.say("button-bring"), BRING_HELD)
        return Reply(
            texts.say("template-ready", title=title),
            ((button,),),
            announces=Announcement(title, texts.language),
        )

    async def _read(
        self, session: AsyncSession, shown: Sequence[ShownTo]
    ) -> list[tuple[JobView | BatchView, Texts]]:
        """The queue is read once, however many are waiting in it."""
        if not shown:
            return []
        found = await standing(session, {shown_id for shown_id, _ in shown})
        query = (
            select(ChannelIdentity)
            .where(ChannelIdentity.id.in_({identity_id for _, identity_id in shown}))
            .options(joinedload(ChannelIdentity.user))
        )
        people = {person.id: person for person in (await session.execute(query)).scalars()}
        return [
            (
                found[shown_id],
                texts_for(people[identity_id].user, people[identity_id], self._default_language),
            )
            for shown_id, identity_id in shown
        ]


def texts_for(user: User, identity: ChannelIdentity, default_language: str) -> Texts:
    """The words for a person: in the first of their own choice, their messenger's setting and the
    operator's that we speak."""
    return first_spoken((user.preferences.get("language"), identity.language), default_language)


def first_spoken(wanted: Iterable[object], default_language: str) -> Texts:
    """The words of the first of these languages (BCP 47) that we speak."""
    for language in wanted:
        if isinstance(language, str) and _speaks(language):
            return texts_in(language)
    return texts_in(default_language)


def _speaks(language: str) -> bool:
    """Whether a BCP 47 tag names a language of ours: `hi-IN` does."""
    return language.replace("_", "-").partition("-")[0].lower() in languages()


def job_lines(job: JobView, texts: Texts) -> list[str]:
    """The song, then how far it is."""
    notes = [texts.say("note-other-engine")] if job.is_open and job.note == OTHER_ENGINE else []
    return [song_line(job, texts), *progress_lines(job, texts), *notes]


def render_status(job: JobView, texts: Texts) -> Reply:
    """The song, then how far it is, then what can be done."""
    lines = job_lines(job, texts)
    buttons: tuple[tuple[Button, ...], ...] = ()
    if job.is_open:
        buttons = ((Button(texts.say("button-cancel"), cancel_action(job.job_id)),),)
    return Reply("\n".join(lines), buttons)


def song_line(job: JobView, texts: Texts) -> str:
    """`♪ Lithium — ichbinsoftware · 5:27`."""
    name = job.version or texts.say("title-recording")
    if job.artist:
        name = f"{isolated_if_leftward(name)} — {isolated_if_leftward(job.artist)}"
    line = texts.say("status-song", title=name)
    return f"{line} · {texts.length(job.seconds)}" if job.seconds else line


def progress_lines(job: JobView, texts: Texts) -> list[str]:
    """How far the job is, or what became of it."""
    left = texts.duration(job.seconds_left)
    match job.status:
        case "queued" if job.place == 0:
            return [texts.say("status-next", duration=left)]
        case "queued":
            return [texts.say("status-waiting", place=texts.place(job.place + 1), duration=left)]
        case "processing":
            return [_bar(job.progress), texts.say(_doing(job), duration=left)]
        case "completed":
            return [texts.say("status-ready")]
        case "cancelled" if job.error_code == "already-making":
            return [texts.say("status-merged")]
        case "cancelled":
            return [texts.say("status-cancelled")]
        case _:
            return [texts.say("status-failed", reason=why(job, texts))]


def _doing(job: JobView) -> str:
    if not job.separates:
        return "status-getting"
    return "status-remixing" if job.is_separated else "status-working"


def _bar(percent: int) -> str:
    filled = round(BAR_CELLS * percent / 100)
    return f"{'▰' * filled}{'▱' * (BAR_CELLS - filled)} {percent} %"
