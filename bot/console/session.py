"""One terminal's side of the conversation: puts words into the inbox and collects what comes back."""

from __future__ import annotations

import asyncio
import getpass
import hashlib
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from bot.console import wire
from core.bootstrap import Services
from core.chat.actions import FORGET_SURE
from core.chat.inbox import store_update
from core.chat.messages import Attachment, AttachmentKind, Incoming
from core.chat.models import InboxItem
from core.chat.status import StatusTexts
from core.chat.texts import texts_in
from core.conversion.models import OPEN, Asker, ConversionJob
from core.db.lease import is_free
from core.db.notify import Wakeups
from core.delivery.models import STATUS, Delivery
from core.delivery.standing import is_over, went_well
from core.membership.models import Erasure
from core.ports import Reply

LOOK_EVERY = 0.5


class ConsoleSession:
    """The person is the user of this machine; the chat is this terminal's."""

    def __init__(self, services: Services, status_texts: StatusTexts) -> None:
        self._services = services
        self._status_texts = status_texts
        self.person = getpass.getuser()
        self.chat = self.person
        self._forgetting: str | None = None
        """The language of who is being forgotten, until they are told that it is done."""

    # --- what the person does -------------------------------------------------------------------------

    async def say(self, text: str, about: str | None = None) -> None:
        """`about`: the action of the choice whose number stands in the text."""
        await self._put({"text": text, "about": about})

    async def tap(self, action: str) -> None:
        await self._put({"action": action})
        if action == FORGET_SURE:
            self._forgetting = self._services.settings.default_language

    async def send(self, *paths: Path) -> None:
        """Send files, named by absolute paths; several are an album. Raises OSError when one can't be read,
        its `filename` says which."""
        album = uuid.uuid4().hex if len(paths) > 1 else None
        attachments = [await asyncio.to_thread(_attachment, path) for path in paths]
        await self._put(*({"attachment": attachment, "media_group": album} for attachment in attachments))

    async def _put(self, *done: dict[str, Any]) -> None:
        """Things that the person did, in one go."""
        async with self._services.database.transaction() as session:
            for what in done:
                incoming = Incoming(
                    channel=wire.CHANNEL,
                    chat=self.chat,
                    person=self.person,
                    display_name=self.person,
                    sent_at=datetime.now(UTC),
                    **what,
                )
                await store_update(
                    session,
                    channel=wire.CHANNEL,
                    external_id=uuid.uuid4().hex,
                    chat=self.chat,
                    payload=wire.to_json(incoming),
                )

    # --- what comes back ------------------------------------------------------------------------------

    async def collect(self, wakeups: Wakeups) -> None:
        """Show what has come, then wait for more."""
        await self.collect_now()
        await wakeups.wait(LOOK_EVERY)

    async def collect_now(self) -> None:
        async with self._services.database.transaction() as session:
            query = (
                select(Delivery.id)
                .where(
                    Delivery.channel == wire.CHANNEL,
                    Delivery.chat == self.chat,
                    Delivery.status == "pending",
                    is_free(Delivery),
                )
                .order_by(Delivery.number)
            )
            waiting = list((await session.execute(query)).scalars())
        for delivery_id in waiting:
            await self._services.delivery.deliver(delivery_id)
        await self._say_farewell()

    async def _say_farewell(self) -> None:
        """The last word to who wanted to be forgotten; no delivery of theirs is left that could say it."""
        async with self._services.database.transaction() as session:
            self._forgetting = (await session.execute(self._erasing())).scalar() or self._forgetting
        if self._forgetting is None or await self._any(self._unheard(), self._erasing()):
            return
        texts, self._forgetting = texts_in(self._forgetting), None
        await self._services.channels[wire.CHANNEL].send_text(self.chat, Reply(texts.say("erased")))

    async def progress(self) -> list[Reply]:
        """How the jobs of this terminal stand that are not over, or ended badly a moment ago."""
        async with self._services.database.transaction() as session:
            query = (
                select(Delivery, is_over(), went_well())
                .where(
                    Delivery.channel == wire.CHANNEL,
                    Delivery.chat == self.chat,
                    Delivery.kind == STATUS,
                    Delivery.status == "sent",
                    Delivery.settled.is_(False),
                )
                .order_by(Delivery.number)
            )
            shown = []
            for delivery, over, is_well in (await session.execute(query)).all():
                delivery.settled = over
                if not is_well and delivery.shows is not None:
                    shown.append((delivery.shows, delivery.identity_id))
            return await self._status_texts.statuses(session, shown)

    async def is_answered(self) -> bool:
        """Whether every word of this terminal was heard and what there is to say is shown."""
        return not await self._any(self._unheard(), self._unshown())

    async def is_idle(self) -> bool:
        """Whether, besides, no song of this terminal is in the making any more and nobody forgotten."""
        if await self._any(self._unheard(), self._unfinished(), self._unshown(), self._erasing()):
            return False
        return self._forgetting is None

    def _unheard(self) -> Select[Any]:
        return select(InboxItem.id).where(
            InboxItem.channel == wire.CHANNEL, InboxItem.chat == self.chat, InboxItem.status == "pending"
        )

    def _unshown(self) -> Select[Any]:
        return select(Delivery.id).where(
            Delivery.channel == wire.CHANNEL, Delivery.chat == self.chat, Delivery.status == "pending"
        )

    def _unfinished(self) -> Select[Any]:
        return (
            select(ConversionJob.id)
            .join(Asker, Asker.job_id == ConversionJob.id)
            .where(Asker.channel == wire.CHANNEL, Asker.chat == self.chat, ConversionJob.status.in_(OPEN))
        )

    def _erasing(self) -> Select[Any]:
        return select(Erasure.language).where(Erasure.channel == wire.CHANNEL, Erasure.chat == self.chat)

    async def _any(self, *queries: Select[Any]) -> bool:
        """Whether one of the queries finds something.

        Asked in this order, each in a moment of its own, nothing slips through: what is heard becomes a job,
        what is finished a delivery, in one transaction each.
        """
        for query in queries:
            async with self._services.database.transaction() as session:
                if (await session.execute(query.limit(1))).first() is not None:
                    return True
        return False


def _attachment(path: Path) -> Attachment:
    with path.open("rb") as file:
        digest, size = hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
    return Attachment(
        kind=AttachmentKind.DOCUMENT,
        file_ref=str(path),
        unique_ref=digest,
        size=size,
        file_name=path.name,
    )
