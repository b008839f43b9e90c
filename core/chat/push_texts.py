"""What a push message says: JSON that Angular's service worker shows as it is."""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.chat.status import first_spoken, progress_lines, song_line
from core.chat.texts import Texts
from core.conversion.models import ConversionJob
from core.conversion.view import JobView, view

LONGEST_LINE = 150
"""Characters; systems show fewer. Names of songs may be longer than a whole message."""
PLAYER = "/"
OPENING = "focusLastFocusedOrOpen"
"""A page that is open goes to the song by itself, so that what plays in it plays on."""


class PushTexts:
    def __init__(self, default_language: str) -> None:
        self._default_language = default_language

    async def message(self, session: AsyncSession, job_id: uuid.UUID) -> bytes:
        """What became of a job, in its person's language; at most 3,900 bytes."""
        job = await session.get_one(ConversionJob, job_id)
        user = await session.get_one(User, job.user_id)
        heard_in = select(ChannelIdentity.language).where(ChannelIdentity.user_id == user.id)
        heard_in = heard_in.order_by(ChannelIdentity.last_seen_at.desc())
        wanted = [user.preferences.get("language"), *(await session.execute(heard_in)).scalars()]
        texts = first_spoken(wanted, self._default_language)
        return rendered(await view(session, job_id), texts)


def rendered(job: JobView, texts: Texts) -> bytes:
    """https://angular.dev/ecosystem/service-workers/push-notifications"""
    title, body = _lines(job, texts)
    notification: dict[str, Any] = {
        "title": _short(title),
        "body": _short(body),
        "tag": f"job-{job.job_id}",
        "lang": texts.language,
        "data": {
            "job_id": str(job.job_id),
            "status": job.status,
            "onActionClick": {"default": {"operation": OPENING, "url": _page_of(job)}},
        },
    }
    return json.dumps({"notification": notification}, ensure_ascii=False).encode()


def _page_of(job: JobView) -> str:
    return PLAYER if job.song_id is None else f"/song/{job.song_id}"


def _lines(job: JobView, texts: Texts) -> tuple[str, str]:
    if job.status == "completed":
        done = texts.say("ready" if job.separates else "ready-to-hear", title=job.title)
        return done, job.artist or ""
    return song_line(job, texts), progress_lines(job, texts)[-1]


def _short(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}…"
