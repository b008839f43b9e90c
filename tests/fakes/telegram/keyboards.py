"""Buttons as the Bot API takes them: under a message, or in place of the person's letters."""

from __future__ import annotations

from typing import Any

from tests.fakes.telegram.model import Chat, Json, Limits, bad_request


def inline_keyboard(markup: Any, limits: Limits) -> list[list[Json]]:
    """The rows under a message. Raises Refusal."""
    rows: list[list[Json]] = markup.get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= limits.callback_data_bytes:
            raise bad_request("BUTTON_DATA_INVALID")
        if data is None and not button.get("url"):
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    return rows


def reply_keyboard(chat: Chat, markup: Any) -> list[list[Json]]:
    """What stands in place of the letters after this message. Raises Refusal."""
    if markup.get("remove_keyboard"):
        return []
    if "keyboard" not in markup:
        return chat.keyboard
    rows: list[list[Json]] = markup["keyboard"]
    for button in (button for row in rows for button in row):
        if button.get("request_contact") and not chat.is_private:
            raise bad_request("phone number can be requested in private chats only")
    return rows
