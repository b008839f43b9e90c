"""What there is in the stand-in's Telegram: people, chats, files, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An error answer of the Bot API; `description` is what the real server says."""

    def __init__(self, status: int, description: str, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after


def bad_request(what: str) -> Refusal:
    return Refusal(400, f"Bad Request: {what}")


@dataclass(frozen=True)
class Limits:
    """Telegram's figures; a test may lower them to stay small."""

    upload_bytes: int = 50 * 1024 * 1024
    download_bytes: int = 20 * 1024 * 1024
    text_characters: int = 4096
    caption_characters: int = 1024
    disk: Path | None = None
    """The server runs with --local: it hands out files of any size, as paths in this folder."""
    callback_data_bytes: int = 64
    callback_seconds: float = 15.0
    inline_seconds: float = 10.0
    inline_results: int = 50
    thumbnail_bytes: int = 200_000
    thumbnail_side: int = 320


@dataclass(frozen=True)
class User:
    id: int
    first_name: str
    language_code: str | None = None
    username: str | None = None
    is_bot: bool = False

    def as_json(self) -> Json:
        fields = {
            "id": self.id,
            "is_bot": self.is_bot,
            "first_name": self.first_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        return {key: value for key, value in fields.items() if value is not None}


@dataclass
class StoredFile:
    """A file on the stand-in's servers; what is said about it belongs to it and never changes."""

    kind: str
    """`audio`, `voice`, `video` or `document`."""
    file_id: str
    file_unique_id: str
    data: bytes = field(repr=False)
    file_name: str | None = None
    media_type: str | None = None
    duration: int | None = None
    title: str | None = None
    performer: str | None = None
    thumbnail: bytes | None = field(default=None, repr=False)
    hides_size: bool = False
    expired: bool = False

    def as_json(self) -> Json:
        fields: Json = {
            "file_id": self.file_id,
            "file_unique_id": self.file_unique_id,
            "duration": self.duration,
            "title": self.title,
            "performer": self.performer,
            "file_name": self.file_name,
            "mime_type": self.media_type,
            "file_size": None if self.hides_size else len(self.data),
        }
        if self.kind == "video":
            fields |= {"width": 640, "height": 360}
        if self.kind in {"audio", "voice", "video"}:
            fields["duration"] = self.duration or 0
        return {key: value for key, value in fields.items() if value is not None}


@dataclass(frozen=True)
class ChatButton:
    text: str
    action: str | None = None
    url: str | None = None
    web_app: str | None = None
    """The page that opens inside Telegram."""


@dataclass(frozen=True)
class ChatAudio:
    """An audio message as a person would see it, with the bytes a player would play."""

    file_id: str
    file_unique_id: str
    data: bytes = field(repr=False)
    title: str | None
    performer: str | None
    duration: int | None
    file_name: str | None
    media_type: str | None
    thumbnail: bytes | None = field(repr=False)


@dataclass(frozen=True)
class ChatMessage:
    """One message of a transcript, as it stands or stood."""

    message_id: int
    from_bot: bool
    text: str | None
    caption: str | None
    buttons: tuple[tuple[ChatButton, ...], ...]
    audio: ChatAudio | None
    file: StoredFile | None
    """The file of any kind, an audio's too."""
    edits: int
    reply_to: int | None = None
    """The message that this one replies to."""

    @property
    def labels(self) -> list[str]:
        """What stands on the buttons, in reading order."""
        return [button.text for row in self.buttons for button in row]

    def as_json(self) -> Json:
        file = self.file
        return {
            "message_id": self.message_id,
            "from_bot": self.from_bot,
            "text": self.text,
            "caption": self.caption,
            "buttons": [
                [{"text": b.text, "action": b.action, "url": b.url} for b in row] for row in self.buttons
            ],
            "file": None if file is None else {"kind": file.kind, **file.as_json()},
            "edits": self.edits,
            "reply_to": self.reply_to,
        }


@dataclass
class Message:
    message_id: int
    chat_id: int
    sender: User
    date: int
    text: str | None = None
    caption: str | None = None
    keyboard: list[list[Json]] = field(default_factory=list)
    file: StoredFile | None = None
    reply_to: Message | None = None
    extra: Json = field(default_factory=dict)
    """Further fields of the Bot API's Message, e.g. `entities` or `sticker`."""
    versions: list[ChatMessage] = field(default_factory=list)
    """Every state the message was in, oldest first."""

    def content(self) -> tuple[object, ...]:
        """What "not modified" compares."""
        file_id = self.file.file_id if self.file else None
        return self.text, self.caption, file_id, self.keyboard

    @property
    def view(self) -> ChatMessage:
        return self.versions[-1]

    def snapshot(self) -> None:
        """Keep the present state as the newest version."""
        buttons = tuple(
            tuple(
                ChatButton(b["text"], b.get("callback_data"), b.get("url"), b.get("web_app", {}).get("url"))
                for b in row
            )
            for row in self.keyboard
        )
        audio = None
        if self.file and self.file.kind == "audio":
            f = self.file
            audio = ChatAudio(
                f.file_id,
                f.file_unique_id,
                f.data,
                f.title,
                f.performer,
                f.duration,
                f.file_name,
                f.media_type,
                f.thumbnail,
            )
        version = ChatMessage(
            message_id=self.message_id,
            from_bot=self.sender.is_bot,
            text=self.text,
            caption=self.caption,
            buttons=buttons,
            audio=audio,
            file=self.file,
            edits=len(self.versions),
            reply_to=None if self.reply_to is None else self.reply_to.message_id,
        )
        self.versions.append(version)


@dataclass
class Chat:
    chat_id: int
    first_name: str | None = None
    title: str | None = None
    messages: dict[int, Message] = field(default_factory=dict)
    deleted: dict[int, Message] = field(default_factory=dict)
    next_message_id: int = 1
    blocked: bool = False
    """The person blocked the bot, or the group removed it."""
    keyboard: list[list[Json]] = field(default_factory=list)
    """The buttons in place of the person's letters."""

    @property
    def is_private(self) -> bool:
        return self.chat_id > 0

    def as_json(self) -> Json:
        if self.is_private:
            return {"id": self.chat_id, "type": "private", "first_name": self.first_name}
        return {"id": self.chat_id, "type": "supergroup", "title": self.title}

    def add(self, message: Message) -> Message:
        self.messages[message.message_id] = message
        message.snapshot()
        return message

    def message_json(self, message: Message) -> Json:
        fields: Json = {
            "message_id": message.message_id,
            "from": message.sender.as_json(),
            "chat": self.as_json(),
            "date": message.date,
            "text": message.text,
            "caption": message.caption,
            **message.extra,
        }
        if message.file:
            fields[message.file.kind] = message.file.as_json()
        if message.keyboard:
            fields["reply_markup"] = {"inline_keyboard": message.keyboard}
        if message.reply_to:
            fields["reply_to_message"] = self.message_json(message.reply_to)
        return {key: value for key, value in fields.items() if value is not None}
