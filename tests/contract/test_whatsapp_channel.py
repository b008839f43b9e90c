"""The WhatsApp channel against Twilio's stand-in: what is sent, what each answer means, what is fetched."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from starlette.responses import Response

from core.accounts.models import ChannelIdentity
from core.accounts.service import ChatAccount, identity_of
from core.adapters.channels.whatsapp import WhatsAppChannel
from core.adapters.channels.whatsapp.media import MediaFetcher
from core.bootstrap import Services
from core.delivery.models import TEXT, Delivery
from core.errors import ConfigurationError, Forbidden, NotFound, ServiceUnavailable, TooLarge
from core.ports import Attempt, AudioFormat, AudioMessage, Button, Outcome, Reply
from core.whatsapp.contacts import Sender, chat_of, contact_of
from core.whatsapp.models import WhatsAppContact, WhatsAppMessage
from tests.fakes.sources.base import HttpStandIn, Received
from tests.fakes.twilio import Message, Person, TwilioStandIn, require_description
from tests.fakes.twilio.model import Media, new_sid

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


# --- what people send -------------------------------------------------------------------------------------


class Elsewhere(HttpStandIn):
    """Where a redirect leads."""

    title = "Elsewhere"

    def answer(self, request: Received) -> Response:
        return Response(MP3)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    with Elsewhere() as stand_in:
        yield stand_in


@pytest.fixture
async def fetcher(twilio: TwilioStandIn, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[MediaFetcher]:
    monkeypatch.setattr("core.adapters.channels.whatsapp.media.NOT_THERE_YET", (0.0, 0.0))
    made = MediaFetcher(twilio.account_sid, twilio.auth_token, twilio.url, allow_loopback=True)
    yield made
    await made.close()


@pytest.fixture
async def link(twilio: TwilioStandIn, asha: Person) -> str:
    """To a file that Asha sent."""
    media = Media(new_sid("ME"), MP3, "audio/mpeg")
    message = twilio_message(twilio, asha, media)
    return f"{twilio.url}/2010-04-01/Accounts/{twilio.account_sid}/Messages/{message}/Media/{media.sid}"


def twilio_message(twilio: TwilioStandIn, person: Person, media: Media) -> str:
    """The sid of a message with a file, that nobody brought to a webhook."""
    message = Message(new_sid("MM"), True, person.phone, twilio.sender, "", media=[media], status="received")
    twilio.messages.append(message)
    return message.sid


class TestFetching:
    async def test_the_bytes_come_by_a_redirect_without_credentials(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert (tmp_path / "x").read_bytes() == MP3
        first, second = twilio.requests
        assert "authorization" in first.headers
        assert "authorization" not in second.headers
        assert second.headers["host"] == twilio.url.removeprefix("http://")

    async def test_links_to_others_are_not_followed(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, elsewhere: Elsewhere, tmp_path: Path
    ) -> None:
        for url in (f"{elsewhere.url}/x", "https://api.twilio.com/x", "file:///etc/passwd", "x"):
            with pytest.raises(Forbidden):
                await fetcher.fetch(url, tmp_path / "x", 10_000)
        assert elsewhere.requests == []
        assert not (tmp_path / "x").exists()

    @pytest.mark.parametrize(
        "target",
        [
            "http://10.0.0.1/x",
            "http://192.168.1.1/x",
            "http://169.254.169.254/latest/meta-data",
            "http://[fe80::1]/x",
            "http://[::ffff:10.0.0.1]/x",
            "http://0.0.0.0/x",
            "ftp://127.0.0.1/x",
            "file:///etc/passwd",
        ],
    )
    async def test_a_redirect_into_a_private_network_is_refused(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path, target: str
    ) -> None:
        twilio.goes_wrong("*/Media/*", status=307, headers={"Location": target})
        with pytest.raises(Forbidden):
            await fetcher.fetch(link, tmp_path / "x", 10_000)

    async def test_loopback_is_for_development_alone(
        self, twilio: TwilioStandIn, elsewhere: Elsewhere, link: str, tmp_path: Path
    ) -> None:
        strict = MediaFetcher(twilio.account_sid, twilio.auth_token, twilio.url, allow_loopback=False)
        for target in (f"{elsewhere.url}/x", "https://localhost/x", "https://[::1]/x"):
            twilio.goes_wrong("*/Media/*", status=307, headers={"Location": target})
            with pytest.raises(Forbidden):
                await strict.fetch(link, tmp_path / "x", 10_000)
        assert elsewhere.requests == []
        await strict.close()

    async def test_redirects_end(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        twilio.goes_wrong("*", times=100, status=302, headers={"Location": f"{twilio.url}/cdn/again"})
        with pytest.raises(ServiceUnavailable):
            await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert len(twilio.requests) < 10

    async def test_what_is_too_large_is_not_kept(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        with pytest.raises(TooLarge):
            await fetcher.fetch(link, tmp_path / "x", 4_000)
        assert not (tmp_path / "x").exists()

    async def test_media_that_are_there_a_moment_later(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        twilio.goes_wrong("*/Media/*", status=404, body={"code": 20404})
        await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert (tmp_path / "x").read_bytes() == MP3
        with pytest.raises(NotFound):
            await fetcher.fetch(link + "0", tmp_path / "y", 10_000)

    async def test_a_download_that_breaks_off(
        self, fetcher: MediaFetcher, twilio: TwilioStandIn, link: str, tmp_path: Path
    ) -> None:
        twilio.goes_wrong("/cdn/*", cut=True, after=1000)
        with pytest.raises(ServiceUnavailable):
            await fetcher.fetch(link, tmp_path / "x", 10_000)
        assert not (tmp_path / "x").exists()


async def test_what_was_sent_is_written_down(
    channel: WhatsAppChannel, services: Services, twilio: TwilioStandIn, chat: str, attempt: Attempt
) -> None:
    await channel.send_text(chat, Reply("word " * 500), attempt)
    async with services.database.transaction() as session:
        rows = list((await session.execute(select(WhatsAppMessage).order_by(WhatsAppMessage.part))).scalars())
    assert [(row.part, row.parts, row.sid) for row in rows] == [
        (number, 2, message.sid) for number, message in enumerate(twilio.sent(), 1)
    ]
