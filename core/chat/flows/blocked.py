"""Somebody whom the operator has blocked: they are told so once a day, and may still have everything that is
theirs deleted."""

from __future__ import annotations

from datetime import UTC, datetime

from core.chat.actions import Forget, parse_action
from core.chat.flows import account
from core.chat.turn import Turn
from core.chat.vocabulary import Word
from core.errors import AccountBlocked


async def answer(turn: Turn, command: str) -> None:
    """To anything they say, of which `command` is the command where it is one. Among other people nothing is
    said."""
    if not turn.is_private:
        return
    action = None if turn.incoming.action is None else parse_action(turn.incoming.action)
    if isinstance(action, Forget):
        await account.answered(turn, action.action)
    elif action is None and command == Word.DELETE:
        await account.ask_first(turn)
    else:
        day = datetime.now(UTC).date().isoformat()
        await turn.say_once(f"blocked:{turn.user_id}:{day}", AccountBlocked().message_key)
