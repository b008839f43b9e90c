"""Sending codes after the answer: attempts that fail, what the operator is told, and codes by chat."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import give_number, vouch
from core.bootstrap import Services, build
from core.config import Settings
from core.ports import Attempt, Channel, Outcome, Reply, SendResult
from core.signin import codes
from core.signin.code_models import PhoneCode
from core.signin.phone_sign_in import CHAT_VOUCHES_FOR
from tests.fakes.msg91 import Msg91StandIn
from tests.fixtures.codes import NUMBER, let_pass, send_waiting, with_msg91

pytestmark = pytest.mark.broad

SEND = "/api/v5/otp"
A_MINUTE = timedelta(seconds=60)


async def ask(services: Services, route: str = "sms") -> str:
    """Ask for a code; returns it."""
    async with services.database.transaction() as session:
        book = await codes.code_book(session)
        await codes.make(session, book, NUMBER, route)
    row = await row_of(services)
    assert row.nonce is not None
    return book.code_from(row.nonce)


async def row_of(services: Services) -> PhoneCode:
    async with services.database.transaction() as session:
        return (await session.execute(select(PhoneCode))).scalar_one()


async def test_a_code_is_sent_once_and_its_origin_forgotten(texting: Services, msg91: Msg91StandIn) -> None:
    code = await ask(texting)
    assert await send_waiting(texting) == 1
    assert await send_waiting(texting) == 0
    [text] = msg91.texts_to(NUMBER)
    assert (text.otp, text.minutes) == (code, 5)
    assert (await row_of(texting)).nonce is None


async def test_a_hint_that_comes_twice_sends_once(texting: Services, msg91: Msg91StandIn) -> None:
    await ask(texting)
    code_id = (await row_of(texting)).id
    for _ in range(3):
        await texting.code_sender.send(code_id)
    assert len(msg91.calls(SEND)) == 1


@pytest.mark.parametrize(
    "fault",
    [{"status": 503}, {"cut": True}, {"status": 200, "body": {"type": "error", "message": "Something new"}}],
)
async def test_what_may_pass_is_tried_three_times_with_pauses(
    texting: Services, msg91: Msg91StandIn, fault: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    code = await ask(texting)
    msg91.goes_wrong(SEND, times=10, **fault)
    for _ in range(3):
        assert await send_waiting(texting) == 1
        assert await send_waiting(texting) == 0, "it waits before the next attempt"
        await let_pass(texting, A_MINUTE)
    assert await send_waiting(texting) == 0
    assert len(msg91.calls(SEND)) == 3
    assert (await row_of(texting)).nonce is None
    said = " ".join(record.getMessage() for record in caplog.records if record.name.startswith("core."))
    assert code not in said
    assert "9812345678" not in said


async def test_the_same_code_goes_out_at_the_second_attempt(texting: Services, msg91: Msg91StandIn) -> None:
    code = await ask(texting)
    msg91.goes_wrong(SEND, status=502)
    await send_waiting(texting)
    await let_pass(texting, A_MINUTE)
    await send_waiting(texting)
    assert [text.otp for text in msg91.texts] == [code]


async def test_a_code_that_is_over_is_not_sent(texting: Services, msg91: Msg91StandIn) -> None:
    await ask(texting)
    code_id = (await row_of(texting)).id
    await let_pass(texting, timedelta(seconds=301))
    assert await send_waiting(texting) == 0
    await texting.code_sender.send(code_id)
    assert msg91.calls(SEND) == []


async def test_the_operator_is_told_what_to_mend_until_it_is_mended(
    texting: Services, msg91: Msg91StandIn, caplog: pytest.LogCaptureFixture
) -> None:
    msg91.account.address_is_allowed = False
    await ask(texting)
    await send_waiting(texting)
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "IP security" in record.getMessage()
    assert "IP security" in (await texting.code_sender.trouble() or "")
    await let_pass(texting, A_MINUTE)
    assert await send_waiting(texting) == 0, "asking again would not help"
    msg91.account.address_is_allowed = True
    async with texting.database.transaction() as session:
        await codes.forget_number(session, NUMBER)
    await ask(texting)
    await send_waiting(texting)
    assert await texting.code_sender.trouble() is None


async def test_in_development_the_code_is_in_the_log(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    code = await ask(services)
    await send_waiting(services)
    [line] = [record.getMessage() for record in caplog.records if code in record.getMessage()]
    assert "stand-in" in line
    assert "9812345" not in line


# --- by chat ----------------------------------------------------------------------------------------------


class Chat:
    """Telegram as far as codes go: keeps what was sent."""

    name = "telegram"

    def __init__(self, like: Channel) -> None:
        self.account = "1"
        self.capabilities = replace(like.capabilities, collected=False)
        self.sent: list[tuple[str, str]] = []
        self.result = SendResult(Outcome.SENT, message_ref="1")

    async def send_text(self, chat: str, reply: Reply, attempt: Attempt | None = None) -> SendResult:
        self.sent.append((chat, reply.text))
        return self.result


@pytest.fixture
async def chatting(settings: Settings, msg91: Msg91StandIn) -> AsyncIterator[tuple[Services, Chat]]:
    services = build(with_msg91(settings, msg91))
    chat = Chat(services.channels["console"])
    services.code_sender._channels = {"telegram": chat}  # type: ignore[dict-item]
    yield services, chat
    await services.close()


async def proved(services: Services, name: str, *, ago: timedelta = timedelta()) -> None:
    """Somebody shared the number in the chat `name`."""
    async with services.database.transaction() as session:
        user = User(name=name, preferences={"language": "hi"})
        session.add(user)
        await session.flush()
        identity = ChannelIdentity(user_id=user.id, channel="telegram", external_id=name)
        session.add(identity)
        await session.flush()
        await give_number(session, user, NUMBER)
        vouch(identity, NUMBER)
        await session.flush()
        identity.number_proved_at = datetime.now(UTC) - ago


async def test_a_chat_that_proved_the_number_gets_the_code(chatting: tuple[Services, Chat]) -> None:
    services, chat = chatting
    await proved(services, "asha")
    code = await ask(services, "telegram")
    await send_waiting(services)
    [(to, text)] = chat.sent
    assert to == "asha"
    assert code in text
    assert "साइन इन" in text


async def test_no_code_for_a_proof_that_is_too_old(
    chatting: tuple[Services, Chat], msg91: Msg91StandIn
) -> None:
    services, chat = chatting
    await proved(services, "asha", ago=CHAT_VOUCHES_FOR + timedelta(minutes=1))
    await ask(services, "telegram")
    assert await send_waiting(services) == 1
    assert chat.sent == []
    assert msg91.texts == [], "nothing is sent where it was not asked for"
    assert (await row_of(services)).nonce is None


async def test_only_the_last_who_proved_the_number_gets_codes(chatting: tuple[Services, Chat]) -> None:
    services, chat = chatting
    await proved(services, "former")
    await proved(services, "asha")
    await ask(services, "telegram")
    await send_waiting(services)
    assert [to for to, _ in chat.sent] == ["asha"]


async def test_no_code_for_who_blocked_us_or_for_another_messenger(chatting: tuple[Services, Chat]) -> None:
    services, chat = chatting
    await proved(services, "asha")
    await ask(services, "whatsapp")
    await send_waiting(services)
    async with services.database.transaction() as session:
        await codes.forget_number(session, NUMBER)
        identity = (await session.execute(select(ChannelIdentity))).scalar_one()
        identity.blocked_at = datetime.now(UTC)
    await ask(services, "telegram")
    await send_waiting(services)
    assert chat.sent == []


async def test_a_chat_that_does_not_take_it_now_is_tried_again(chatting: tuple[Services, Chat]) -> None:
    services, chat = chatting
    await proved(services, "asha")
    await ask(services, "telegram")
    chat.result = SendResult(Outcome.RETRY, retry_after=7.0, error="rate-limit")
    await send_waiting(services)
    chat.result = SendResult(Outcome.SENT, message_ref="2")
    assert await send_waiting(services) == 0
    await let_pass(services, A_MINUTE)
    assert await send_waiting(services) == 1
    assert len({text for _, text in chat.sent}) == 1
