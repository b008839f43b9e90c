"""The composition root: the one place that knows which adapter stands behind which port.

Everything is made when it is first asked for, so each process loads only what it uses.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from core.config import Settings
from core.errors import ConfigurationError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from redis.asyncio import Redis

    from core.adapters.channels.console import Screen
    from core.adapters.channels.telegram import TelegramChannel
    from core.adapters.channels.whatsapp import WhatsAppChannel
    from core.adapters.sources.thumbnails import Thumbnails
    from core.adapters.storage.files import FileStore
    from core.catalog.covers import Covers
    from core.catalog.search import MusicSearch
    from core.chat.conversation import Conversation
    from core.chat.flows.inline import InlineMode
    from core.chat.status import StatusTexts
    from core.conversion.fetch import Fetcher
    from core.conversion.making import Maker
    from core.conversion.service import ConversionService
    from core.conversion.wanted import LibraryDesk
    from core.db.session import Database
    from core.delivery.held import HeldNews
    from core.delivery.live import LiveStatuses
    from core.delivery.outbox import Outbox
    from core.delivery.service import DeliveryService
    from core.limiter import Limiter
    from core.live.channel import LiveChannel
    from core.live.presence import Presence
    from core.liveness import Liveness
    from core.membership.erasing import Eraser
    from core.music import MusicSource
    from core.ports import AudioOrigin, Channel, OtpSender, PushService, Separator
    from core.push.sending import PushSender
    from core.signin.access import Access
    from core.signin.caps import CodeCaps
    from core.signin.sending import CodeSender
    from core.whatsapp.catching_up import CatchUp

REDIS_SECONDS = 3.0


class Services:
    """What a process works with. Belongs to one event loop."""

    def __init__(self, settings: Settings, overrides: dict[str, Any]) -> None:
        self.settings = settings
        self._overrides = overrides
        for name, value in overrides.items():
            if not isinstance(getattr(type(self), name, None), cached_property):
                raise TypeError(f"there is no service {name}")
            setattr(self, name, value)

    @cached_property
    def database(self) -> Database:
        from core.db.session import Database

        if self.settings.database_url is None:
            raise ConfigurationError("MELODY_DATABASE_URL is not set: start everything with ./melody up")
        return Database(self.settings.database_url, tell=self.live_channel.tell)

    @cached_property
    def live_channel(self) -> LiveChannel:
        from core.live.channel import LiveChannel

        return LiveChannel(self.settings.redis_url)

    @cached_property
    def push_service(self) -> PushService | None:
        """None where web push is not set up. Raises ConfigurationError for a key that can't be used."""
        if self.settings.vapid_subject is None:
            return None
        from core.adapters.push.webpush import WebPush
        from core.push.vapid import key_of_file

        if self.settings.vapid_private_key_file is not None:
            key_of_file(self.settings.vapid_private_key_file)  # it is told now if it can't be used
        return WebPush(self.vapid_key, self.settings.vapid_subject)

    async def vapid_key(self) -> EllipticCurvePrivateKey:
        """The key that push services know us by. Raises ConfigurationError."""
        from core.push.vapid import vapid_key

        async with self.database.transaction() as session:
            return await vapid_key(session, self.settings.vapid_private_key_file)

    @cached_property
    def push_sender(self) -> PushSender:
        from core.chat.push_texts import PushTexts
        from core.push.sending import PushSender

        message = PushTexts(self.settings.default_language).message
        return PushSender(self.database, self.presence, self.push_service, message)

    @cached_property
    def presence(self) -> Presence:
        from core.live.presence import Presence

        return Presence(self.redis)

    @cached_property
    def redis(self) -> Redis:
        from redis.asyncio import Redis

        if self.settings.redis_url is None:
            raise ConfigurationError("MELODY_REDIS_URL is not set: start everything with ./melody up")
        return Redis.from_url(
            self.settings.redis_url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        )

    @cached_property
    def store(self) -> FileStore:
        from core.adapters.storage.files import FileStore

        return FileStore(self.settings.storage_path)

    @cached_property
    def separator(self) -> Separator:
        from core.adapters.separators.spleeter.local import LocalSeparator

        return LocalSeparator(self.settings.models_path)

    @cached_property
    def telegram(self) -> TelegramChannel | None:
        if self.settings.telegram_token is None:
            return None
        from core.adapters.channels.telegram import TelegramChannel

        return TelegramChannel(
            self.settings.telegram_token.get_secret_value(),
            self.settings.telegram_api_url,
            redis_url=self.settings.redis_url,
            rate_scale=self.settings.rate_limit_scale,
        )

    @cached_property
    def whatsapp(self) -> WhatsAppChannel | None:
        settings = self.settings
        if not settings.whatsapp_is_on:
            return None
        from core.adapters.channels.whatsapp import WhatsAppChannel

        assert settings.twilio_account_sid is not None
        assert settings.twilio_auth_token is not None
        assert settings.twilio_whatsapp_from is not None
        return WhatsAppChannel(
            self.database,
            account_sid=settings.twilio_account_sid,
            auth_token=settings.twilio_auth_token.get_secret_value(),
            sender=settings.twilio_whatsapp_from,
            api_url=settings.twilio_api_url,
            content_url=settings.twilio_content_url,
            ready_sid=settings.twilio_template_ready_sid,
            public_origin=settings.public_origin,
            allow_loopback=not settings.is_production,
        )

    @cached_property
    def whatsapp_catch_up(self) -> CatchUp | None:
        from core.whatsapp.catching_up import CatchUp

        if self.whatsapp is None:
            return None
        return CatchUp(self.database, self.whatsapp.lists, self.held_news.tell)

    @cached_property
    def screen(self) -> Screen | None:
        """The terminal of this process, where it has one."""
        return None

    @cached_property
    def channels(self) -> dict[str, Channel]:
        from core.adapters.channels.console import ConsoleChannel

        channels: dict[str, Channel] = {ConsoleChannel.name: ConsoleChannel(self.screen)}
        if self.telegram is not None:
            channels[self.telegram.name] = self.telegram
        if self.whatsapp is not None:
            channels[self.whatsapp.name] = self.whatsapp
        return channels

    @cached_property
    def pushed_channels(self) -> list[str]:
        """The channels that workers send to."""
        return [name for name, channel in self.channels.items() if not channel.capabilities.collected]

    @cached_property
    def sources(self) -> dict[str, MusicSource]:
        """The music sources that are configured and wanted, by name; the operator's own catalogue is none."""
        from core.adapters.sources import configured

        return configured(self.settings)

    @cached_property
    def music(self) -> MusicSearch:
        from core.catalog.search import MusicSearch

        return MusicSearch(
            self.database,
            self.redis,
            self.sources,
            noncommercial=self.settings.operator_noncommercial,
            operator_allows={"youtube"} if self.settings.youtube_audio else set(),
            public_url=self.settings.public_url,
        )

    @cached_property
    def thumbnails(self) -> Thumbnails:
        from core.adapters.sources.thumbnails import Thumbnails

        return Thumbnails(self.sources, self.settings)

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
    def outbox(self) -> Outbox:
        from core.delivery.outbox import Outbox

        return Outbox({name: channel.capabilities for name, channel in self.channels.items()})

    @cached_property
    def status_texts(self) -> StatusTexts:
        from core.chat.status import StatusTexts

        return StatusTexts(self.settings.default_language)

    @cached_property
    def conversion(self) -> ConversionService:
        from core.conversion.service import ConversionService

        return ConversionService(self.outbox)

    @cached_property
    def library_desk(self) -> LibraryDesk:
        from core.conversion.wanted import LibraryDesk

        return LibraryDesk(self.conversion, self.separator.engine, self.settings.max_song_seconds)

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
            engine=self.separator.engine,
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
    def otp_sender(self) -> OtpSender | None:
        """Who sends text messages with codes; None in production where none is set up: nobody signs in by
        phone then."""
        settings = self.settings
        if settings.msg91_is_on:
            from core.adapters.otp.msg91 import Msg91Sender

            assert settings.msg91_auth_key is not None
            assert settings.msg91_template_id is not None
            key = settings.msg91_auth_key.get_secret_value()
            return Msg91Sender(key, settings.msg91_template_id, settings.msg91_api_url)
        if settings.is_production:
            return None
        from core.adapters.otp.console import ConsoleSender

        return ConsoleSender()

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
    def origins(self) -> dict[str, AudioOrigin]:
        """All that recordings can be fetched from, by name."""
        from functools import partial

        from core.adapters.sources.local_folder import LocalFolder
        from core.catalog.importing.places import folder_of
        from core.music import FetchesAudio
        from core.ports import AudioOrigin

        folder = LocalFolder(partial(folder_of, self.database))
        origins = {folder.name: AudioOrigin(folder.fetch, folder.max_fetch_bytes)}
        for name, channel in self.channels.items():
            limits = channel.capabilities
            most = limits.perhaps_fetch_bytes or limits.max_fetch_bytes
            origins[name] = AudioOrigin(channel.fetch, most)
        for name, source in self.sources.items():
            if isinstance(source, FetchesAudio):
                origins[name] = AudioOrigin(source.fetch, source.max_fetch_bytes)
        return origins

    @cached_property
    def maker(self) -> Maker:
        from core.conversion.making import Maker

        return Maker(
            self.database,
            self.store,
            self.conversion,
            self.separator,
            self.settings.work_path,
            self.settings.max_song_seconds,
        )

    async def close(self) -> None:
        """Close what was opened."""
        opened = vars(self)
        if "conversation" in opened:
            await self.conversation.close()
        if "inline" in opened:
            await self.inline.close()
        for name in ("code_limiter", "request_limiter"):
            if name in opened:
                await opened[name].close()
        if "push_service" in opened and self.push_service is not None:
            await self.push_service.close()
        if "otp_sender" in opened and self.otp_sender is not None:
            await self.otp_sender.close()
        if "channels" in opened:
            for channel in self.channels.values():
                await channel.close()
        else:
            for name in ("telegram", "whatsapp"):
                if (alone := opened.get(name)) is not None:
                    await alone.close()
        if "music" in opened:
            await self.music.close()
        if "covers" in opened:
            await self.covers.close()
        if "thumbnails" in opened:
            await self.thumbnails.close()
        if "sources" in opened:
            for source in self.sources.values():
                await source.close()
        if "live_channel" in opened:
            await self.live_channel.close()
        if "redis" in opened:
            await self.redis.aclose()
        if "database" in opened:
            await self.database.dispose()


def build(settings: Settings, **overrides: Any) -> Services:
    """The services of a process; tests replace what they name."""
    return Services(settings, overrides)
