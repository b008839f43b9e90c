"""Sending codes, after the request for them was answered: so the answer takes as long for every number.

A code goes out by text message, or to a chat where the person asked for that and the chat has proved the
number. The same code is tried up to three times; a second copy of it does no harm.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable, Mapping

from redis.asyncio import Redis
from redis.exceptions import RedisError
from sqlalchemy import func

from core.accounts.models import ChannelIdentity
from core.conversion.retry import pause_before
from core.db.lease import Lease, claim, end, seconds_from_now
from core.db.session import Database
from core.errors import ConfigurationError, ServiceUnavailable
from core.ports import Channel, OtpSender, Outcome, Reply, SendResult
from core.signin.code_models import PhoneCode
from core.signin.codes import CODE_SECONDS, CodeBook, code_book
from core.signin.phone_sign_in import chat_for_code

logger = logging.getLogger(__name__)

SMS = "sms"
MOST_ATTEMPTS = 3
FIRST_PAUSE = 4.0
"""Seconds, at least, before a second attempt."""
ATTEMPT_SECONDS = 25.0
LEASE_SECONDS = 30.0
"""An attempt of which nothing is known after this may be made by somebody else."""
NO_CHAT = "no-such-chat"
TROUBLE = "melody:codes:trouble"
TROUBLE_SECONDS = 7 * 86_400
IS_UNSENT = PhoneCode.nonce.is_not(None) & (PhoneCode.expires_at > func.now())

CodeText = Callable[[ChannelIdentity, str], Reply]
"""The message with a code for a chat, in its person's language."""


class CodeSender:
    def __init__(
        self,
        database: Database,
        redis: Redis,
        sms: OtpSender | None,
        channels: Mapping[str, Channel],
        text: CodeText,
    ) -> None:
        self._database = database
        self._redis = redis
        self._sms = sms
        self._channels = channels
        self._text = text
        self._book: CodeBook | None = None

    async def send(self, code_id: uuid.UUID) -> None:
        """Make one attempt to send a code; nothing happens when it is not due."""
        async with self._database.transaction() as session:
            lease = await claim(
                session,
                PhoneCode,
                code_id,
                still_open=IS_UNSENT,
                seconds=LEASE_SECONDS,
                dispatched_at=None,
            )
            if lease is None:
                return
            self._book = self._book or await code_book(session)
            row = await session.get_one(PhoneCode, code_id)
        assert row.nonce is not None, "it was claimed as one that is not sent yet"
        code = self._book.code_from(row.nonce)
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                if row.route == SMS:
                    result = await self._by_sms(row.phone_number, code)
                else:
                    result = await self._by_chat(row.route, row.phone_number, code)
        except ConfigurationError as error:
            logger.error("codes can't be sent: %s", error.detail)
            await self._note_trouble(error.detail)
            result = SendResult(Outcome.REFUSED, error=error.code)
        except TimeoutError:
            result = SendResult(Outcome.RETRY, error="it took too long")
        except ServiceUnavailable as error:
            result = SendResult(Outcome.RETRY, error=error.detail)
        await self._record(lease, result)

    async def trouble(self) -> str | None:
        """What the operator has to mend, as the last code that could not be sent showed.

        None too while Redis is away, which is a trouble of its own.
        """
        try:
            found = await self._redis.get(TROUBLE)
        except (RedisError, OSError):
            return None
        return found.decode() if isinstance(found, bytes) else found

    async def _by_sms(self, number: str, code: str) -> SendResult:
        if self._sms is None:
            raise ConfigurationError("no sender of text messages is set up any more")
        result = await self._sms.send(number, code, lifetime=CODE_SECONDS)
        if result.outcome is Outcome.SENT:
            await self._note_trouble(None)
        return result

    async def _by_chat(self, route: str, number: str, code: str) -> SendResult:
        channel = self._channels.get(route)
        async with self._database.transaction() as session:
            identity = await chat_for_code(session, number, route)
        if channel is None or identity is None:
            return SendResult(Outcome.REFUSED, error=NO_CHAT)
        return await channel.send_text(identity.external_id, self._text(identity, code))

    async def _record(self, lease: Lease, result: SendResult) -> None:
        may_help = result.outcome in {Outcome.RETRY, Outcome.UNCERTAIN}
        if may_help and lease.attempt < MOST_ATTEMPTS:
            pause = max(FIRST_PAUSE + pause_before(lease.attempt), result.retry_after or 0.0)
            values: dict[str, object] = {"not_before": seconds_from_now(pause)}
        else:
            values = {"nonce": None}
        if result.error == NO_CHAT:
            logger.info("a code was asked for in a chat that has not proved the number")
        elif result.outcome is not Outcome.SENT:
            logger.warning("a code was not sent (attempt %d): %s", lease.attempt, result.error)
        async with self._database.transaction() as session:
            await end(session, PhoneCode, lease, still_open=IS_UNSENT, **values)

    async def _note_trouble(self, detail: str | None) -> None:
        """For `doctor`; the log has it in any case."""
        try:
            if detail is None:
                await self._redis.delete(TROUBLE)
            else:
                await self._redis.set(TROUBLE, detail, ex=TROUBLE_SECONDS)
        except (RedisError, OSError):
            logger.info("Redis is away: doctor will not show what is wrong with sending codes")
