"""A small studio, and Telegram's stand-in to talk to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import SecretStr

from core.bootstrap import build
from core.config import Settings
from tests.conversation.studio import PassThrough, SmallStudio
from tests.fakes.telegram import TelegramStandIn, require_description


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
