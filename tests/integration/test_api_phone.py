"""Signing in by phone over HTTP, with MSG91's stand-in at the other end."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from api.main import create_app
from core.accounts.models import User
from core.accounts.phone import give_number
from core.accounts.service import ChatAccount, identity_of
from core.bootstrap import Services, build
from core.chat.texts import texts_in
from core.config import Settings
from core.delivery.models import Delivery
from core.signin.code_models import PhoneCode
from tests.fakes.msg91 import Msg91StandIn
from tests.fixtures.codes import NUMBER, let_pass, send_waiting
from tests.integration.test_api_frame import problem_of

REQUEST, VERIFY = "/api/v1/auth/request-otp", "/api/v1/auth/verify-otp"


@pytest.fixture
async def client(texting: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(texting))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody") as client:
        yield client


class AtTheDoor:
    """Somebody with a phone and a browser."""

    def __init__(self, client: httpx.AsyncClient, services: Services, msg91: Msg91StandIn) -> None:
        self.client = client
        self._services = services
        self._msg91 = msg91

    async def asks(self, number: str = NUMBER) -> tuple[str, str]:
        """Ask for a code; the request's id, and the code as it arrived."""
        answer = await self.client.post(REQUEST, json={"phone_number": number})
        assert answer.status_code == 202, answer.text
        await send_waiting(self._services)
        return answer.json()["request_id"], self._msg91.texts_to(number)[-1].otp

    async def names(self, request_id: str, code: str, **how: Any) -> httpx.Response:
        return await self.client.post(VERIFY, json={"request_id": request_id, "otp": code}, **how)

    async def signs_in(self, number: str = NUMBER, **how: Any) -> dict[str, Any]:
        answer = await self.names(*await self.asks(number), **how)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def later(self) -> None:
        """A minute passes: another code may be asked for."""
        await self._services.redis.flushdb()


@pytest.fixture
def asha(client: httpx.AsyncClient, texting: Services, msg91: Msg91StandIn) -> AtTheDoor:
    return AtTheDoor(client, texting, msg91)


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def test_from_a_number_to_an_account(asha: AtTheDoor, texting: Services) -> None:
    asked = await asha.client.post(REQUEST, json={"phone_number": "98123 45678"})
    assert asked.status_code == 202
    assert asked.headers["cache-control"] == "no-store"
    body = asked.json()
    assert body.keys() == {"request_id", "expires_in", "resend_after"}
    assert (body["expires_in"], body["resend_after"]) == (300, 60)
    await asha.later()
    found = await asha.signs_in()
    assert found["token_type"] == "bearer"
    assert found["user"]["phone_number"] == NUMBER
    assert found["user"]["is_verified"] is True
    async with texting.database.transaction() as session:
        user = await session.get_one(User, uuid.UUID(found["user"]["id"]))
        assert user.last_login_at is not None
    await asha.later()
    assert (await asha.signs_in())["user"]["id"] == found["user"]["id"]


async def test_known_and_unknown_numbers_get_the_same_answer(asha: AtTheDoor) -> None:
    await asha.signs_in()
    await asha.later()
    known = await asha.client.post(REQUEST, json={"phone_number": NUMBER})
    unknown = await asha.client.post(REQUEST, json={"phone_number": "+919800000001"})
    varying = {"x-request-id", "date", "ratelimit"}
    assert known.status_code == unknown.status_code == 202
    assert {**known.json(), "request_id": ""} == {**unknown.json(), "request_id": ""}
    assert {name: value for name, value in known.headers.items() if name not in varying} == {
        name: value for name, value in unknown.headers.items() if name not in varying
    }


