"""`./melody admin block|unblock|quota`: what one person may do here. Nobody's number or name is printed."""

from __future__ import annotations

import uuid

from core.accounts.models import UNLIMITED, User
from core.bootstrap import Services
from core.commands.operator_work import carry_out
from core.config import Settings
from core.conversion.quota import limit_of, quota_of
from core.operating.blocking import block as keep_out
from core.operating.blocking import unblock as let_in
from core.operating.people import find_person


def block(settings: Settings, person: str) -> int:
    """Keep the person out; the exit code."""

    async def work(services: Services) -> list[str]:
        user_id = await _find(services, person)
        done = await keep_out(services.database, services.conversion, user_id)
        how = "blocked" if done.is_new else "was blocked already"
        sessions, jobs = _so_many(done.sessions, "session"), _so_many(done.jobs, "job")
        return [f"{user_id} {how}: {sessions} ended, {jobs} cancelled"]

    return carry_out(settings, work)


def unblock(settings: Settings, person: str) -> int:
    """Let the person in again; the exit code."""

    async def work(services: Services) -> list[str]:
        user_id = await _find(services, person)
        was_blocked = await let_in(services.database, user_id)
        return [f"{user_id} {'may come in again' if was_blocked else 'was not blocked'}"]

    return carry_out(settings, work)


def quota(settings: Settings, person: str, songs: int | None, *, unlimited: bool, default: bool) -> int:
    """Give the person a number of songs a day, where one is given, and say how it stands; the exit code."""

    async def work(services: Services) -> list[str]:
        user_id = await _find(services, person)
        async with services.database.transaction() as session:
            user = await session.get_one(User, user_id, with_for_update={"key_share": True})
            if default:
                user.songs_a_day = None
            elif unlimited or songs is not None:
                user.songs_a_day = UNLIMITED if unlimited else songs
            await session.flush()
            limit = limit_of(user.songs_a_day, services.settings.songs_a_day)
            stands = await quota_of(session, user_id, limit)
        whose = "as everybody" if user.songs_a_day is None else "of their own"
        most = "as many songs as they like" if limit is None else f"{_so_many(limit, 'song')} in 24 hours"
        used = "" if limit is None else f", {stands.used} used"
        again = "" if stands.free_at is None else f", the next one at {stands.free_at:%Y-%m-%d %H:%M} UTC"
        return [f"{user_id}: {most} ({whose}){used}{again}"]

    return carry_out(settings, work)


async def _find(services: Services, person: str) -> uuid.UUID:
    async with services.database.transaction() as session:
        return await find_person(session, person)


def _so_many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
