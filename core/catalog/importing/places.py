"""Which files of the operator's may be handed out."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from core.catalog.importing.listed_song import FOLDER
from core.catalog.models import SongSource
from core.db.session import Database


async def folder_of(database: Database, path: str) -> Path | None:
    """The imported folder that a file was found in; None for a file that nobody imported, or that is gone."""
    query = select(SongSource.facts["root"].astext).where(
        SongSource.source == FOLDER, SongSource.external_id == path, SongSource.can_fetch
    )
    async with database.transaction() as session:
        root = (await session.execute(query)).scalar_one_or_none()
    return None if root is None else Path(root)
