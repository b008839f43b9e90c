"""All that a process works with outside of core: the one place that knows which adapter stands behind a port.

What core makes of it is put together in `core.bootstrap`. Each is made when it is first asked for, so a
process loads only what it uses.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from core.config import Settings
from core.errors import ConfigurationError
from core.storage_url import S3Place, StoragePlace

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from redis.asyncio import Redis

    from core.adapters.channels.console import Screen
    from core.adapters.channels.telegram import TelegramChannel
    from core.adapters.channels.whatsapp import WhatsAppChannel
    from core.adapters.sources.thumbnails import Thumbnails
    from core.conversion.engines import Engines
    from core.db.session import Database
    from core.live.channel import LiveChannel
    from core.music import MusicSource
    from core.ports import AudioOrigin, Channel, ObjectStore, OtpSender, PushService, Separator

REDIS_SECONDS = 3.0
SEPARATING = "separating"
"""Where, among the work, songs lie that are separated elsewhere."""


class Outside:
    """Databases, stores, engines, messengers, music sources. Belongs to one event loop."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

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
    def redis(self) -> Redis:
        from core.redis_url import parse_redis_url

        if self.settings.redis_url is None:
            raise ConfigurationError("MELODY_REDIS_URL is not set: start everything with ./melody up")
        return parse_redis_url(self.settings.redis_url).client(
            socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS
        )

    @cached_property
    def store(self) -> ObjectStore:
        return store_in(self.settings.storage_place)

    @cached_property
    def local_separator(self) -> Separator:
        """The one that runs on this machine, wherever else songs may go."""
        from core.adapters.separators.spleeter.local import LocalSeparator

        return LocalSeparator(self.settings.models_path)

    @cached_property
    def lalal_separator(self) -> Separator | None:
        settings = self.settings
        if settings.lalal_license_key is None:
            return None
        from core.adapters.separators.lalal.separator import LalalSeparator

        return LalalSeparator(
            settings.lalal_license_key.get_secret_value(),
            settings.lalal_api_url,
            redis_url=settings.redis_url,
            work_dir=settings.work_path / SEPARATING,
        )

    @cached_property
    def studio_separator(self) -> Separator:
        """Larger models on this machine, by an optional library."""
        from core.adapters.separators.audio_separator import AudioSeparator

        return AudioSeparator(self.settings.models_path, self.settings.audio_separator_model)

    @cached_property
    def separator(self) -> Separator:
        """The one for whoever chooses none."""
        if self.settings.engine == "lalal" and self.lalal_separator is not None:
            return self.lalal_separator
        return self.studio_separator if self.settings.engine == "audio_separator" else self.local_separator

    @cached_property
    def engines(self) -> Engines:
        """All that songs may be made by."""
        from core.conversion.engines import Engines

        settings = self.settings
        choices = {"local": self.local_separator, settings.engine: self.separator}
        if self.lalal_separator is not None:
            choices.setdefault("lalal", self.lalal_separator)
        if settings.separator != "auto":
            choices = {settings.engine: self.separator}
        stand_by = "local" if settings.separator == "auto" else None
        return Engines(choices, chosen=settings.engine, stand_by=stand_by)

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
            code_sid=settings.twilio_template_otp_sid,
            public_origin=settings.public_origin,
            allow_loopback=not settings.is_production,
        )

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
    def thumbnails(self) -> Thumbnails:
        from core.adapters.sources.thumbnails import Thumbnails

        return Thumbnails(self.sources, self.settings)

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

    async def close(self) -> None:
        """Close what was opened."""
        opened = vars(self)
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
        if "thumbnails" in opened:
            await self.thumbnails.close()
        if "sources" in opened:
            for source in self.sources.values():
                await source.close()
        if "live_channel" in opened:
            await self.live_channel.close()
        if "store" in opened:
            await self.store.close()
        if "redis" in opened:
            await self.redis.aclose()
        if "database" in opened:
            await self.database.dispose()


def store_in(place: StoragePlace) -> ObjectStore:
    """The objects that are kept there; opens nothing yet."""
    if isinstance(place, S3Place):
        from core.adapters.storage.s3 import S3Store

        return S3Store(place)
    from core.adapters.storage.files import FileStore

    return FileStore(place.path)
