"""People who talk to the bot: what they do becomes updates, as Telegram words them."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

from tests.fakes.telegram.model import Chat, ChatMessage, Json, Message, StoredFile, User
from tests.fakes.telegram.world import World

T = TypeVar("T")
MEDIA_TYPES = {"audio": "audio/mpeg", "voice": "audio/ogg", "video": "video/mp4", "document": None}


class Person:
    """Somebody with a private chat with the bot. Whatever they do returns the raw update."""

    def __init__(self, world: World, user: User) -> None:
        self._world = world
        self.user = user
        self.id = user.id
        with world.lock:
            world.chats.setdefault(user.id, Chat(user.id, first_name=user.first_name))

    @property
    def chat(self) -> list[ChatMessage]:
        """The private chat as it stands, oldest first."""
        return self._world.transcript(self.id)

    @property
    def from_bot(self) -> list[ChatMessage]:
        """What of it the bot wrote."""
        return [message for message in self.chat if message.from_bot]

    def history(self, message_id: int) -> list[ChatMessage]:
        """Every state a message of the private chat was in, deleted or not."""
        with self._world.lock:
            chat = self._world.chats[self.id]
            message = chat.messages.get(message_id) or chat.deleted[message_id]
            return list(message.versions)

    def wait_for(self, predicate: Callable[[list[ChatMessage]], T | None], timeout: float = 10.0) -> T:
        """Block until the predicate of the private chat is true. Raises TimeoutError with the transcript."""
        try:
            return self._world.wait_for(lambda: predicate(self.chat), timeout)
        except TimeoutError:
            raise TimeoutError(self._silence(timeout)) from None

    async def wait_for_async(
        self, predicate: Callable[[list[ChatMessage]], T | None], timeout: float = 10.0
    ) -> T:
        try:
            return await self._world.wait_for_async(lambda: predicate(self.chat), timeout)
        except TimeoutError:
            raise TimeoutError(self._silence(timeout)) from None

    def _silence(self, timeout: float) -> str:
        lines = "\n".join(str(message.as_json()) for message in self.chat)
        return f"not within {timeout} s; the chat is\n{lines}"

    # --- writing ------------------------------------------------------------------------------------------

    def says(self, text: str, *, chat: int | None = None, reply_to: int | None = None) -> Json:
        """Write a text, in a group where `chat` names one."""
        entities = [
            {"type": "bot_command" if found[0][0] == "/" else "mention"}
            | {"offset": _utf16(text[: found.start()]), "length": _utf16(found[0])}
            for found in re.finditer(r"(?<!\S)[/@]\w+(?:@\w+)?", text)
        ]
        extra: Json = {"entities": entities} if entities else {}
        return self._message(chat, text=text, reply_to=reply_to, extra=extra)

    def sends(
        self,
        kind: str,
        data: bytes,
        *,
        file_name: str | None = None,
        media_type: str | None = None,
        title: str | None = None,
        performer: str | None = None,
        duration: int | None = None,
        caption: str | None = None,
        file_id: str | None = None,
        file_unique_id: str | None = None,
        hides_size: bool = False,
        chat: int | None = None,
        album: str | None = None,
    ) -> Json:
        """Send a file: kind `audio`, `voice`, `video` or `document`; ids may be forced. Files with the same
        `album` were sent together."""
        with self._world.lock:
            file = self._world.store_file(
                kind,
                data,
                file_name=file_name,
                media_type=media_type or MEDIA_TYPES[kind],
                duration=duration,
                title=title,
                performer=performer,
                file_id=file_id,
                file_unique_id=file_unique_id,
                hides_size=hides_size,
            )
            extra: Json = {} if album is None else {"media_group_id": album}
            return self._message(chat, caption=caption, file=file, extra=extra)

    def edits(self, message_id: int, text: str, *, chat: int | None = None) -> Json:
        """Change a text that was written."""
        with self._world.lock:
            room = self._world.chats[self.id if chat is None else chat]
            message = room.messages[message_id]
            message.text = text
            message.extra["edit_date"] = int(time.time())
            message.snapshot()
            self._world.changed()
            return self._world.add_update("edited_message", room.message_json(message))

    def sends_thing(self, chat: int | None = None, **fields: object) -> Json:
        """Send what is neither text nor file, as the Bot API's Message words it: `location={…}`."""
        return self._message(chat, extra=dict(fields))

    def shares_contact(self, phone_number: str, *, user_id: int | None = None, **fields: object) -> Json:
        """Tap the button that shares the number, or pick a card: `user_id` is whose number it is."""
        with self._world.lock:
            self._world.chats[self.id].keyboard = []
        card = {"phone_number": phone_number, "first_name": self.user.first_name, "user_id": user_id}
        return self._message(None, extra={"contact": {k: v for k, v in card.items() if v}} | fields)

    @property
    def keyboard(self) -> list[str]:
        """The labels of the buttons in place of the letters."""
        with self._world.lock:
            return [button["text"] for row in self._world.chats[self.id].keyboard for button in row]

    # --- inline mode --------------------------------------------------------------------------------------

    def asks_inline(self, query: str = "", *, offset: str = "") -> str:
        """Type the bot's name and this in some chat; the id of the inline query."""
        with self._world.lock:
            query_id = self._world.new_inline_query(query)
            question = {"id": query_id, "from": self.user.as_json(), "query": query, "offset": offset}
            self._world.add_update("inline_query", question | {"chat_type": "group"})
            return query_id

    def picks_inline(self, query_id: str, result_id: str) -> Json:
        """Put a row of the answer into that chat. Raises LookupError."""
        with self._world.lock:
            question = self._world.inline[query_id]
            rows = question.answer["results"] if question.answer else []
            if result_id not in {row["id"] for row in rows}:
                raise LookupError(f"no row {result_id!r}")
            chosen = {"result_id": result_id, "from": self.user.as_json(), "query": question.query}
            return self._world.add_update("chosen_inline_result", chosen)

    def sends_sticker(self) -> Json:
        sticker = {
            "file_id": "CAAC1",
            "file_unique_id": "AgADs1",
            "type": "regular",
            "width": 512,
            "height": 512,
        }
        return self._message(None, extra={"sticker": sticker | {"is_animated": False, "is_video": False}})

    def _message(
        self,
        chat: int | None,
        *,
        text: str | None = None,
        caption: str | None = None,
        file: StoredFile | None = None,
        reply_to: int | None = None,
        extra: Json | None = None,
    ) -> Json:
        with self._world.lock:
            room = self._world.chats[self.id if chat is None else chat]
            answered = room.messages[reply_to] if reply_to is not None else None
            message = self._world.add_message(
                room, self.user, text=text, caption=caption, file=file, reply_to=answered, extra=extra
            )
            return self._world.add_update("message", room.message_json(message))

    # --- everything else ----------------------------------------------------------------------------------

    def taps(self, label: str, *, message_id: int | None = None, chat: int | None = None) -> Json:
        """Tap the button with this label or action, of the newest message that has it. Raises LookupError."""
        with self._world.lock:
            room = self._world.chats[self.id if chat is None else chat]
            message, action = self._button(room, label, message_id)
            query: Json = {
                "id": self._world.new_callback(action),
                "from": self.user.as_json(),
                "message": room.message_json(message),
                "chat_instance": str(-room.chat_id),
                "data": action,
            }
            return self._world.add_update("callback_query", query)

    def _button(self, room: Chat, label: str, message_id: int | None) -> tuple[Message, str]:
        for message in reversed(room.messages.values()):
            if message_id not in {None, message.message_id}:
                continue
            for button in (button for row in message.keyboard for button in row):
                if label in {button["text"], button.get("callback_data")} and "callback_data" in button:
                    return message, button["callback_data"]
        raise LookupError(f"no button {label!r}")

    def deletes(self, message_id: int) -> None:
        """Delete a message of the private chat for both sides; Telegram tells the bot nothing."""
        with self._world.lock:
            self._world.delete_message(self._world.chats[self.id], message_id)

    def blocks(self) -> Json:
        return self._member("member", "kicked", blocked=True)

    def unblocks(self) -> Json:
        return self._member("kicked", "member", blocked=False)

    def _member(self, before: str, after: str, *, blocked: bool) -> Json:
        with self._world.lock:
            room = self._world.chats[self.id]
            room.blocked = blocked
            bot = self._world.bot.as_json()
            change: Json = {
                "chat": room.as_json(),
                "from": self.user.as_json(),
                "date": int(time.time()),
                "old_chat_member": {"user": bot, "status": before, "until_date": 0},
                "new_chat_member": {"user": bot, "status": after, "until_date": 0},
            }
            return self._world.add_update("my_chat_member", change)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
