"""The WhatsApp channel against Twilio's stand-in: what is sent, and what each answer means."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.accounts.models import ChannelIdentity
from core.accounts.service import ChatAccount, identity_of
from core.adapters.channels.whatsapp import WhatsAppChannel
from core.bootstrap import Services
from core.delivery.models import TEXT, Delivery
from core.errors import ConfigurationError, ServiceUnavailable
from core.ports import Attempt, AudioFormat, AudioMessage, Button, Outcome, Reply
from core.whatsapp.contacts import Sender, chat_of, contact_of
from core.whatsapp.models import WhatsAppContact, WhatsAppMessage
from tests.fakes.twilio import Person, TwilioStandIn, require_description

pytestmark = pytest.mark.broad

MESSAGES = "*/Messages.json"
PUBLIC = "http://127.0.0.1:9"
MP3 = b"ID3" + bytes(5000)


@pytest.fixture
def twilio() -> Iterator[TwilioStandIn]:
    require_description()
    with TwilioStandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


@pytest.fixture
def asha(twilio: TwilioStandIn) -> Person:
    return twilio.person("Asha")


def channel_to(twilio: TwilioStandIn, services: Services, **changes: Any) -> WhatsAppChannel:
    chosen: dict[str, Any] = {
        "account_sid": twilio.account_sid,
        "auth_token": twilio.auth_token,
        "sender": twilio.sender,
        "api_url": twilio.url,
        "content_url": twilio.url,
        "ready_sid": None,
        "code_sid": None,
        "public_origin": PUBLIC,
        "allow_loopback": True,
    }
    return WhatsAppChannel(services.database, **(chosen | changes))


@pytest.fixture
async def channel(twilio: TwilioStandIn, services: Services) -> AsyncIterator[WhatsAppChannel]:
    made = channel_to(twilio, services)
    yield made
    await made.close()


@pytest.fixture
async def chat(services: Services, asha: Person) -> str:
    async with services.database.transaction() as session:
        contact = await contact_of(session, Sender(asha.phone, asha.user_id, asha.phone))
    return chat_of(contact)


@pytest.fixture
async def attempt(services: Services, chat: str) -> Attempt:
    """The first try of a delivery that is in the outbox."""
    async with services.database.transaction() as session:
        identity: ChannelIdentity = await identity_of(session, ChatAccount("whatsapp", chat))
        row = Delivery(
            id=uuid.uuid4(), channel="whatsapp", chat=chat, identity_id=identity.id, kind=TEXT, reply={}
        )
        session.add(row)
    return Attempt(row.id)


def audio(size: int = len(MP3)) -> AudioMessage:
    return AudioMessage(
        "Ilahi",
        "Arijit Singh",
        6.0,
        AudioFormat.MP3,
        size,
        "Arijit Singh - Ilahi.mp3",
        None,
        sha256="ab" * 32,
    )


class TestSending:
    async def test_a_text_with_choices(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, chat: str, attempt: Attempt
    ) -> None:
        result = await channel.send_text(chat, Reply("Which?", ((Button("Best", "b"),),)), attempt)
        (creation,) = twilio.creations()
        callback = f"{PUBLIC}/webhooks/whatsapp/status?delivery={attempt.delivery_id.hex}&part=1&parts=1"
        assert creation.form == {
            "To": "whatsapp:+919812300000",
            "From": twilio.sender,
            "Body": "Which?\n\n1. Best",
            "StatusCallback": callback,
        }
        assert (result.outcome, result.message_ref) == (Outcome.SENT, twilio.sent()[0].sid)

    async def test_who_hides_their_number_is_written_to_by_id(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, services: Services, asha: Person
    ) -> None:
        assert asha.user_id is not None
        async with services.database.transaction() as session:
            contact = await contact_of(session, Sender(asha.user_id, asha.user_id, None))
        assert (await channel.send_text(chat_of(contact), Reply("Hello"))).outcome is Outcome.SENT
        assert twilio.sent()[0].person == asha.user_id

    async def test_an_audio_is_a_link_that_is_signed(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, chat: str, attempt: Attempt
    ) -> None:
        assert (await channel.send_audio(chat, audio(), None, attempt)).outcome is Outcome.SENT
        form = twilio.creations()[0].form
        assert "Body" not in form
        assert form["MediaUrl"].startswith(f"{PUBLIC}/files/")
        assert form["MediaUrl"].endswith("/" + "ab" * 32 + "/Arijit%20Singh%20-%20Ilahi.mp3")

    async def test_what_is_too_large_comes_as_words_with_a_link(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, chat: str, attempt: Attempt
    ) -> None:
        assert (await channel.send_audio(chat, audio(16_000_001), None, attempt)).outcome is Outcome.SENT
        form = twilio.creations()[0].form
        assert "MediaUrl" not in form
        assert form["Body"].startswith(f"♪ Arijit Singh — Ilahi\n{PUBLIC}/files/")

    async def test_media_that_twilio_refuses_come_as_a_link(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, chat: str, attempt: Attempt
    ) -> None:
        twilio.goes_wrong(MESSAGES, status=400, body={"code": 21620, "message": "Invalid media URL"})
        assert (await channel.send_audio(chat, audio(), None, attempt)).outcome is Outcome.SENT
        assert [("MediaUrl" in r.form, "Body" in r.form) for r in twilio.creations()] == [
            (True, False),
            (False, True),
        ]

    async def test_outside_the_24_hours_twilio_is_not_even_asked(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, services: Services, chat: str, attempt: Attempt
    ) -> None:
        async with services.database.transaction() as session:
            earlier = WhatsAppContact.last_message_at - timedelta(hours=24)
            await session.execute(update(WhatsAppContact).values(last_message_at=earlier))
        for result in (
            await channel.send_text(chat, Reply("Hello"), attempt),
            await channel.send_audio(chat, audio(), None, attempt),
        ):
            assert result.outcome is Outcome.HELD
        assert twilio.requests == []

    async def test_a_chat_that_never_was(self, channel: WhatsAppChannel) -> None:
        for chat in ("x", uuid.uuid4().hex):
            assert (await channel.send_text(chat, Reply("Hello"))).outcome is Outcome.REFUSED

    async def test_messages_are_not_edited(self, channel: WhatsAppChannel, chat: str) -> None:
        assert (await channel.edit_text(chat, "SM1", Reply("x"))).outcome is Outcome.REFUSED


class TestAnswers:
    @pytest.mark.parametrize(
        ("status", "body", "outcome", "error"),
        [
            (429, {"code": 20429}, Outcome.RETRY, "rate-limit"),
            (429, "<html>429</html>", Outcome.RETRY, "rate-limit"),
            (400, {"code": 63018}, Outcome.RETRY, "rate-limit"),
            (401, {"code": 20003}, Outcome.RETRY, "wrong-credentials"),
            (404, {"code": 20404}, Outcome.RETRY, "wrong-credentials"),
            (400, {"code": 63016}, Outcome.HELD, "outside-window"),
            (400, {"code": 21610}, Outcome.REFUSED, "blocked"),
            (400, {"code": 21211}, Outcome.REFUSED, "chat-not-found"),
            (400, {"code": 63003}, Outcome.REFUSED, "chat-not-found"),
            (400, {"code": 21617}, Outcome.REFUSED, "too-long"),
            (400, {"code": 21658}, Outcome.REFUSED, "too-long"),
            (400, {"code": 21656}, Outcome.REFUSED, "twilio-21656"),
            (400, {"type": "about:blank", "title": "x", "code": 63030}, Outcome.REFUSED, "twilio-63030"),
            (400, [1], Outcome.REFUSED, "twilio-400"),
            (400, "not JSON", Outcome.REFUSED, "twilio-400"),
            (500, {"code": 20500}, Outcome.UNCERTAIN, "Twilio answers with HTTP 500"),
            (503, "<html>503</html>", Outcome.UNCERTAIN, "Twilio answers with HTTP 503"),
            (201, "<html>", Outcome.UNCERTAIN, "an answer without a sid"),
            (201, {"sid": None}, Outcome.UNCERTAIN, "an answer without a sid"),
        ],
    )
    async def test_what_each_means(
        self,
        channel: WhatsAppChannel,
        twilio: TwilioStandIn,
        chat: str,
        attempt: Attempt,
        status: int,
        body: Any,
        outcome: Outcome,
        error: str,
    ) -> None:
        twilio.goes_wrong(MESSAGES, status=status, body=body)
        result = await channel.send_text(chat, Reply("Hello"), attempt)
        assert (result.outcome, result.error) == (outcome, error)
        assert result.blocked is (error == "blocked")
        assert len(twilio.creations()) == 1

    async def test_a_pause_that_twilio_asks_for(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, chat: str
    ) -> None:
        twilio.goes_wrong(MESSAGES, status=429, body={"code": 20429}, headers={"Retry-After": "17"})
        assert (await channel.send_text(chat, Reply("Hello"))).retry_after == 17

    @pytest.mark.parametrize(("after", "arrived"), [(None, 0), (0, 1), (20, 1)])
    async def test_a_connection_that_breaks(
        self,
        channel: WhatsAppChannel,
        twilio: TwilioStandIn,
        chat: str,
        attempt: Attempt,
        after: int | None,
        arrived: int,
    ) -> None:
        twilio.goes_wrong(MESSAGES, cut=True, after=after)
        assert (await channel.send_text(chat, Reply("Hello"), attempt)).outcome is Outcome.UNCERTAIN
        assert len(twilio.sent()) == arrived

    async def test_nobody_there(self, twilio: TwilioStandIn, services: Services, chat: str) -> None:
        nowhere = channel_to(twilio, services, api_url="http://127.0.0.1:9")
        result = await nowhere.send_text(chat, Reply("Hello"))
        assert (result.outcome, result.error) == (Outcome.RETRY, "unreachable")
        await nowhere.close()

    async def test_a_failure_that_was_told_before_the_answer(
        self, channel: WhatsAppChannel, twilio: TwilioStandIn, services: Services, chat: str, attempt: Attempt
    ) -> None:
        sid = "SM" + "a" * 32
        async with services.database.transaction() as session:
            session.add(
                WhatsAppMessage(
                    sid=sid,
                    delivery_id=attempt.delivery_id,
                    part=1,
                    parts=1,
                    status="failed",
                    error_code=63016,
                )
            )
        twilio.goes_wrong(MESSAGES, status=201, body={"sid": sid})
        assert (await channel.send_text(chat, Reply("Hello"), attempt)).outcome is Outcome.HELD

    async def test_check(self, channel: WhatsAppChannel, twilio: TwilioStandIn, services: Services) -> None:
        said = await channel.check()
        assert twilio.account_sid[-4:] in said
        assert twilio.sender not in said
        stranger = channel_to(twilio, services, auth_token="wrong")
        with pytest.raises(ConfigurationError, match="MELODY_TWILIO_AUTH_TOKEN"):
            await stranger.check()
        await stranger.close()
        twilio.goes_wrong(MESSAGES, status=503)
        with pytest.raises(ServiceUnavailable):
            await channel.check()


async def test_what_was_sent_is_written_down(
    channel: WhatsAppChannel, services: Services, twilio: TwilioStandIn, chat: str, attempt: Attempt
) -> None:
    await channel.send_text(chat, Reply("word " * 500), attempt)
    async with services.database.transaction() as session:
        rows = list((await session.execute(select(WhatsAppMessage).order_by(WhatsAppMessage.part))).scalars())
    assert [(row.part, row.parts, row.sid) for row in rows] == [
        (number, 2, message.sid) for number, message in enumerate(twilio.sent(), 1)
    ]
