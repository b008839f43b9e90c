"""What we answer to what a person does: the same on every channel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.service import ChatAccount, identity_of, mark_blocked
from core.chat.bidi import without_marks
from core.chat.choices import choose
from core.chat.flows import (
    account,
    basics,
    blocked,
    buttons,
    contact,
    group,
    jobs,
    library,
    link,
    linking,
    player,
    playlists,
    recording,
    rows,
    search,
    settings,
    several,
    spoken,
    uncertain,
)
from core.chat.messages import Incoming
from core.chat.pace import OLD_MESSAGES, REMINDERS, Pace
from core.chat.session import ChatSessions
from core.chat.status import texts_for
from core.chat.turn import Turn
from core.chat.vocabulary import Word
from core.chat.ways_in import WaysIn
from core.chat.words import meaning
from core.conversion.engines import Engines
from core.conversion.service import ConversionService
from core.delivery.claimed import Claimed
from core.delivery.gathering import end_gathering
from core.delivery.in_chat import left_over, release_held
from core.delivery.outbox import Outbox
from core.ports import Channel

if TYPE_CHECKING:
    from core.catalog.searching.search import MusicSearch

AT_ONCE = 0.4
"""Seconds within which an answer needs no sign that it is on its way."""
LONGEST_AGO = timedelta(days=1)
"""What was said before that is asked for again rather than done."""
COMMANDS = {
    "start": link.start,
    "help": basics.help_,
    "song": search.named,
    "quality": basics.offer_quality,
    "phone": contact.ask,
    "library": library.open_,
    "history": jobs.history,
    "queue": jobs.queue,
    "settings": settings.show,
    "language": settings.language,
    "playlist": playlists.open_,
    "playlists": playlists.open_,
    "link": linking.start,
    "open": player.open_,
    "privacy": account.privacy,
    "delete": account.ask_first,
}


class Conversation:
    def __init__(
        self,
        *,
        channels: Mapping[str, Channel],
        outbox: Outbox,
        conversion: ConversionService,
        music: MusicSearch,
        sessions: ChatSessions,
        pace: Pace,
        engines: Engines,
        max_song_seconds: int,
        default_language: str,
        player_url: str | None = None,
    ) -> None:
        """`player_url`: the player's origin; None where there is none."""
        self._channels = channels
        self._outbox = outbox
        self._conversion = conversion
        self._music = music
        self._sessions = sessions
        self._pace = pace
        self._ways_in = WaysIn(channels)
        self._engines = engines
        self._max_song_seconds = max_song_seconds
        self._default_language = default_language
        self._player_url = player_url
        self._activities: set[asyncio.Task[None]] = set()

    async def take_turn(
        self, session: AsyncSession, incoming: Incoming, claimed: list[Claimed] | None = None
    ) -> None:
        """Do what the person wants and put the answers into the outbox, all in this transaction. `claimed`
        takes those that the caller sends itself, right after it."""
        if incoming.only_with_album and not await several.is_of_known_album(session, incoming):
            return
        if incoming.text is not None:
            incoming = replace(incoming, text=without_marks(incoming.text))
        incoming = await choose(session, incoming, self._channels[incoming.channel].capabilities)
        with self._activity(incoming) as show_activity:
            turn = await self._turn(session, incoming, claimed)
            await self._answer(replace(turn, show_activity=show_activity))

    async def _answer(self, turn: Turn) -> None:
        session, incoming = turn.session, turn.incoming
        if incoming.blocked is not None:
            if incoming.blocked:
                await mark_blocked(session, turn.identity.id)
            return
        if turn.identity.user.blocked_at is not None:
            await blocked.answer(turn, _command(incoming.text))
            return
        left = await left_over(session, incoming.channel, incoming.chat)
        if left.is_held:
            await release_held(session, incoming.channel, incoming.chat)
        if turn.capabilities.files_come_singly and incoming.attachment is None:
            await end_gathering(session, incoming.channel, incoming.chat)
        if not await self._is_at_ease(turn):
            return
        if incoming.action is not None:
            await buttons.tapped(turn, incoming.action)
            return
        if incoming.contact is not None:
            await contact.shared(turn, incoming.contact)
        elif incoming.attachment is not None and incoming.media_group is not None:
            await several.take_file(turn, incoming.attachment)
        elif incoming.attachment is not None:
            if not await several.join(turn, incoming.attachment):
                await recording.make_instrumental(turn, incoming.attachment)
        elif incoming.media_group is not None and incoming.text is None:
            await several.take_other(turn)
        else:
            await _hear(turn, incoming.text)
        if left.is_uncertain:
            await uncertain.offer(turn)

    async def _is_at_ease(self, turn: Turn) -> bool:
        """Whether to go on: of a flood the first is told, of what waited for more than a day too."""
        identity_id, sent_at = turn.identity.id, turn.incoming.sent_at
        if not await self._pace.take_message(identity_id, turn.incoming.media_group):
            if await self._pace.take(REMINDERS, identity_id):
                await turn.say("slow-down")
            return False
        if sent_at is not None and datetime.now(UTC) - sent_at > LONGEST_AGO:
            if await self._pace.take(OLD_MESSAGES, identity_id):
                await turn.say("too-long-ago")
            return False
        return True

    async def apologise(self, session: AsyncSession, incoming: Incoming) -> None:
        """Say that something went wrong on our side."""
        await (await self._turn(session, incoming)).say("error-internal")

    async def close(self) -> None:
        """End what nobody waits for."""
        for task in self._activities:
            task.cancel()
        await asyncio.gather(*self._activities, return_exceptions=True)
        await self._pace.close()

    async def _turn(
        self, session: AsyncSession, incoming: Incoming, claimed: list[Claimed] | None = None
    ) -> Turn:
        account = ChatAccount(
            incoming.channel,
            incoming.person,
            incoming.display_name,
            incoming.language,
            incoming.phone_number,
        )
        identity = await identity_of(session, account)
        return Turn(
            session=session,
            incoming=incoming,
            identity=identity,
            texts=texts_for(identity.user, identity, self._default_language),
            outbox=self._outbox,
            conversion=self._conversion,
            music=self._music,
            sessions=self._sessions,
            pace=self._pace,
            ways_in=self._ways_in,
            engines=self._engines,
            capabilities=self._channels[incoming.channel].capabilities,
            max_song_seconds=self._max_song_seconds,
            default_language=self._default_language,
            player_url=self._player_url,
            show_activity=lambda: None,
            claimed=claimed,
        )

    @contextmanager
    def _activity(self, incoming: Incoming) -> Iterator[Callable[[], None]]:
        """Asked to, lets the person see that we are at it, where the answer does not come at once."""
        planned: list[asyncio.TimerHandle] = []
        later = asyncio.get_running_loop().call_later
        try:
            yield lambda: planned.append(later(AT_ONCE, self._show_activity, incoming))
        finally:
            for plan in planned:
                plan.cancel()

    def _show_activity(self, incoming: Incoming) -> None:
        async def show() -> None:
            await self._channels[incoming.channel].show_activity(incoming.chat)

        task = asyncio.create_task(show())
        self._activities.add(task)
        task.add_done_callback(self._activities.discard)


