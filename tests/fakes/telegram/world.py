"""The stand-in's state, shared by the server's event loop and the test's thread under one lock."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from tests.fakes.telegram.model import (
    Chat,
    ChatMessage,
    Json,
    Limits,
    Message,
    StoredFile,
    User,
    bad_request,
)
from tests.fakes.telegram.wire import Received

T = TypeVar("T")

DEFAULT_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "inline_query",
    "chosen_inline_result",
    "my_chat_member",
)


@dataclass
class Webhook:
    url: str
    secret: str | None
    last_error: str | None = None
    last_error_date: int | None = None


@dataclass
class Callback:
    """A tap on a button, waiting for answerCallbackQuery."""

    data: str
    tapped: float
    """By time.monotonic."""
    answer: str | None = None
    answered: bool = False


@dataclass
class InlineQuestion:
    """What somebody typed after the bot's name in a chat of theirs, waiting for answerInlineQuery."""

    query: str
    asked: float
    """By time.monotonic."""
    answer: Json | None = None
    """`results`, `next_offset`, `cache_time`, `is_personal`, `button`, as they were sent."""


class World:
    """Chats, files and updates. Hold `lock` to read or change anything; `changed()` wakes all who wait."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.lock = threading.RLock()
        self.bot = User(id=4_200_000_001, first_name="Stand-in", username="melody_standin_bot", is_bot=True)
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.links: dict[str, StoredFile] = {}
        self.updates: list[Json] = []
        """Every update there ever was."""
        self.pending: list[Json] = []
        """Updates not yet confirmed by getUpdates or a webhook's 2xx."""
        self.allowed_updates: tuple[str, ...] = DEFAULT_UPDATES
        self.webhook: Webhook | None = None
        self.poll = 0
        """Number of the newest getUpdates; a newer one ends an older one."""
        self.callbacks: dict[str, Callback] = {}
        self.inline: dict[str, InlineQuestion] = {}
        self.commands: dict[tuple[str, str], list[Json]] = {}
        """By scope and language code; the empty code is the default."""
        self.menu_button: Json = {"type": "default"}
        self.actions: list[tuple[int, str]] = []
        """Chat actions sent, e.g. (chat, "typing")."""
        self.requests: list[Received] = []
        self.violations: list[str] = []
        self.closing = False
        self._changed = threading.Condition(self.lock)
        self._listeners: set[Callable[[], None]] = set()
        self._update_ids = itertools.count(870_001_000)
        self._serial = itertools.count(1)

    # --- waiting ----------------------------------------------------------------------------------------

    def changed(self) -> None:
        with self.lock:
            self._changed.notify_all()
            for listener in tuple(self._listeners):
                listener()

    def wait_for(self, predicate: Callable[[], T | None], timeout: float) -> T:
        """Block until the predicate is true and return its value. Raises TimeoutError."""
        with self.lock:
            value = self._changed.wait_for(predicate, timeout)
            if not value:
                raise TimeoutError(f"not within {timeout} s")
            return value

    async def wait_for_async(self, predicate: Callable[[], T | None], timeout: float) -> T:
        """The same for a coroutine of any event loop."""
        loop = asyncio.get_running_loop()
        wake = asyncio.Event()

        def listener() -> None:
            loop.call_soon_threadsafe(wake.set)

        with self.lock:
            self._listeners.add(listener)
        try:
            async with asyncio.timeout(timeout):
                while True:
                    wake.clear()
                    with self.lock:
                        if value := predicate():
                            return value
                    await wake.wait()
        finally:
            with self.lock:
                self._listeners.discard(listener)

    def close(self) -> None:
        with self.lock:
            self.closing = True
            self.changed()

    # --- chats and messages -------------------------------------------------------------------------------

    def chat(self, chat_id: int) -> Chat:
        """A chat the bot may speak in. Raises Refusal."""
        if chat_id not in self.chats:
            raise bad_request("chat not found")
        return self.chats[chat_id]

    def add_message(
        self,
        chat: Chat,
        sender: User,
        *,
        text: str | None = None,
        caption: str | None = None,
        keyboard: list[list[Json]] | None = None,
        file: StoredFile | None = None,
        reply_to: Message | None = None,
        extra: Json | None = None,
    ) -> Message:
        message = Message(
            message_id=chat.next_message_id,
            chat_id=chat.chat_id,
            sender=sender,
            date=int(time.time()),
            text=text,
            caption=caption,
            keyboard=keyboard or [],
            file=file,
            reply_to=reply_to,
            extra=extra or {},
        )
        chat.next_message_id += 1
        chat.add(message)
        self.changed()
        return message

    def delete_message(self, chat: Chat, message_id: int) -> None:
        if message_id not in chat.messages:
            raise bad_request("message to delete not found")
        chat.deleted[message_id] = chat.messages.pop(message_id)
        self.changed()

    def transcript(self, chat_id: int) -> list[ChatMessage]:
        with self.lock:
            chat = self.chats.get(chat_id)
            return [] if chat is None else [message.view for message in chat.messages.values()]

    # --- files ----------------------------------------------------------------------------------------------

    def store_file(
        self,
        kind: str,
        data: bytes,
        *,
        file_name: str | None = None,
        media_type: str | None = None,
        duration: int | None = None,
        title: str | None = None,
        performer: str | None = None,
        thumbnail: bytes | None = None,
        file_id: str | None = None,
        file_unique_id: str | None = None,
        hides_size: bool = False,
    ) -> StoredFile:
        """Keep a file under a new file_id; the file_unique_id follows the bytes unless it is given."""
        digest = hashlib.sha256(data).digest()
        serial = next(self._serial)
        new_id = "CQAC" + base64.urlsafe_b64encode(digest[:12] + serial.to_bytes(4, "big")).decode().rstrip(
            "="
        )
        unique = "AgAD" + base64.urlsafe_b64encode(digest[:8]).decode().rstrip("=")
        file = StoredFile(
            kind=kind,
            file_id=file_id or new_id,
            file_unique_id=file_unique_id or unique,
            data=data,
            file_name=file_name,
            media_type=media_type,
            duration=duration,
            title=title,
            performer=performer,
            thumbnail=thumbnail,
            hides_size=hides_size,
        )
        self.files[file.file_id] = file
        return file

    def icon_sticker(self) -> Json:
        """A sticker as an icon of topics, which every bot may ask for."""
        file = self.store_file("document", b"a sticker", file_id="AAMC-icon")
        shape = {"type": "custom_emoji", "width": 100, "height": 100, "is_animated": False, "is_video": False}
        return {"file_id": file.file_id, "file_unique_id": file.file_unique_id} | shape

    def link(self, file: StoredFile) -> str:
        """A path under which the bytes can be downloaded; with --local one on the server's disk."""
        folder = {"audio": "music", "voice": "voice", "video": "videos"}.get(file.kind, "documents")
        suffix = f".{file.file_name.rpartition('.')[2]}" if file.file_name and "." in file.file_name else ""
        path = f"{folder}/file_{next(self._serial)}{suffix}"
        if self.limits.disk is not None:
            place = self.limits.disk / path
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(file.data)
            return str(place)
        self.links[path] = file
        return path

    # --- updates --------------------------------------------------------------------------------------------

    def add_update(self, kind: str, content: Json) -> Json:
        """Queue an update for the bot; kinds it did not ask for are dropped, as Telegram does."""
        update: Json = {"update_id": next(self._update_ids), kind: content}
        with self.lock:
            if kind in self.allowed_updates:
                self.updates.append(update)
                self.pending.append(update)
            self.changed()
        return update

    def confirm(self, update_ids: Iterable[int]) -> None:
        done = set(update_ids)
        with self.lock:
            self.pending = [update for update in self.pending if update["update_id"] not in done]
            self.changed()

    def new_callback(self, data: str) -> str:
        callback_id = str(43_825_000_000 + next(self._serial))
        self.callbacks[callback_id] = Callback(data, time.monotonic())
        return callback_id

    def new_inline_query(self, query: str) -> str:
        query_id = str(61_000_000_000 + next(self._serial))
        self.inline[query_id] = InlineQuestion(query, time.monotonic())
        return query_id


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
