"""Too much at once, and too long ago: a polite word, once."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest

from core.chat.pace import MESSAGES_A_MINUTE, REMINDERS, Pace
from core.chat.texts import texts_in
from tests.conversation import songs
from tests.conversation.studio import SmallStudio

pytestmark = pytest.mark.broad

EN = texts_in("en")
DAY = 86_400


class TestAFlood:
    @pytest.fixture
    def chosen(self) -> dict[str, Any]:
        return {"rate_limit_scale": 0.1}

    async def test_a_flood_is_told_once_and_others_go_on(self, studio: SmallStudio) -> None:
        asha, bala = studio.telegram.person("Asha"), studio.telegram.person("Bala")
        allowed = MESSAGES_A_MINUTE // 10
        for _ in range(2 * allowed):
            asha.says("/start")
        bala.says("/start")
        await studio.hear()
        said = [message.text for message in asha.from_bot]
        assert said == [EN.say("welcome")] * allowed + [EN.say("slow-down")]
        assert [message.text for message in bala.from_bot] == [EN.say("welcome")]

    async def test_an_album_is_one_message(self, studio: SmallStudio) -> None:
        asha = studio.telegram.person("Asha")
        allowed = MESSAGES_A_MINUTE // 10
        for seed in range(2 * allowed):
            asha.sends("audio", songs.m4a(seed=seed), title=f"Raga {seed}", album="1")
        for _ in range(allowed):
            asha.says("/start")
        for seed in range(2):
            asha.sends("audio", songs.m4a(seed=20 + seed), title="Too much", album="2")
        await studio.hear()
        status, *said = [message.text or "" for message in asha.from_bot]
        assert await studio.jobs() == ["queued"] * 2 * allowed
        assert "Raga 0" in status
        assert said == [EN.say("welcome")] * (allowed - 1) + [EN.say("slow-down")]


async def test_what_is_older_than_a_day_is_asked_for_again(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    for _ in range(3):
        update = asha.says("/start")
        update["message"]["date"] = int(time.time()) - DAY - 60
    asha.says("/start")
    await studio.hear()
    assert [message.text for message in asha.from_bot] == [EN.say("too-long-ago"), EN.say("welcome")]


async def test_without_redis_each_process_counts_alone() -> None:
    pace, who = Pace("redis://127.0.0.1:1/0"), uuid.uuid4()
    try:
        assert await pace.take(REMINDERS, who)
        assert not await pace.allows(REMINDERS, who)
        assert not await pace.take(REMINDERS, who)
        assert await pace.take(REMINDERS, uuid.uuid4())
    finally:
        await pace.close()
