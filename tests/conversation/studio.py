"""A studio in one process: it plays bot, relay and workers, a step at a time, on a real database."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.sql import Select

from bot.answering import Answering
from core.adapters.channels.telegram.seal import Seal
from core.bootstrap import Services
from core.catalog.models import AudioAsset, Song
from core.chat.models import InboxItem
from core.conversion.models import ConversionJob
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.dispatch import Hint, take_hints
from core.library.models import LibraryEntry
from core.ports import Control, Quality, SampleReader, Stem, StemWriter
from core.telegram.inbox import store_telegram_update
from tests.fakes.telegram import Person, TelegramStandIn

BLOCK = 44_100
LONGEST_HOLD = 30.0


class PassThrough:
    """A separator for tests that are not about sound: the instrumental is the mix, the voice silence."""

    engine = "pass-through.1"

    def __init__(self) -> None:
        self.made: list[Quality] = []
        """What was separated so far, by its quality."""
        self.running = threading.Event()
        self._open = threading.Event()
        self._open.set()

    def hold(self) -> None:
        """Let separations stop half way until `release`."""
        self.running.clear()
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        return None

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        self.made.append(quality)
        control.progress(0.5)
        self.running.set()
        for _ in range(int(LONGEST_HOLD / 0.05)):
            control.raise_if_cancelled()
            if self._open.wait(0.05):
                break
        while len(block := mix.read(BLOCK)):
            write({Stem.INSTRUMENTAL: block, Stem.VOCALS: 0 * block})


class SmallStudio:
    """Does what the processes would do, when the test says so."""

    def __init__(self, services: Services, telegram: TelegramStandIn, separator: PassThrough) -> None:
        self.services = services
        self.telegram = telegram
        self.separator = separator
        self._offset: int | None = None

    async def hear(self) -> None:
        """The bot: take what was said in the chats, answer it, and wait until the answers are sent."""
        assert self.services.telegram is not None
        updates = await self.services.telegram.get_updates(self._offset, 0)
        if updates:
            self._offset = max(update["update_id"] for update in updates) + 1
        async with self.services.database.transaction() as session:
            for item in updates:
                await store_telegram_update(session, item)
        async with Answering(self.services) as answering:
            await answering.answer_all()
            await answering.said_all()

    async def work(self) -> None:
        """Relay and workers: until nothing is left that can be done now."""
        while hints := await self._hints():
            await asyncio.gather(*(self._carry_out(hint) for hint in hints))

    async def serve(self) -> None:
        """All of it: what is said is heard, what is asked for made and sent."""
        await self.hear()
        await self.work()

    async def refresh(self) -> None:
        """The bot's status loop, some seconds after its last turn."""
        await self.change(update(Delivery).values(edited_at=seconds_from_now(-60)))
        await self.services.live_statuses.refresh()

    async def working(self) -> asyncio.Task[None]:
        """Workers in the background, with a separation held half way."""
        self.separator.hold()
        task = asyncio.create_task(self.work())
        started = await asyncio.to_thread(self.separator.running.wait, LONGEST_HOLD)
        assert started, "nothing is being made"
        return task

    async def _hints(self) -> list[Hint]:
        async with self.services.database.transaction() as session:
            return await take_hints(session, self.services.pushed_channels)

    async def _carry_out(self, hint: Hint) -> None:
        match hint.task:
            case "conversion.fetch":
                await self.services.fetcher.fetch_next(hint.row)
            case "conversion.run":
                await self.services.maker.make_next(hint.row)
            case "delivery.send":
                await self.services.delivery.deliver(hint.row)
            case "signin.send_code":
                await self.services.code_sender.send(hint.row)

    # --- what there is ----------------------------------------------------------------------------------

    async def one(self, query: Select[Any]) -> Any:
        async with self.services.database.transaction() as session:
            return (await session.execute(query)).scalar_one()

    async def change(self, statement: Any) -> None:
        async with self.services.database.transaction() as session:
            await session.execute(statement)

    async def count(self, model: type[Any]) -> int:
        count: int = await self.one(select(func.count()).select_from(model))
        return count

    async def jobs(self) -> list[str]:
        """The status of each job, oldest first."""
        query = select(ConversionJob.status).order_by(ConversionJob.created_at)
        async with self.services.database.transaction() as session:
            return list((await session.execute(query)).scalars())

    async def job_id(self) -> uuid.UUID:
        """Of the newest job."""
        query = select(ConversionJob.id).order_by(ConversionJob.created_at.desc()).limit(1)
        found: uuid.UUID = await self.one(query)
        return found

    async def retry_updates(self) -> None:
        """Time passes until failed updates are due again."""
        await self.change(update(InboxItem).values(not_before=None))

    async def leftovers(self) -> dict[str, int]:
        """What there is of recordings: rows, stored objects, temporary files. Empty when nothing is."""
        counts = {model.__tablename__: await self.count(model) for model in (AudioAsset, Song, LibraryEntry)}
        counts["objects"] = _files(self.services.settings.storage_place.path)
        counts["work"] = _files(self.services.settings.work_path)
        return {name: count for name, count in counts.items() if count}


def forges_tap(telegram: TelegramStandIn, person: Person, action: str, chat: int | None = None) -> None:
    """A tap on a button that is not in the chat any more, or never was, sealed as one of ours."""
    sends_data(telegram, person, Seal(telegram.token).close(str(chat or person.id), action), chat)


def sends_data(telegram: TelegramStandIn, person: Person, action: str, chat: int | None = None) -> None:
    """A tap with any callback data: whoever talks to Telegram with a client of their own can send it."""
    world = telegram.world
    with world.lock:
        query = {
            "id": world.new_callback(action),
            "from": person.user.as_json(),
            "chat_instance": "1",
            "data": action,
            "message": {"message_id": 1, "date": 0, "chat": world.chats[chat or person.id].as_json()},
        }
        world.add_update("callback_query", query)


def _files(folder: Path) -> int:
    return sum(1 for entry in folder.rglob("*") if entry.is_file())
