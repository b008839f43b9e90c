"""A reply in Telegram's terms. Texts are plain: no parse mode, so nothing in a title can become markup."""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from core.adapters.channels.telegram.seal import Seal
from core.ports import AudioMessage, Reply

MAX_CAPTION = 1024
MAX_CALLBACK_ANSWER = 200


def keyboard(reply: Reply | AudioMessage, chat: str, seal: Seal) -> InlineKeyboardMarkup | None:
    """The buttons under a text or an audio; without any None, which takes away old ones in an edit."""
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(button.label, callback_data=seal.close(chat, button.action))
                for button in row
            ]
            for row in reply.buttons
        ]
    )


def asking(reply: Reply) -> ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """The button that sends the person's own number, in place of their letters, or its end."""
    if reply.contact_button is not None:
        button = KeyboardButton(reply.contact_button, request_contact=True)
        return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)
    return ReplyKeyboardRemove() if reply.ends_asking else None


def replying(reply: Reply) -> ReplyParameters | None:
    """What the message replies to; it comes all the same when that has been deleted meanwhile."""
    if reply.answers is None:
        return None
    return ReplyParameters(int(reply.answers), allow_sending_without_reply=True)


def preview(reply: Reply) -> LinkPreviewOptions:
    """The reply's picture, which Telegram fetches itself; of the links in the text none is shown large."""
    if reply.picture_url is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=reply.picture_url, prefer_small_media=True, show_above_text=True)


def fit(text: str, limit: int) -> str:
    """The text, cut with an ellipsis to `limit` UTF-16 code units, which is how Telegram counts."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return text
    return units[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"
