"""The way in over HTTP: what every sign-in answers, who is let through, and whose page may ask."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI

from api.deps import CurrentPerson, MaybePerson, UsesServices, transaction
from api.main import create_app
from api.schemas.sign_in import NativeSignedIn, SignedIn
from api.sign_in import REFRESH_COOKIE, UsesDoor
from api.xsrf import COOKIE
from core.accounts.models import User
from core.bootstrap import Services
from core.signin.sessions import Way, end_all
from core.signin.tokens import ACCESS_SECONDS


@pytest.fixture
def app(services: Services) -> FastAPI:
    """The application, with a way in that asks for no proof, and with routes that ask who is there."""
    app = create_app(services)

    @app.post("/in/{user_id}")
    async def come_in(
        user_id: uuid.UUID, door: UsesDoor, services: UsesServices
    ) -> NativeSignedIn | SignedIn:
        async with transaction(services.database) as session:
            return await door.answer(session, user_id, Way.PHONE)

    @app.get("/who")
    async def who(person: CurrentPerson) -> uuid.UUID:
        return person.user_id

    @app.get("/maybe")
    async def maybe(person: MaybePerson) -> uuid.UUID | None:
        return person and person.user_id

    return app


@asynccontextmanager
async def browser(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://melody") as client:
        yield client


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


@pytest.fixture
async def asha(services: Services) -> uuid.UUID:
    async with services.database.transaction() as session:
        user = User(name="Asha", phone_number="+919812345678", is_verified=True)
        session.add(user)
        await session.flush()
        return user.id


def bearing(answer: httpx.Response) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


async def test_what_every_sign_in_answers(client: httpx.AsyncClient, asha: uuid.UUID) -> None:
    answer = await client.post(f"/in/{asha}")
    assert answer.status_code == 200
    found = answer.json()
    assert found.keys() == {"access_token", "token_type", "expires_in", "user"}
    assert found["expires_in"] == ACCESS_SECONDS
    assert found["user"]["id"] == str(asha)
    assert answer.headers["cache-control"] == "no-store"
    refresh, xsrf = (line.lower() for line in sorted(answer.headers.get_list("set-cookie"), reverse=True))
    assert refresh.startswith(f"{REFRESH_COOKIE}=")
    assert "httponly" in refresh
    assert "samesite=strict" in refresh
    assert "path=/api/v1/auth" in refresh
    assert "httponly" not in xsrf
    assert xsrf.startswith(f"{COOKIE.lower()}=")
    assert (await client.get("/who", headers=bearing(answer))).json() == str(asha)


async def test_a_native_client_has_the_token_and_no_cookie(
    client: httpx.AsyncClient, asha: uuid.UUID
) -> None:
    answer = await client.post(f"/in/{asha}", params={"client": "native"})
    assert answer.json()["refresh_token"]
    assert "set-cookie" not in answer.headers


async def test_who_shows_nothing_good_is_told_to_sign_in(client: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer x.y.z"}, {"Authorization": "Basic YTpi"}):
        answer = await client.get("/who", headers=headers)
        assert answer.status_code == 401
        assert answer.json()["code"] == "sign-in-needed"
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert (await client.get("/maybe")).json() is None
    assert (await client.get("/maybe", headers={"Authorization": "Bearer x.y.z"})).status_code == 401


@pytest.mark.broad
async def test_a_token_that_was_good(
    services: Services, client: httpx.AsyncClient, asha: uuid.UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await client.post(f"/in/{asha}")
    later = services.access._clock() + ACCESS_SECONDS
    monkeypatch.setattr(services.access, "_clock", lambda: later)
    refused = await client.get("/who", headers=bearing(answer))
    assert (refused.status_code, refused.json()["code"]) == (401, "token-expired")
    assert refused.headers["www-authenticate"] == 'Bearer error="invalid_token"'


@pytest.mark.broad
async def test_a_token_outlives_neither_its_session_nor_its_person(
    services: Services, client: httpx.AsyncClient, asha: uuid.UUID
) -> None:
    answer = await client.post(f"/in/{asha}", params={"client": "native"})
    async with services.database.transaction() as session:
        await end_all(session, asha)
    refused = await client.get("/who", headers=bearing(answer))
    assert (refused.status_code, refused.json()["code"]) == (401, "sign-in-needed")
    answer = await client.post(f"/in/{asha}", params={"client": "native"})
    async with services.database.transaction() as session:
        await session.delete(await session.get_one(User, asha))
    assert (await client.get("/who", headers=bearing(answer))).status_code == 401


@pytest.mark.broad
async def test_nobody_elses_page_signs_a_browser_in(client: httpx.AsyncClient, asha: uuid.UUID) -> None:
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
        answer = await client.post(f"/in/{asha}", headers=headers)
        assert answer.status_code == 403
        assert "set-cookie" not in answer.headers
    assert (await client.post(f"/in/{asha}", headers={"Origin": "http://melody"})).status_code == 200


@pytest.mark.broad
async def test_who_was_here_before_is_not_any_more(
    services: Services, client: httpx.AsyncClient, asha: uuid.UUID
) -> None:
    async with services.database.transaction() as session:
        other = User(name="Bina")
        session.add(other)
    before = await client.post(f"/in/{asha}")
    client.cookies.set(REFRESH_COOKIE, before.cookies[REFRESH_COOKIE])  # whatever the path
    await client.post(f"/in/{other.id}")
    assert (await client.get("/who", headers=bearing(before))).status_code == 401


@pytest.mark.broad
async def test_all_processes_believe_the_same_keys(services: Services, asha: uuid.UUID) -> None:
    from core.bootstrap import build

    another = build(services.settings)
    try:
        rings = [await one.access.ready() for one in (services, another)]
        assert rings[0].kid == rings[1].kid
    finally:
        await another.close()
