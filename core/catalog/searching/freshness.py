"""When the operator's catalogue last changed: answers made before that are made anew."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import Select, func, select

from core.catalog.models import Song
from core.db.base import table_of
from core.db.reading import Reader, rows_by


async def catalogue_stamp(reader: Reader) -> str:
    """The same as long as no song of the catalogue is added or changed."""
    ((newest,),) = await rows_by(reader, _newest(), {})
    return str(newest or "")


@cache
def _newest() -> Select[Any]:
    songs = table_of(Song).c
    return select(func.max(songs.updated_at).label("newest")).where(songs.in_catalogue)
