"""What people read where the operator has set limits: a quota, or a block."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.accounts.models import User
from core.chat.actions import FORGET_ONCE, FORGET_SURE
from core.chat.texts import languages, texts_in
from core.membership.models import Erasure
from core.operating.blocking import block, unblock
from tests.conversation import songs
from tests.conversation.studio import SmallStudio, forges_tap

pytestmark = pytest.mark.broad

EN, HI = texts_in("en"), texts_in("hi")


class TestAQuota:
    @pytest.fixture
    def chosen(self) -> dict[str, Any]:
        return {"songs_a_day": 1}

    async def test_the_second_song_waits_until_tomorrow(self, studio: SmallStudio) -> None:
        asha = studio.telegram.person("Asha", language="hi")
        asha.sends("audio", songs.m4a(seed=1), title="Raga 1")
        asha.sends("audio", songs.m4a(seed=2), title="Raga 2")
        await studio.hear()
        assert await studio.jobs() == ["queued"]
        wait = HI.duration(86_400)
        assert asha.from_bot[-1].text == HI.say("error-quota-used", limit=1, wait=wait)
        assert "24" in wait

    async def test_of_an_album_each_song_says_why(self, studio: SmallStudio) -> None:
        asha = studio.telegram.person("Asha")
        for seed in range(2):
            asha.sends("audio", songs.m4a(seed=seed), title=f"Raga {seed}", album="1")
        await studio.serve()
        await studio.refresh()
        shown = "\n".join(message.text or "" for message in asha.from_bot)
        assert EN.say("error-quota-used", limit=1, wait=EN.duration(86_400)) in shown


async def test_who_is_blocked_is_told_once_a_day_and_may_leave(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.says("/start")
    await studio.serve()
    user_id = await studio.one(select(User.id))
    await block(studio.services.database, studio.services.conversion, user_id)
    for _ in range(3):
        asha.says("kesariya")
        asha.sends("audio", songs.m4a(), title="Raga")
        await studio.serve()
    assert await studio.jobs() == []
    said = [message.text for message in asha.from_bot]
    assert said == [EN.say("welcome"), EN.say("error-account-blocked")]
    query = asha.asks_inline("tum")
    await studio.hear()
    answer = studio.telegram.inline[query].answer
    assert answer is not None
    assert answer["results"] in ("[]", [])
    asha.says("/delete")
    await studio.serve()
    assert asha.from_bot[-1].text == EN.say("forget-first")
    forges_tap(studio.telegram, asha, FORGET_ONCE)
    forges_tap(studio.telegram, asha, FORGET_SURE)
    await studio.serve()
    assert await studio.count(Erasure) == 1


async def test_among_others_nothing_is_said(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.says("/start")
    await studio.serve()
    await studio.change(update(User).values(blocked_at=func.now()))
    group = studio.telegram.group("Friends")
    asha.says("/song kesariya", chat=group)
    await studio.serve()
    assert [message.text for message in asha.from_bot] == [EN.say("welcome")]


async def test_who_is_let_in_again_is_answered(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.says("/start")
    await studio.serve()
    user_id = await studio.one(select(User.id))
    await block(studio.services.database, studio.services.conversion, user_id)
    await unblock(studio.services.database, user_id)
    asha.says("/start")
    await studio.serve()
    assert asha.from_bot[-1].text == EN.say("welcome")


@pytest.mark.parametrize("language", languages())
def test_the_block_says_how_to_leave(language: str) -> None:
    assert "/delete" in texts_in(language).say("error-account-blocked")
