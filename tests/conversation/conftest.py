"""A small studio, and Telegram's stand-in to talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.console.screen import TerminalScreen
from core.bootstrap import build
from core.chat.texts import texts_in
from core.config import Settings
from core.music import MusicSource
from tests.conversation.catalogue import MusicFolder
from tests.conversation.studio import PassThrough, SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.conversation.whatsapp import WhatsAppStudio, whatsapp_studio
from tests.fakes.telegram import TelegramStandIn, require_description
from tests.fakes.twilio import TwilioStandIn
from tests.fakes.twilio import require_description as require_twilio


@pytest.fixture(autouse=True)
def _described() -> None:
    """Every request of these tests is checked against the Bot API's published description."""
    require_description()


@pytest.fixture
def chosen() -> dict[str, Any]:
    """The operator's settings; tests may override them."""
    return {}


@pytest.fixture
def music_sources() -> dict[str, MusicSource]:
    """The music sources of the studio, by name; without any there is the operator's own catalogue."""
    return {}


@pytest.fixture
def shown() -> list[str]:
    """What the terminal shows, message by message."""
    return []


@pytest.fixture
def player_url() -> str | None:
    """Where the player is; without one nothing speaks of it, whatever is built on this machine."""
    return None


@pytest.fixture
async def studio(
    settings: Settings,
    telegram: TelegramStandIn,
    chosen: dict[str, Any],
    music_sources: dict[str, MusicSource],
    shown: list[str],
    player_url: str | None,
    tmp_path: Path,
) -> AsyncIterator[SmallStudio]:
    separator = PassThrough()
    bot = {
        "telegram_token": SecretStr(telegram.token),
        "telegram_api_url": telegram.url,
        "rate_limit_scale": 1000.0,
    }
    settings = settings.model_copy(update=bot | chosen)
    screen = TerminalScreen(tmp_path / "songs", texts_in(settings.default_language), shown.append)
    services = build(
        settings, separator=separator, sources=music_sources, screen=screen, player_url=player_url
    )
    yield SmallStudio(services, telegram, separator)
    separator.release()
    await services.close()


@pytest.fixture
def terminal(studio: SmallStudio, shown: list[str]) -> AtTerminal:
    screen = studio.services.screen
    assert isinstance(screen, TerminalScreen)
    return AtTerminal(studio, screen, shown)


@pytest.fixture
def folder(studio: SmallStudio, tmp_path: Path) -> MusicFolder:
    """The operator's music folder."""
    return MusicFolder(studio, tmp_path / "music")


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    """Twilio's stand-in; the test fails when any request was not as the published description says."""
    require_twilio()
    with TwilioStandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


@pytest.fixture
async def whatsapp(settings: Settings, twilio: TwilioStandIn) -> AsyncIterator[WhatsAppStudio]:
    """A small studio that people write to on WhatsApp."""
    async with whatsapp_studio(settings, twilio) as running:
        yield running
