"""The composition root: what a process works with, put together from the outside (`core.outside`) inwards.

Everything is made when it is first asked for, so each process loads only what it uses.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.config import Settings
from core.outside import Outside

if TYPE_CHECKING:
    from core.catalog.covers import Covers
    from core.catalog.searching.search import MusicSearch
    from core.chat.conversation import Conversation
    from core.chat.flows.inline import InlineMode
    from core.chat.status import StatusTexts
    from core.conversion.fetch import Fetcher
    from core.conversion.making import Maker
    from core.conversion.service import ConversionService
    from core.conversion.wanted import LibraryDesk
    from core.delivery.held import HeldNews
    from core.delivery.live import LiveStatuses
    from core.delivery.outbox import Outbox
    from core.delivery.service import DeliveryService
    from core.limiter import Limiter
    from core.live.presence import Presence
    from core.liveness import Liveness
    from core.membership.erasing import Eraser
    from core.metrics.service import Metrics
    from core.operating.broadcasts import Broadcasts
    from core.push.sending import PushSender
    from core.signin.access import Access
    from core.signin.caps import CodeCaps
    from core.signin.sending import CodeSender
    from core.tally import Tally
    from core.whatsapp.catching_up import CatchUp


class Services(Outside):
    """What a process works with. Belongs to one event loop."""

    def __init__(self, settings: Settings, overrides: dict[str, Any]) -> None:
        super().__init__(settings)
        for name, value in overrides.items():
            if not isinstance(getattr(type(self), name, None), cached_property):
                raise TypeError(f"there is no service {name}")
            setattr(self, name, value)

    @cached_property
    def whatsapp_catch_up(self) -> CatchUp | None:
        from core.whatsapp.catching_up import CatchUp

        if self.whatsapp is None:
            return None
        return CatchUp(self.database, self.whatsapp.lists, self.held_news.tell)

    @cached_property
    def music(self) -> MusicSearch:
        from core.catalog.searching.search import MusicSearch

        return MusicSearch(
            self.database,
            self.redis,
            self.sources,
            self.tally,
            noncommercial=self.settings.operator_noncommercial,
            operator_allows={"youtube"} if self.settings.youtube_audio else set(),
            public_url=self.settings.public_url,
        )

    @cached_property
    def covers(self) -> Covers:
        from core.catalog.covers import Covers

        return Covers(self.settings.data_dir.absolute() / "covers", self.thumbnails.fetch, self.store)

    @cached_property
    def access(self) -> Access:
        """Who may come in. Raises ConfigurationError for keys that can't be used."""
        from core.signin.access import Access

        return Access(self.database, self.settings.jwt_private_key_file)

    @cached_property
    def player_url(self) -> str | None:
        """The player's address; None where it is not built, and then nothing speaks of it."""
        from core.player import player_url

        return player_url(self.settings)

    @cached_property
    def liveness(self) -> Liveness:
        from core.liveness import Liveness

        return Liveness(self.redis)

    @cached_property
    def tally(self) -> Tally:
        from core.tally import Tally

        return Tally(self.redis)

    @cached_property
    def metrics(self) -> Metrics:
        from core.metrics.service import Metrics

        return Metrics(self.database, self.redis, self.tally, tuple(self.sources))

    @cached_property
    def outbox(self) -> Outbox:
        from core.delivery.outbox import Outbox

        return Outbox({name: channel.capabilities for name, channel in self.channels.items()})

    @cached_property
    def broadcasts(self) -> Broadcasts:
        from core.chat.texts import closest, languages
        from core.operating.broadcasts import Broadcasts

        pushed = {name: self.channels[name].capabilities for name in self.pushed_channels}
        return Broadcasts(pushed, languages(), closest(self.settings.default_language))

    @cached_property
    def status_texts(self) -> StatusTexts:
        from core.chat.status import StatusTexts

        return StatusTexts(self.settings.default_language)

    @cached_property
    def conversion(self) -> ConversionService:
        from core.conversion.service import ConversionService

        return ConversionService(self.outbox, self.settings.songs_a_day)

    @cached_property
    def library_desk(self) -> LibraryDesk:
        from core.conversion.wanted import LibraryDesk

        return LibraryDesk(self.conversion, self.engines, self.settings.max_song_seconds)

    @cached_property
    def conversation(self) -> Conversation:
        from core.chat.conversation import Conversation
        from core.chat.pace import Pace
        from core.chat.session import ChatSessions

        return Conversation(
            channels=self.channels,
            outbox=self.outbox,
            conversion=self.conversion,
            music=self.music,
            sessions=ChatSessions(self.redis),
            pace=Pace(self.settings.redis_url, self.settings.rate_limit_scale),
            engines=self.engines,
            max_song_seconds=self.settings.max_song_seconds,
            default_language=self.settings.default_language,
            player_url=self.player_url,
        )

    @cached_property
    def inline(self) -> InlineMode:
        from core.chat.flows.inline import InlineMode

        return InlineMode(self.database, self.music, self.channels, self.settings.default_language)

    @cached_property
    def delivery(self) -> DeliveryService:
        from core.chat.audio_choices import Choices
        from core.chat.captions import Captions
        from core.delivery.following import Following
        from core.delivery.service import DeliveryService

        choices = Choices(self.settings.default_language).choices
        return DeliveryService(
            self.database,
            self.store,
            self.channels,
            self.outbox,
            self.status_texts.statuses,
            self.held_news,
            Captions(self.settings.default_language).caption,
            choices,
            Following(self.outbox, self.status_texts.ready, choices),
            self.settings.work_path,
        )

    @cached_property
    def held_news(self) -> HeldNews:
        from core.delivery.held import HeldNews

        return HeldNews(self.channels, self.outbox, self.status_texts.waiting)

    @cached_property
    def eraser(self) -> Eraser:
        from core.chat.inbox import forget_chats
        from core.chat.texts import texts_in
        from core.membership.erasing import Eraser
        from core.ports import Reply
        from core.whatsapp.contacts import forget_contacts

        return Eraser(
            self.database,
            self.store,
            self.channels,
            forget_chats,
            forget_contacts,
            lambda language: Reply(texts_in(language).say("erased")),
        )

    @cached_property
    def code_sender(self) -> CodeSender:
        from core.chat.code_texts import CodeTexts
        from core.signin.sending import CodeSender

        text = CodeTexts(self.settings.default_language).message
        return CodeSender(self.database, self.redis, self.otp_sender, self.channels, text)

    @cached_property
    def code_limiter(self) -> Limiter:
        from core.limiter import Limiter

        return Limiter(self.settings.redis_url, "melody:codes")

    @cached_property
    def request_limiter(self) -> Limiter:
        """Counts requests together with all processes."""
        from core.limiter import Limiter

        return Limiter(self.settings.redis_url, "melody:requests")

    @cached_property
    def code_caps(self) -> CodeCaps:
        from core.signin.caps import CodeCaps

        return CodeCaps(self.code_limiter, self.settings.rate_limit_scale)

    @cached_property
    def live_statuses(self) -> LiveStatuses:
        from core.delivery.live import LiveStatuses

        return LiveStatuses(self.database, self.channels, self.status_texts.statuses, self.outbox)

    @cached_property
    def fetcher(self) -> Fetcher:
        from core.conversion.fetch import Fetcher
        from core.media.formats import sniff

        return Fetcher(
            self.database, self.store, self.origins, self.conversion, sniff, self.settings.work_path
        )

    @cached_property
    def presence(self) -> Presence:
        from core.live.presence import Presence

        return Presence(self.redis)

    @cached_property
    def push_sender(self) -> PushSender:
        from core.chat.push_texts import PushTexts
        from core.push.sending import PushSender

        message = PushTexts(self.settings.default_language).message
        return PushSender(self.database, self.presence, self.push_service, message)

    @cached_property
    def maker(self) -> Maker:
        from core.conversion.making import Maker

        return Maker(
            self.database,
            self.store,
            self.conversion,
            self.engines,
            self.settings.work_path,
            self.settings.max_song_seconds,
        )

    async def close(self) -> None:
        """Close what was opened, from the inside outwards."""
        opened = vars(self)
        for name in (
            "conversation",
            "inline",
            "code_limiter",
            "request_limiter",
            "music",
            "covers",
            "metrics",
            "tally",
        ):
            if name in opened:
                await opened[name].close()
        await super().close()


def build(settings: Settings, **overrides: Any) -> Services:
    """The services of a process; tests replace what they name."""
    return Services(settings, overrides)
