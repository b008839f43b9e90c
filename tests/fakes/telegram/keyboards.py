"""Buttons as the Bot API takes them: under a message, or in place of the person's letters."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from tests.fakes.telegram.model import Chat, Json, Limits, bad_request

NO_HOSTS = {None, "localhost", "127.0.0.1", "::1"}
"""Telegram opens no page on the person's own machine."""


def inline_keyboard(chat: Chat | None, markup: Any, limits: Limits) -> list[list[Json]]:
    """The rows under a message; of an inline result there is no chat yet. Raises Refusal."""
    rows: list[list[Json]] = markup.get("inline_keyboard", [])
    for button in (button for row in rows for button in row):
        if not button.get("text"):
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
        data = button.get("callback_data")
        if data is not None and not 1 <= len(data.encode()) <= limits.callback_data_bytes:
            raise bad_request("BUTTON_DATA_INVALID")
        url, web_app = button.get("url"), button.get("web_app")
        if url is not None and urlsplit(url).hostname in NO_HOSTS:
            raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
        if web_app is not None:
            if chat is None or not chat.is_private:
                raise bad_request("BUTTON_TYPE_INVALID")
            check_web_app(web_app)
        if data is None and not url and web_app is None:
            raise bad_request("can't parse inline keyboard button: Text buttons are unallowed")
    return rows


def check_web_app(web_app: Json) -> None:
    """Raises Refusal."""
    if not web_app["url"].startswith("https://"):
        raise bad_request(
            f"inline keyboard button Web App URL '{web_app['url']}' is invalid: Only HTTPS links are allowed"
        )


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
