"""Claiming what is in the outbox: whose turn it is, and what there is to send.

A delivery is claimed under a lease, so that one process at a time sends it. One whose sender died is claimed
again only where sending it once more does no harm; else it is `uncertain`.
"""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity, User
from core.db.lease import LEASE_SECONDS, Lease, claim, end
from core.delivery.audio import AudioSource, audio_source
from core.delivery.claimed import Claimed
from core.delivery.following import Choices, ShownTo
from core.delivery.models import AUDIO, Delivery
from core.delivery.outbox import Outbox, answered_by, comes_after_another, from_json, next_to_say, to_json
from core.delivery.place import Place, place_for
from core.delivery.references import ReferenceShelf
from core.ports import Attempt, Button, Channel, Reply

IS_OPEN = Delivery.status == "pending"
GIVE_UP_AFTER = timedelta(hours=24)
"""Since it was made, or let go after it was held."""

Statuses = Callable[[AsyncSession, Sequence[ShownTo]], Awaitable[list[Reply]]]
"""How jobs and batches stand, each in the words of whom it is shown to."""
Caption = Callable[[AsyncSession, ShownTo], Awaitable[str | None]]
"""What has to stand under a job's audio, in the words of whom it is sent to."""


class Claims:
    """All methods work inside the caller's transaction.

    What came of a song is held for whom the operator has blocked, until they are no more; what they are told
    in answer goes out.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        outbox: Outbox,
        statuses: Statuses,
        caption: Caption,
        choices: Choices,
    ) -> None:
        self._channels = channels
        self._outbox = outbox
        self._statuses = statuses
        self._caption = caption
        self._choices = choices

    async def next_to_say(self, session: AsyncSession, channel: str, chat: str) -> Delivery | None:
        """What the chat is to be told next, locked; None where that is nothing or somebody else's."""
        found = await session.execute(next_to_say(), {"of_channel": channel, "of_chat": chat})
        return found.scalar_one_or_none()

    async def claim(self, session: AsyncSession, delivery_id: uuid.UUID) -> Claimed | Delivery | None:
        """The delivery if its time has come; as it is, an audio for which a message was made just now."""
        query = select(Delivery).where(Delivery.id == delivery_id).with_for_update(skip_locked=True)
        delivery = (await session.execute(query)).scalar_one_or_none()
        if delivery is None or delivery.status != "pending":
            return None
        # The hint has come; when it came too early, the next may follow at once.
        delivery.dispatched_at = None
        place = await self._place_of(session, delivery)
        if not place.is_ready:
            return delivery if place.is_new else None
        return await self._claim_next(session, delivery, place.replaces_ref)

    async def claim_text(self, session: AsyncSession, delivery: Delivery) -> Claimed | None:
        """What `next_to_say` found."""
        return await self._claim_next(session, delivery, await self._text_to_change(session, delivery))

    async def _claim_next(
        self, session: AsyncSession, delivery: Delivery, replaces_ref: str | None
    ) -> Claimed | None:
        """Claim a delivery that is locked and whose turn it is."""
        was_left_behind = delivery.lease_token is not None
        looks_back = self._channels[delivery.channel].capabilities.looks_back
        attempt = Attempt(delivery.id, delivery.unclear_since)
        lease = await claim(
            session,
            Delivery,
            delivery.id,
            still_open=IS_OPEN,
            seconds=LEASE_SECONDS,
            unclear_since=func.coalesce(Delivery.unclear_since, func.now()) if looks_back else None,
        )
        if lease is None:
            return None
        can_be_repeated = looks_back or replaces_ref is not None
        if was_left_behind and (not can_be_repeated or is_too_old(delivery)):
            await end_claim(
                session, lease, status="uncertain", unclear_since=None, error="interrupted while sending"
            )
            return None
        query = (
            select(ChannelIdentity.blocked_at, User.blocked_at, func.now())
            .join(User, User.id == ChannelIdentity.user_id)
            .where(ChannelIdentity.id == delivery.identity_id)
        )
        blocked_us, is_blocked_since, now = (await session.execute(query)).one()
        if blocked_us is not None or (is_blocked_since is not None and delivery.broadcast_id is not None):
            await end_claim(session, lease, status="refused", error="blocked")
            return None
        if is_blocked_since is not None and delivery.shows is not None:
            await end_claim(session, lease, status="held", unclear_since=attempt.unclear_since)
            return None
        return await self._prepare(session, lease, delivery, attempt, replaces_ref, now)

    async def _place_of(self, session: AsyncSession, delivery: Delivery) -> Place:
        """A text is ready when its chat has heard all that comes before it."""
        if delivery.kind != AUDIO:
            has_to_wait = (await session.execute(select(comes_after_another(delivery)))).scalar_one()
            return Place(not has_to_wait, await self._text_to_change(session, delivery))
        capabilities = self._channels[delivery.channel].capabilities
        return await place_for(session, delivery, capabilities, self._outbox)

    async def _text_to_change(self, session: AsyncSession, delivery: Delivery) -> str | None:
        """The message that a text takes the place of."""
        if delivery.direct or delivery.replaces_id is None:
            return None
        return (await session.get_one(Delivery, delivery.replaces_id)).message_ref

    async def _prepare(
        self,
        session: AsyncSession,
        lease: Lease,
        delivery: Delivery,
        attempt: Attempt,
        replaces_ref: str | None,
        now: datetime,
    ) -> Claimed:
        if delivery.kind != AUDIO:
            text = await self._text_of(session, delivery, attempt)
            delivery.reply = to_json(text)
            return Claimed(lease, delivery, attempt, now, text, replaces_ref, None, None)
        assert delivery.job_id is not None
        source = await audio_source(session, delivery)
        caption = await self._caption(session, (delivery.job_id, delivery.identity_id))
        buttons: tuple[tuple[Button, ...], ...] = ()
        if self._channels[delivery.channel].capabilities.audio_buttons:
            buttons = (await self._choices(session, (delivery.job_id, delivery.identity_id))).buttons
        source = replace(source, message=replace(source.message, caption=caption, buttons=buttons))
        media_ref = await self.shelf(delivery, source).find(session)
        return Claimed(lease, delivery, attempt, now, None, replaces_ref, source, media_ref)

    async def _text_of(self, session: AsyncSession, delivery: Delivery, attempt: Attempt) -> Reply:
        """A status says how things stand now; when it may have been sent already, what it said then."""
        was_said = attempt.unclear_since is not None and delivery.reply is not None
        if delivery.shows is None or was_said:
            assert delivery.reply is not None
            return from_json(delivery.reply)
        (text,) = await self._statuses(session, [(delivery.shows, delivery.identity_id)])
        return replace(text, answers=answered_by(delivery))

    def shelf(self, delivery: Delivery, audio: AudioSource) -> ReferenceShelf:
        """Where the channel's reference to this audio is kept."""
        return ReferenceShelf(delivery, self._channels[delivery.channel].account, audio)


async def end_claim(session: AsyncSession, lease: Lease, **values: object) -> bool:
    """Give the delivery back with these values; False where it is somebody else's by now."""
    return await end(session, Delivery, lease, still_open=IS_OPEN, **values)


def is_too_old(delivery: Delivery) -> bool:
    """Whether it has been tried for long enough."""
    return datetime.now(UTC) - (delivery.released_at or delivery.created_at) > GIVE_UP_AFTER
