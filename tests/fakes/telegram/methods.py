"""The Bot API's methods, as far as the product uses them, with the server's own words for errors.

Sources: https://core.telegram.org/bots/api; the error texts are those of tdlib/telegram-bot-api (Client.cpp)
and TDLib.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from tests.fakes.telegram.inline import answer_inline_query
from tests.fakes.telegram.keyboards import check_web_app, inline_keyboard, reply_keyboard
from tests.fakes.telegram.model import Chat, Json, Message, Refusal, StoredFile, bad_request
from tests.fakes.telegram.wire import Form, Upload
from tests.fakes.telegram.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a "
    "current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
CHAT_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
}


class Methods:
    """Everything but getUpdates and the webhook's methods, which belong to the way updates travel."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._by_name: dict[str, Callable[[Form], Any]] = {
            "getMe": self._get_me,
            "sendMessage": self._send_message,
            "sendAudio": lambda form: self._send_file(form, "audio"),
            "sendDocument": lambda form: self._send_file(form, "document"),
            "sendChatAction": self._send_chat_action,
            "editMessageText": self._edit_text,
            "editMessageMedia": self._edit_media,
            "editMessageCaption": self._edit_caption,
            "editMessageReplyMarkup": self._edit_reply_markup,
            "deleteMessage": self._delete_message,
            "answerCallbackQuery": self._answer_callback_query,
            "answerInlineQuery": lambda form: answer_inline_query(world, form),
            "getFile": self._get_file,
            "getForumTopicIconStickers": lambda form: [world.icon_sticker()],
            "setChatMenuButton": self._set_chat_menu_button,
            "setMyCommands": self._set_my_commands,
            "getMyCommands": lambda form: self._world.commands.get(_commands_for(form), []),
        }

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def call(self, name: str, form: Form) -> Any:
        """Carry out a method and return its result. Raises Refusal."""
        with self._world.lock:
            for upload in form.files.values():
                if len(upload.data) > self._world.limits.upload_bytes:
                    raise Refusal(413, "Request Entity Too Large")
            result = self._by_name[name](form)
            self._world.changed()
            return result

    # --- sending ------------------------------------------------------------------------------------------

    def _get_me(self, form: Form) -> Json:
        capabilities = {
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        return self._world.bot.as_json() | capabilities

    def _send_message(self, form: Form) -> Json:
        chat = self._open_chat(form)
        text = self._text(form)
        keyboard = self._keyboard(chat, form)
        if "reply_markup" in form.fields:
            chat.keyboard = reply_keyboard(chat, _json(form, "reply_markup"))
        message = self._world.add_message(
            chat,
            self._world.bot,
            text=text,
            keyboard=keyboard,
            reply_to=self._reply_to(form, chat),
        )
        return chat.message_json(message)

    def _send_file(self, form: Form, kind: str) -> Json:
        chat = self._open_chat(form)
        about: Json = {
            key: form.fields[key] for key in ("title", "performer", "duration") if key in form.fields
        }
        file = self._file(kind, form, form.fields.get(kind, kind), about, form.fields.get("thumbnail"))
        message = self._world.add_message(
            chat,
            self._world.bot,
            caption=self._caption(form.fields.get("caption")),
            keyboard=self._keyboard(chat, form),
            file=file,
            reply_to=self._reply_to(form, chat),
        )
        return chat.message_json(message)

    def _send_chat_action(self, form: Form) -> bool:
        chat = self._open_chat(form)
        action = form.fields.get("action", "")
        if action not in CHAT_ACTIONS:
            raise bad_request("wrong parameter action in request")
        self._world.actions.append((chat.chat_id, action))
        return True

    # --- changing what was sent ---------------------------------------------------------------------------

    def _edit_text(self, form: Form) -> Json:
        chat, message = self._editable(form)
        text = self._text(form)
        if message.text is None:
            raise bad_request("there is no text in the message to edit")
        return self._edit(chat, message, text=text, keyboard=self._keyboard(chat, form))

    def _edit_caption(self, form: Form) -> Json:
        chat, message = self._editable(form)
        if message.file is None:
            raise bad_request("there is no caption in the message to edit")
        caption = self._caption(form.fields.get("caption"))
        return self._edit(chat, message, caption=caption, keyboard=self._keyboard(chat, form))

    def _edit_media(self, form: Form) -> Json:
        chat, message = self._editable(form)
        media = _json(form, "media")
        if not isinstance(media, dict) or media.get("type") not in {"audio", "document"}:
            raise bad_request("can't parse media: unsupported media type specified")
        kind = str(media["type"])
        file = self._file(kind, form, str(media.get("media", "")), media, media.get("thumbnail"))
        caption = self._caption(media.get("caption"))
        keyboard = self._keyboard(chat, form)
        return self._edit(chat, message, text=None, caption=caption, file=file, keyboard=keyboard)

    def _edit_reply_markup(self, form: Form) -> Json:
        chat, message = self._editable(form)
        return self._edit(chat, message, keyboard=self._keyboard(chat, form))

    def _edit(self, chat: Chat, message: Message, **changes: Any) -> Json:
        before = message.content()
        after = {"text": message.text, "caption": message.caption, "file": message.file} | changes
        file_id = after["file"].file_id if after["file"] else None
        if before == (after["text"], after["caption"], file_id, after["keyboard"]):
            raise bad_request(NOT_MODIFIED)
        for name, value in changes.items():
            setattr(message, name, value)
        message.extra["edit_date"] = int(time.time())
        message.snapshot()
        return chat.message_json(message)

    def _delete_message(self, form: Form) -> bool:
        chat = self._open_chat(form)
        self._world.delete_message(chat, _integer(form, "message_id"))
        return True

    # --- the rest -----------------------------------------------------------------------------------------

    def _answer_callback_query(self, form: Form) -> bool:
        callback = self._world.callbacks.get(form.fields.get("callback_query_id", ""))
        deadline = self._world.limits.callback_seconds
        if callback is None or time.monotonic() - callback.tapped > deadline:
            raise bad_request(QUERY_TOO_OLD)
        if len(form.fields.get("text", "")) > 200:
            raise bad_request("MESSAGE_TOO_LONG")
        callback.answered = True
        callback.answer = form.fields.get("text")
        return True

    def _get_file(self, form: Form) -> Json:
        file = self._world.files.get(form.fields.get("file_id", ""))
        if file is None or file.expired:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if self._world.limits.disk is None and len(file.data) > self._world.limits.download_bytes:
            raise bad_request("file is too big")
        answer: Json = {"file_id": file.file_id, "file_unique_id": file.file_unique_id}
        if not file.hides_size:
            answer["file_size"] = len(file.data)
        return answer | {"file_path": self._world.link(file)}

    def _set_my_commands(self, form: Form) -> bool:
        commands = _json(form, "commands")
        for command in commands:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(command["description"]) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        self._world.commands[_commands_for(form)] = commands
        return True

    def _set_chat_menu_button(self, form: Form) -> bool:
        button = _json(form, "menu_button")
        if button["type"] == "web_app":
            check_web_app(button["web_app"])
        self._world.menu_button = button
        return True

    # --- parameters -----------------------------------------------------------------------------------------

    def _open_chat(self, form: Form) -> Chat:
        chat = self._world.chat(_integer(form, "chat_id"))
        if chat.blocked:
            raise Refusal(
                403,
                "Forbidden: bot was blocked by the user"
                if chat.is_private
                else "Forbidden: bot was kicked from the supergroup chat",
            )
        return chat

    def _editable(self, form: Form) -> tuple[Chat, Message]:
        chat = self._open_chat(form)
        if "message_id" not in form.fields:
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(_integer(form, "message_id"))
        if message is None:
            raise bad_request("message to edit not found")
        if not message.sender.is_bot:
            raise bad_request("message can't be edited")
        return chat, message

    def _reply_to(self, form: Form, chat: Chat) -> Message | None:
        if "reply_parameters" not in form.fields:
            return None
        reply = _json(form, "reply_parameters")
        message = chat.messages.get(reply.get("message_id"))
        if message is None and not reply.get("allow_sending_without_reply"):
            raise bad_request("message to be replied not found")
        return message

    def _text(self, form: Form) -> str:
        text = form.fields.get("text", "").strip()
        if not text:
            raise bad_request("message text is empty")
        if _characters(text) > self._world.limits.text_characters:
            raise bad_request("message is too long")
        return text

    def _caption(self, caption: str | None) -> str | None:
        if caption and _characters(caption) > self._world.limits.caption_characters:
            raise bad_request("message caption is too long")
        return caption or None

    def _keyboard(self, chat: Chat, form: Form) -> list[list[Json]]:
        if "reply_markup" not in form.fields:
            return []
        return inline_keyboard(chat, _json(form, "reply_markup"), self._world.limits)

    def _file(self, kind: str, form: Form, reference: str, about: Json, thumbnail: str | None) -> StoredFile:
        """A file by file_id, as the part called like its parameter, or by attach://."""
        upload = form.files.get(reference.removeprefix("attach://"))
        if upload is None:
            known = self._world.files.get(reference)
            if known is None or known.expired:
                raise bad_request("wrong file identifier/HTTP URL specified")
            if known.kind != kind:
                raise bad_request(f"can't use file of type {known.kind.title()} as {kind.title()}")
            return known
        if not upload.data:
            raise bad_request("file must be non-empty")
        return self._world.store_file(
            kind,
            upload.data,
            file_name=upload.file_name,
            media_type=upload.media_type,
            duration=int(about["duration"]) if "duration" in about else None,
            title=about.get("title"),
            performer=about.get("performer"),
            thumbnail=self._thumbnail(form, thumbnail),
        )

    def _thumbnail(self, form: Form, reference: str | None) -> bytes | None:
        upload = form.files.get((reference or "thumbnail").removeprefix("attach://"))
        if upload is None:
            return None
        if not _is_thumbnail(upload, self._world.limits.thumbnail_bytes, self._world.limits.thumbnail_side):
            raise bad_request("wrong thumbnail: a JPEG of at most 320x320 and less than 200 kB is needed")
        return upload.data


def _is_thumbnail(upload: Upload, max_bytes: int, max_side: int) -> bool:
    if len(upload.data) >= max_bytes:
        return False
    try:
        with Image.open(BytesIO(upload.data), formats=["JPEG"]) as picture:
            return max(picture.size) <= max_side
    except UnidentifiedImageError:
        return False


def _commands_for(form: Form) -> tuple[str, str]:
    """(scope, language code): whom commands are shown to. Of people and chats none has its own here."""
    scope = _json(form, "scope") if "scope" in form.fields else {"type": "default"}
    if scope.get("type") not in {"default", "all_private_chats", "all_group_chats"}:
        raise bad_request("BOT_COMMAND_SCOPE_INVALID")
    language = form.fields.get("language_code", "")
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    return scope["type"], language


def _characters(text: str) -> int:
    """Telegram counts UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _integer(form: Form, name: str) -> int:
    try:
        return int(form.fields[name])
    except (KeyError, ValueError):
        raise bad_request(f"invalid {name} specified") from None


def _json(form: Form, name: str) -> Any:
    try:
        return json.loads(form.fields[name])
    except (KeyError, ValueError):
        raise bad_request(f"can't parse {name} JSON object") from None
