"""All stand-ins together, and the settings that lead a studio to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import boto3
from botocore.config import Config

from tests.fakes.lalal import LalalStandIn
from tests.fakes.msg91 import Msg91StandIn
from tests.fakes.phones.tune import tune
from tests.fakes.s3 import server as s3
from tests.fakes.sources.base import HttpStandIn
from tests.fakes.sources.internet_archive import InternetArchiveStandIn
from tests.fakes.sources.jamendo import JamendoStandIn
from tests.fakes.sources.lastfm import LastfmStandIn
from tests.fakes.sources.spotify import SpotifyStandIn
from tests.fakes.sources.youtube import YouTubeStandIn
from tests.fakes.telegram import TelegramStandIn
from tests.fakes.twilio import TwilioStandIn
from tests.fakes.twilio.content import AUTHENTICATION, Template
from tests.fakes.webpush import PushServiceStandIn

LOOPBACK = "127.0.0.1"
BUCKET = "melody-stand-in"
CODES = "HX" + "c0de" * 8
WEBHOOK = "/webhooks/whatsapp"
MOST_REQUESTS = 5_000
"""So many are remembered of each service."""


@dataclass(frozen=True)
class Street:
    """The services, one beside the other."""

    studio: str
    """The origin of the studio, as the services reach it."""
    telegram: TelegramStandIn
    twilio: TwilioStandIn
    spotify: SpotifyStandIn
    youtube: YouTubeStandIn
    lastfm: LastfmStandIn
    archive: InternetArchiveStandIn
    jamendo: JamendoStandIn
    lalal: LalalStandIn
    msg91: Msg91StandIn
    push: PushServiceStandIn
    storage_url: str | None
    """A bucket; None where the studio has one of its own."""

    @property
    def _others(self) -> tuple[HttpStandIn, ...]:
        """All but Telegram, which is a make of its own."""
        music = (self.spotify, self.youtube, self.lastfm, self.archive, self.jamendo)
        return (self.twilio, *music, self.lalal, self.msg91, self.push)

    @property
    def addresses(self) -> dict[str, str]:
        """Origins by the names of the services."""
        return {"Telegram": self.telegram.url} | {one.title: one.url for one in self._others}

    def settings(self) -> dict[str, str]:
        """For the environment of the studio."""
        told = {
            "ENV": "development",
            "PUBLIC_URL": self.studio,
            "TELEGRAM_TOKEN": self.telegram.token,
            "TELEGRAM_API_URL": self.telegram.url,
            "TWILIO_ACCOUNT_SID": self.twilio.account_sid,
            "TWILIO_AUTH_TOKEN": self.twilio.auth_token,
            "TWILIO_WHATSAPP_FROM": self.twilio.sender,
            "TWILIO_API_URL": self.twilio.url,
            "TWILIO_CONTENT_URL": self.twilio.url,
            "TWILIO_TEMPLATE_OTP_SID": CODES,
            "SPOTIFY_CLIENT_ID": self.spotify.client_id,
            "SPOTIFY_CLIENT_SECRET": self.spotify.client_secret,
            "SPOTIFY_API_URL": self.spotify.url,
            "SPOTIFY_ACCOUNTS_URL": self.spotify.url,
            "YOUTUBE_API_KEY": self.youtube.api_key,
            "YOUTUBE_API_URL": self.youtube.url,
            "LASTFM_API_KEY": self.lastfm.api_key,
            "LASTFM_API_URL": self.lastfm.url,
            "INTERNET_ARCHIVE_URL": self.archive.url,
            "JAMENDO_CLIENT_ID": self.jamendo.client_id,
            "JAMENDO_API_URL": self.jamendo.url,
            "LALAL_LICENSE_KEY": self.lalal.license_key,
            "LALAL_API_URL": self.lalal.url,
            "MSG91_AUTH_KEY": self.msg91.auth_key,
            "MSG91_TEMPLATE_ID": self.msg91.template_id,
            "MSG91_API_URL": self.msg91.url,
            "VAPID_SUBJECT": "mailto:developer@melody.example",
        }
        if self.storage_url is not None:
            told["STORAGE_URL"] = self.storage_url
        return {f"MELODY_{name}": value for name, value in told.items()}

    def complaints(self) -> list[str]:
        """What the services would not have understood, the newest last."""
        with self.telegram.world.lock:
            said = [f"Telegram: {one}" for one in self.telegram.world.violations]
        for stand_in in self._others:
            with stand_in.lock:
                said += [f"{stand_in.title}: {one}" for one in stand_in.violations]
        return said

    def forget_the_oldest(self) -> None:
        """Keep the logs of requests bounded: nobody reads them here."""
        with self.telegram.world.lock:
            del self.telegram.world.requests[:-MOST_REQUESTS]
        for stand_in in self._others:
            with stand_in.lock:
                del stand_in.requests[:-MOST_REQUESTS]


@contextmanager
def street(studio: str, host: str = LOOPBACK, port: int = 0, *, with_bucket: bool = True) -> Iterator[Street]:
    """Open all services, at the ports from `port` up in this order, or at free ones."""
    with ExitStack() as stack:

        def at(number: int) -> dict[str, str | int]:
            return {"host": host, "port": port + number if port else 0}

        opened = Street(
            studio,
            stack.enter_context(TelegramStandIn(**at(0))),  # type: ignore[arg-type]
            stack.enter_context(TwilioStandIn(**at(1))),  # type: ignore[arg-type]
            stack.enter_context(SpotifyStandIn(**at(2))),  # type: ignore[arg-type]
            stack.enter_context(YouTubeStandIn(**at(3))),  # type: ignore[arg-type]
            stack.enter_context(LastfmStandIn(**at(4))),  # type: ignore[arg-type]
            stack.enter_context(InternetArchiveStandIn(**at(5))),  # type: ignore[arg-type]
            stack.enter_context(JamendoStandIn(**at(6))),  # type: ignore[arg-type]
            stack.enter_context(LalalStandIn(**at(7))),  # type: ignore[arg-type]
            stack.enter_context(Msg91StandIn(**at(8))),  # type: ignore[arg-type]
            stack.enter_context(PushServiceStandIn(**at(9))),  # type: ignore[arg-type]
            _bucket(stack) if with_bucket else None,
        )
        _furnish(opened, media_is_elsewhere=host == LOOPBACK)
        yield opened


def _bucket(stack: ExitStack) -> str:
    name, port = stack.enter_context(s3.s3_server())
    endpoint = f"http://{name}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="eu-central-1",
        aws_access_key_id="stand-in",
        aws_secret_access_key="stand-in",
        config=Config(s3={"addressing_style": "path"}),
    )
    client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    client.close()
    return s3.storage_url(endpoint, BUCKET)


def _furnish(opened: Street, *, media_is_elsewhere: bool) -> None:
    """What a person sees that tests do without: music that can be heard, and WhatsApp's consent."""
    for number, item in enumerate(opened.archive.items.values()):
        sound = tune(number + 1)
        item.contents = {str(file["name"]): sound for file in item.files}
    opened.jamendo.audio = tune(len(opened.archive.items) + 1)
    twilio = opened.twilio
    twilio.webhook_url = opened.studio + WEBHOOK
    twilio.media_is_elsewhere = media_is_elsewhere
    twilio.content.decides_at_once = True
    content = {"actions": [{"type": "COPY_CODE", "copy_code_text": "Copy code"}]}
    codes = Template(CODES, "codes", "en", {"1": "123456"}, {AUTHENTICATION: content})
    codes.approval = {"type": "whatsapp", "category": "AUTHENTICATION", "status": "approved"}
    twilio.content.templates[CODES] = codes
