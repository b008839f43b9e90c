"""Staying signed in and signing out, as a browser and a native client do it, and as strangers try to."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select, update

from api.sign_in import REFRESH_COOKIE
from api.xsrf import COOKIE, HEADER
from core.bootstrap import Services
from core.db.lease import seconds_from_now
from core.signin.models import RefreshToken, SignInSession
from core.signin.sessions import GRACE_SECONDS
from tests.integration.browser import AUTH, HERE, Browser, browser, open_house, somebody

ELSEWHERE = "https://evil.example"


@pytest.fixture
def app(services: Services) -> FastAPI:
    return open_house(services)


@pytest.fixture
async def page(app: FastAPI) -> AsyncIterator[Browser]:
    async with browser(app) as page:
        yield page


@pytest.fixture
async def asha(services: Services) -> uuid.UUID:
    return await somebody(services, phone="+919812345678")


async def grace_is_over(services: Services) -> None:
    async with services.database.transaction() as session:
        used = update(RefreshToken).where(RefreshToken.used_at.is_not(None))
        await session.execute(used.values(used_at=seconds_from_now(-GRACE_SECONDS - 1)))


async def sessions(services: Services) -> int:
    async with services.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(SignInSession))).scalar_one()


async def test_from_the_first_visit_to_signing_out(page: Browser, asha: uuid.UUID) -> None:
    first = await page.client.get(f"{AUTH}/session")
    assert (first.status_code, first.json()) == (200, {"user": None})
    await page.signs_in(asha)
    assert await page.user() == str(asha)
    before = page.refresh_cookie
    answer = await page.posts(f"{AUTH}/refresh-token")
    assert answer.status_code == 200
    assert "refresh_token" not in answer.json()
    assert page.refresh_cookie != before
    assert (await page.asks("GET", "/who")).json() == str(asha)
    assert (await page.posts(f"{AUTH}/logout")).status_code == 204
    assert REFRESH_COOKIE not in page.client.cookies
    assert await page.user() is None
    assert (await page.asks("GET", "/who")).status_code == 401
    assert (await page.posts(f"{AUTH}/refresh-token")).json()["code"] == "sign-in-needed"


@pytest.mark.broad
async def test_two_tabs_at_once(services: Services, page: Browser, asha: uuid.UUID) -> None:
    await page.signs_in(asha)
    headers = {HEADER: page.client.cookies[COOKIE], "Cookie": f"{REFRESH_COOKIE}={page.refresh_cookie}"}
    page.client.cookies.clear()
    tabs = [page.client.post(f"{AUTH}/refresh-token", headers=headers) for _ in range(8)]
    answers = await asyncio.gather(*tabs)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.cookies[REFRESH_COOKIE] for answer in answers}) == 1


@pytest.mark.broad
async def test_a_copied_cookie_ends_the_session(
    services: Services, app: FastAPI, page: Browser, asha: uuid.UUID
) -> None:
    await page.signs_in(asha)
    copy = page.refresh_cookie
    await page.posts(f"{AUTH}/refresh-token")
    await grace_is_over(services)
    async with browser(app) as thief:
        thief.client.cookies.set(REFRESH_COOKIE, copy)
        assert (await thief.client.post(f"{AUTH}/refresh-token")).status_code == 401
    assert (await page.posts(f"{AUTH}/refresh-token")).status_code == 401
    assert await sessions(services) == 0


@pytest.mark.broad
async def test_a_native_client(services: Services, page: Browser, asha: uuid.UUID) -> None:
    client = page.client
    token = (await client.post(f"{AUTH}/in/{asha}?client=native")).json()["refresh_token"]
    path, shown = f"{AUTH}/refresh-token?client=native", {"refresh_token": token}
    assert (await client.post(f"{AUTH}/refresh-token", json=shown)).status_code == 401
    answer = await client.post(path, json=shown)
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    following = {"refresh_token": answer.json()["refresh_token"]}
    assert (await client.post(f"{AUTH}/logout?client=native", json=following)).status_code == 204
    assert (await client.post(path, json=following)).status_code == 401
    assert (await client.post(path)).status_code == 401
    assert (await client.post(path, json={"refresh_token": "x" * 1000})).status_code == 422


@pytest.mark.broad
async def test_signing_out_everywhere(
    services: Services, app: FastAPI, page: Browser, asha: uuid.UUID
) -> None:
    other = await somebody(services, "Bina")
    async with browser(app) as second, browser(app) as others:
        for one, who in ((page, asha), (second, asha), (others, other)):
            await one.signs_in(who)
        assert (await page.posts(f"{AUTH}/logout?everywhere=true")).status_code == 204
        assert (await second.asks("GET", "/who")).status_code == 401
        assert await second.user() is None
        assert await others.user() == str(other)


@pytest.mark.broad
async def test_signing_out_without_being_signed_in(page: Browser) -> None:
    for path in (f"{AUTH}/logout", f"{AUTH}/logout?everywhere=true", f"{AUTH}/logout?client=native"):
        assert (await page.posts(path)).status_code == 204
    answer = await page.posts(f"{AUTH}/logout", Authorization="Bearer none.of.ours")
    assert answer.status_code == 204


@pytest.mark.broad
@pytest.mark.parametrize("action", ["refresh-token", "logout", "logout?everywhere=true"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ELSEWHERE},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://melody.evil.example"},
        {"Origin": f"{HERE}:8080"},
        {HEADER: ""},
        {HEADER: "wrong"},
    ],
)
async def test_another_sites_page_moves_nothing(
    services: Services, page: Browser, asha: uuid.UUID, action: str, headers: dict[str, str]
) -> None:
    await page.signs_in(asha)
    before = page.refresh_cookie
    answer = await page.posts(f"{AUTH}/{action}", None, **headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert page.refresh_cookie == before
    assert await page.user() == str(asha)


@pytest.mark.broad
async def test_a_browser_that_shows_no_xsrf_token(page: Browser, asha: uuid.UUID) -> None:
    await page.signs_in(asha)
    for headers in ({"Origin": HERE}, {"Sec-Fetch-Site": "same-origin"}):
        answer = await page.client.post(f"{AUTH}/refresh-token", headers=headers)
        assert answer.status_code == 403


@pytest.mark.broad
async def test_an_xsrf_token_of_ones_own_opens_nobody_elses_session(
    services: Services, app: FastAPI, page: Browser, asha: uuid.UUID
) -> None:
    """A planted cookie repeats well, but belongs to another session."""
    await page.signs_in(asha)
    async with browser(app) as mallory:
        await mallory.signs_in(await somebody(services, "Mallory"))
        planted = mallory.client.cookies[COOKIE]
    answer = await page.posts(f"{AUTH}/refresh-token", None, **{HEADER: planted})
    assert answer.status_code == 403


@pytest.mark.broad
async def test_no_answer_and_no_log_holds_a_secret(
    page: Browser, asha: uuid.UUID, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    await page.signs_in(asha)
    answer = await page.posts(f"{AUTH}/refresh-token")
    refused = await page.posts(f"{AUTH}/refresh-token", None, **{HEADER: "wrong"})
    for secret in (page.refresh_cookie, answer.json()["access_token"], page.client.cookies[COOKIE]):
        assert secret not in caplog.text
        assert secret not in refused.text
