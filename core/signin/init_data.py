"""What Telegram tells a Mini App about who opened it, signed with the bot's token.

Telegram, "Validating data received via the Mini App" (core.telegram.org/bots/webapps): the decoded pairs
without `hash`, sorted and joined by newlines, under HMAC-SHA256 whose key is the token's under "WebAppData".
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import parse_qsl

from core.errors import MiniAppNotBelieved
from core.signing import same_secret

FRESH_SECONDS = 3600.0
"""How long after the app was opened its word is taken."""
CLOCKS_APART = 60.0
LONGEST = 8192
"""Characters; Telegram's have some hundreds."""
_MOST_FIELDS = 32


@dataclass(frozen=True)
class MiniAppUser:
    """Who opened the app."""

    id: int
    name: str | None
    language: str | None


def who_opened(init_data: str, bot_token: str, now: float) -> MiniAppUser:
    """The person whom Telegram vouches for, at `now` (Unix seconds).

    Raises MiniAppNotBelieved for what is forged, stale, of another bot, or about nobody.
    """
    fields = _fields(init_data)
    shown = fields.pop("hash", "")
    if not same_secret(shown, _signature(fields, bot_token)):
        raise MiniAppNotBelieved("a wrong signature")
    try:
        opened_at = int(fields["auth_date"])
        user = json.loads(fields["user"])
        person = MiniAppUser(_whole(user["id"]), _word(user, "first_name"), _word(user, "language_code"))
    except (KeyError, ValueError, TypeError, RecursionError):
        raise MiniAppNotBelieved("signed, but about nobody") from None
    if not now - FRESH_SECONDS <= opened_at <= now + CLOCKS_APART:
        raise MiniAppNotBelieved("too old")
    return person


def _fields(init_data: str) -> dict[str, str]:
    """The pairs; each name once, or it would not be clear which one was meant."""
    try:
        if len(init_data) > LONGEST:
            raise ValueError
        pairs = parse_qsl(
            init_data,
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise MiniAppNotBelieved("no init data") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise MiniAppNotBelieved("a field twice")
    return fields


def _signature(fields: dict[str, str], bot_token: str) -> str:
    text = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    key = hmac.digest(b"WebAppData", bot_token.encode(), hashlib.sha256)
    return hmac.new(key, text.encode(errors="replace"), hashlib.sha256).hexdigest()


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
        raise ValueError
    return value


def _word(user: dict[str, object], name: str) -> str | None:
    value = user.get(name)
    return value if isinstance(value, str) and value else None
