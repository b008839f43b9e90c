"""How a job stands, in words: the text of a status message."""

from __future__ import annotations

import uuid

from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.chat.actions import cancel_action
from core.chat.texts import Texts, languages, texts_in
from core.conversion.view import JobView, view
from core.ports import Button, Reply

BAR_CELLS = 12


class StatusTexts:
    """Renders jobs for their askers, each in the asker's language."""

    def __init__(self, default_language: str) -> None:
        self._default_language = default_language

    async def status(self, session: AsyncSession, job_id: uuid.UUID, identity_id: uuid.UUID) -> Reply:
        return render_status(*await self._view_and_texts(session, job_id, identity_id))

    async def ready(self, session: AsyncSession, job_id: uuid.UUID, identity_id: uuid.UUID) -> Reply:
        job, texts = await self._view_and_texts(session, job_id, identity_id)
        return Reply(texts.say("ready", title=job.title))

    async def _view_and_texts(
        self, session: AsyncSession, job_id: uuid.UUID, identity_id: uuid.UUID
    ) -> tuple[JobView, Texts]:
        identity = await session.get_one(ChannelIdentity, identity_id)
        user = await session.get_one(User, identity.user_id)
        found = await view(session, job_id)
        return found, texts_for(user, identity, self._default_language)


def texts_for(user: User, identity: ChannelIdentity, default_language: str) -> Texts:
    """The words for a person: in the first of their own choice, their messenger's setting and the
    operator's that we speak."""
    for wanted in (user.preferences.get("language"), identity.language):
        if isinstance(wanted, str) and _speaks(wanted):
            return texts_in(wanted)
    return texts_in(default_language)


def _speaks(language: str) -> bool:
    """Whether a BCP 47 tag names a language of ours: `hi-IN` does."""
    return language.replace("_", "-").partition("-")[0].lower() in languages()


def render_status(job: JobView, texts: Texts) -> Reply:
    """The song, then how far it is, then what can be done."""
    lines = [song_line(job, texts), *_progress_lines(job, texts)]
    buttons: tuple[tuple[Button, ...], ...] = ()
    if job.is_open:
        buttons = ((Button(texts.say("button-cancel"), cancel_action(job.job_id)),),)
    return Reply("\n".join(lines), buttons)


def song_line(job: JobView, texts: Texts) -> str:
    """`♪ Lithium — ichbinsoftware · 5:27`."""
    name = job.title or texts.say("title-recording")
    line = texts.say("status-song", title=f"{name} — {job.artist}" if job.artist else name)
    return f"{line} · {texts.length(job.seconds)}" if job.seconds else line


def _progress_lines(job: JobView, texts: Texts) -> list[str]:
    left = texts.duration(job.seconds_left)
    match job.status:
        case "queued" if job.place == 0:
            return [texts.say("status-next", duration=left)]
        case "queued":
            return [texts.say("status-waiting", place=texts.place(job.place + 1), duration=left)]
        case "processing":
            return [_bar(job.progress), texts.say("status-working", duration=left)]
        case "completed":
            return [texts.say("status-ready")]
        case "cancelled" if job.error_code == "already-making":
            return [texts.say("status-merged")]
        case "cancelled":
            return [texts.say("status-cancelled")]
        case _:
            reason = texts.say(f"error-{job.error_code or 'internal'}", **job.error_params)
            return [texts.say("status-failed", reason=reason)]


def _bar(percent: int) -> str:
    filled = round(BAR_CELLS * percent / 100)
    return f"{'▰' * filled}{'▱' * (BAR_CELLS - filled)} {percent} %"
