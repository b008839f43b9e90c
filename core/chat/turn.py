"""One turn of a conversation: what a flow knows and how it answers."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.chat.messages import Incoming
from core.chat.texts import Texts
from core.conversion.service import ConversionService
from core.delivery.outbox import Outbox
from core.ports import Button, Capabilities, Reply


@dataclass(frozen=True)
class Turn:
    session: AsyncSession
    incoming: Incoming
    identity: ChannelIdentity
    """With its user."""
    texts: Texts
    outbox: Outbox
    conversion: ConversionService
    engine: str
    """The separation engine that new recipes name."""
    capabilities: Capabilities
    """Of the channel this turn takes place on."""
    max_song_seconds: int

    async def say(self, key: str, *rows: tuple[Button, ...], **params: object) -> None:
        """Answer with a text of the catalogue."""
        await self.outbox.reply(
            self.session,
            channel=self.incoming.channel,
            chat=self.incoming.chat,
            identity_id=self.identity.id,
            reply=Reply(self.texts.say(key, **params), rows),
        )
