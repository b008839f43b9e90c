"""Putting messages into the outbox, inside the transaction whose effects they tell of."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.conversion.models import Asker, ConversionJob, Rendition
from core.db.notify import CONSOLE, WORK, notify
from core.delivery.models import AUDIO, STATUS, TEXT, Delivery
from core.ports import Button, Capabilities, Reply
from core.push.outgoing import push_about


def to_json(reply: Reply) -> dict[str, Any]:
    """As it comes back from the database: with lists, so that the two can be compared."""
    return asdict(reply) | {"buttons": [[asdict(button) for button in row] for row in reply.buttons]}


def from_json(value: dict[str, Any]) -> Reply:
    rows = tuple(tuple(Button(**button) for button in row) for row in value["buttons"])
    return Reply(
        value["text"],
        rows,
        value.get("answers"),
        value.get("contact_button"),
        value.get("ends_asking", False),
    )


def answered_by(delivery: Delivery) -> str | None:
    """The message that a delivery replies to."""
    return None if delivery.reply is None else delivery.reply.get("answers")


def comes_after_another(delivery: type[Delivery] | Delivery) -> ColumnElement[bool]:
    """Whether its chat has to hear something else first: a chat is told one thing after the other.

    However many processes send, a chat with a lot to hear occupies one of them. Audio takes no part in this:
    it takes the place of a message that has been sent.
    """
    earlier = aliased(Delivery)
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


async def release_held(session: AsyncSession, channel: str, chat: str) -> None:
    """The person has written to us: what waited for that is due now."""
    statement = (
        update(Delivery)
        .where(Delivery.channel == channel, Delivery.chat == chat, Delivery.status == "held")
        .values(status="pending", released_at=func.now(), attempts=0, not_before=None, dispatched_at=None)
        .returning(Delivery.id)
    )
    if (await session.execute(statement)).first() is not None:
        await notify(session, WORK)


class Outbox:
    """Implements `core.conversion.announce.Announcer`, and takes the flows' replies."""

    def __init__(self, capabilities: Mapping[str, Capabilities]) -> None:
        self._capabilities = capabilities

    async def reply(
        self,
        session: AsyncSession,
        *,
        channel: str,
        chat: str,
        identity_id: uuid.UUID,
        reply: Reply,
        once: str | None = None,
    ) -> None:
        """Say something once; with `once`, never a second time."""
        await self._put(
            session,
            channel=channel,
            chat=chat,
            identity_id=identity_id,
            kind=TEXT,
            reply=to_json(reply),
            once=once,
        )

    async def open_status(self, session: AsyncSession, asker: Asker, answers: str | None = None) -> uuid.UUID:
        reply: dict[str, Any] = {} if answers is None else {"reply": {"answers": answers}}
        status_id = await self._put(session, kind=STATUS, job_id=asker.job_id, **reply, **_where(asker))
        assert status_id is not None, "a status has no intent it could share"
        return status_id

    async def audio_ready(self, session: AsyncSession, asker: Asker, rendition: Rendition) -> None:
        await self._put(
            session,
            kind=AUDIO,
            job_id=asker.job_id,
            rendition_id=rendition.id,
            replaces_id=asker.status_id,
            once=f"audio:{asker.id}",
            **_where(asker),
        )

    async def job_over(self, session: AsyncSession, job: ConversionJob) -> None:
        await push_about(session, job.user_id, job.id)

    async def status_changed(self, session: AsyncSession, job: ConversionJob, askers: list[Asker]) -> None:
        """Where the status message can't be edited to say it, a new text does."""
        for asker in askers:
            if not await self._is_shown(session, asker):
                await self._put(
                    session, kind=TEXT, job_id=job.id, once=f"{job.status}:{asker.id}", **_where(asker)
                )

    async def tell_anew(self, session: AsyncSession, status: Delivery) -> None:
        """How the job of a status message stands now, once, in a message of its own."""
        await self._put(
            session,
            channel=status.channel,
            chat=status.chat,
            identity_id=status.identity_id,
            kind=TEXT,
            job_id=status.job_id,
            once=f"progress:{status.id}",
        )

    async def _is_shown(self, session: AsyncSession, asker: Asker) -> bool:
        if asker.status_id is None or not self._capabilities[asker.channel].edits_text:
            return False
        query = select(Delivery.status).where(Delivery.id == asker.status_id)
        return (await session.execute(query)).scalar_one_or_none() in {"pending", "sent"}

    async def _put(self, session: AsyncSession, **values: Any) -> uuid.UUID | None:
        statement = insert(Delivery).values(id=uuid.uuid4(), **values)
        statement = statement.on_conflict_do_nothing(index_elements=["once"])
        delivery_id = (await session.execute(statement.returning(Delivery.id))).scalar_one_or_none()
        await notify(session, CONSOLE if self._capabilities[values["channel"]].collected else WORK)
        return delivery_id


def _where(asker: Asker) -> dict[str, Any]:
    return {"channel": asker.channel, "chat": asker.chat, "identity_id": asker.identity_id}
