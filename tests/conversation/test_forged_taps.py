"""Callback data that no button of ours in that chat carries: answered politely, and without effect."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.accounts.models import User
from core.chat.actions import FORGET_SURE, cancel_action, setting_action
from core.chat.texts import texts_in
from core.membership.erasing import Erasure
from tests.conversation import songs
from tests.conversation.studio import SmallStudio, sends_data
from tests.fakes.telegram import Person

EN = texts_in("en")


@pytest.fixture
def asha(studio: SmallStudio) -> Person:
    return studio.telegram.person("Asha")


async def test_an_action_without_our_seal_has_no_effect(studio: SmallStudio, asha: Person) -> None:
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.hear()
    before = len(asha.from_bot)
    for action in (cancel_action(await studio.job_id()), setting_action("key", 2), FORGET_SURE):
        sends_data(studio.telegram, asha, action)
        sends_data(studio.telegram, asha, f"{action}.AAAAAAAA")
    await studio.hear()
    assert [message.text for message in asha.from_bot[before:]] == [EN.say("button-old")] * 6
    assert await studio.jobs() == ["queued"]
    assert (await studio.one(select(User))).preferences == {}
    assert await studio.count(Erasure) == 0
    assert all(tap.answered for tap in studio.telegram.callbacks.values())


@pytest.mark.broad
async def test_a_button_moved_to_another_chat_has_no_effect(studio: SmallStudio, asha: Person) -> None:
    asha.says("/settings")
    await studio.hear()
    asha.taps("Key: 0")
    await studio.hear()
    (higher,) = (button.action for row in asha.from_bot[-1].buttons for button in row if button.text == "+2")
    mallory, group = studio.telegram.person("Mallory"), studio.telegram.group("Singers")
    sends_data(studio.telegram, mallory, higher or "")
    sends_data(studio.telegram, asha, higher or "", chat=group)
    await studio.hear()
    assert [message.text for message in mallory.from_bot] == [EN.say("button-old")]
    assert [message.text for message in studio.telegram.chat(group)] == [EN.say("button-old")]
    async with studio.services.database.transaction() as session:
        assert [user.preferences for user in (await session.execute(select(User))).scalars()] == [{}, {}]
    sends_data(studio.telegram, asha, higher or "")
    await studio.hear()
    async with studio.services.database.transaction() as session:
        chosen = [user.preferences for user in (await session.execute(select(User))).scalars()]
    assert sorted(map(str, chosen)) == ["{'key': 2}", "{}"]
