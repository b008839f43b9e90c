"""Sending pushes, where the person has no screen of ours open.

At most once: what may have gone out is not sent again. What surely did not is tried a few times.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Awaitable, Callable

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import User
from core.conversion.models import ConversionJob
from core.conversion.retry import pause_before
from core.db.lease import Lease, claim, end, seconds_from_now
from core.db.session import Database
from core.live.presence import Presence
from core.ports import Pushed, PushResult, PushService
from core.push.models import Push, PushSubscription
from core.push.subscriptions import Browser

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5
FIRST_PAUSE = 5.0
"""Seconds, at least, before another attempt."""
LONGEST_PAUSE = 3600.0
"""A service that asks for more patience than this gets it as far as here."""
LEASE_SECONDS = 60.0
IS_PENDING = Push.status == "pending"
IS_SENDING = Push.status == "sending"

Message = Callable[[AsyncSession, uuid.UUID], Awaitable[bytes]]
"""What is to be said about a job, in its person's language."""


class PushSender:
    """Without a service nothing is sent: web push is off. Nor is it to whom the operator has blocked."""

    def __init__(
        self, database: Database, presence: Presence, service: PushService | None, message: Message
    ) -> None:
        self._database = database
        self._presence = presence
        self._service = service
        self._message = message

    async def send(self, push_id: uuid.UUID) -> None:
        """Make one attempt; nothing happens when it is not due. Raises RedisError and the
        database's errors: then nothing was done."""
        async with self._database.transaction() as session:
            push = await session.get(Push, push_id)
            job = None if push is None else await session.get(ConversionJob, push.job_id)
            user = None if job is None else await session.get(User, job.user_id)
        if job is None or user is None:
            return
        is_wanted = self._service is not None and user.blocked_at is None
        if is_wanted and self._service is not None:
            await self._service.ready()
        is_there = await self._presence.is_there(job.user_id)
        async with self._database.transaction() as session:
            lease = await claim(
                session, Push, push_id, still_open=IS_PENDING, seconds=LEASE_SECONDS, status="sending"
            )
            if lease is None:
                return
            if is_there or not is_wanted:
                status = "seen" if is_there else "given-up"
                await end(session, Push, lease, still_open=IS_SENDING, status=status)
                return
            row = await session.get_one(Push, push_id)
            subscription = await session.get_one(PushSubscription, row.subscription_id)
            message = await self._message(session, row.job_id)
        assert self._service is not None
        browser = Browser(subscription.endpoint, subscription.p256dh, subscription.auth)
        result = await self._service.send(browser, message, topic=job.id.hex)
        await self._record(lease, subscription.id, result)

    async def _record(self, lease: Lease, subscription_id: uuid.UUID, result: PushResult) -> None:
        values: dict[str, object] = {"status": "sent", "error": result.error}
        match result.outcome:
            case Pushed.RETRY if lease.attempt < MOST_ATTEMPTS:
                pause = max(FIRST_PAUSE + pause_before(lease.attempt), result.retry_after or 0.0)
                values |= {
                    "status": "pending",
                    "not_before": seconds_from_now(min(pause, LONGEST_PAUSE)),
                    "dispatched_at": None,
                }
            case Pushed.RETRY | Pushed.REFUSED:
                logger.warning("a push was not taken: %s", result.error)
                values["status"] = "given-up"
            case Pushed.CONFIGURATION:
                logger.error("web push is misconfigured (VAPID): %s", result.error)
                values["status"] = "given-up"
            case Pushed.UNCERTAIN:
                logger.warning("nobody knows whether a push went out: %s", result.error)
            case Pushed.GONE | Pushed.SENT:
                pass
        async with self._database.transaction() as session:
            if result.outcome is Pushed.GONE:
                gone = delete(PushSubscription).where(PushSubscription.id == subscription_id)
                await session.execute(gone)  # its pushes go with it
            else:
                await end(session, Push, lease, still_open=IS_SENDING, **values)
