"""A reply as content with buttons or a list, where it fits: what stands for each variable of a template."""

from __future__ import annotations

import json
from dataclasses import dataclass

from core.adapters.channels.whatsapp.templates import (
    LONGEST_BODY,
    LONGEST_DESCRIPTION,
    LONGEST_ID,
    LONGEST_ITEM,
    LONGEST_TITLE,
    MOST_BUTTONS,
    MOST_ROWS,
    Row,
    Variables,
    body,
    buttons_name,
    buttons_of,
    list_name,
    list_of,
)
from core.chat.choices import choices_of
from core.ports import Button, Reply

MOST_LINES = 5
"""A longer text reads better as the lines it is."""
ROOM_FOR_ITEM = LONGEST_ITEM - len("10. ")
_SEPARATORS = (" — ", " · ")
_ENDS = tuple(".!?:…।؟۔")
_BETWEEN = " · "
_CUT = "…"


@dataclass(frozen=True)
class Filled:
    """A template's name, and the variables that make it a message."""

    name: str
    variables: dict[str, str]
    body: str
    """Its words as people see them."""

    @property
    def as_json(self) -> str:
        """`ContentVariables`; escaped, since an apostrophe in it was refused at times (21656)."""
        return json.dumps(self.variables).replace("'", "\\u0027")


def filled(reply: Reply) -> Filled | None:
    """The reply as content; None where it has no choices or exceeds a limit."""
    choices = choices_of(reply)
    heads = _heads(reply.text_with_link)
    if not choices or heads is None or not _are_distinct(choices):
        return None
    rows = [_row(choice, heads[0]) for choice in choices]
    variables = Variables()
    if len(rows) <= MOST_BUTTONS and all(_length(row.label) <= LONGEST_TITLE for row in rows):
        name = buttons_name(len(rows), len(heads))
        buttons_of(heads, rows, variables)
    elif len(rows) <= MOST_ROWS:
        name = list_name(len(rows), len(heads))
        list_of(heads, rows, variables)
    else:
        return None
    words = body(heads, [row.label for row in rows])
    return Filled(name, variables.values, words) if _length(words) <= LONGEST_BODY else None


def _heads(text: str) -> list[str] | None:
    """The text in one line or two: the first, and all that follows. None for a text of many lines."""
    lines = [line for line in map(one_line, text.splitlines()) if line]
    if len(lines) > MOST_LINES:
        return None
    first, *rest = lines or [_CUT]
    return [first, _joined(rest)] if rest else [first]


def one_line(text: str) -> str:
    """Without line breaks, tabs and runs of spaces, which no variable may hold."""
    return " ".join(text.split())


def _joined(lines: list[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text += (" " if text.endswith(_ENDS) else _BETWEEN) + line
    return text


def _are_distinct(choices: list[Button]) -> bool:
    """Whether each can be told from the others when it is tapped."""
    labels, actions = {one_line(choice.label) for choice in choices}, {choice.action for choice in choices}
    are_short = all(0 < len(choice.action) <= LONGEST_ID for choice in choices)
    return len(labels) == len(actions) == len(choices) and are_short and "" not in labels


def _row(choice: Button, head: str) -> Row:
    """A choice as a row of a list: what it begins with, and below it what that leaves out."""
    label = one_line(choice.label)
    places = [label.find(separator) for separator in _SEPARATORS if separator in label]
    name = label[: min(places)] if places else label
    if _length(name) > ROOM_FOR_ITEM:
        item, below = _shortened(name, ROOM_FOR_ITEM), label
    elif places:
        item, below = name, label[min(places) :].lstrip(" —·")
    else:
        item, below = label, head
    return Row(label, choice.action, item, _shortened(below or label, LONGEST_DESCRIPTION))


def _length(text: str) -> int:
    """In UTF-16 code units: the count that is the larger one wherever two counts differ."""
    return len(text.encode("utf-16-le", "replace")) // 2


def _shortened(text: str, limit: int) -> str:
    if _length(text) <= limit:
        return text
    while _length(text) > limit - len(_CUT):
        text = text[:-1]
    return text.rstrip() + _CUT
