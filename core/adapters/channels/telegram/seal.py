"""What a button carries, sealed: what comes back is ours, and of the chat that it was sent to.

Whoever talks to Telegram with a client of their own can send any callback data for a message of a chat that
they are in. So a tag stands behind the action: the first 6 bytes of an HMAC-SHA256 (RFC 2104) over chat and
action, in URL-safe base64. Six bytes are enough where each guess is a message that counts against a limit.
The key is made of the bot's token, which all processes have and nobody else; a new one voids old buttons.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

TAG_BYTES = 6
TAG_LENGTH = 8
PURPOSE = b"melody: callback data"


class Seal:
    """Of one bot."""

    def __init__(self, token: str) -> None:
        self._key = hmac.digest(token.encode(), PURPOSE, hashlib.sha256)

    def close(self, chat: str, action: str) -> str:
        """Callback data for a button in this chat, `cancel:….Zm9vYmFy`: within Telegram's 64 bytes where the
        action is within MOST_ACTION_BYTES."""
        return f"{action}.{self._tag(chat, action)}"

    def open(self, chat: str, data: str) -> str | None:
        """The action of a tap in this chat; None for what we never sent there."""
        action, _, tag = data.rpartition(".")
        expected = self._tag(chat, action)
        return action if hmac.compare_digest(tag.encode(errors="replace"), expected.encode()) else None

    def _tag(self, chat: str, action: str) -> str:
        message = f"{chat}\n{action}".encode(errors="replace")
        return urlsafe_b64encode(hmac.digest(self._key, message, hashlib.sha256)[:TAG_BYTES]).decode()
