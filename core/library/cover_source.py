"""Where the cover of a song comes from, for those who may see the song."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.catalog.models import AudioAsset, Song
from core.catalog.showing import views_of
from core.errors import NotFound
from core.library.models import LibraryEntry


@dataclass(frozen=True)
class CoverSource:
    """One of both is there."""

    is_private: bool
    sha256: str | None = None
    """A stored picture that came inside the recording."""
    url: str | None = None
    """Where a source that lists the song keeps one."""


async def cover_source(
    session: AsyncSession, user_id: uuid.UUID | None, song_id: uuid.UUID, labels: Mapping[str, str]
) -> CoverSource:
    """Raises NotFound where there is no cover, and for songs that the person may not see; `user_id` is None
    for somebody who is not signed in."""
    query = (
        select(Song.is_private, AudioAsset.cover_sha256, LibraryEntry.id)
        .outerjoin(AudioAsset, AudioAsset.id == Song.asset_id)
        .outerjoin(LibraryEntry, (LibraryEntry.song_id == Song.id) & (LibraryEntry.user_id == user_id))
        .where(Song.id == song_id)
    )
    row = (await session.execute(query)).one_or_none()
    if row is None or (row.is_private and row.id is None):
        raise NotFound(f"{song_id} is no song for this person")
    if row.is_private:
        return _found(CoverSource(is_private=True, sha256=row.cover_sha256))
    (view,) = await views_of(session, [song_id], labels)
    if view.thumbnail_url is not None:
        return CoverSource(is_private=False, url=view.thumbnail_url)
    return _found(CoverSource(is_private=False, sha256=row.cover_sha256 if view.can_fetch else None))


def _found(source: CoverSource) -> CoverSource:
    if source.sha256 is None:
        raise NotFound("no cover is known")
    return source
