"""A small studio, and Telegram's stand-in to talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from pydantic import SecretStr

from core.bootstrap import build
from core.config import Settings
from tests.conversation.studio import PassThrough, SmallStudio
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
async def studio(
    settings: Settings, telegram: TelegramStandIn, chosen: dict[str, Any]
) -> AsyncIterator[SmallStudio]:
    separator = PassThrough()
    bot = {
        "telegram_token": SecretStr(telegram.token),
        "telegram_api_url": telegram.url,
        "rate_limit_scale": 1000.0,
    }
    services = build(settings.model_copy(update=bot | chosen), separator=separator)
    yield SmallStudio(services, telegram, separator)
    separator.release()
    await services.close()


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
