"""Telegram, through its Bot API (https://core.telegram.org/bots/api)."""

from core.adapters.channels.telegram.channel import TelegramChannel

__all__ = ["TelegramChannel"]
