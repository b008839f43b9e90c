"""What a transaction changed of what people look at, to be told to their open screens when it has committed.

What is told may be lost, so it is never the truth: that is in the rows.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession


class Change(StrEnum):
    """What of a person's may look different now; whoever hears of it reads the rows."""

    JOBS = "jobs"
    LIBRARY = "library"
    """Songs, plays and playlists."""
    SESSIONS = "sessions"
    """Some of them ended, or belong to another account."""


@dataclass(frozen=True)
class Changes:
    people: dict[Change, set[uuid.UUID]] = field(default_factory=dict)
    """For each kind whom (user ids) it concerns."""
    progress: dict[uuid.UUID, int] = field(default_factory=dict)
    """Renditions that got further, and how far, in per cent. That is all there is to know of them: so they
    are told without a look at who waits, of whom there may be thousands."""


_NOTES = "changes of what people look at"


def changed(session: AsyncSession, change: Change, *user_ids: uuid.UUID) -> None:
    """Tell these people's screens when this transaction commits; not at all when it does not."""
    _notes(session).people.setdefault(change, set()).update(user_ids)


def progressed(session: AsyncSession, rendition_id: uuid.UUID, percent: int) -> None:
    """The same to the screens of whoever waits for a rendition that is being made."""
    _notes(session).progress[rendition_id] = percent


def changes_of(session: AsyncSession) -> Changes | None:
    """All that was noted in this transaction; None where nothing was."""
    notes: Changes | None = session.info.get(_NOTES)
    return notes


def _notes(session: AsyncSession) -> Changes:
    notes: Changes = session.info.setdefault(_NOTES, Changes())
    return notes
