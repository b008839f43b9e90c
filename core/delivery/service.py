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
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.accounts.service import mark_blocked
from core.conversion.models import Asker
from core.db.lease import (
    LEASE_SECONDS,
    Lease,
    claim,
    end,
    heartbeat,
    is_free,
    persist,
    renew,
    seconds_from_now,
)
from core.db.notify import CONSOLE, WORK, notify
from core.db.session import Database
from core.delivery.audio import AudioSource, audio_source
from core.delivery.models import AUDIO, Delivery, MediaReference
from core.delivery.outbox import Outbox, answered_by, comes_after_another, from_json, to_json
from core.delivery.places import chat_of_new_place, place_for_audio, text_to_change
from core.errors import NotFound
from core.ports import Attempt, Button, Channel, ObjectStore, Outcome, Reply, SendResult

IS_OPEN = Delivery.status == "pending"
GIVE_UP_AFTER = timedelta(hours=24)
LONGEST_PAUSE = 600.0
"""Seconds between two tries of one delivery."""
GONE = {"message-gone", "not-text"}
"""Why a message can't be replaced, and never will: one of its own comes instead."""
NOTIFY_AFTER = 30.0
"""An edit notifies nobody: when the audio took longer than this, a short text says that it is there."""

ShownTo = tuple[uuid.UUID, uuid.UUID]
"""(job_id, identity_id): a job and one who sees it."""
Statuses = Callable[[AsyncSession, Sequence[ShownTo]], Awaitable[list[Reply]]]
"""How jobs stand, each in the words of whom it is shown to; or the status messages that several share, by the
messages' own ids."""
Ready = Callable[[AsyncSession, ShownTo], Awaitable[Reply]]
Caption = Callable[[AsyncSession, ShownTo], Awaitable[str | None]]
"""What has to stand under a job's audio, in the words of whom it is sent to."""
Choices = Callable[[AsyncSession, ShownTo], Awaitable[Reply]]
"""What can be done with a job's audio: buttons, and a text for where they are a message of their own."""


@dataclass(frozen=True)
class Claimed:
    """A delivery that this process may send now."""

    lease: Lease
    delivery: Delivery
    attempt: Attempt
    claimed_at: datetime
    text: Reply | None
    replaces_ref: str | None
    audio: AudioSource | None
    media_ref: str | None

    @property
    def can_be_repeated(self) -> bool:
        return self.replaces_ref is not None