async def test_nothing_is_looked_up_before_the_code_was_named(
    asha: AtTheDoor, texting: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a number takes the same time whether somebody has it here or not."""
    from sqlalchemy import event

    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    await asha.client.post(REQUEST, json={"phone_number": "+919800000001"})
    event.listen(texting.database.engine.sync_engine, "before_cursor_execute", note)
    try:
        await asha.client.post(REQUEST, json={"phone_number": NUMBER})
    finally:
        event.remove(texting.database.engine.sync_engine, "before_cursor_execute", note)
    assert statements
    assert not any(table in statement for statement in statements for table in ("users", "identities"))


async def test_wrong_codes_say_how_often_one_may_try(asha: AtTheDoor) -> None:
    request_id, code = await asha.asks()
    for left in (4, 3, 2, 1):
        wrong = await asha.names(request_id, another(code))
        assert (wrong.status_code, problem_of(wrong)["code"]) == (401, "otp-wrong")
        assert wrong.json()["tries_left"] == left
    for late in (another(code), code):
        over = await asha.names(request_id, late)
        assert (over.status_code, problem_of(over)["code"]) == (401, "otp-too-many")


@pytest.mark.broad
async def test_used_old_and_unknown_codes_are_answered_alike(asha: AtTheDoor, texting: Services) -> None:
    request_id, code = await asha.asks()
    await asha.names(request_id, code)
    used = await asha.names(request_id, code)
    unknown = await asha.names(str(uuid.uuid4()), code)
    await asha.later()
    request_id, code = await asha.asks()
    await let_pass(texting, timedelta(seconds=301))
    old = await asha.names(request_id, code)
    assert {(answer.status_code, answer.text) for answer in (used, unknown, old)} == {(401, used.text)}
    assert problem_of(used)["code"] == "otp-expired"


@pytest.mark.broad
@pytest.mark.parametrize("number", ["", "123", "nonsense", "+999123456789"])
async def test_numbers_that_are_none(client: httpx.AsyncClient, msg91: Msg91StandIn, number: str) -> None:
    answer = await client.post(REQUEST, json={"phone_number": number})
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "phone-number")


@pytest.mark.broad
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (REQUEST, {}),
        (REQUEST, {"phone_number": 9812345678}),
        (REQUEST, {"phone_number": NUMBER, "channel": "pigeon"}),
        (VERIFY, {"request_id": "1", "otp": "123456"}),
        (VERIFY, {"request_id": str(uuid.uuid4())}),
        (VERIFY, {"request_id": str(uuid.uuid4()), "otp": "1" * 65}),
    ],
)
async def test_bodies_that_are_not_understood(client: httpx.AsyncClient, path: str, body: object) -> None:
    answer = await client.post(path, json=body)
    assert (answer.status_code, problem_of(answer)["code"]) == (422, "invalid")


async def test_asking_too_often_says_when_to_come_back(asha: AtTheDoor, msg91: Msg91StandIn) -> None:
    await asha.asks()
    answer = await asha.client.post(REQUEST, json={"phone_number": "+91 9812345678"})
    assert (answer.status_code, problem_of(answer)["code"]) == (429, "otp-too-often")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert len(msg91.texts) == 1


@pytest.mark.broad
async def test_no_number_stands_in_redis(asha: AtTheDoor, texting: Services) -> None:
    await asha.asks()
    names = [name.decode() async for name in texting.redis.scan_iter("*")]
    assert any("codes-number" in name for name in names)
    assert not any("9812345678" in name or "127.0.0.1" in name for name in names)


@pytest.mark.broad
async def test_who_is_signed_in_adds_the_number(asha: AtTheDoor, texting: Services) -> None:
    mine = await asha.signs_in(params={"client": "native"})
    await asha.later()
    other = await asha.asks("+919800000002")
    bearing = {"Authorization": f"Bearer {mine['access_token']}"}
    answer = await asha.names(*other, headers=bearing, params={"client": "native"})
    assert answer.json()["user"]["id"] == mine["user"]["id"]
    assert answer.json()["user"]["phone_number"] == "+919800000002"
    async with texting.database.transaction() as session:
        assert (await session.execute(select(func.count()).select_from(User))).scalar_one() == 1


@pytest.mark.broad
async def test_pages_of_other_sites_can_neither_ask_nor_sign_in(asha: AtTheDoor) -> None:
    elsewhere = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    asked = await asha.client.post(REQUEST, json={"phone_number": NUMBER}, headers=elsewhere)
    assert (asked.status_code, problem_of(asked)["code"]) == (403, "forbidden")
    answer = await asha.names(*await asha.asks(), headers=elsewhere)
    assert (answer.status_code, problem_of(answer)["code"]) == (403, "forbidden")
    assert "set-cookie" not in answer.headers


@pytest.mark.broad
async def test_an_account_that_was_just_deleted_gets_no_number(asha: AtTheDoor, texting: Services) -> None:
    mine = await asha.signs_in(params={"client": "native"})
    await asha.later()
    request_id, code = await asha.asks("+919800000002")
    async with texting.database.transaction() as session:
        await session.delete(await session.get_one(User, uuid.UUID(mine["user"]["id"])))
    bearing = {"Authorization": f"Bearer {mine['access_token']}"}
    answer = await asha.names(request_id, code, headers=bearing)
    assert (answer.status_code, problem_of(answer)["code"]) == (401, "sign-in-needed")


@pytest.mark.broad
async def test_a_try_counts_though_its_request_fails_later(asha: AtTheDoor, texting: Services) -> None:
    request_id, code = await asha.asks()
    await asha.names(request_id, another(code))
    async with texting.database.transaction() as session:
        assert (await session.execute(select(PhoneCode.tries))).scalar_one() == 1
        await session.execute(update(PhoneCode).values(tries=5))
    over = await asha.names(request_id, code)
    assert problem_of(over)["code"] == "otp-too-many"


# --- where nothing is sent --------------------------------------------------------------------------------


@pytest.fixture
async def unconfigured(settings: Settings) -> AsyncIterator[Services]:
    """In production, without a sender of text messages."""
    services = build(settings.model_copy(update={"env": "production"}))
    yield services
    await services.close()


async def test_without_a_sender_in_production_it_is_off_and_said(unconfigured: Services) -> None:
    transport = httpx.ASGITransport(create_app(unconfigured))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody") as client:
        answer = await client.post(REQUEST, json={"phone_number": NUMBER})
        assert (answer.status_code, problem_of(answer)["code"]) == (409, "phone-sign-in-off")
        info = (await client.get("/api/v1/system/info")).json()
    assert info["phone_sign_in"] is False
    assert info["code_channels"] == []


async def test_what_a_player_has_to_know(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/system/info")
    assert answer.status_code == 200
    found = answer.json()
    assert found["phone_sign_in"] is True
    assert found["code_channels"] == ["sms"]
    assert (found["telegram"], found["whatsapp"]) == (None, None)
    assert {"code": "hi", "name": "हिन्दी"} in found["languages"]
    assert found["max_song_seconds"] == 900
    assert "max-age" in answer.headers["cache-control"]


@pytest.mark.broad
async def test_who_had_the_number_is_told_in_their_chat(asha: AtTheDoor, texting: Services) -> None:
    async with texting.database.transaction() as session:
        former = await identity_of(session, ChatAccount("console", "ravi", "Ravi", "hi"))
        await give_number(session, former.user, NUMBER)
        await session.flush()
        await session.execute(update(User).values(number_proved_at=func.now() - timedelta(days=300)))
    await asha.signs_in()
    async with texting.database.transaction() as session:
        told = (await session.execute(select(Delivery.chat, Delivery.reply["text"].astext))).all()
    assert [tuple(row) for row in told] == [("ravi", texts_in("hi").say("number-moved"))]
