"""What people see in their messengers and do there, the same for both: as JSON for the page."""

from __future__ import annotations

from typing import Any, Protocol

from tests.fakes.phones.street import Street
from tests.fakes.phones.tune import tune
from tests.fakes.telegram import ChatMessage
from tests.fakes.telegram import Person as TelegramPerson
from tests.fakes.twilio import Message
from tests.fakes.twilio import Person as WhatsAppPerson

Json = dict[str, Any]
SAMPLE = "evening.mp3"


class Chat(Protocol):
    """One chat with the studio on somebody's phone."""

    def messages(self) -> list[Json]: ...

    def keyboard(self) -> list[str]: ...

    async def says(self, text: str) -> None: ...

    async def taps(self, message: str, button: str) -> None:
        """Raises LookupError."""

    async def sends(self, data: bytes, media_type: str, name: str) -> None: ...

    def file(self, message: str) -> tuple[bytes, str]:
        """The bytes and their media type. Raises LookupError."""


class TelegramChat:
    """A private chat, or a group that the person is in."""

    def __init__(self, street: Street, person: TelegramPerson, phone: str, group: int | None = None) -> None:
        self._world = street.telegram.world
        self._person = person
        self._phone = phone
        self._group = group

    def messages(self) -> list[Json]:
        room = self._person.id if self._group is None else self._group
        with self._world.lock:
            senders = {m.message_id: m.sender for m in self._world.chats[room].messages.values()}
        seen = self._world.transcript(room)
        return [self._as_json(message, senders.get(message.message_id)) for message in seen]

    def _as_json(self, message: ChatMessage, sender: Any) -> Json:
        is_mine = sender is not None and sender.id == self._person.id
        rows = [
            [{"text": b.text, "does": b.action, "opens": b.url or b.web_app} for b in row]
            for row in message.buttons
        ]
        file = message.file
        return {
            "id": str(message.message_id),
            "mine": is_mine,
            "from": None if is_mine or message.from_bot or sender is None else sender.first_name,
            "text": message.text if message.text is not None else message.caption or "",
            "rows": rows,
            "file": None if file is None else {"name": _named(file), "type": _kind(file)},
        }

    def keyboard(self) -> list[str]:
        return self._person.keyboard if self._group is None else []

    async def says(self, text: str) -> None:
        with self._world.lock:
            wants_number = [
                button["text"]
                for row in self._world.chats[self._person.id].keyboard
                for button in row
                if button.get("request_contact")
            ]
        if self._group is None and text in wants_number:
            self._person.shares_contact(self._phone.removeprefix("+"), user_id=self._person.id)
        else:
            self._person.says(text, chat=self._group)

    async def taps(self, message: str, button: str) -> None:
        self._person.taps(button, message_id=int(message), chat=self._group)

    async def sends(self, data: bytes, media_type: str, name: str) -> None:
        kind = media_type.partition("/")[0]
        self._person.sends(
            kind if kind in {"audio", "video"} else "document",
            data,
            file_name=name,
            media_type=media_type,
            title=name.rpartition(".")[0] or name if kind == "audio" else None,
            chat=self._group,
        )

    def file(self, message: str) -> tuple[bytes, str]:
        room = self._person.id if self._group is None else self._group
        for one in self._world.transcript(room):
            if str(one.message_id) == message and one.file is not None:
                return one.file.data, _kind(one.file)
        raise LookupError(message)


class WhatsAppChat:
    def __init__(self, person: WhatsAppPerson) -> None:
        self._person = person

    def messages(self) -> list[Json]:
        return [self._as_json(message) for message in self._person.chat]

    def _as_json(self, message: Message) -> Json:
        media = message.media[0] if message.media else None
        rows = [
            [{"text": choice.title, "does": choice.title, "opens": None, "about": choice.description}]
            for choice in message.choices
        ]
        return {
            "id": message.sid,
            "mine": message.inbound,
            "from": None,
            "text": message.body,
            "rows": rows,
            "file": None if media is None else {"name": media.content_type, "type": media.content_type},
        }

    def keyboard(self) -> list[str]:
        return []

    async def says(self, text: str) -> None:
        await self._person.says(text)

    async def taps(self, message: str, button: str) -> None:
        await self._person.taps(button)

    async def sends(self, data: bytes, media_type: str, name: str) -> None:
        await self._person.sends(data, media_type)

    def file(self, message: str) -> tuple[bytes, str]:
        for one in self._person.chat:
            if one.sid == message and one.media:
                return one.media[0].data, one.media[0].content_type
        raise LookupError(message)


class Phones:
    """Everybody's phones: Asha and Bilal, in private chats and in a group."""

    def __init__(self, street: Street) -> None:
        self.street = street
        group = street.telegram.group("Singers")
        self.chats: dict[str, dict[str, Chat]] = {}
        self.numbers: dict[str, str] = {}
        for name in ("Asha", "Bilal"):
            on_whatsapp = street.twilio.person(name)
            number = on_whatsapp.phone.removeprefix("whatsapp:")
            on_telegram = street.telegram.person(name)
            self.numbers[name] = number
            self.chats[name] = {
                "Telegram": TelegramChat(street, on_telegram, number),
                "WhatsApp": WhatsAppChat(on_whatsapp),
                "Telegram group": TelegramChat(street, on_telegram, number, group),
            }

    def chat(self, person: str, name: str) -> Chat:
        """Raises LookupError."""
        return self.chats[person][name]

    def seen_by(self, person: str) -> Json:
        """All that is on somebody's phone. Raises LookupError."""
        chats = {
            name: {"messages": chat.messages(), "keyboard": chat.keyboard()}
            for name, chat in self.chats[person].items()
        }
        texts = self.street.msg91.texts_to(self.numbers[person])
        return {
            "people": self.numbers,
            "bot": f"@{self.street.telegram.world.bot.username}",
            "chats": chats,
            "texts": [f"{text.otp} is your code for Melody Studio" for text in texts],
            "complaints": self.street.complaints(),
            "services": self.street.addresses,
        }


async def send_sample(chat: Chat) -> None:
    """A song for whoever has none at hand; everybody's is the same recording."""
    await chat.sends(tune(), "audio/mpeg", SAMPLE)


def _named(file: Any) -> str:
    return " · ".join(part for part in (file.title, file.performer) if part) or file.file_name or file.kind


def _kind(file: Any) -> str:
    return file.media_type or {"audio": "audio/mpeg", "voice": "audio/ogg", "video": "video/mp4"}.get(
        file.kind, "application/octet-stream"
    )
