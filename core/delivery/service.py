"""Sending what is in the outbox: claim, send, record.

Nothing twice, nothing lost. A delivery is claimed under a lease before the call outside and recorded after
it. When a process dies in between, or the answer is lost, nobody knows whether the message arrived:

- turning a status message into its audio can be repeated, since the message stays the same one, and so can
  changing a text that a person tapped on;
- where the channel can look back, the next try first finds out what became of the one before;
- everything else is recorded `uncertain` and never blindly repeated (the person is asked).

Where a channel can turn text into audio, audio always takes this way: when no status message is there to be
turned, one is sent first. Only when a person has deleted it, the audio comes as a message of its own, in a
single try.
"""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from core import tracing
from core.accounts.models import ChannelIdentity
from core.accounts.service import mark_blocked
from core.conversion.traces import trace_of_job
from core.db.lease import (
    LEASE_SECONDS,
    Lease,
    heartbeat,
    persist,
    renew,
    seconds_from_now,
)
from core.db.notify import CONSOLE, WORK, notify
from core.db.session import Database
from core.delivery.claimed import Claimed, text_sent
from core.delivery.claiming import IS_OPEN, Caption, Claims, Statuses, end_claim, is_too_old
from core.delivery.following import Choices, Following
from core.delivery.held import HeldNews
from core.delivery.in_chat import is_something_to_say
from core.delivery.models import AUDIO, TEXT, Delivery
from core.delivery.outbox import Outbox
from core.errors import NotFound
from core.ports import Channel, ObjectStore, Outcome, SendResult
from core.tracing import Kind

LONGEST_PAUSE = 600.0
"""Seconds between two tries of one delivery."""
GONE = {"message-gone", "not-text"}
"""Why a message can't be replaced, and never will: one of its own comes instead."""


