"""What a messenger holds already: a rendition that was uploaded once is sent again by its reference."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from core.delivery.audio import AudioSource
from core.delivery.models import Delivery, MediaReference


@dataclass(frozen=True)
class ReferenceShelf:
    """The reference of one delivery's audio, at our own account there."""

    delivery: Delivery
    account: str
    audio: AudioSource

    async def find(self, session: AsyncSession) -> str | None:
        found = await session.get(MediaReference, self._key)
        return None if found is None else found.media_ref

    async def remember(self, session: AsyncSession, media_ref: str) -> None:
        statement = insert(MediaReference).values(**self._key, media_ref=media_ref)
        await session.execute(
            statement.on_conflict_do_update(index_elements=list(self._key), set_={"media_ref": media_ref})
        )

    async def forget(self, session: AsyncSession) -> None:
        await session.execute(delete(MediaReference).filter_by(**self._key))

    @property
    def _key(self) -> dict[str, object]:
        return {
            "channel": self.delivery.channel,
            "account": self.account,
            "rendition_id": self.delivery.rendition_id,
            "song_id": self.audio.song_id,
        }
