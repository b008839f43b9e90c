"""What people pick from what they searched for: a name means to them what they picked last, and a name that
two people gave a song becomes one of its names."""

from __future__ import annotations

import uuid
from functools import cache
from typing import Any

from sqlalchemy import Select, Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.keys import add_alias
from core.catalog.models import SearchPick, Song
from core.catalog.searching.local_search import search_local
from core.db.base import table_of
from core.db.inside import rows_inside
from core.db.reading import Reader, rows_by
from core.text.fold import fold

LONGEST_NAME = 200
PEOPLE = 2
"""How many have to agree before a name is learnt."""


async def record_pick(session: AsyncSession, user_id: uuid.UUID, query: str, song_id: uuid.UUID) -> None:
    """Remember the person's last word on this name; nothing is remembered of private songs."""
    name = _name(query)
    if not name:
        return
    said = {"of_user": user_id, "of_name": name, "of_song": song_id}
    (noted,) = await rows_inside(session, _noting(), said)
    agree = noted.others + 1 >= PEOPLE
    if noted.is_noted and agree and not await _is_found(session, name, song_id):
        await add_alias(session, song_id, name)
        await session.execute(update(Song).where(Song.id == song_id).values(updated_at=func.now()))


@cache
def _noting() -> Select[Any]:
    """Notes the pick, and brings whether it did and how many others picked this song for the name."""
    table, songs = table_of(SearchPick), table_of(Song).c
    name, song = bindparam("of_name", type_=table.c.query.type), bindparam("of_song", type_=Uuid)
    user = bindparam("of_user", type_=Uuid)
    picked = select(user, name, songs.id).where(songs.id == song, songs.is_private.is_(False))
    statement = insert(table).from_select(["user_id", "query", "song_id"], picked, include_defaults=False)
    latest = {"song_id": statement.excluded.song_id, "picked_at": func.now()}
    noted = (
        statement.on_conflict_do_update(index_elements=["user_id", "query"], set_=latest)
        .returning(table.c.song_id)
        .cte("noted")
    )
    others = select(func.count()).where(
        table.c.query == name, table.c.song_id == song, table.c.user_id != user
    )
    return select(
        select(noted.c.song_id).exists().label("is_noted"), others.scalar_subquery().label("others")
    )


async def picked_by(reader: Reader, user_id: uuid.UUID, query: str) -> uuid.UUID | None:
    """The song that the person last picked for this name."""
    rows = await rows_by(reader, _picked(), {"of_user": user_id, "of_name": _name(query)})
    return rows[0].song_id if rows else None


@cache
def _picked() -> Select[Any]:
    picks, songs = table_of(SearchPick).c, table_of(Song).c
    return (
        select(picks.song_id)
        .join(table_of(Song), songs.id == picks.song_id)
        .where(
            picks.user_id == bindparam("of_user"),
            picks.query == bindparam("of_name"),
            songs.is_private.is_(False),
        )
    )


async def _is_found(session: AsyncSession, name: str, song_id: uuid.UUID) -> bool:
    """Whether the search puts the song first by itself."""
    answer = await search_local(session, name, limit=1)
    return bool(answer.hits) and answer.hits[0].song_id == song_id


def _name(query: str) -> str:
    return fold(query)[:LONGEST_NAME]
