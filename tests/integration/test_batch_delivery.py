"""The audios of a batch: each arrives once, in a message of its own, whatever goes wrong between."""

from __future__ import annotations

import asyncio
import contextlib

import pytest
from sqlalchemy import update

from core.conversion.models import Asker
from core.db.lease import seconds_from_now
from core.delivery.models import STATUS, TEXT, Delivery
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk

pytestmark = pytest.mark.broad

SONGS = ("Kesariya", "Ilahi", "Jai Ho")


@pytest.fixture
async def audios(desk: Desk, asha: Person) -> list[Delivery]:
    """Of three songs that were sent at once, whose status message is in the chat."""
    await desk.sends_album(asha, *SONGS)
    await desk.deliver(await desk.status(asha))
    await desk.made(each_its_own=True)
    found = await desk.audios(asha)
    assert len(found) == len(SONGS)
    return found


def titles(person: Person) -> list[str | None]:
    return sorted(message.audio.title or "" for message in person.chat if message.audio is not None)


ALL = sorted(f"{song} (Instrumental)" for song in SONGS)


async def try_on(desk: Desk, person: Person) -> None:
    """Time passes, and couriers come again until nothing is left to be sent."""
    for _ in range(4):
        for delivery in await desk.deliveries(person):
            if delivery.status == "pending":
                await desk.lease_runs_out(delivery)
                await desk.pause_is_over(delivery)
                await desk.deliver(delivery)


async def test_each_audio_is_a_message_of_its_own_and_the_status_stays(
    desk: Desk, telegram: TelegramStandIn, asha: Person, audios: list[Delivery]
) -> None:
    for audio in audios:
        assert (await desk.deliver(audio)).status == "sent"
    assert titles(asha) == ALL
    assert [message.audio is None for message in asha.chat] == [True, False, False, False]
    for audio in audios:
        await desk.deliver(audio)
    assert len(telegram.calls("editMessageMedia")) == len(SONGS)
    assert telegram.calls("sendAudio") == []


async def test_of_many_couriers_each_audio_is_sent_by_one(
    desk: Desk, telegram: TelegramStandIn, asha: Person, audios: list[Delivery]
) -> None:
    await asyncio.gather(*(desk.services.delivery.deliver(audio.id) for audio in [*audios] * 4))
    await try_on(desk, asha)
    assert titles(asha) == ALL
    assert len(asha.chat) == 1 + len(SONGS)
    assert len(telegram.calls("editMessageMedia")) == len(SONGS)


@pytest.mark.parametrize("method", ["sendMessage", "editMessageMedia"])
@pytest.mark.parametrize("arrived", [True, False])
async def test_a_courier_killed_at_its_worst_moment_brings_no_second_audio(
    desk: Desk, telegram: TelegramStandIn, asha: Person, audios: list[Delivery], method: str, arrived: bool
) -> None:
    """A message that announces an audio may stay behind; the audio is one."""
    with telegram.holding(method, takes_effect=arrived) as fault:
        sending = asyncio.create_task(desk.services.delivery.deliver(audios[1].id))
        await telegram.wait_for_async(lambda: fault.arrived > 0)
        sending.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sending
        fault.status = 503
    await try_on(desk, asha)
    assert titles(asha) == ALL
    left_behind = [message for message in asha.chat[1:] if message.audio is None]
    assert len(left_behind) == (1 if method == "sendMessage" and arrived else 0)
    assert [audio.status for audio in await desk.audios(asha)] == ["sent"] * len(SONGS)


@pytest.mark.parametrize("method", ["sendMessage", "editMessageMedia"])
async def test_lost_answers_bring_no_second_audio(
    desk: Desk, telegram: TelegramStandIn, asha: Person, audios: list[Delivery], method: str
) -> None:
    telegram.goes_wrong(method, times=2, reset=True, takes_effect=True)
    for audio in audios:
        await desk.deliver(audio)
    await try_on(desk, asha)
    assert titles(asha) == ALL
    assert telegram.calls("sendAudio") == []


async def test_a_deleted_status_keeps_no_audio_back(desk: Desk, asha: Person, audios: list[Delivery]) -> None:
    asha.deletes(asha.chat[0].message_id)
    for audio in audios:
        await desk.deliver(audio)
    assert titles(asha) == ALL


async def test_who_waited_long_hears_of_each_audio_once(
    desk: Desk, asha: Person, audios: list[Delivery]
) -> None:
    """Its own message told of it a moment ago: no word follows, though they asked long ago."""
    async with desk.database.transaction() as session:
        await session.execute(update(Asker).values(asked_at=seconds_from_now(-600)))
    for audio in audios:
        await desk.deliver(audio)
    assert await desk.deliveries(asha, TEXT) == []


async def test_the_message_for_an_audio_comes_after_what_the_chat_hears_first(
    desk: Desk, asha: Person, audios: list[Delivery]
) -> None:
    await desk.says(asha, "Hello")
    await desk.deliver(audios[0])
    assert [message.text for message in asha.chat[1:]] == ["Hello", None]


async def test_the_status_is_edited_at_most_every_three_seconds(
    desk: Desk, telegram: TelegramStandIn, asha: Person
) -> None:
    await desk.sends_album(asha, *SONGS)
    status = await desk.deliver(await desk.status(asha))
    for _ in range(3):
        await desk.services.live_statuses.refresh()
    assert telegram.calls("editMessageText") == []
    await desk.fetched(each_its_own=True)
    await desk.services.live_statuses.refresh()
    assert telegram.calls("editMessageText") == []
    async with desk.database.transaction() as session:
        await session.execute(update(Delivery).values(edited_at=seconds_from_now(-3)))
    for _ in range(3):
        await desk.services.live_statuses.refresh()
    assert len(telegram.calls("editMessageText")) <= 1
    assert not (await desk.again(status)).settled


async def test_a_batch_that_grows_after_its_end_goes_on(desk: Desk, asha: Person) -> None:
    batch = await desk.sends_album(asha, "Kesariya")
    status = await desk.deliver(await desk.status(asha))
    await desk.made()
    await desk.services.live_statuses.refresh()
    await desk.services.live_statuses.refresh()
    [first] = await desk.deliveries(asha, STATUS)
    assert (await desk.again(status)).settled
    async with desk.database.transaction() as session:
        await desk.services.outbox.batch_grew(session, batch)
    assert not (await desk.again(first)).settled
