"""What is done with a person's library: songs come into it, are saved, played, and made instrumentals of."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.changes import Change, changed
from core.db.lease import seconds_from_now
from core.library.models import CountedPlay, LibraryEntry

PLAYS_SECONDS = 30 * 86_400.0
"""How long a client may keep plays before it tells of them."""


async def entry_of(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> LibraryEntry:
    """The song's place in the person's library; made, not saved, when it is not there yet."""
    statement = insert(LibraryEntry).values(id=uuid.uuid4(), user_id=user_id, song_id=song_id)
    statement = statement.on_conflict_do_nothing(index_elements=["user_id", "song_id"])
    if (await session.execute(statement.returning(LibraryEntry.id))).scalar_one_or_none() is not None:
        changed(session, Change.LIBRARY, user_id)
    query = select(LibraryEntry).where(LibraryEntry.user_id == user_id, LibraryEntry.song_id == song_id)
    return (await session.execute(query)).scalar_one()


async def save_song(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> bool:
    """Keep a song, which the person may see, on purpose; False where it was kept already."""
    entry = await entry_of(session, user_id, song_id)
    was_saved, entry.saved = entry.saved, True
    await session.flush()
    changed(session, Change.LIBRARY, user_id)
    return not was_saved


async def unsave_song(session: AsyncSession, user_id: uuid.UUID, song_id: uuid.UUID) -> bool:
    """No longer keep a song on purpose; False where it was not kept."""
    kept = (LibraryEntry.user_id == user_id) & (LibraryEntry.song_id == song_id) & LibraryEntry.saved
    statement = update(LibraryEntry).where(kept).values(saved=False).returning(LibraryEntry.id)
    changed(session, Change.LIBRARY, user_id)
    return (await session.execute(statement)).scalar_one_or_none() is not None


async def note_play(
    session: AsyncSession,
    user_id: uuid.UUID,
    song_id: uuid.UUID,
    *,
    play_id: uuid.UUID | None = None,
    at: datetime | None = None,
) -> bool:
    """The person hears the song, or heard it `at` some time: from now on it is in their library.

    A play that has a name counts once; False where it was counted before.
    """
    entry = await entry_of(session, user_id, song_id)
    if play_id is not None and not await _is_new_play(session, user_id, play_id):
        return False
    heard_at = func.now() if at is None else func.least(func.now(), at)
    entry.play_count = LibraryEntry.play_count + 1
    entry.last_played_at = func.greatest(LibraryEntry.last_played_at, heard_at)
    await session.flush()
    changed(session, Change.LIBRARY, user_id)
    return True


async def forget_old_plays(session: AsyncSession) -> None:
    """The names of plays that nobody will tell of again."""
    is_old = CountedPlay.counted_at < seconds_from_now(-PLAYS_SECONDS)
    await session.execute(delete(CountedPlay).where(is_old))


async def _is_new_play(session: AsyncSession, user_id: uuid.UUID, play_id: uuid.UUID) -> bool:
    statement = insert(CountedPlay).values(user_id=user_id, play_id=play_id).on_conflict_do_nothing()
    return (await session.execute(statement.returning(CountedPlay.play_id))).scalar_one_or_none() is not None


async def set_instrumental_status(
    session: AsyncSession, entry_ids: Collection[uuid.UUID], status: str, url: str | None = None
) -> None:
    """Show how the newest conversion of these entries stands; an instrumental once made stays known."""
    if not entry_ids:
        return
    values: dict[str, object] = {"instrumental_status": status}
    if url is not None:
        values |= {"instrumental_url": url, "has_instrumental": True}
    await session.execute(update(LibraryEntry).where(LibraryEntry.id.in_(entry_ids)).values(**values))
