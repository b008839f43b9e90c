"""Putting messages into the outbox, inside the transaction whose effects they tell of."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlalchemy.sql.dml import ReturningInsert

from core.conversion.models import OPEN, Asker, Batch, BatchSong, ConversionJob, Rendition
from core.db.base import table_of
from core.db.lease import is_free
from core.db.notify import CONSOLE, WORK, notify
from core.delivery.claimed import Claimed, put_claimed
from core.delivery.models import AUDIO, STATUS, TEXT, Delivery
from core.ports import Announcement, Button, Capabilities, Page, Reply
from core.push.outgoing import push_about


def to_json(reply: Reply) -> dict[str, Any]:
    """As it comes back from the database: with lists, so that the two can be compared."""
    return asdict(reply) | {"buttons": [[asdict(button) for button in row] for row in reply.buttons]}


def from_json(value: dict[str, Any]) -> Reply:
    rows = tuple(tuple(Button(**button) for button in row) for row in value["buttons"])
    announces, opens = value.get("announces"), value.get("opens")
    return Reply(
        value["text"],
        rows,
        value.get("answers"),
        value.get("contact_button"),
        value.get("ends_asking", False),
        Announcement(**announces) if announces else None,
        value.get("picture_url"),
        Page(**opens) if opens else None,
    )


def answered_by(delivery: Delivery) -> str | None:
    """The message that a delivery replies to."""
    return None if delivery.reply is None else delivery.reply.get("answers")


def comes_after_another(delivery: type[Delivery] | Delivery) -> ColumnElement[bool]:
    """Whether its chat has to hear something else first: a chat is told one thing after the other.

    However many processes send, a chat with a lot to hear occupies one of them. Audio takes no part in this:
    it takes the place of a message that has been sent.
    """
    earlier = _earlier()
    return (
        select(earlier.id)
        .where(
            earlier.channel == delivery.channel,
            earlier.chat == delivery.chat,
            earlier.number < delivery.number,
            earlier.kind != AUDIO,
            earlier.status == "pending",
        )
        .exists()
    )


@cache
def _earlier() -> type[Delivery]:
    """Made once: it takes longer to make than to ask the database with it."""
    return aliased(Delivery)


@cache
def next_to_say() -> Select[Delivery]:
    """What the chat `of_chat` of `of_channel` is to be told next, locked. Made once, as above."""
    is_next = (
        Delivery.channel == bindparam("of_channel"),
        Delivery.chat == bindparam("of_chat"),
        Delivery.kind != AUDIO,
        Delivery.status == "pending",
        is_free(Delivery),
        ~comes_after_another(Delivery),
    )
    return select(Delivery).where(*is_next).with_for_update(skip_locked=True, of=Delivery)


class Outbox:
    """Implements `core.conversion.announce.Announcer`, and takes the flows' replies."""

    def __init__(self, capabilities: Mapping[str, Capabilities]) -> None:
        self._capabilities = capabilities

    def reaches(self, channel: str) -> bool:
        """Whether that messenger is set up here; people may have come by one that is not any more."""
        return channel in self._capabilities

    async def reply(
        self,
        session: AsyncSession,
        *,
        channel: str,
        chat: str,
        identity_id: uuid.UUID,
        reply: Reply,
        once: str | None = None,
        replaces_id: uuid.UUID | None = None,
    ) -> None:
        """Say something once; with `once`, never a second time; with `replaces_id`, in the message of that
        text, which is changed to this."""
        await self._put(
            session,
            channel=channel,
            chat=chat,
            identity_id=identity_id,
            kind=TEXT,
            reply=to_json(reply),
            once=once,
            replaces_id=replaces_id,
        )

    async def reply_claimed(
        self,
        session: AsyncSession,
        *,
        channel: str,
        chat: str,
        identity_id: uuid.UUID,
        reply: Reply,
        once: str | None = None,
        replaces: Delivery | None = None,
    ) -> Claimed | None:
        """The same by a process that sends it itself as soon as the transaction is through: it holds the
        delivery from the beginning. None where the chat has to hear something else first, where it was said
        before, and where the person's own client collects it."""
        said: dict[str, Any] = {
            "channel": channel,
            "chat": chat,
            "identity_id": identity_id,
            "once": once,
            "replaces_id": None if replaces is None else replaces.id,
        }
        capabilities = self._capabilities[channel]
        if capabilities.collected:
            await self.reply(session, reply=reply, **said)
            return None
        delivery = Delivery(id=uuid.uuid4(), kind=TEXT, reply=to_json(reply), **said)
        return await put_claimed(
            session,
            delivery,
            reply,
            looks_back=capabilities.looks_back,
            replaces_ref=None if replaces is None else replaces.message_ref,
        )

    async def open_status(self, session: AsyncSession, asker: Asker, answers: str | None = None) -> uuid.UUID:
        status_id = await self._put(
            session, kind=STATUS, job_id=asker.job_id, **_answering(answers), **_where(asker)
        )
        assert status_id is not None, "a status has no intent it could share"
        return status_id

    async def open_batch(self, session: AsyncSession, batch: Batch, answers: str | None = None) -> None:
        await self._put(session, kind=STATUS, batch_id=batch.id, **_answering(answers), **_where(batch))

    async def batch_grew(self, session: AsyncSession, batch: Batch) -> None:
        """Though all of it was over, its message goes on."""
        if self._capabilities[batch.channel].edits_text:
            is_its_status = (Delivery.batch_id == batch.id) & (Delivery.kind == STATUS)
            await session.execute(update(Delivery).where(is_its_status).values(settled=False))

    async def audio_ready(self, session: AsyncSession, asker: Asker, rendition: Rendition) -> None:
        await self._put(
            session,
            kind=AUDIO,
            job_id=asker.job_id,
            rendition_id=rendition.id,
            replaces_id=await self._comes_after(session, asker),
            once=f"audio:{asker.id}",
            **_where(asker),
        )
        if asker.batch_id is not None:
            await self._tell_end(session, asker, asker.batch_id)

    async def job_over(self, session: AsyncSession, job: ConversionJob) -> None:
        await push_about(session, job.user_id, job.id)

    async def status_changed(self, session: AsyncSession, job: ConversionJob, askers: list[Asker]) -> None:
        """Where the status message can't be edited to say it, a new text does."""
        for asker in askers:
            if await self._is_shown(session, asker):
                continue
            if asker.batch_id is None or self._capabilities[asker.channel].edits_text:
                once = f"{job.status}:{asker.id}"
                await self._put(session, kind=TEXT, job_id=job.id, once=once, **_where(asker))
            elif job.status == "cancelled" and job.error_code is None:
                await self._tell_batch(session, asker, asker.batch_id)
            else:
                await self._tell_end(session, asker, asker.batch_id)

    async def tell_anew(self, session: AsyncSession, status: Delivery) -> None:
        """How what a status message shows stands now, once, in a message of its own."""
        await self._put(
            session,
            channel=status.channel,
            chat=status.chat,
            identity_id=status.identity_id,
            kind=TEXT,
            job_id=status.job_id,
            batch_id=status.batch_id,
            once=f"progress:{status.id}",
        )

    async def _is_shown(self, session: AsyncSession, asker: Asker) -> bool:
        if not self._capabilities[asker.channel].edits_text:
            return False
        query = select(Delivery.status).where(_is_status_of(asker))
        return (await session.execute(query)).scalar_one_or_none() in {"pending", "sent"}

    async def _comes_after(self, session: AsyncSession, asker: Asker) -> uuid.UUID | None:
        """The status that the asker's audio takes the place of, or comes after. Of a batch the status stays:
        where audio takes the place of a text, it gets a message of its own when it is ready to be sent."""
        if asker.status_id is not None or self._capabilities[asker.channel].audio_replaces_text:
            return asker.status_id
        return (await session.execute(select(Delivery.id).where(_is_status_of(asker)))).scalar_one_or_none()

    async def _tell_batch(self, session: AsyncSession, asker: Asker, batch_id: uuid.UUID) -> None:
        """How the batch stands, where no message can be edited: one text for all that is cancelled."""
        waiting = select(Delivery.id).where(
            Delivery.batch_id == batch_id,
            Delivery.kind == TEXT,
            Delivery.status == "pending",
            Delivery.lease_token.is_(None),
        )
        if (await session.execute(waiting.limit(1))).first() is None:
            await self._put(session, kind=TEXT, batch_id=batch_id, **_where(asker))

    async def _tell_end(self, session: AsyncSession, asker: Asker, batch_id: uuid.UUID) -> None:
        """Where no message can be edited: when all of a batch is over and some of it went wrong, what became
        of each."""
        if self._capabilities[asker.channel].edits_text:
            return
        # Of two songs that end at the same moment, the later one has to see the other's end.
        await session.execute(select(Batch.id).where(Batch.id == batch_id).with_for_update(key_share=True))
        jobs = (
            select(ConversionJob.id)
            .join(BatchSong, BatchSong.job_id == ConversionJob.id)
            .where(BatchSong.batch_id == batch_id)
        )
        is_open = jobs.where(ConversionJob.status.in_(OPEN)).exists()
        went_wrong = jobs.where(ConversionJob.error_code.is_not(None)).exists()
        if (await session.execute(select(went_wrong & ~is_open))).scalar_one():
            await self._put(session, kind=TEXT, batch_id=batch_id, once=f"over:{batch_id}", **_where(asker))

    async def _put(self, session: AsyncSession, **values: Any) -> uuid.UUID | None:
        delivery = {"id": uuid.uuid4(), **values}
        delivery_id: uuid.UUID | None = (await session.execute(_insertion(), delivery)).scalar_one_or_none()
        if self._capabilities[values["channel"]].collected:
            await notify(session, CONSOLE)
        elif values["kind"] == AUDIO:  # texts are left to their own sender for some seconds (core.dispatch)
            await notify(session, WORK)
        return delivery_id


@cache
def _insertion() -> ReturningInsert[Any]:
    """Of whichever columns are given."""
    table = table_of(Delivery)
    return insert(table).on_conflict_do_nothing(index_elements=["once"]).returning(table.c.id)


def _where(whom: Asker | Batch) -> dict[str, Any]:
    return {"channel": whom.channel, "chat": whom.chat, "identity_id": whom.identity_id}


def _answering(message: str | None) -> dict[str, Any]:
    """Of a status that is not yet shown: what it replies to."""
    return {} if message is None else {"reply": {"answers": message}}


def _is_status_of(asker: Asker) -> ColumnElement[bool]:
    """The message that shows the asker how the job stands."""
    if asker.batch_id is None:
        return Delivery.id == asker.status_id
    return (Delivery.batch_id == asker.batch_id) & (Delivery.kind == STATUS)
