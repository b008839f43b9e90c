"""Objects that nobody speaks of: what is left where a process died between storing a file and naming it.

The store knows nothing of rows, and the database nothing of files that were never named, so no single moment
decides. Somebody may be about to name an object just now, the very bytes that lay there for weeks included:
content is its own name, and who puts it again gets the same object. Therefore

- an object counts only when it was last put a day ago: putting makes it young, and no work takes a day;
- it is set aside, not deleted. Where a row comes to name it after all, it is back at the next look, ten
  minutes later at most; only after another day it is gone for good;
- columns that name objects are read from the database itself: a newer version may have more of them.

Where many objects are nobody's, the database is rather another studio's than they are orphans: then nothing
is touched, and the operator is told.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence

from redis.asyncio import Redis
from sqlalchemy import String, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncSession

from core.db.session import Database
from core.ports import AgedObject, ObjectStore

logger = logging.getLogger(__name__)

OLD = 86_400.0
"""Seconds since an object was last put. No task or upload takes longer than an hour until it names it."""
ASIDE_FOR = 86_400.0
MOST_AT_ONCE = 1_000
"""Objects that one look takes; the next goes on behind them."""
MOST_ASIDE = 1_000
"""So that each look sees all of it."""
FEW, SHARE = 5, 0.1
"""So many of them, or such a part, may be orphans; more than that no crashes leave behind."""
PLACE = "melody:orphans:1"
"""Where in the store the next look begins; it may get lost."""

_NAMING_COLUMNS = text("""
    SELECT quote_ident(table_name) AS of_table, quote_ident(column_name) AS of_column
    FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name LIKE '%sha256' AND data_type = 'character varying'
""")
"""Ours end so (core.backup.saving relies on it too)."""


async def collect_orphans(database: Database, store: ObjectStore, redis: Redis) -> None:
    """One look at what was set aside, and at the next part of the store where that is not too much by now."""
    aside = await store.aside(MOST_ASIDE)
    await _decide(database, store, aside)
    if len(aside) < MOST_ASIDE:
        await _look_further(database, store, redis)


async def _decide(database: Database, store: ObjectStore, aside: Sequence[AgedObject]) -> None:
    """Bring back what is named by now, and let go what was not for long."""
    named = await _named(database, aside)
    for item in aside:
        if item.sha256 in named:
            logger.warning("object %s is needed after all: it is back", item.sha256)
            await store.bring_back(item.sha256)
        elif item.age > ASIDE_FOR:
            await store.discard(item.sha256)


async def _look_further(database: Database, store: ObjectStore, redis: Redis) -> None:
    found = await store.aged(await _place(redis), MOST_AT_ONCE)
    # What fails below is seen again at the next round.
    await redis.set(PLACE, found[-1].sha256 if found else "")
    old = [item for item in found if item.age > OLD]
    named = await _named(database, old)
    orphans = [item.sha256 for item in old if item.sha256 not in named]
    if len(orphans) > max(FEW, SHARE * len(found)):
        logger.error(
            "%d of %d objects belong to nobody in this database: they are left alone. "
            "Is this the storage of another studio?",
            len(orphans),
            len(found),
        )
        return
    for sha256 in orphans:
        await store.set_aside(sha256)
    if orphans:
        logger.info("set %d objects aside that nobody speaks of", len(orphans))


async def _place(redis: Redis) -> str:
    place = await redis.get(PLACE)
    return place.decode() if isinstance(place, bytes) else place or ""


async def _named(database: Database, objects: Collection[AgedObject]) -> set[str]:
    """Those of the objects that rows speak of."""
    if not objects:
        return set()
    async with database.transaction() as session:
        query = await _naming(session)
        names = bindparam("names", [item.sha256 for item in objects], type_=ARRAY(String))
        return set((await session.execute(text(query).bindparams(names))).scalars())


async def _naming(session: AsyncSession) -> str:
    columns = (await session.execute(_NAMING_COLUMNS)).all()
    return " UNION ".join(
        f"SELECT {column} FROM {table} WHERE {column} = ANY(:names)" for table, column in columns
    )
