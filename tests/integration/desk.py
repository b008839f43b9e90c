"""Asks for instrumentals as the chats do, and finishes them as the workers do, without making any sound."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from sqlalchemy import func, select, update

from core.accounts.models import ChannelIdentity
from core.accounts.service import ChatAccount, identity_of
from core.bootstrap import Services, build
from core.catalog.models import Recording
from core.catalog.service import SentRecording, asset_for, lock_recording, remember_recording
from core.config import Settings
from core.conversion.batches import new_batch
from core.conversion.models import OPEN, Batch, Rendition
from core.conversion.recipe import Recipe
from core.conversion.service import Asked
from core.db.lease import seconds_from_now
from core.delivery.models import AUDIO, STATUS, TEXT, Delivery, MediaReference
from core.errors import MelodyError
from core.ports import AudioFormat, Quality, Reply, Stem
from tests.fakes.telegram import Person, TelegramStandIn

RECIPE = Recipe("none.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A)
SONG = b"\x00\x00\x00\x18ftypM4A " + bytes(range(256)) * 40


def services_at(stand_in: TelegramStandIn, settings: Settings) -> Services:
    """The services of one process, with the stand-in for Telegram."""
    there: dict[str, Any] = {
        "telegram_token": SecretStr(stand_in.token),
        "telegram_api_url": stand_in.url,
        "rate_limit_scale": 100.0,
    }
    return build(settings.model_copy(update=there))


class Desk:
    def __init__(self, services: Services, folder: Path) -> None:
        self.services = services
        self.database = services.database
        self._folder = folder

    # --- what people want ---------------------------------------------------------------------------------

    async def asks(
        self,
        person: Person,
        recording: str = "AgAD1",
        *,
        chat: int | None = None,
        song_id: uuid.UUID | None = None,
        recipe: Recipe = RECIPE,
    ) -> Asked:
        """The person asks for a rendition of a recording, in a group where `chat` names one; of a song of
        all where `song_id` names one."""
        sent = SentRecording(
            "telegram" if song_id is None else "folder",
            recording,
            f"CQAC-{recording}",
            title="Lithium",
            artist="Nobody",
            duration=6,
            song_id=song_id,
        )
        async with self.database.transaction() as session:
            identity = await self._identity(session, person)
            row = await remember_recording(session, sent)
            where = str(person.id if chat is None else chat)
            return await self.services.conversion.ask(session, identity, where, row, recipe)

    async def sends_album(self, person: Person, *recordings: str) -> Batch:
        """The person asks for all of these at once."""
        async with self.database.transaction() as session:
            identity = await self._identity(session, person)
            batch = await new_batch(session, identity, str(person.id))
            await self.services.outbox.open_batch(session, batch)
            for name in recordings:
                sent = SentRecording("telegram", name, f"CQAC-{name}", title=name, duration=6)
                row = await remember_recording(session, sent)
                await self.services.conversion.ask(
                    session, identity, str(person.id), row, RECIPE, batch=batch
                )
        return batch

    async def says(self, person: Person, *texts: str) -> None:
        """Answers for the person go into the outbox."""
        async with self.database.transaction() as session:
            identity = await self._identity(session, person)
            for text in texts:
                await self.services.outbox.reply(
                    session,
                    channel="telegram",
                    chat=str(person.id),
                    identity_id=identity.id,
                    reply=Reply(text),
                )

    async def _identity(self, session: Any, person: Person) -> ChannelIdentity:
        account = ChatAccount("telegram", str(person.id), person.user.first_name, person.user.language_code)
        return await identity_of(session, account)

    # --- what the workers bring -----------------------------------------------------------------------------

    async def fetched(self, content: bytes = SONG, *, each_its_own: bool = False) -> None:
        """Every recording that is waited for has arrived, with these bytes, or each with other ones."""
        async with self.database.transaction() as session:
            waiting = (await session.execute(select(Recording.id).where(Recording.status == "pending"))).all()
            for (recording_id,) in waiting:
                stored = await self._store(content + (recording_id.bytes if each_its_own else b""))
                recording = await lock_recording(session, recording_id)
                asset = await asset_for(session, stored)
                await self.services.conversion.recording_fetched(session, recording, asset)

    async def finish(self, session: Any) -> None:
        """Every rendition that is wanted is stored; in the caller's transaction."""
        stored = await self._store(SONG[::-1])
        query = select(Rendition).where(Rendition.status.in_(OPEN)).with_for_update()
        for rendition in (await session.execute(query)).scalars():
            rendition.status, rendition.progress, rendition.completed_at = "completed", 100, func.now()
            rendition.sha256, rendition.size, rendition.seconds = stored.sha256, stored.size, 6.0
            await session.flush()
            await self.services.conversion.rendition_finished(session, rendition)

    async def made(self, *, each_its_own: bool = False) -> None:
        """Everything that was asked for is fetched and made."""
        await self.fetched(each_its_own=each_its_own)
        async with self.database.transaction() as session:
            await self.finish(session)

    async def fails(self, error: MelodyError) -> None:
        """Every recording that is waited for can't be had."""
        async with self.database.transaction() as session:
            query = select(Recording).where(Recording.status == "pending").with_for_update()
            for recording in (await session.execute(query)).scalars():
                await self.services.conversion.recording_refused(session, recording, error)

    async def _store(self, content: bytes) -> Any:
        return await self.services.store.put(self.file(content))

    def file(self, content: bytes) -> Path:
        file = self._folder / uuid.uuid4().hex
        file.write_bytes(content)
        return file

    # --- the outbox ---------------------------------------------------------------------------------------

    async def deliveries(self, person: Person, kind: str | None = None) -> list[Delivery]:
        query = select(Delivery).where(Delivery.chat == str(person.id)).order_by(Delivery.number)
        async with self.database.transaction() as session:
            rows = list((await session.execute(query)).scalars())
        return [row for row in rows if kind in {None, row.kind}]

    async def text(self, person: Person) -> Delivery:
        [delivery] = await self.deliveries(person, TEXT)
        return delivery

    async def status(self, person: Person) -> Delivery:
        """The newest status message."""
        return (await self.deliveries(person, STATUS))[-1]

    async def audio(self, person: Person) -> Delivery:
        """The one audio there may be."""
        [delivery] = await self.deliveries(person, AUDIO)
        return delivery

    async def audios(self, person: Person) -> list[Delivery]:
        return await self.deliveries(person, AUDIO)

    async def deliver(self, delivery: Delivery) -> Delivery:
        """Bring a delivery as far as it goes now; returns it as it is then."""
        await self.services.delivery.deliver(delivery.id)
        return await self.again(delivery)

    async def again(self, delivery: Delivery) -> Delivery:
        async with self.database.transaction() as session:
            return await session.get_one(Delivery, delivery.id)

    async def references(self) -> list[str]:
        async with self.database.transaction() as session:
            return list((await session.execute(select(MediaReference.media_ref))).scalars())

    # --- the clock ----------------------------------------------------------------------------------------

    async def lease_runs_out(self, delivery: Delivery) -> None:
        await self._set(delivery, lease_until=seconds_from_now(-1))

    async def pause_is_over(self, delivery: Delivery) -> None:
        await self._set(delivery, not_before=seconds_from_now(-1))

    async def _set(self, delivery: Delivery, **values: Any) -> None:
        async with self.database.transaction() as session:
            await session.execute(update(Delivery).where(Delivery.id == delivery.id).values(**values))
