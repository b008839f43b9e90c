"""Rows that people are shown while they type in chats of theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True)
class InlineChoice:
    """A row that a person may put into a chat of theirs, in which we need not be."""

    ref: str
    """Names the choice when it was taken; at most 64 bytes."""
    title: str
    description: str
    text: str
    """What is put into the chat: a text, or the audio's caption."""
    button: str
    """The label of the button under it, which opens a chat with us."""
    start: str
    """What that chat begins with: 1 to 64 of A-Z a-z 0-9 _ -."""
    media_ref: str | None = None
    """Audio that the channel holds: it is put into the chat itself."""
    thumbnail_url: str | None = None


@dataclass(frozen=True)
class InlineAnswer:
    """One page of rows for somebody who types in a chat of theirs."""

    choices: tuple[InlineChoice, ...]
    next_offset: str
    """Comes back with the question for the next page, at most 64 bytes; empty where there is none."""
    keep_seconds: int
    """How long the channel may give this person the same answer by itself."""
    nothing: str | None = None
    """The label of a way into our chat, where there are no rows."""


@runtime_checkable
class AnswersInline(Protocol):
    """A channel whose people can ask us from any chat."""

    account: str

    async def answer_inline(self, query_ref: str, answer: InlineAnswer) -> None:
        """Show the rows; an answer that comes too late is of no consequence, as is any failure."""