class DeliveryService:
    def __init__(
        self,
        database: Database,
        store: ObjectStore,
        channels: Mapping[str, Channel],
        outbox: Outbox,
        statuses: Statuses,
        held_news: HeldNews,
        caption: Caption,
        choices: Choices,
        following: Following,
        work_dir: Path,
    ) -> None:
        self._database = database
        self._store = store
        self._channels = channels
        self._claims = Claims(channels, outbox, statuses, caption, choices)
        self._held_news = held_news
        self._following = following
        self._work_dir = work_dir

    async def deliver(self, delivery_id: uuid.UUID) -> None:
        """Bring one delivery as far as it goes now; nothing happens when it is not to be sent.

        Where an audio has to take the place of a message that does not exist yet, that one is sent first.
        """
        waiting = await self._go_on(delivery_id)
        if waiting is not None:
            await self.say_pending(waiting.channel, waiting.chat)
            await self._go_on(delivery_id)

    async def _go_on(self, delivery_id: uuid.UUID) -> Delivery | None:
        """Send the delivery if its time has come; returns an audio for which a message was made just now."""
        async with self._database.transaction() as session:
            claimed = await self._claims.claim(session, delivery_id)
        if not isinstance(claimed, Claimed):
            return claimed
        await self._send_claimed(claimed)
        return None

    async def _send_claimed(self, claimed: Claimed) -> None:
        delivery = claimed.delivery
        trace = None if tracing.traceparent() else await trace_of_job(self._database.reading, delivery.job_id)
        with tracing.span(
            f"deliver {delivery.kind}",
            kind=Kind.CLIENT,
            parent=trace,
            channel=delivery.channel,
            delivery=claimed.lease.row_id,
            job=delivery.job_id,
            tries=claimed.lease.attempt,
        ):
            async with heartbeat(lambda: self._beat(claimed.lease), lost=lambda: None):
                result = await self._send(claimed)
                tracing.note(outcome=result.outcome)
                await persist(partial(self._record, claimed, result))

    async def say(self, claimed: Claimed) -> None:
        """Send what was claimed as it was made, then whatever else its chat is to be told."""
        await self._send_claimed(claimed)
        await self.say_pending(claimed.delivery.channel, claimed.delivery.chat)

    async def let_go(self, claimed: Claimed) -> None:
        """What was claimed was not sent and will not be, by this process: let others do it. Nothing happens
        where the transaction that made it was not committed."""
        await persist(partial(self._let_go, claimed))

    async def say_pending(self, channel: str, chat: str) -> None:
        """Send what is to be said in a chat, in order, until nothing is left or somebody else is at it.

        Audio is the couriers' work.
        """
        while await is_something_to_say(self._database.reading, channel, chat):
            async with self._database.transaction() as session:
                delivery = await self._claims.next_to_say(session, channel, chat)
                if delivery is None:
                    return
                claimed = await self._claims.claim_text(session, delivery)
            if claimed is not None:
                await self._send_claimed(claimed)

    # --- send -----------------------------------------------------------------------------------------

    async def _beat(self, lease: Lease) -> bool:
        async with self._database.transaction() as session:
            return await renew(session, Delivery, lease, still_open=IS_OPEN, seconds=LEASE_SECONDS)

    async def _send(self, claimed: Claimed) -> SendResult:
        channel = self._channels[claimed.delivery.channel]
        chat = claimed.delivery.chat
        if claimed.text is not None and claimed.replaces_ref is not None:
            return await channel.edit_text(chat, claimed.replaces_ref, claimed.text)
        if claimed.text is not None:
            return await channel.send_text(chat, claimed.text, claimed.attempt)
        return await self._send_audio(channel, claimed)

    async def _send_audio(self, channel: Channel, claimed: Claimed) -> SendResult:
        source = claimed.audio
        assert source is not None
        audio = replace(source.message, media_ref=claimed.media_ref)
        limits = channel.capabilities
        if audio.size > (limits.perhaps_audio_bytes or limits.max_audio_bytes):
            return SendResult(Outcome.REFUSED, error="too-large")
        async with AsyncExitStack() as stack:
            try:
                if channel.capabilities.audio_by_link:
                    await self._store.size(source.sha256)
                elif audio.media_ref is None:
                    copy = self._store.local_copy(source.sha256, self._work_dir)
                    file = await stack.enter_async_context(copy)
                    audio = audio.with_file(file, await self._cover(source.cover_sha256))
            except NotFound:
                return SendResult(Outcome.REFUSED, error="file-gone")
            return await channel.send_audio(
                claimed.delivery.chat, audio, claimed.replaces_ref, claimed.attempt
            )

    async def _cover(self, sha256: str | None) -> bytes | None:
        if sha256 is None:
            return None
        try:
            return b"".join([block async for block in self._store.read(sha256)])
        except NotFound:
            return None

    # --- record ---------------------------------------------------------------------------------------

    async def _let_go(self, claimed: Claimed) -> None:
        async with self._database.transaction() as session:
            await end_claim(session, claimed.lease, attempts=0, unclear_since=None)
            await notify(session, WORK)

    async def _record(self, claimed: Claimed, result: SendResult) -> None:
        if self._is_plain(claimed) and result.outcome is Outcome.SENT:
            sent = {"of_id": claimed.lease.row_id, "token": claimed.lease.token, "ref": result.message_ref}
            await self._database.reading.change(text_sent(), sent)
        else:
            await self._record_in_full(claimed, result)

    def _is_plain(self, claimed: Claimed) -> bool:
        """A text as it was written: once it is said, nothing follows and nobody waits for it."""
        delivery = claimed.delivery
        is_collected = self._channels[delivery.channel].capabilities.collected
        return delivery.kind == TEXT and delivery.shows is None and not is_collected

    async def _record_in_full(self, claimed: Claimed, result: SendResult) -> None:
        async with self._database.transaction() as session:
            await self._record_outcome(session, claimed, result)
            if self._channels[claimed.delivery.channel].capabilities.collected:
                await notify(session, CONSOLE)
            elif claimed.delivery.kind != TEXT or result.outcome is not Outcome.SENT:
                await notify(session, WORK)  # nothing waits for a text that was said

    async def _record_outcome(self, session: AsyncSession, claimed: Claimed, result: SendResult) -> None:
        delivery = claimed.delivery
        match result.outcome:
            case Outcome.SENT:
                await self._record_sent(session, claimed, result)
            case Outcome.REFUSED if result.error in GONE and claimed.replaces_ref is not None:
                await end_claim(session, claimed.lease, direct=True, dispatched_at=None)
            case Outcome.REFUSED if result.error == "media-ref-stale" and claimed.audio is not None:
                await self._claims.shelf(delivery, claimed.audio).forget(session)
                await end_claim(session, claimed.lease, dispatched_at=None)
            case Outcome.REFUSED:
                if result.blocked:
                    await mark_blocked(session, delivery.identity_id)
                await end_claim(
                    session, claimed.lease, status="refused", unclear_since=None, error=_clip(result.error)
                )
            case Outcome.HELD:
                await self._hold(session, claimed)
            case Outcome.UNCERTAIN if not claimed.can_be_repeated and not self._will_look_back(claimed):
                await end_claim(
                    session, claimed.lease, status="uncertain", unclear_since=None, error=_clip(result.error)
                )
            case _:
                await self._try_later(session, claimed, result)

    def _will_look_back(self, claimed: Claimed) -> bool:
        """Whether the next try finds out what became of this one; one that did and is in doubt still, is."""
        channel = self._channels[claimed.delivery.channel]
        return channel.capabilities.looks_back and claimed.attempt.unclear_since is None

    async def _hold(self, session: AsyncSession, claimed: Claimed) -> None:
        """Wait for the person's next message; when it came while we tried, go on at once."""
        query = (
            select(ChannelIdentity.last_seen_at)
            .where(ChannelIdentity.id == claimed.delivery.identity_id)
            .with_for_update()
        )
        has_written = (await session.execute(query)).scalar_one() > claimed.claimed_at
        is_recorded = await end_claim(
            session,
            claimed.lease,
            status="pending" if has_written else "held",
            unclear_since=claimed.attempt.unclear_since,
            dispatched_at=None,
        )
        if is_recorded and not has_written:
            await self._held_news.tell(session, claimed.delivery)

    async def _record_sent(self, session: AsyncSession, claimed: Claimed, result: SendResult) -> None:
        delivery = claimed.delivery
        recorded = await end_claim(
            session,
            claimed.lease,
            status="sent",
            message_ref=result.message_ref,
            reply=delivery.reply,
            sent_at=func.now(),
            edited_at=func.now(),
            error=None,
            unclear_since=None,
        )
        if result.media_ref is not None and claimed.audio is not None:
            await self._claims.shelf(delivery, claimed.audio).remember(session, result.media_ref)
        if not recorded or delivery.kind != AUDIO:
            return
        if delivery.replaces_id is not None:
            await session.execute(
                update(Delivery)
                .where(Delivery.id == delivery.replaces_id, Delivery.batch_id.is_(None))
                .values(settled=True)
            )
        await self._following.say(
            session,
            delivery,
            self._channels[delivery.channel].capabilities,
            replaced_text=claimed.replaces_ref is not None,
            caption=None if claimed.audio is None else claimed.audio.message.caption,
        )

    async def _try_later(self, session: AsyncSession, claimed: Claimed, result: SendResult) -> None:
        looks_back = self._channels[claimed.delivery.channel].capabilities.looks_back
        unclear_since = claimed.attempt.unclear_since
        if looks_back and result.outcome is Outcome.UNCERTAIN:
            unclear_since = unclear_since or claimed.claimed_at
        if is_too_old(claimed.delivery):
            status = "refused" if unclear_since is None else "uncertain"
            await end_claim(
                session, claimed.lease, status=status, unclear_since=None, error=_clip(result.error)
            )
            return
        pause = result.retry_after
        if pause is None:
            pause = min(LONGEST_PAUSE, 2.0 ** min(claimed.lease.attempt, 12))
        later = seconds_from_now(pause * random.uniform(1.0, 1.25))
        await end_claim(
            session,
            claimed.lease,
            not_before=later,
            dispatched_at=None,
            unclear_since=unclear_since,
            error=_clip(result.error),
        )


def _clip(error: str | None) -> str | None:
    return None if error is None else error[:200]
