"""Inline mode: songs for a chat that we need not be in, named after our own name there.

Nothing is kept between questions, nobody is got to know by asking, and an answer takes a second at most: the
person is typing.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from core.accounts.models import ChannelIdentity
from core.accounts.service import known_identity
from core.catalog.activity import Activity, count_activity
from core.catalog.availability import BEST_FIRST
from core.catalog.licences import credits_of
from core.catalog.searching.picks import record_pick
from core.catalog.views import SongView
from core.chat.captions import caption
from core.chat.flows.link import start_parameter
from core.chat.messages import InlinePick, InlineQuery
from core.chat.song_texts import about, facts_line
from core.chat.status import first_spoken, texts_for
from core.chat.texts import Texts
from core.conversion.models import Rendition
from core.conversion.recipe import Recipe
from core.db.session import Database
from core.delivery.models import MediaReference
from core.errors import MelodyError
from core.ports import AnswersInline, Channel, InlineAnswer, InlineChoice, Quality, Stem

if TYPE_CHECKING:
    from core.catalog.searching.search import MusicSearch

logger = logging.getLogger(__name__)

SECONDS = 1.0
"""All that an answer may take."""
SEARCH_SECONDS = 0.7
"""What of it the sources may take."""
PAGE = 20
MOST_ROWS = 200
KEEP_SECONDS = 60
OFFERED = (Stem.INSTRUMENTAL, Stem.MIX)
"""Which audio is put into chats, where the channel holds it."""
CARD = "card"

Held = Mapping[uuid.UUID, Mapping[Stem, str]]
"""Song to stem to the channel's reference of the audio."""


class InlineMode:
    def __init__(
        self, database: Database, music: MusicSearch, channels: Mapping[str, Channel], default_language: str
    ) -> None:
        self._database = database
        self._music = music
        self._channels = channels
        self._default_language = default_language
        self._going_on: set[asyncio.Task[InlineAnswer]] = set()

    async def close(self) -> None:
        """Wait for what was begun; each step of it has a limit of its own."""
        await asyncio.gather(*self._going_on, return_exceptions=True)

    async def answer(self, query: InlineQuery) -> None:
        """Show the songs that the words may mean, or, without words, what is heard most now."""
        channel = self._channels[query.channel]
        if isinstance(channel, AnswersInline):
            await channel.answer_inline(query.query_ref, await self._answer(query, channel.account))

    async def picked(self, session: AsyncSession, pick: InlinePick) -> None:
        """Somebody put a song into a chat: it was played, and it is what they mean by these words."""
        name, _, _ = pick.choice_ref.partition(":")
        try:
            song_id = uuid.UUID(name)
        except ValueError:
            return
        await count_activity(session, song_id, Activity.PLAY)
        identity = await known_identity(session, pick.channel, pick.person)
        if identity is not None and pick.text:
            await record_pick(session, identity.user_id, pick.text, song_id)

    async def _answer(self, query: InlineQuery, account: str) -> InlineAnswer:
        """The page; when it takes too long, the way into our chat, while what was found is kept for the next
        letter."""
        work = asyncio.create_task(self._page(query, account))
        self._going_on.add(work)
        work.add_done_callback(self._going_on.discard)
        await asyncio.wait([work], timeout=SECONDS)
        if work.done():
            return work.result()
        work.add_done_callback(_mention_failure)
        texts = first_spoken([query.language], self._default_language)
        return InlineAnswer((), "", 0, texts.say("inline-nothing"))

    async def _page(self, query: InlineQuery, account: str) -> InlineAnswer:
        async with self._database.transaction() as session:
            identity = await known_identity(session, query.channel, query.person)
        texts = self._texts(identity, query.language)
        if identity is not None and identity.user.blocked_at is not None:
            return InlineAnswer((), "", 0, texts.say("inline-nothing"))
        try:
            songs, total, keep = await self._find(query, None if identity is None else identity.user_id)
        except MelodyError as error:
            logger.info("an inline query found nothing: %s", error.code)
            return InlineAnswer((), "", 0, texts.say("inline-nothing"))
        held = await self._held(query.channel, account, songs)
        choices = [choice for song in songs for choice in _choices(song, held.get(song.id, {}), texts)]
        end = _offset(query) + PAGE
        is_last = end >= min(total, MOST_ROWS)
        nothing = None if choices or query.offset else texts.say("inline-nothing")
        return InlineAnswer(tuple(choices), "" if is_last else str(end), keep, nothing)

    async def _find(self, query: InlineQuery, user_id: uuid.UUID | None) -> tuple[list[SongView], int, int]:
        """One page of songs, how many there are in all, and how long that is true."""
        offset = _offset(query)
        if not query.text:
            trending = await self._music.trending(limit=MOST_ROWS)
            return trending[offset : offset + PAGE], len(trending), KEEP_SECONDS
        answer = await self._music.search(
            query.text, limit=PAGE, offset=offset, seconds=SEARCH_SECONDS, user_id=user_id
        )
        return list(answer.items), answer.total, 0 if answer.partial else KEEP_SECONDS

    async def _held(self, channel: str, account: str, songs: Sequence[SongView]) -> Held:
        """The audio of these songs that the channel holds; of several the best, of these the newest."""
        query = (
            select(MediaReference.song_id, MediaReference.media_ref, Rendition.recipe)
            .join(Rendition, Rendition.id == MediaReference.rendition_id)
            .where(
                MediaReference.channel == channel,
                MediaReference.account == account,
                MediaReference.song_id.in_([song.id for song in songs if song.can_fetch]),
            )
            .order_by(Rendition.created_at)
        )
        async with self._database.transaction() as session:
            rows = [(row, Recipe.parse(row.recipe)) for row in await session.execute(query)]
        rows.sort(key=lambda found: found[1].quality is Quality.BEST)
        held: dict[uuid.UUID, dict[Stem, str]] = {}
        for row, recipe in rows:
            if recipe == Recipe(recipe.engine, recipe.quality, recipe.stem, recipe.format):
                held.setdefault(row.song_id, {})[recipe.stem] = row.media_ref
        return held

    def _texts(self, identity: ChannelIdentity | None, language: str | None) -> Texts:
        if identity is None:
            return first_spoken([language], self._default_language)
        return texts_for(identity.user, identity, self._default_language)


