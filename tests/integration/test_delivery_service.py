"""Claim, send, record: what reaches Telegram, and what is known about it, whatever goes wrong between."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from core.accounts.models import ChannelIdentity
from core.conversion.models import Asker
from core.db.lease import seconds_from_now
from core.delivery.models import TEXT, Delivery
from core.dispatch import take_hints
from tests.fakes.telegram import ChatMessage, Fault, Person, TelegramStandIn
from tests.integration.desk import SONG, Desk


@pytest.fixture
async def ready(desk: Desk, asha: Person) -> Delivery:
    """The audio of a song that was asked for, whose status message is in the chat."""
    await desk.asks(asha)
    await desk.deliver(await desk.status(asha))
    await desk.made()
    return await desk.audio(asha)


def only(person: Person) -> ChatMessage:
    [message] = person.chat
    return message


async def killed_while_sending(
    desk: Desk, telegram: TelegramStandIn, delivery: Delivery, fault: Fault
) -> None:
    """The process dies between the call and its answer, and its lease runs out."""
    sending = asyncio.create_task(desk.services.delivery.deliver(delivery.id))
    await telegram.wait_for_async(lambda: fault.arrived > 0)
    sending.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sending
    await desk.lease_runs_out(delivery)


class TestTheStraightWay:
    async def test_a_text_is_said_once(self, desk: Desk, telegram: TelegramStandIn, asha: Person) -> None:
        await desk.says(asha, "Hello")
        sent = await desk.deliver(await desk.text(asha))
        assert (sent.status, sent.message_ref) == ("sent", str(only(asha).message_id))
        await desk.deliver(sent)
        assert len(telegram.calls("sendMessage")) == 1

    async def test_a_status_turns_into_the_audio(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery
    ) -> None:
        text = only(asha)
        sent = await desk.deliver(ready)
        audio = only(asha).audio
        assert audio is not None
        assert (audio.data, audio.title, audio.performer) == (SONG[::-1], "Lithium (Instrumental)", "Nobody")
        assert (sent.status, sent.message_ref) == ("sent", str(text.message_id))
        assert (await desk.status(asha)).settled
        assert await desk.references() == [audio.file_id]
        await desk.deliver(sent)
        assert len(telegram.calls("editMessageMedia")) == 1

    async def test_the_next_person_has_it_without_an_upload(
        self, desk: Desk, telegram: TelegramStandIn, ready: Delivery
    ) -> None:
        await desk.deliver(ready)
        ravi = telegram.person("Ravi")
        await desk.asks(ravi)
        await desk.deliver(await desk.status(ravi))
        await desk.deliver(await desk.audio(ravi))
        assert only(ravi).audio is not None
        assert [len(call.files) for call in telegram.calls("editMessageMedia")] == [1, 0]

    async def test_the_audio_waits_for_its_status(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person
    ) -> None:
        await desk.asks(asha)
        await desk.made()
        waiting = await desk.deliver(await desk.audio(asha))
        assert (waiting.status, waiting.attempts, telegram.requests) == ("pending", 0, [])
        await desk.deliver(await desk.status(asha))
        assert (await desk.deliver(waiting)).status == "sent"

    async def test_of_many_senders_one_sends(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery
    ) -> None:
        await asyncio.gather(*(desk.services.delivery.deliver(ready.id) for _ in range(8)))
        assert only(asha).audio is not None
        assert len(telegram.calls("editMessageMedia")) == 1

    @pytest.mark.parametrize("waited", [10, 40])
    async def test_who_waited_long_is_told(
        self, desk: Desk, asha: Person, ready: Delivery, waited: int
    ) -> None:
        """An edit notifies nobody: after more than 30 s a short text does, once."""
        async with desk.database.transaction() as session:
            await session.execute(update(Asker).values(asked_at=seconds_from_now(-waited)))
        await desk.deliver(ready)
        await desk.deliver(ready)
        texts = await desk.deliveries(asha, TEXT)
        assert [text.once for text in texts] == ([f"ready:{ready.id}"] if waited > 30 else [])


class TestKilledWhileSending:
    @pytest.mark.parametrize("arrived", [True, False])
    async def test_a_text_is_uncertain_and_never_repeated(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, arrived: bool
    ) -> None:
        await desk.says(asha, "Hello")
        text = await desk.text(asha)
        with telegram.holding("sendMessage", takes_effect=arrived) as fault:
            await killed_while_sending(desk, telegram, text, fault)
            fault.status = 503
        assert (await desk.deliver(text)).status == "uncertain"
        await desk.deliver(text)
        assert len(telegram.calls("sendMessage")) == 1

    @pytest.mark.parametrize("arrived", [True, False])
    async def test_an_audio_that_replaces_its_status_is_repeated(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery, arrived: bool
    ) -> None:
        with telegram.holding("editMessageMedia", takes_effect=arrived) as fault:
            await killed_while_sending(desk, telegram, ready, fault)
            fault.status = 503
        sent = await desk.deliver(ready)
        assert (sent.status, sent.attempts) == ("sent", 2)
        assert only(asha).audio is not None

    async def test_the_lease_is_respected_until_it_runs_out(
        self, desk: Desk, telegram: TelegramStandIn, ready: Delivery
    ) -> None:
        with telegram.holding("editMessageMedia") as fault:
            sending = asyncio.create_task(desk.services.delivery.deliver(ready.id))
            await telegram.wait_for_async(lambda: fault.arrived > 0)
            assert (await desk.deliver(ready)).attempts == 1
        await sending
        assert (await desk.again(ready)).status == "sent"
        assert len(telegram.calls("editMessageMedia")) == 1

    async def test_an_audio_without_a_known_status_gets_a_new_one(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person
    ) -> None:
        """The status message may be in the chat, but nobody knows its number."""
        await desk.asks(asha)
        lost = await desk.status(asha)
        with telegram.holding("sendMessage") as fault:
            await killed_while_sending(desk, telegram, lost, fault)
        assert (await desk.deliver(lost)).status == "uncertain"
        await desk.made()
        audio = await desk.audio(asha)
        assert (await desk.deliver(audio)).status == "sent"
        assert [message.audio is not None for message in asha.chat] == [False, True]

    @pytest.mark.broad
    async def test_a_hint_that_came_too_early_is_no_reason_to_wait_for_the_next(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person
    ) -> None:
        """Its new status is sent at once; the audio is due then, not half a minute after the early hint."""
        await desk.asks(asha)
        async with desk.database.transaction() as session:
            await session.execute(update(Delivery).values(status="uncertain"))
        await desk.made()
        audio = await desk.audio(asha)
        assert audio.id in await hinted(desk)
        telegram.goes_wrong("sendMessage", status=429, retry_after=1, description="Too Many Requests")
        await desk.deliver(audio)
        assert audio.id not in await hinted(desk)  # it waits for the new status
        status = await desk.status(asha)
        await desk.pause_is_over(status)
        await desk.deliver(status)
        assert audio.id in await hinted(desk)

    async def test_a_dead_senders_row_is_due_when_its_lease_runs_out(
        self, desk: Desk, telegram: TelegramStandIn, ready: Delivery
    ) -> None:
        assert ready.id in await hinted(desk)
        with telegram.holding("editMessageMedia") as fault:
            await killed_while_sending(desk, telegram, ready, fault)
        assert ready.id in await hinted(desk)


class TestTelegramsAnswers:
    async def test_too_fast_waits_as_long_as_told(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery
    ) -> None:
        telegram.goes_wrong(
            "editMessageMedia", status=429, retry_after=77, description="Too Many Requests: retry after 77"
        )
        later = await desk.deliver(ready)
        assert later.status == "pending"
        assert later.not_before is not None
        assert timedelta(seconds=70) < later.not_before - datetime.now(UTC) < timedelta(seconds=77 * 1.25)
        assert (await desk.deliver(ready)).attempts == 1  # not due yet
        assert len(telegram.calls("editMessageMedia")) == 1

    async def test_blocked_is_remembered(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery
    ) -> None:
        await desk.says(asha, "Hello")
        asha.blocks()
        refused = await desk.deliver(ready)
        assert (refused.status, refused.error) == ("refused", "blocked")
        async with desk.database.transaction() as session:
            identity = (await session.execute(select(ChannelIdentity))).scalar_one()
        assert identity.blocked_at is not None
        text = await desk.deliver(await desk.text(asha))
        assert (text.status, text.error) == ("refused", "blocked")
        assert len(telegram.calls("sendMessage")) == 1  # the status; the text was not even tried

    async def test_an_answer_that_is_lost(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery
    ) -> None:
        """A text is uncertain for good; an audio is edited in again, into the same message."""
        await desk.says(asha, "Hello")
        telegram.goes_wrong("sendMessage", reset=True, takes_effect=True)
        assert (await desk.deliver(await desk.text(asha))).status == "uncertain"

        telegram.goes_wrong("editMessageMedia", reset=True, takes_effect=True)
        later = await desk.deliver(ready)
        assert (later.status, later.lease_token) == ("pending", None)
        await desk.pause_is_over(ready)
        assert (await desk.deliver(ready)).status == "sent"
        assert [message.text for message in asha.chat] == [None, "Hello"]

    async def test_a_failing_server_is_tried_again_later_and_later(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery
    ) -> None:
        telegram.goes_wrong("editMessageMedia", times=4, status=502, body=b"<html>Bad Gateway</html>")
        pauses = []
        for _ in range(4):
            later = await desk.deliver(ready)
            assert later.not_before is not None
            pauses.append((later.not_before - datetime.now(UTC)).total_seconds())
            await desk.pause_is_over(ready)
        assert all(1.4 * before < after for before, after in itertools.pairwise(pauses))
        assert (await desk.deliver(ready)).status == "sent"
        assert only(asha).audio is not None

    async def test_after_a_day_it_is_given_up(
        self, desk: Desk, telegram: TelegramStandIn, ready: Delivery
    ) -> None:
        async with desk.database.transaction() as session:
            await session.execute(update(Delivery).values(created_at=seconds_from_now(-25 * 3600)))
        telegram.goes_wrong("editMessageMedia", status=502)
        assert (await desk.deliver(ready)).status == "refused"

    async def test_a_deleted_status_leads_to_one_audio_of_its_own(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery
    ) -> None:
        asha.deletes(only(asha).message_id)
        waiting = await desk.deliver(ready)
        assert (waiting.status, waiting.direct, asha.chat) == ("pending", True, [])
        assert ready.id in await hinted(desk)
        assert (await desk.deliver(ready)).status == "sent"
        await desk.deliver(ready)
        assert only(asha).audio is not None
        assert len(telegram.calls("sendAudio")) == 1

    @pytest.mark.parametrize("how", ["lost", "killed"])
    async def test_an_audio_of_its_own_is_tried_once(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person, ready: Delivery, how: str
    ) -> None:
        asha.deletes(only(asha).message_id)
        await desk.deliver(ready)
        if how == "lost":
            telegram.goes_wrong("sendAudio", reset=True, takes_effect=True)
        else:
            with telegram.holding("sendAudio") as fault:
                await killed_while_sending(desk, telegram, ready, fault)
        assert (await desk.deliver(ready)).status == "uncertain"
        await desk.deliver(ready)
        assert only(asha).audio is not None
        assert len(telegram.calls("sendAudio")) == 1

    async def test_a_stale_reference_leads_to_an_upload(
        self, desk: Desk, telegram: TelegramStandIn, ready: Delivery
    ) -> None:
        await desk.deliver(ready)
        [stale] = await desk.references()
        telegram.expire(stale)
        ravi = telegram.person("Ravi")
        await desk.asks(ravi)
        await desk.deliver(await desk.status(ravi))
        audio = await desk.audio(ravi)
        assert (await desk.deliver(audio)).status == "pending"
        assert await desk.references() == []
        assert audio.id in await hinted(desk)
        assert (await desk.deliver(audio)).status == "sent"
        arrived = only(ravi).audio
        assert arrived is not None
        assert await desk.references() == [arrived.file_id] != [stale]

    async def test_too_large_for_the_server(
        self, desk: Desk, telegram: TelegramStandIn, ready: Delivery
    ) -> None:
        telegram.goes_wrong("editMessageMedia", status=413, body=b"<html>413</html>")
        refused = await desk.deliver(ready)
        assert (refused.status, refused.error) == ("refused", "too-large")

    async def test_a_file_that_is_gone(self, desk: Desk, telegram: TelegramStandIn, ready: Delivery) -> None:
        for stored in desk.services.settings.storage_place.path.glob("??/??/*"):
            stored.unlink()
        refused = await desk.deliver(ready)
        assert (refused.status, refused.error) == ("refused", "file-gone")
        assert telegram.calls("editMessageMedia") == []


class TestOrder:
    async def test_a_chats_texts_come_one_after_the_other(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person
    ) -> None:
        """However many send, and whichever of them is told first."""
        words = [str(number) for number in range(20)]
        await desk.says(asha, *words)
        texts = await desk.deliveries(asha)
        for _ in words:
            await asyncio.gather(*(desk.services.delivery.deliver(text.id) for text in reversed(texts)))
        assert [message.text for message in asha.chat] == words

    async def test_one_chat_takes_one_sender(
        self, desk: Desk, telegram: TelegramStandIn, asha: Person
    ) -> None:
        """A chat with a lot to say, at a message a second, does not occupy everybody."""
        ravi = telegram.person("Ravi")
        await desk.says(asha, *"abcdefgh")
        await desk.says(ravi, "x")
        async with desk.database.transaction() as session:
            await session.execute(update(Delivery).values(created_at=seconds_from_now(-60)))
        first = (await desk.deliveries(asha))[0]
        assert await hinted(desk) == {first.id, (await desk.text(ravi)).id}
        await desk.deliver(first)
        assert await hinted(desk) == {(await desk.deliveries(asha))[1].id}

    async def test_a_chats_own_sender_says_all_of_it(self, desk: Desk, asha: Person) -> None:
        await desk.says(asha, *"abcde")
        await desk.services.delivery.say_pending("telegram", str(asha.id))
        assert [message.text for message in asha.chat] == [*"abcde"]


async def hinted(desk: Desk) -> set[object]:
    """The deliveries that the relay tells couriers about now."""
    async with desk.database.transaction() as session:
        hints = await take_hints(session, desk.services.pushed_channels)
    return {hint.row for hint in hints if hint.task == "delivery.send"}