async def _hear(turn: Turn, text: str | None) -> None:
    """A command, a link, a word about the last results, or the name of a song: in this order."""
    name = _command(text)
    command = None if name == Word.OPEN and turn.player_url is None else COMMANDS.get(name)
    if command is not None:
        if not await group.refuses(turn, name):
            await command(turn)
    elif text is not None and (said := _without_slash(text)) is not None:
        await _hear(turn, said)
    elif text is None or text.startswith("/"):
        await basics.not_a_song(turn)
    elif not (
        await linking.hear(turn, text)
        or await link.open_in(turn, text)
        or await rows.choose(turn, text)
        or await search.go_on(turn, text)
        or await spoken.hear(turn, text)
    ):
        await search.find(turn, text)


def _without_slash(text: str) -> str | None:
    """`/cancel@melody_bot 2` -> `cancel 2`: what is no command of ours but begins with a word of ours, in any
    language."""
    command, _, rest = text.partition(" ")
    name = command.removeprefix("/").partition("@")[0]
    is_word = command.startswith("/") and meaning(name) is not None
    return f"{name} {rest}".strip() if is_word else None


def _command(text: str | None) -> str:
    """`/help@melody_bot now` -> `help`, and so `मदद`. A single word counts as a command too; songs have such
    names, but of more words only what our tables hold is one."""
    if text is not None and (spoken_word := meaning(text)) is not None:
        return spoken_word
    words = (text or "").split()
    if not words or (len(words) > 1 and not words[0].startswith("/")):
        return ""
    return words[0].removeprefix("/").partition("@")[0].rstrip("!?.").casefold()
