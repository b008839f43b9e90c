"""Rows of inline mode in Telegram's terms. https://core.telegram.org/bots/api#inline-mode"""

from __future__ import annotations

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultCachedAudio,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.helpers import create_deep_linked_url

from core.adapters.channels.telegram.render import MAX_CAPTION, fit
from core.ports import InlineAnswer, InlineChoice

MAX_TEXT = 4096
START = "inline"
"""How the chat begins that is opened where no row was found."""


def result(choice: InlineChoice, username: str) -> InlineQueryResultArticle | InlineQueryResultCachedAudio:
    """Audio that Telegram holds is put into the chat itself, else a card; both open the bot `username`."""
    button = InlineKeyboardButton(choice.button, url=create_deep_linked_url(username, choice.start))
    keyboard = InlineKeyboardMarkup([[button]])
    if choice.media_ref is not None:
        caption = fit(choice.text, MAX_CAPTION) if choice.text else None
        return InlineQueryResultCachedAudio(
            choice.ref, choice.media_ref, caption=caption, reply_markup=keyboard
        )
    return InlineQueryResultArticle(
        choice.ref,
        choice.title,
        InputTextMessageContent(
            fit(choice.text, MAX_TEXT), link_preview_options=LinkPreviewOptions(is_disabled=True)
        ),
        description=choice.description or None,
        reply_markup=keyboard,
        thumbnail_url=choice.thumbnail_url,
    )


def way_in(answer: InlineAnswer) -> InlineQueryResultsButton | None:
    """Above the rows: a chat with the bot, where there are none."""
    return None if answer.nothing is None else InlineQueryResultsButton(answer.nothing, start_parameter=START)
