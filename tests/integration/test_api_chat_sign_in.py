"""Signing in by a Mini App or a chat's link; and taking accounts over that way, which does not work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import func, select, update

from core.accounts.models import ChannelIdentity, User
from core.bootstrap import Services, build
from core.config import Settings
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.signin.models import SignInLink, SignInSession
from tests.fakes.telegram.mini_app import init_data
from tests.integration.browser import (
    AUTH,
    Browser,
    browser,
    chat_of,
    link_of,
    open_house,
    somebody,
)

pytestmark = pytest.mark.broad

TOKEN = "700100200:AAExampleExampleExampleExampleExample"
ASHA = {"id": 700100200, "first_name": "Asha", "language_code": "hi"}


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """With a bot, which nobody asks anything."""
    built = build(settings.model_copy(update={"telegram_token": SecretStr(TOKEN)}))
    yield built
    await built.close()


@pytest.fixture
def app(services: Services) -> FastAPI:
    return open_house(services)


@pytest.fixture
async def page(app: FastAPI) -> AsyncIterator[Browser]:
    async with browser(app) as page:
        yield page


async def said_to(services: Services, identity: ChannelIdentity) -> list[str]:
    query = select(Delivery.reply).where(Delivery.identity_id == identity.id).order_by(Delivery.number)
    async with services.database.transaction() as session:
        return [reply["text"] for reply in (await session.execute(query)).scalars() if reply]


async def count(services: Services, model: type[User | SignInLink | SignInSession]) -> int:
    async with services.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(model))).scalar_one()


# --- Mini App ---------------------------------------------------------------------------------------------


async def test_a_mini_app_signs_in_the_same_person_as_the_chat(services: Services, page: Browser) -> None:
    shown = {"init_data": init_data(TOKEN, ASHA, time.time())}
    first = await page.posts(f"{AUTH}/telegram", shown)
    assert first.status_code == 200
    assert first.json()["user"]["name"] == "Asha"
    query = select(ChannelIdentity).where(ChannelIdentity.external_id == "700100200")
    async with services.database.transaction() as session:
        identity = (await session.execute(query)).scalar_one()
    assert (identity.channel, str(identity.user_id)) == ("telegram", first.json()["user"]["id"])
    again = await page.posts(f"{AUTH}/telegram", shown)
    assert again.json()["user"]["id"] == first.json()["user"]["id"]
    assert await count(services, User) == 1


async def test_init_data_that_is_forged_stale_or_of_another_bot(services: Services, page: Browser) -> None:
    good = init_data(TOKEN, ASHA, time.time())
    for bad in (
        "",
        good.replace("Asha", "Bina"),
        good[:-1],
        init_data("1:another", ASHA, time.time()),
        init_data(TOKEN, ASHA, time.time() - 4000),
        init_data(TOKEN, ASHA, time.time() + 4000),
    ):
        answer = await page.posts(f"{AUTH}/telegram", {"init_data": bad})
        assert (answer.status_code, answer.json()["code"]) == (401, "mini-app")
    assert await count(services, User) == 0


async def test_without_a_bot(settings: Settings) -> None:
    services = build(settings)
    async with browser(open_house(services)) as page:
        answer = await page.posts(f"{AUTH}/telegram", {"init_data": init_data(TOKEN, ASHA, time.time())})
    await services.close()
    assert (answer.status_code, answer.json()["code"]) == (404, "telegram-sign-in-off")


async def test_another_sites_page_signs_nobody_in(services: Services, page: Browser) -> None:
    """Else somebody's browser could be signed in as the attacker, who then reads what they do."""
    chat = await chat_of(services, "Mallory")
    for path, body in (
        ("telegram", {"init_data": init_data(TOKEN, ASHA, time.time())}),
        ("link", {"token": await link_of(services, chat)}),
    ):
        answer = await page.posts(f"{AUTH}/{path}", body, Origin="https://evil.example")
        assert answer.status_code == 403
    assert await count(services, SignInSession) == 0


# --- links ------------------------------------------------------------------------------------------------


async def test_a_link_signs_in_once_and_the_chat_is_told(services: Services, page: Browser) -> None:
    chat = await chat_of(services)
    shown = {"token": await link_of(services, chat)}
    offer = await page.posts(f"{AUTH}/link/preview", shown)
    assert offer.json() == {"name": "Asha", "kind": "telegram", "signed_in_as": "nobody"}
    answer = await page.posts(f"{AUTH}/link", shown)
    assert answer.status_code == 200
    assert await page.user() == str(chat.user_id)
    assert len(await said_to(services, chat)) == 1
    for path in ("link", "link/preview"):
        again = await page.posts(f"{AUTH}/{path}", shown)
        assert (again.status_code, again.json()["code"]) == (404, "sign-in-link")
    assert len(await said_to(services, chat)) == 1


