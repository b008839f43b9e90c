"""Cancel: by whoever asked, as long as there is something to cancel."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from core.chat.actions import cancel_action
from core.chat.texts import texts_in
from core.conversion.models import Rendition
from tests.conversation import songs
from tests.conversation.studio import SmallStudio, forges_tap

EN = texts_in("en")
PATIENCE = 10.0


async def test_cancelling_frees_the_worker(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.hear()
    working = await studio.working()
    asha.taps("Cancel")
    await studio.hear()
    await asyncio.wait_for(working, PATIENCE)  # though the separation is still held
    await studio.refresh()
    (status,) = asha.from_bot
    assert (status.text, status.labels) == (f"♪ Ilahi\n{EN.say('status-cancelled')}", [])
    assert await studio.jobs() == ["cancelled"]
    assert await studio.one(select(Rendition.status)) == "cancelled"
    assert studio.telegram.calls("editMessageMedia") == []
    assert not any(studio.services.settings.work_path.iterdir())


@pytest.mark.broad
async def test_what_was_cancelled_can_be_asked_for_again(studio: SmallStudio) -> None:
    asha, song = studio.telegram.person("Asha"), songs.m4a()
    asha.sends("audio", song, title="Ilahi")
    await studio.hear()
    asha.taps("Cancel")
    await studio.serve()
    assert studio.separator.made == []
    asha.sends("audio", song, title="Ilahi")
    await studio.serve()
    assert [message.audio is not None for message in asha.from_bot] == [False, True]
    assert await studio.jobs() == ["cancelled", "completed"]


async def test_who_waits_for_the_same_song_still_gets_it(studio: SmallStudio) -> None:
    asha, bala, song = studio.telegram.person("Asha"), studio.telegram.person("Bala"), songs.m4a()
    asha.sends("audio", song, title="Ilahi")
    await studio.hear()
    working = await studio.working()
    bala.sends("audio", song, title="Ilahi")
    await studio.hear()
    asha.taps("Cancel")
    await studio.hear()
    assert not working.done()
    studio.separator.release()
    await working
    await studio.work()
    await studio.refresh()
    assert bala.from_bot[0].audio is not None
    assert asha.from_bot[0].audio is None
    assert (asha.from_bot[0].text or "").endswith(EN.say("status-cancelled"))
    assert len(studio.separator.made) == 1


@pytest.mark.broad
async def test_cancelling_what_is_over_says_so(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    forges_tap(studio.telegram, asha, cancel_action(await studio.job_id()))
    await studio.hear()
    assert asha.from_bot[0].audio is not None
    assert asha.from_bot[1].text == EN.say("already-over")
    assert await studio.jobs() == ["completed"]


async def test_tapping_cancel_twice_cancels_once(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.hear()
    asha.taps("Cancel")
    asha.taps("Cancel")
    await studio.hear()
    assert await studio.jobs() == ["cancelled"]
    assert [message.text for message in asha.from_bot[1:]] == [EN.say("already-over")]


async def test_nobody_cancels_for_others(studio: SmallStudio) -> None:
    asha, mallory = studio.telegram.person("Asha"), studio.telegram.person("Mallory")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.hear()
    forges_tap(studio.telegram, mallory, cancel_action(await studio.job_id()))
    await studio.hear()
    assert [message.text for message in mallory.from_bot] == [EN.say("error-not-found")]
    assert await studio.jobs() == ["queued"]
    await studio.work()
    assert asha.from_bot[0].audio is not None


async def test_in_a_group_only_who_asked_cancels(studio: SmallStudio) -> None:
    asha, bala = studio.telegram.person("Asha"), studio.telegram.person("Bala")
    group = studio.telegram.group("Singers")
    asha.sends("audio", songs.m4a(), title="Ilahi", caption="@melody_standin_bot", chat=group)
    await studio.hear()
    bala.taps("Cancel", chat=group)
    await studio.hear()
    assert await studio.jobs() == ["queued"]
    asha.taps("Cancel", chat=group)
    await studio.hear()
    assert await studio.jobs() == ["cancelled"]
