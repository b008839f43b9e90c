"""kill -9 while WhatsApp messages come and go: each song arrives, and each message is sent once."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass

import httpx
import psutil
import pytest

from tests.fakes.twilio import Person, TwilioStandIn, require_description
from tests.fixtures.studio import Studio, studio
from tests.reliability.house import Ledger
from tests.reliability.songs import song

pytestmark = pytest.mark.slow

MESSAGES = "*/Messages.json"
PATIENCE = 90.0


@dataclass
class House:
    studio: Studio
    twilio: TwilioStandIn
    ledger: Ledger

    def kill(self, *words: str) -> None:
        """SIGKILL to a program with all its children."""
        os.killpg(self.studio.pids(*words)[0], signal.SIGKILL)

    def kill_and_wait(self, *words: str) -> None:
        """The same, until its first process is gone for good."""
        first = psutil.Process(self.studio.pids(*words)[0])
        self.kill(*words)
        first.wait(10)

    async def settle(self, person: Person, songs: int) -> None:
        """Until all songs of a person were sent, or are known to be lost."""
        query = (
            "SELECT count(*) >= $2 FROM deliveries d JOIN whatsapp_contacts c ON d.chat = replace(c.id::text,"
            " '-', '') WHERE c.phone = $1 AND d.kind = 'audio' AND d.status NOT IN ('pending', 'held')"
        )
        await self.ledger.until(query, person.phone, songs, patience=PATIENCE)
        query = "SELECT count(*) = 0 FROM deliveries WHERE status = 'pending'"
        await self.ledger.until(query, patience=PATIENCE)
        await self.twilio.settled()


@pytest.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """A studio that Twilio reaches at its own address."""
    require_description()
    with TwilioStandIn() as twilio:
        environment = {
            "MELODY_TWILIO_ACCOUNT_SID": twilio.account_sid,
            "MELODY_TWILIO_AUTH_TOKEN": twilio.auth_token,
            "MELODY_TWILIO_WHATSAPP_FROM": twilio.sender,
            "MELODY_TWILIO_API_URL": twilio.url,
            "MELODY_TWILIO_CONTENT_URL": twilio.url,
        }
        with studio(tmp_path_factory.mktemp("studio"), **environment) as running:
            twilio.webhook_url = f"{running.url}/webhooks/whatsapp"
            assert running.instance.database_url is not None
            async with Ledger(running.instance.database_url) as ledger:
                yield House(running, twilio, ledger)
                assert running.process.poll() is None, "the supervisor gave up"
        assert twilio.violations == []


def audio_messages(person: Person) -> int:
    return sum(message.media_url is not None for message in person.heard)


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("arrived", [True, False])
async def test_courier_while_the_audio_is_on_the_way(house: House, arrived: bool, told: bool) -> None:
    asha = house.twilio.person("Asha")
    house.twilio.tells = ("sent", "delivered") if told else ()
    await asha.sends(song(600 + 2 * arrived + told), "audio/wav")
    await house.twilio.until(lambda: bool(house.twilio.sent()) and bool(asha.texts), 30)
    fault = house.twilio.goes_wrong(MESSAGES, held=True, after=0 if arrived else None, cut=not arrived)
    await house.twilio.until(lambda: fault.arrived > 0, 60)
    house.kill("tasks.worker", "courier")
    house.twilio.release(fault)
    await house.settle(asha, 1)
    assert audio_messages(asha) == len(asha.audios) == 1
    asked, *how_long, ready = asha.texts
    assert asked.startswith("♪ Recording")
    assert ready.startswith("Ready to sing")
    assert len(asha.texts) == len(set(asha.texts))
    assert len(how_long) <= 1, "a song of over 30 s, on a slow machine, is told of once more"


async def test_bot_while_its_answer_is_on_the_way(house: House) -> None:
    asha = house.twilio.person("Asha")
    house.twilio.tells = ()
    fault = house.twilio.goes_wrong(MESSAGES, held=True, after=0)
    await asha.says("help")
    await house.twilio.until(lambda: fault.arrived > 0, 30)
    house.kill("bot.main")
    house.twilio.release(fault)
    query = "SELECT count(*) = 0 FROM deliveries WHERE status = 'pending'"
    await house.ledger.until(query, patience=PATIENCE)
    await house.twilio.settled()
    assert len(asha.heard) == 1


async def test_gateway_while_messages_arrive(house: House) -> None:
    """What the gateway did not acknowledge, Twilio brings again where its address asks for it."""
    house.twilio.tells = ("sent", "delivered")
    asha = house.twilio.person("Asha")
    for number in range(3):
        bringing = asyncio.create_task(asha.sends(song(620 + number), "audio/wav"))
        house.kill("api.main")
        try:
            form = await bringing
        except httpx.HTTPError:
            form = asha.last_form
        await until_taken(house.twilio, form)
    await house.settle(asha, 3)
    await until_heard(house, asha, 3)
    assert len(asha.audios) == 3
    assert await house.ledger.value("SELECT count(*) FROM inbox WHERE status <> 'done'") == 0


async def test_gateway_while_an_audio_is_fetched(house: House) -> None:
    """Twilio finds nobody when it comes for the audio, and its receipt of that is lost in the same outage."""
    asha = house.twilio.person("Asha")
    killed: list[bool] = []

    def strike() -> None:
        if not killed:
            house.kill_and_wait("api.main")
            house.twilio.tells_failures = ()
            killed.append(True)

    house.twilio.before_fetching = strike
    try:
        await asha.sends(song(630), "audio/wav")
        await house.twilio.until(lambda: bool(killed), PATIENCE)
        await until_heard(house, asha, 1)
    finally:
        house.twilio.before_fetching, house.twilio.tells_failures = (lambda: None), ("failed",)
    assert len(asha.audios) == 1
    assert len(set(asha.texts)) == len(asha.texts)


async def test_what_was_written_while_nobody_heard(house: House) -> None:
    """No webhook brings it, then or later: it stands in Twilio's list alone."""
    asha = house.twilio.person("Asha")
    house.twilio.is_cut_off = True
    try:
        form = await asha.sends(song(635), "audio/wav")
        await asha.says("/help")
    finally:
        house.twilio.is_cut_off = False
    house.kill("tasks.worker", "courier")
    await house.settle(asha, 1)
    assert len(asha.audios) == 1
    bringing = [asyncio.to_thread(house.twilio.bring, form) for _ in range(10)]
    assert set(await asyncio.gather(*bringing)) == {200}
    assert await house.ledger.value("SELECT count(*) FROM inbox WHERE status <> 'done'") == 0


