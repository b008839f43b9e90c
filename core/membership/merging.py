"""Making one account of two: everything of both is kept.

The one that is older stays; one that has proved a phone number stays before one that has not. What both say,
such as the language, is what the one that stays says.
"""

from __future__ import annotations

import uuid

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from core.accounts.models import ChannelIdentity, RememberedAnswer, User
from core.catalog.models import SearchPick
from core.conversion.models import ConversionJob, SongCharge
from core.db.changes import Change, changed
from core.errors import NotFound
from core.library.models import CountedPlay, LibraryEntry, Playlist
from core.push.models import PushSubscription
from core.signin.models import SignInSession

INSTRUMENTAL_RANK = ("none", "failed", "pending", "processing", "completed")


async def merge(session: AsyncSession, one: uuid.UUID, another: uuid.UUID) -> uuid.UUID:
    """Both users become one; returns the id that stays. Nothing happens where they are one already.

    Raises NotFound where one of them has just gone, such as into a third account.
    """
    if one == another:
        return one
    query = select(User).where(User.id.in_([one, another])).order_by(User.id).with_for_update()
    users = list((await session.execute(query)).scalars())
    if len(users) < 2:
        raise NotFound("one of the accounts is gone")
    kept, gone = sorted(users, key=lambda user: (user.phone_number is None, user.created_at, user.id))
    await _merge_library(session, kept.id, gone.id)
    await _move(session, ConversionJob, kept.id, gone.id)
    await _move(session, Playlist, kept.id, gone.id)
    await _merge_picks(session, kept.id, gone.id)
    await _move_unless_there(session, CountedPlay, "play_id", kept.id, gone.id)
    await _move_unless_there(session, RememberedAnswer, "key", kept.id, gone.id)
    await _move(session, ChannelIdentity, kept.id, gone.id)
    await _move(session, SignInSession, kept.id, gone.id)
    await _move(session, PushSubscription, kept.id, gone.id)
    await _move(session, SongCharge, kept.id, gone.id)
    _keep_orders(kept, gone)
    kept.preferences = {**gone.preferences, **kept.preferences}
    kept.name = kept.name or gone.name
    kept.avatar_url = kept.avatar_url or gone.avatar_url
    await session.flush()
    await session.execute(delete(User).where(User.id == gone.id))
    changed(session, Change.SESSIONS, gone.id)
    changed(session, Change.LIBRARY, kept.id)
    changed(session, Change.JOBS, kept.id)
    return kept.id


def _keep_orders(kept: User, gone: User) -> None:
    """What the operator said of one of them holds for both: nobody comes in again by another account."""
    blocked = [user.blocked_at for user in (kept, gone) if user.blocked_at is not None]
    kept.blocked_at = min(blocked, default=None)
    if kept.songs_a_day is None:
        kept.songs_a_day = gone.songs_a_day


async def _move(
    session: AsyncSession,
    model: type[ConversionJob | ChannelIdentity | Playlist | PushSubscription | SignInSession | SongCharge],
    kept: uuid.UUID,
    gone: uuid.UUID,
) -> None:
    statement = update(model).where(model.user_id == gone).values(user_id=kept)
    await session.execute(statement.execution_options(synchronize_session="fetch"))


async def _move_unless_there(
    session: AsyncSession,
    model: type[CountedPlay | RememberedAnswer],
    name: str,
    kept: uuid.UUID,
    gone: uuid.UUID,
) -> None:
    """Rows that a person has one of a name; what both have stays with the one that goes."""
    mine = aliased(model)
    same = select(mine.user_id).where(mine.user_id == kept, getattr(mine, name) == getattr(model, name))
    statement = update(model).where(model.user_id == gone, ~same.exists()).values(user_id=kept)
    await session.execute(statement.execution_options(synchronize_session=False))


async def _merge_library(session: AsyncSession, kept: uuid.UUID, gone: uuid.UUID) -> None:
    """Songs that only one has move; of songs that both have, the entries become one."""
    query = select(LibraryEntry).where(LibraryEntry.user_id.in_([kept, gone])).with_for_update()
    entries = list((await session.execute(query)).scalars())
    mine = {entry.song_id: entry for entry in entries if entry.user_id == kept}
    for entry in entries:
        if entry.user_id != gone:
            continue
        same = mine.get(entry.song_id)
        if same is None:
            entry.user_id = kept
            continue
        _add_up(same, entry)
        await session.flush()
        await session.execute(
            update(ConversionJob).where(ConversionJob.library_id == entry.id).values(library_id=same.id)
        )
        await session.delete(entry)
    await session.flush()


def _add_up(kept: LibraryEntry, gone: LibraryEntry) -> None:
    kept.added_at = min(kept.added_at, gone.added_at)
    kept.play_count += gone.play_count
    kept.last_played_at = max(filter(None, (kept.last_played_at, gone.last_played_at)), default=None)
    kept.saved = kept.saved or gone.saved
    kept.has_instrumental = kept.has_instrumental or gone.has_instrumental
    kept.instrumental_url = kept.instrumental_url or gone.instrumental_url
    kept.instrumental_status = max(
        kept.instrumental_status, gone.instrumental_status, key=INSTRUMENTAL_RANK.index
    )


async def _merge_picks(session: AsyncSession, kept: uuid.UUID, gone: uuid.UUID) -> None:
    """For a name that meant something to both, the later word counts."""
    theirs = select(literal(kept), SearchPick.query, SearchPick.song_id, SearchPick.picked_at).where(
        SearchPick.user_id == gone
    )
    columns = ["user_id", "query", "song_id", "picked_at"]
    statement = insert(SearchPick).from_select(columns, theirs)
    statement = statement.on_conflict_do_update(
        index_elements=["user_id", "query"],
        set_={
            "song_id": statement.excluded.song_id,
            "picked_at": func.greatest(SearchPick.picked_at, statement.excluded.picked_at),
        },
        where=SearchPick.picked_at < statement.excluded.picked_at,
    )
    await session.execute(statement)