class DeliveryService:
    def __init__(
        self,
        database: Database,
        store: ObjectStore,
        channels: Mapping[str, Channel],
        outbox: Outbox,
        statuses: Statuses,
        albums: Statuses,
        ready: Ready,
        caption: Caption,
        choices: Choices,
        work_dir: Path,
    ) -> None:
        self._database = database
        self._store = store
        self._channels = channels
        self._outbox = outbox
        self._statuses = statuses
        self._albums = albums
        self._ready = ready
        self._caption = caption
        self._choices = choices
        self._work_dir = work_dir

    async def deliver(self, delivery_id: uuid.UUID) -> None:
        """Bring one delivery as far as it goes now; nothing happens when it is not to be sent."""
        async with self._database.transaction() as session:
            claimed = await self._claim(session, delivery_id)
            waits_in = None if claimed is not None else await chat_of_new_place(session, delivery_id)
        if claimed is None:
            if waits_in is not None:
                await self.say_pending(*waits_in)
            return
        async with heartbeat(lambda: self._beat(claimed.lease), lost=lambda: None):
            result = await self._send(claimed)
            await persist(partial(self._record, claimed, result))

    async def say_pending(self, channel: str, chat: str) -> None:
        """Send what is to be said in a chat, in order, until nothing is left or somebody else is at it.

        Audio is the couriers' work.
        """
        while (delivery_id := await self._next_to_say(channel, chat)) is not None:
            await self.deliver(delivery_id)

    async def _next_to_say(self, channel: str, chat: str) -> uuid.UUID | None:
        query = select(Delivery.id).where(
            Delivery.channel == channel,
            Delivery.chat == chat,
            Delivery.kind != AUDIO,
            IS_OPEN,
            is_free(Delivery),
            ~comes_after_another(Delivery),
        )
        async with self._database.transaction() as session:
            return (await session.execute(query)).scalar_one_or_none()

    # --- claim ----------------------------------------------------------------------------------------

    async def _claim(self, session: AsyncSession, delivery_id: uuid.UUID) -> Claimed | None:
        query = select(Delivery).where(Delivery.id == delivery_id).with_for_update(skip_locked=True)
        delivery = (await session.execute(query)).scalar_one_or_none()
        if delivery is None or delivery.status != "pending":
            return None
        delivery.dispatched_at = (
            None  # the hint has come; when it came too early, the next may follow at once
        )
        replaces_ref = None
        if delivery.kind == AUDIO:
            replaces_text = self._channels[delivery.channel].capabilities.audio_replaces_text
            ready, replaces_ref = await place_for_audio(
                session, self._outbox, delivery, replaces_text=replaces_text
            )
        else:
            ready = not await self._comes_after_another(session, delivery)
            replaces_ref = await text_to_change(session, delivery)
        if not ready:
            return None
        was_left_behind = delivery.lease_token is not None
        looks_back = self._channels[delivery.channel].capabilities.looks_back
        attempt = Attempt(delivery_id, delivery.unclear_since)
        lease = await claim(
            session,
            Delivery,
            delivery_id,
            still_open=IS_OPEN,
            seconds=LEASE_SECONDS,
            unclear_since=func.coalesce(Delivery.unclear_since, func.now()) if looks_back else None,
        )
        if lease is None:
            return None
        can_be_repeated = looks_back or replaces_ref is not None
        if was_left_behind and (not can_be_repeated or _is_too_old(delivery)):
            await self._end(
                session, lease, status="uncertain", unclear_since=None, error="interrupted while sending"
            )
            return None
        if await self._is_blocked(session, delivery.identity_id):
            await self._end(session, lease, status="refused", error="blocked")
            return None
        return await self._prepare(session, lease, delivery, attempt, replaces_ref)

    async def _comes_after_another(self, session: AsyncSession, delivery: Delivery) -> bool:
        """Whether the chat has to hear something else first."""
        return bool((await session.execute(select(comes_after_another(delivery)))).scalar_one())

    async def _is_blocked(self, session: AsyncSession, identity_id: uuid.UUID) -> bool:
        identity = await session.get_one(ChannelIdentity, identity_id)
        return identity.blocked_at is not None

    async def _prepare(
        self,
        session: AsyncSession,
        lease: Lease,
        delivery: Delivery,
        attempt: Attempt,
        replaces_ref: str | None,
    ) -> Claimed:
        now = (await session.execute(select(func.now()))).scalar_one()
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
        reference = await session.get(MediaReference, self._reference_key(delivery, source))
        media_ref = None if reference is None else reference.media_ref
        return Claimed(lease, delivery, attempt, now, None, replaces_ref, source, media_ref)

    async def _text_of(self, session: AsyncSession, delivery: Delivery, attempt: Attempt) -> Reply:
        """A status says how its job stands now; when it may have been sent already, what it said then."""
        was_said = attempt.unclear_since is not None and delivery.reply is not None
        if delivery.job_id is None or was_said:
            assert delivery.reply is not None
            return from_json(delivery.reply)
        if delivery.is_shared:
            (text,) = await self._albums(session, [(delivery.id, delivery.identity_id)])
        else:
            (text,) = await self._statuses(session, [(delivery.job_id, delivery.identity_id)])
        return replace(text, answers=answered_by(delivery))

    def _reference_key(self, delivery: Delivery, audio: AudioSource) -> dict[str, object]:
        return {
            "channel": delivery.channel,
            "account": self._channels[delivery.channel].account,
            "rendition_id": delivery.rendition_id,
            "song_id": audio.song_id,
        }

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
            if channel.capabilities.audio_by_link:
                try:
                    await self._store.size(source.sha256)
                except NotFound:
                    return SendResult(Outcome.REFUSED, error="file-gone")
            elif audio.media_ref is None:
                try:
                    file = await stack.enter_async_context(
                        self._store.local_copy(source.sha256, self._work_dir)
                    )
                except NotFound:
                    return SendResult(Outcome.REFUSED, error="file-gone")
                audio = audio.with_file(file, await self._cover(source.cover_sha256))
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

    async def _record(self, claimed: Claimed, result: SendResult) -> None:
        async with self._database.transaction() as session:
            await self._record_outcome(session, claimed, result)
            collected = self._channels[claimed.delivery.channel].capabilities.collected
            await notify(session, CONSOLE if collected else WORK)

    async def _record_outcome(self, session: AsyncSession, claimed: Claimed, result: SendResult) -> None:
        delivery = claimed.delivery
        match result.outcome:
            case Outcome.SENT:
                await self._record_sent(session, claimed, result)
            case Outcome.REFUSED if result.error in GONE and claimed.replaces_ref is not None:
                await self._end(session, claimed.lease, direct=True, dispatched_at=None)
            case Outcome.REFUSED if result.error == "media-ref-stale":
                await self._forget_reference(session, claimed)
                await self._end(session, claimed.lease, dispatched_at=None)
            case Outcome.REFUSED:
                if result.blocked:
                    await mark_blocked(session, delivery.identity_id)
                await self._end(
                    session, claimed.lease, status="refused", unclear_since=None, error=_clip(result.error)
                )
            case Outcome.HELD:
                await self._hold(session, claimed)
            case Outcome.UNCERTAIN if not claimed.can_be_repeated and not self._will_look_back(claimed):
                await self._end(
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
        await self._end(
            session,
            claimed.lease,
            status="pending" if has_written else "held",
            unclear_since=claimed.attempt.unclear_since,
            dispatched_at=None,
        )

    async def _record_sent(self, session: AsyncSession, claimed: Claimed, result: SendResult) -> None:
        delivery = claimed.delivery
        recorded = await self._end(
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
        if result.media_ref is not None:
            await self._remember_reference(session, claimed, result.media_ref)
        if not recorded or delivery.kind != AUDIO:
            return
        if delivery.replaces_id is not None:
            await session.execute(
                update(Delivery).where(Delivery.id == delivery.replaces_id).values(settled=True)
            )
        await self._say_what_follows(session, claimed)

    async def _say_what_follows(self, session: AsyncSession, claimed: Claimed) -> None:
        """That the audio is there, where its arrival shows too little; and what can be done with it, where no
        buttons stand under it."""
        delivery, capabilities = claimed.delivery, self._channels[claimed.delivery.channel].capabilities
        assert delivery.job_id is not None
        shown = (delivery.job_id, delivery.identity_id)
        if claimed.replaces_ref is None:
            is_told = not capabilities.audio_replaces_text
        else:
            is_told = await self._took_long(session, delivery)
        choices = None if capabilities.audio_buttons else await self._choices(session, shown)
        if is_told:
            ready = await self._ready_text(session, claimed)
            reply = ready if choices is None else replace(ready, buttons=choices.buttons)
        elif choices is not None:
            reply = choices
        else:
            return
        await self._outbox.reply(
            session,
            channel=delivery.channel,
            chat=delivery.chat,
            identity_id=delivery.identity_id,
            reply=reply,
            once=f"ready:{delivery.id}",
        )

    async def _ready_text(self, session: AsyncSession, claimed: Claimed) -> Reply:
        """That the audio is there; with what its caption would say where an audio has none."""
        delivery = claimed.delivery
        assert delivery.job_id is not None
        ready = await self._ready(session, (delivery.job_id, delivery.identity_id))
        caption = claimed.audio.message.caption if claimed.audio is not None else None
        if caption is None or self._channels[delivery.channel].capabilities.audio_replaces_text:
            return ready
        return replace(ready, text=f"{ready.text}\n\n{caption}")

    async def _took_long(self, session: AsyncSession, delivery: Delivery) -> bool:
        query = select(Asker.asked_at < seconds_from_now(-NOTIFY_AFTER)).where(
            Asker.job_id == delivery.job_id, Asker.channel == delivery.channel, Asker.chat == delivery.chat
        )
        return bool((await session.execute(query)).scalar_one_or_none())

    async def _try_later(self, session: AsyncSession, claimed: Claimed, result: SendResult) -> None:
        looks_back = self._channels[claimed.delivery.channel].capabilities.looks_back
        unclear_since = claimed.attempt.unclear_since
        if looks_back and result.outcome is Outcome.UNCERTAIN:
            unclear_since = unclear_since or claimed.claimed_at
        if _is_too_old(claimed.delivery):
            status = "refused" if unclear_since is None else "uncertain"
            await self._end(
                session, claimed.lease, status=status, unclear_since=None, error=_clip(result.error)
            )
            return
        pause = result.retry_after
        if pause is None:
            pause = min(LONGEST_PAUSE, 2.0 ** min(claimed.lease.attempt, 12))
        later = seconds_from_now(pause * random.uniform(1.0, 1.25))
        await self._end(
            session,
            claimed.lease,
            not_before=later,
            dispatched_at=None,
            unclear_since=unclear_since,
            error=_clip(result.error),
        )

    async def _end(self, session: AsyncSession, lease: Lease, **values: object) -> bool:
        return await end(session, Delivery, lease, still_open=IS_OPEN, **values)

    async def _remember_reference(self, session: AsyncSession, claimed: Claimed, media_ref: str) -> None:
        if claimed.audio is None:
            return
        key = self._reference_key(claimed.delivery, claimed.audio)
        statement = insert(MediaReference).values(**key, media_ref=media_ref)
        await session.execute(
            statement.on_conflict_do_update(index_elements=list(key), set_={"media_ref": media_ref})
        )

    async def _forget_reference(self, session: AsyncSession, claimed: Claimed) -> None:
        if claimed.audio is not None:
            key = self._reference_key(claimed.delivery, claimed.audio)
            await session.execute(delete(MediaReference).filter_by(**key))


def _is_too_old(delivery: Delivery) -> bool:
    return datetime.now(UTC) - (delivery.released_at or delivery.created_at) > GIVE_UP_AFTER


def _clip(error: str | None) -> str | None:
    return None if error is None else error[:200]
