"""Choices by number, where a channel has no buttons: what is shown as "2. Fast" is chosen by "2".

Digits of every script work, and so does the choice's own label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from core.chat.messages import Incoming
from core.chat.plain import plain
from core.db.base import table_of, word
from core.db.inside import rows_inside
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.delivery.outbox import from_json
from core.ports import Button, Capabilities, Reply

_deliveries = table_of(Delivery).c
GOOD_FOR = 24 * 3600.0
"""Seconds for which a number means a choice that was shown."""
LATELY, FEW = 3600.0, 5
"""Seconds and messages for which a number means a row that was shown, where nobody remembers the list."""
LONGEST_NUMBER = 3
_AROUND = ".,:;)(]['\"#*_\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"
"""What people and keyboards put around a number: `2.`, `(2)`, `#2`, the keycap emoji."""
_ENDS = " .!।۔"
_COMMA = re.compile("[,،]")
_ROW = re.compile(r"([0-9]{1,2})\. (.+)")


def choices_of(reply: Reply) -> list[Button]:
    """The choices in the order of their numbers, from 1."""
    return [button for row in reply.buttons for button in row]


async def choose(session: AsyncSession, incoming: Incoming, capabilities: Capabilities) -> Incoming:
    """The incoming with the action that its text chooses, where it does."""
    if capabilities.buttons or incoming.text is None or incoming.action or incoming.attachment:
        return incoming
    number = number_in(incoming.text)
    if number is None and len(incoming.text) > 100:
        return incoming
    shown = await _shown_last(session, incoming)
    if number is not None:
        chosen = _by_number(shown, number)
    else:
        chosen = (
            _by_label(shown, incoming.text)
            or _by_row(shown, incoming.text)
            or _by_answer(shown, incoming.text)
        )
    return incoming if chosen is None else replace(incoming, action=chosen.action)


async def answered_row(
    session: AsyncSession, incoming: Incoming, capabilities: Capabilities, number: int
) -> str | None:
    """The action behind this number in the message of ours that the person answers to, where they do and it
    has such."""
    shown = await _answered(session, incoming) or []
    button = _by_own_number(shown, number) if capabilities.buttons else _by_number(shown, number)
    return None if button is None else button.action


async def lately_shown_row(session: AsyncSession, incoming: Incoming, number: int) -> str | None:
    """The same in the messages with numbered buttons that this chat saw last, the newest first."""
    recent = await rows_inside(session, _recent(LATELY, FEW), _place(incoming))
    shown = [choices_of(from_json(row.reply)) for row in recent]
    found = (_by_own_number(buttons, number) for buttons in shown)
    return next((button.action for button in found if button is not None), None)


def number_in(text: str) -> int | None:
    """The number that a text is and nothing else, in the digits of any script: `2`, `२.`, `௨`, `(২)`."""
    digits = "".join(plain(text).split()).strip(_AROUND)
    if not 1 <= len(digits) <= LONGEST_NUMBER:
        return None
    values = [unicodedata.decimal(digit, None) for digit in digits]
    if any(value is None for value in values):
        return None
    return int("".join(str(value) for value in values))


def _by_number(shown: Sequence[Button], number: int) -> Button | None:
    return shown[number - 1] if 1 <= number <= len(shown) else None


def _by_own_number(shown: Sequence[Button], number: int) -> Button | None:
    """Where buttons bear the numbers of rows in the text: `2`, `2. Monsoon`."""
    return next((button for button in shown if button.label.partition(".")[0] == str(number)), None)


def _by_label(shown: Sequence[Button], text: str) -> Button | None:
    wanted = plain(text)
    return next((button for button in shown if plain(button.label) == wanted), None)


def _by_row(shown: Sequence[Button], text: str) -> Button | None:
    """By a row of a list, `2. Tum Hi Ho…`: the number with what the label begins with."""
    row = _ROW.fullmatch(" ".join(text.casefold().split()))
    chosen = _by_number(shown, int(row[1])) if row else None
    if row is None or chosen is None:
        return None
    label = " ".join(chosen.label.casefold().split())
    return chosen if label.startswith(row[2].rstrip("…").rstrip()) else None


def _by_answer(shown: Sequence[Button], text: str) -> Button | None:
    """`No` for `No, keep it`: what stands before a label's comma, where one choice alone begins so."""
    wanted = plain(text).rstrip(_ENDS)
    named = [button for button in shown if plain(_COMMA.split(button.label)[0]) == wanted]
    return named[0] if len(named) == 1 else None


async def _shown_last(session: AsyncSession, incoming: Incoming) -> list[Button]:
    """The choices of the message that is answered, else of the last one that has any."""
    answered = await _answered(session, incoming)
    if answered is not None:
        return answered
    rows = await rows_inside(session, _recent(GOOD_FOR, 1), _place(incoming))
    return choices_of(from_json(rows[0].reply)) if rows else []


async def _answered(session: AsyncSession, incoming: Incoming) -> list[Button] | None:
    """The choices of the message of ours that is answered; None where none is, or it has none."""
    if incoming.answers_ref is None:
        return None
    rows = await rows_inside(session, _of_ref(), {**_place(incoming), "of_ref": incoming.answers_ref})
    return choices_of(from_json(rows[0].reply)) if rows else None


def _place(incoming: Incoming) -> dict[str, str]:
    return {"of_channel": incoming.channel, "of_chat": incoming.chat}


@cache
def _recent(seconds: float, most: int) -> Select[Any]:
    return _with_choices().where(_deliveries.created_at > seconds_from_now(-seconds)).limit(most)


@cache
def _of_ref() -> Select[Any]:
    return _with_choices().where(_deliveries.message_ref == bindparam("of_ref")).limit(1)


def _with_choices() -> Select[Any]:
    """The texts of the chat `of_chat` of `of_channel` that have choices, the newest first."""
    return (
        select(_deliveries.reply)
        .where(
            _deliveries.channel == bindparam("of_channel"),
            _deliveries.chat == bindparam("of_chat"),
            _deliveries.status.in_((word("sent"), word("uncertain"))),
            _deliveries.reply["buttons"][0].is_not(None),
        )
        .order_by(_deliveries.number.desc())
    )
