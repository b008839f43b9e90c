"""A reply in Telegram's terms. Texts are plain: no parse mode, so nothing in a title can become markup."""

from __future__ import annotations

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from core.ports import AudioMessage, Reply

MAX_CAPTION = 1024
MAX_CALLBACK_ANSWER = 200


def keyboard(reply: Reply | AudioMessage) -> InlineKeyboardMarkup | None:
    """The buttons under a text or an audio; without any None, which takes away old ones in an edit."""
    if not reply.buttons:
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(button.label, callback_data=button.action) for button in row]
            for row in reply.buttons
        ]
    )


def fit(text: str, limit: int) -> str:
    """The text, cut with an ellipsis to `limit` UTF-16 code units, which is how Telegram counts."""
    units = text.encode("utf-16-le")
    if len(units) <= 2 * limit:
        return text
    return units[: 2 * (limit - 1)].decode("utf-16-le", "ignore") + "…"