def _mention_failure(work: asyncio.Task[InlineAnswer]) -> None:
    """Of what nobody waits for any more."""
    if not work.cancelled() and (error := work.exception()) is not None:
        logger.warning("an inline query failed: %s", type(error).__name__)


def _choices(song: SongView, held: Mapping[Stem, str], texts: Texts) -> list[InlineChoice]:
    """The song's audio where it is held, else its card."""
    stems: list[Stem | None] = [stem for stem in OFFERED if stem in held] or [None]
    return [
        InlineChoice(
            ref=f"{song.id.hex}:{stem or CARD}",
            title=song.title,
            description=facts_line(song, texts),
            text=about(song, texts) if stem is None else _caption(song, stem, texts),
            button=texts.say("inline-open"),
            start=start_parameter(song.id),
            media_ref=None if stem is None else held[stem],
            thumbnail_url=song.thumbnail_url,
        )
        for stem in stems
    ]


def _caption(song: SongView, stem: Stem, texts: Texts) -> str:
    """What an open licence wants to be said; nothing for the operator's own songs."""
    source_url = next((place.url for place in song.listings if place.source in BEST_FIRST), None)
    credit = credits_of(song.licence, song.licence_url, source_url)
    if credit is None:
        return ""
    return caption(song.title, song.artist, credit, texts, voice_removed=stem is not Stem.MIX)


def _offset(query: InlineQuery) -> int:
    """Where the page begins; what is no offset of ours is a page with nothing on it."""
    if not query.offset:
        return 0
    return int(query.offset) if query.offset.isdecimal() and len(query.offset) <= 4 else MOST_ROWS
