"""What a transaction changed of what people look at, to be told to their open screens when it has committed.

A note carries no data and may be lost: whoever hears of it looks at the rows.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession


class Change(StrEnum):
    """What of a person's may look different now."""

    JOBS = "jobs"
    LIBRARY = "library"
    """Songs, plays and playlists."""
    SESSIONS = "sessions"
    """Some of them ended, or belong to another account."""


Changes = Mapping[Change, set[uuid.UUID]]
"""For each kind the people (user ids) it concerns."""

_NOTES = "changes of what people look at"


def changed(session: AsyncSession, change: Change, *user_ids: uuid.UUID) -> None:
    """Tell these people's screens when this transaction commits; not at all when it does not."""
    notes: dict[Change, set[uuid.UUID]] = session.info.setdefault(_NOTES, {})
    notes.setdefault(change, set()).update(user_ids)


def changes_of(session: AsyncSession) -> Changes:
    """All that was noted in this transaction."""
    notes: Changes = session.info.get(_NOTES, {})
    return notes
