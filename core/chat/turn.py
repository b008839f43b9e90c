"""One turn of a conversation: what a flow knows and how it answers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.chat.messages import Incoming
from core.chat.pace import Pace
from core.chat.session import ChatSessions
from core.chat.texts import Texts
from core.chat.ways_in import WaysIn
from core.conversion.engines import Engines
from core.conversion.recipe import Recipe
from core.conversion.service import ConversionService
from core.delivery.claimed import Claimed
from core.delivery.in_chat import text_shown
from core.delivery.models import Delivery
from core.delivery.outbox import Outbox, answered_by
from core.errors import MelodyError
from core.ports import Button, Capabilities, Reply

if TYPE_CHECKING:  # the search loads its text tools only where somebody searches
    from core.catalog.searching.search import MusicSearch


@dataclass(frozen=True)
class Turn:
    session: AsyncSession
    incoming: Incoming
    identity: ChannelIdentity
    """With its user."""
    texts: Texts
    outbox: Outbox
    conversion: ConversionService
    music: MusicSearch
    sessions: ChatSessions
    pace: Pace
    ways_in: WaysIn
    engines: Engines
    capabilities: Capabilities
    """Of the channel this turn takes place on."""
    max_song_seconds: int
    default_language: str
    """For whom neither they nor their messenger chose one of ours."""
    player_url: str | None
    """The player's origin; None where there is none, and then nothing speaks of it."""
    show_activity: Callable[[], None]
    """Let the person see that we are at it; does not wait."""
    claimed: list[Claimed] | None = None
    """Takes the answers that this process sends itself once the transaction is through; None: others do."""

    @property
    def engine(self) -> str:
        """The separation engine that new recipes name."""
        return self.engines.chosen().engine

    def engine_again(self, recipe: Recipe) -> str:
        """The engine for one more version of a song: the same as before, where we still have it."""
        return recipe.engine if self.engines.of(recipe.engine) is not None else self.engine

    @property
    def is_private(self) -> bool:
        """Whether only this person reads the chat."""
        return self.incoming.chat == self.incoming.person

    @property
    def user_id(self) -> uuid.UUID:
        return self.identity.user_id

    @property
    def argument(self) -> str:
        """What follows a command, spaces tidied: `/library  arijit singh` -> `arijit singh`."""
        command, *words = (self.incoming.text or "").split() or [""]
        return " ".join(words) if command.startswith("/") else ""

    async def say(self, key: str, *rows: tuple[Button, ...], **params: object) -> None:
        """Answer with a text of the catalogue."""
        await self.show(self.texts.say(key, **params), *rows)

    async def refuse(self, error: MelodyError) -> None:
        """Answer with what the error means."""
        await self.show(self.texts.error(error.code, error.params))

    async def say_once(self, once: str, key: str) -> None:
        """The same, but never a second time for what `once` names."""
        await self.reply(Reply(self.texts.say(key)), once=once)

    async def show(self, text: str, *rows: tuple[Button, ...]) -> None:
        """Answer with a text that is in the person's words already."""
        await self.reply(Reply(text, rows))

    @property
    def answers(self) -> str | None:
        """The message that answers reply to: among many people it shows who asked for what."""
        return None if self.incoming.is_private else self.incoming.message_ref

    async def reply(self, reply: Reply, *, once: str | None = None) -> None:
        await self._put(replace(reply, answers=self.answers), once=once)

    async def say_in_place(self, key: str, *rows: tuple[Button, ...], **params: object) -> None:
        """`show_in_place` with a text of the catalogue."""
        await self.show_in_place(self.texts.say(key, **params), *rows)

    async def show_in_place(self, text: str, *rows: tuple[Button, ...]) -> None:
        """Answer a tap by changing the message that was tapped; by a new one where the channel can't, where
        it was no tap, and where that message was an answer to somebody else."""
        tapped = await self._tapped_message()
        answers = self.answers if tapped is None else answered_by(tapped)
        await self._put(Reply(text, rows, answers), replaces=tapped)

    async def _tapped_message(self) -> Delivery | None:
        tapped_ref = self.incoming.tapped_ref
        if tapped_ref is None or not self.capabilities.edits_text:
            return None
        return await text_shown(
            self.session, self.incoming.channel, self.incoming.chat, tapped_ref, self.identity.id
        )

    async def _put(self, reply: Reply, *, once: str | None = None, replaces: Delivery | None = None) -> None:
        answer: dict[str, Any] = {
            "channel": self.incoming.channel,
            "chat": self.incoming.chat,
            "identity_id": self.identity.id,
            "reply": reply,
            "once": once,
        }
        if self.claimed is None:
            replaces_id = None if replaces is None else replaces.id
            await self.outbox.reply(self.session, replaces_id=replaces_id, **answer)
        elif claimed := await self.outbox.reply_claimed(self.session, replaces=replaces, **answer):
            self.claimed.append(claimed)
