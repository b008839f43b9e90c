"""Who may hold a socket, for how long, and what ends it."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from api.live import hub as hubs
from api.live.messages import MOST_BYTES
from api.main import create_app
from api.routes import live
from core.bootstrap import Services
from core.membership.forgetting import forget_user
from core.signin.access import Access
from core.signin.sessions import end_all, end_session
from core.signin.tokens import ACCESS_SECONDS
from tests.fixtures.screens import screen, serving
from tests.fixtures.signed_in import access_token, calling, new_person


class Clock:
    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


@pytest.fixture
def clock(services: Services) -> Clock:
    """What access tokens go by."""
    clock = Clock()
    services.access = Access(services.database, None, clock)
    return clock


@pytest.fixture
def app(services: Services, clock: Clock) -> FastAPI:
    return create_app(services)


@pytest.fixture
async def url(app: FastAPI) -> AsyncIterator[str]:
    async with serving(app) as url:
        yield url


@pytest.fixture
async def asha(services: Services) -> uuid.UUID:
    return await new_person(services)


# --- coming in --------------------------------------------------------------------------------------------


async def test_who_shows_a_good_token_is_let_in(services: Services, asha: uuid.UUID, url: str) -> None:
    async with screen(url) as one:
        await one.say(type="auth", token=await access_token(services, asha))
        ready = await one.hear()
    assert ready["type"] == "ready"
    assert 0 < ready["expires_in"] <= ACCESS_SECONDS


async def test_who_says_nothing_has_to_go(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "AUTH_SECONDS", 0.1)
    async with screen(url) as one:
        assert await one.close_code() == 4401


@pytest.mark.parametrize(
    "message",
    [{"type": "ping"}, {"type": "auth", "token": "none of ours"}, {"type": "auth", "token": ""}],
)
async def test_who_shows_no_good_token_has_to_go(url: str, message: dict[str, str]) -> None:
    async with screen(url) as one:
        await one.say(**message)
        assert await one.close_code() == 4401


@pytest.mark.parametrize(
    "text",
    ["", "hello", "[]", "null", '{"type":"auth"}', '{"type":"auth","token":7}', '{"type":"drop"}', "\u0000"],
)
@pytest.mark.broad
async def test_what_can_not_be_understood_is_told_and_ends_it(url: str, text: str) -> None:
    async with screen(url) as one:
        await one.connection.send(text)
        assert (await one.hear())["code"] == "invalid"
        assert await one.close_code() == 4400


@pytest.mark.broad
async def test_bytes_are_nothing_of_ours(services: Services, asha: uuid.UUID, url: str) -> None:
    async with screen(url, await access_token(services, asha)) as one:
        await one.connection.send(b'{"type":"ping"}')
        await one.hear_of("error")
        assert await one.close_code() == 4400


@pytest.mark.broad
async def test_long_messages_are_not_read(url: str) -> None:
    async with screen(url) as one:
        await one.connection.send(json.dumps({"type": "auth", "token": "x" * MOST_BYTES}))
        assert await one.close_code() == 1009


async def test_pages_of_others_are_not_let_in(url: str) -> None:
    for origin in ("https://elsewhere.example", "null", "http://127.0.0.1:1"):
        with pytest.raises(InvalidStatus) as refused:
            await connect(url, origin=origin)  # type: ignore[arg-type]
        assert refused.value.response.status_code == 403


@pytest.mark.broad
async def test_our_own_pages_are(services: Services, asha: uuid.UUID, url: str) -> None:
    own = url.removesuffix("/api/v1/ws").replace("ws://", "http://")
    for origin in (own, services.settings.public_origin):
        async with screen(url, await access_token(services, asha), origin=origin) as one:
            await one.heard_nothing_but("library.changed")


# --- staying ----------------------------------------------------------------------------------------------


async def test_a_token_that_expires_ends_it(
    services: Services, asha: uuid.UUID, url: str, clock: Clock
) -> None:
    token = await access_token(services, asha)
    clock.ahead = ACCESS_SECONDS - 2
    async with screen(url, token) as one:
        assert await one.close_code() == 4401


@pytest.mark.broad
async def test_a_fresh_token_prolongs_it(services: Services, asha: uuid.UUID, url: str, clock: Clock) -> None:
    token = await access_token(services, asha)
    person = await services.access.person(token)
    clock.ahead = ACCESS_SECONDS - 2
    async with screen(url, token) as one:
        ring = await services.access.ready()
        fresh = services.access.token_for(ring, person.user_id, person.session_id)
        await one.say(type="auth", token=fresh)
        assert (await one.hear_of("ready"))["expires_in"] > ACCESS_SECONDS / 2
        await asyncio.sleep(2)  # until the first one would have ended it
        await one.heard_nothing_but("library.changed")


@pytest.mark.broad
async def test_a_token_of_somebody_else_ends_it(services: Services, asha: uuid.UUID, url: str) -> None:
    ravis = await access_token(services, await new_person(services, "Ravi"))
    async with screen(url, await access_token(services, asha)) as one:
        await one.say(type="auth", token=ravis)
        assert await one.close_code() == 4401


async def test_signing_out_ends_the_sockets_of_that_session_alone(
    services: Services, app: FastAPI, asha: uuid.UUID, url: str
) -> None:
    here, there = await access_token(services, asha), await access_token(services, asha)
    async with screen(url, here) as ends, screen(url, there) as stays:
        async with calling(app, here) as client:
            answer = await client.post("/api/v1/auth/logout", params={"client": "native"})
            assert answer.status_code == 204
        assert await ends.close_code() == 4401
        await stays.heard_nothing_but("library.changed")


@pytest.mark.broad
async def test_signing_out_everywhere_and_leaving_end_them_all(
    services: Services, asha: uuid.UUID, url: str
) -> None:
    async with screen(url, await access_token(services, asha)) as one:
        async with services.database.transaction() as session:
            await end_all(session, asha)
        assert await one.close_code() == 4401
    async with screen(url, await access_token(services, asha)) as one:
        async with services.database.transaction() as session:
            await forget_user(session, asha)
        assert await one.close_code() == 4401


@pytest.mark.broad
async def test_a_session_that_ended_unheard_ends_them_too(
    services: Services, asha: uuid.UUID, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "LOOK_AFTER_SECONDS", 0.1)
    token = await access_token(services, asha)
    person = await services.access.person(token)
    async with screen(url, token) as one:
        monkeypatch.setattr(services.database, "_tell", None)
        async with services.database.transaction() as session:
            await end_session(session, person.session_id)
        assert await one.close_code() == 4401


# --- bounds -----------------------------------------------------------------------------------------------


@pytest.mark.broad
async def test_a_person_has_a_bounded_number_of_sockets(
    services: Services, asha: uuid.UUID, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MOST_OF_ONE", 2)
    token = await access_token(services, asha)
    async with screen(url, token) as first, screen(url, token) as second, screen(url, token) as third:
        assert await first.close_code() == 4429
        await second.heard_nothing_but("library.changed")
        await third.heard_nothing_but("library.changed")


@pytest.mark.broad
async def test_a_process_has_a_bounded_number_of_sockets(
    services: Services, asha: uuid.UUID, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MOST_SOCKETS", 1)
    async with screen(url, await access_token(services, asha)):
        with pytest.raises(InvalidStatus) as refused:
            await connect(url)
    assert refused.value.response.status_code == 503
    async with screen(url, await access_token(services, asha)):
        pass  # there is room again


@pytest.mark.broad
async def test_who_talks_without_end_has_to_go(services: Services, asha: uuid.UUID, url: str) -> None:
    async with screen(url, await access_token(services, asha)) as one:
        for _ in range(live.MOST_MESSAGES):
            await one.say(type="ping")
        assert await one.close_code() == 4429


# --- who is there -----------------------------------------------------------------------------------------


async def test_others_know_who_has_a_screen_open(services: Services, asha: uuid.UUID, app: FastAPI) -> None:
    token = await access_token(services, asha)
    assert not await services.presence.is_there(asha)
    async with serving(app) as url, screen(url, token):
        assert await services.presence.is_there(asha)
        async with screen(url, token):
            pass
        assert await services.presence.is_there(asha)
    assert not await services.presence.is_there(asha)