async def test_the_same_message_a_hundred_times_at_once(house: House) -> None:
    asha = house.twilio.person("Asha")
    form = await asha.sends(song(640), "audio/wav")
    answers = await asyncio.gather(*(asyncio.to_thread(house.twilio.bring, form) for _ in range(100)))
    assert set(answers) == {200}
    await house.settle(asha, 1)
    assert len(asha.audios) == 1
    query = "SELECT count(*) FROM inbox WHERE external_id = $1"
    assert await house.ledger.value(query, form["MessageSid"]) == 1


async def until_heard(house: House, person: Person, songs: int) -> None:
    """Until a person holds so many audios; the minutes after which Twilio is asked, and the pause before what
    failed is sent again, are over at once."""
    async with asyncio.timeout(PATIENCE):
        while len(person.audios) < songs:
            await house.ledger.rows("UPDATE whatsapp_messages SET ask_at = now() WHERE ask_at IS NOT NULL")
            await house.ledger.rows("UPDATE deliveries SET not_before = NULL WHERE status = 'pending'")
            await asyncio.sleep(0.5)  # nothing tells us of the turns of the relay
    await house.twilio.settled()


async def until_taken(twilio: TwilioStandIn, form: dict[str, str]) -> None:
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                if await asyncio.to_thread(twilio.bring, form) == 200:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.1)  # the gateway starts again