async def test_looking_at_a_link_does_not_spend_it(services: Services, page: Browser) -> None:
    token = await link_of(services, await chat_of(services))
    for _ in range(3):
        assert (await page.client.get(f"{AUTH}/link", params={"token": token})).status_code == 405
        assert (await page.client.head(f"{AUTH}/link", params={"token": token})).status_code == 405
        assert (await page.posts(f"{AUTH}/link/preview", {"token": token})).status_code == 200
    assert (await page.posts(f"{AUTH}/link", {"token": token})).status_code == 200


async def test_many_at_once_and_one_is_let_in(services: Services, app: FastAPI) -> None:
    """A forwarded link: whoever is first, the other finds it spent, and the chat has heard of one."""
    chat = await chat_of(services)
    shown = {"token": await link_of(services, chat)}

    async def tries() -> int:
        async with browser(app) as page:
            return (await page.posts(f"{AUTH}/link", shown)).status_code

    codes = await asyncio.gather(*(tries() for _ in range(8)))
    assert sorted(codes) == [200] + 7 * [404]
    assert await count(services, SignInSession) == 1
    assert len(await said_to(services, chat)) == 1


async def test_an_attackers_link_does_not_change_who_is_signed_in(services: Services, page: Browser) -> None:
    asha, mallory = await somebody(services), await chat_of(services, "Mallory")
    await page.signs_in(asha)
    shown = {"token": await link_of(services, mallory)}
    assert (await page.posts(f"{AUTH}/link/preview", shown)).json()["signed_in_as"] == "other"
    answer = await page.posts(f"{AUTH}/link", shown)
    assert (answer.status_code, answer.json()["code"]) == (409, "someone-else-signed-in")
    assert await page.user() == str(asha)
    assert await said_to(services, mallory) == []
    await page.posts(f"{AUTH}/logout")
    assert (await page.posts(f"{AUTH}/link", shown)).status_code == 200  # nothing was spent


async def test_an_access_token_counts_as_being_signed_in(services: Services, page: Browser) -> None:
    asha, mallory = await somebody(services), await chat_of(services, "Mallory")
    token = (await page.client.post(f"{AUTH}/in/{asha}?client=native")).json()["access_token"]
    shown, bearing = {"token": await link_of(services, mallory)}, {"Authorization": f"Bearer {token}"}
    answer = await page.client.post(f"{AUTH}/link?client=native", json=shown, headers=bearing)
    assert (answer.status_code, answer.json()["code"]) == (409, "someone-else-signed-in")
    expired = {"Authorization": "Bearer not.good.anymore"}
    answer = await page.client.post(f"{AUTH}/link?client=native", json=shown, headers=expired)
    assert answer.json()["user"]["id"] == str(mallory.user_id)


async def test_ones_own_link_while_signed_in(services: Services, page: Browser) -> None:
    chat = await chat_of(services)
    await page.signs_in(chat.user_id)
    shown = {"token": await link_of(services, chat)}
    assert (await page.posts(f"{AUTH}/link/preview", shown)).json()["signed_in_as"] == "same"
    assert (await page.posts(f"{AUTH}/link", shown)).status_code == 200
    assert await page.user() == str(chat.user_id)
    assert await count(services, SignInSession) == 1


async def test_an_old_link_and_one_that_was_replaced(services: Services, page: Browser) -> None:
    chat = await chat_of(services)
    replaced = await link_of(services, chat)
    token = await link_of(services, chat)
    async with services.database.transaction() as session:
        await session.execute(update(SignInLink).values(expires_at=seconds_from_now(-1)))
    for one in (replaced, token, "", "é", "A" * 43):
        answer = await page.posts(f"{AUTH}/link", {"token": one})
        assert (answer.status_code, answer.json()["code"]) == (404, "sign-in-link")


async def test_signing_out_everywhere_takes_links_back(services: Services, page: Browser) -> None:
    chat = await chat_of(services)
    await page.signs_in(chat.user_id)
    token = await link_of(services, chat)
    await page.posts(f"{AUTH}/logout?everywhere=true")
    assert (await page.posts(f"{AUTH}/link", {"token": token})).status_code == 404


async def test_the_database_does_not_know_the_token(services: Services) -> None:
    token = await link_of(services, await chat_of(services))
    async with services.database.engine.connect() as connection:
        assert token not in repr((await connection.exec_driver_sql("SELECT * FROM sign_in_links")).all())
