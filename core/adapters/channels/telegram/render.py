"""A reply in Telegram's terms. Texts are plain: no parse mode, so nothing in a title can become markup."""

from __future__ import annotations

from urllib.parse import urlsplit

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    LinkPreviewOptions,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
    WebAppInfo,
)

from core.adapters.channels.telegram.seal import Seal
from core.config import LOOPBACK
from core.ports import AudioMessage, Page, Reply

MAX_CAPTION = 1024
MAX_CALLBACK_ANSWER = 200


def keyboard(reply: Reply | AudioMessage, chat: str, seal: Seal) -> InlineKeyboardMarkup | None:
    """The buttons under a text or an audio; without any None, which takes away old ones in an edit."""
    rows = [
        [InlineKeyboardButton(button.label, callback_data=seal.close(chat, button.action)) for button in row]
        for row in reply.buttons
    ]
    if isinstance(reply, Reply) and reply.opens is not None and _is_reachable(reply.opens):
        rows.append([_opening(reply.opens, chat)])
    return InlineKeyboardMarkup(rows) if rows else None


def words(reply: Reply) -> str:
    """The reply's text; with the address of its page where Telegram takes no button for that."""
    is_on_button = reply.opens is not None and _is_reachable(reply.opens)
    return reply.text if is_on_button else reply.text_with_link


def _opening(page: Page, chat: str) -> InlineKeyboardButton:
    """Inside Telegram where it can be: such buttons are for private chats and https alone."""
    is_private = not chat.startswith("-")
    if is_private and page.url.startswith("https://"):
        return InlineKeyboardButton(page.label, web_app=WebAppInfo(page.url))
    return InlineKeyboardButton(page.label, url=page.url)


def _is_reachable(page: Page) -> bool:
    """A message with a button to this very machine is refused as a whole."""
    return urlsplit(page.url).hostname not in LOOPBACK


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
