"""The ways into an account over HTTP: seen, taken away, and joined, by nobody but their owner."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import select, update

from core.accounts.models import ChannelIdentity, User
from core.accounts.phone import give_number
from core.bootstrap import Services, build
from core.catalog.models import Song
from core.config import Settings
from core.db.lease import seconds_from_now
from core.delivery.models import Delivery
from core.errors import LinkCodeUnknown
from core.library.models import LibraryEntry
from core.membership.linking import Answer, answer, take_code
from core.membership.models import LinkRequest
from tests.integration.browser import AUTH, Browser, browser, chat_of, link_of, open_house, somebody

pytestmark = pytest.mark.broad

ME = "/api/v1/users/me"
PHONE = "+919812345678"


@pytest.fixture
async def services(settings: Settings) -> AsyncIterator[Services]:
    """With a bot, which nobody asks anything."""
    built = build(settings.model_copy(update={"telegram_token": SecretStr("700100200:AAExample")}))
    yield built
    await built.close()


@pytest.fixture
def app(services: Services) -> FastAPI:
    return open_house(services)


@pytest.fixture
async def page(app: FastAPI) -> AsyncIterator[Browser]:
    async with browser(app) as page:
        yield page


async def types(services: Services, chat: ChannelIdentity, code: str) -> uuid.UUID:
    async with services.database.transaction() as session:
        return (await take_code(session, await session.get_one(ChannelIdentity, chat.id), code)).request_id


async def says(services: Services, chat: ChannelIdentity, request_id: str, *, yes: bool) -> Answer:
    async with services.database.transaction() as session:
        identity = await session.get_one(ChannelIdentity, chat.id)
        return (await answer(session, identity, uuid.UUID(request_id), agrees=yes))[0]


async def has_a_song(services: Services, user_id: uuid.UUID, title: str) -> None:
    async with services.database.transaction() as session:
        song = Song(title=title, artist="Nobody")
        session.add(song)
        await session.flush()
        session.add(LibraryEntry(user_id=user_id, song_id=song.id))


async def library(services: Services, user_id: str) -> set[str]:
    query = select(Song.title).join(LibraryEntry, LibraryEntry.song_id == Song.id)
    async with services.database.transaction() as session:
        found = await session.execute(query.where(LibraryEntry.user_id == uuid.UUID(user_id)))
        return set(found.scalars())


async def code_of(page: Browser) -> dict[str, Any]:
    answer = await page.asks("POST", f"{ME}/link-codes")
    assert answer.status_code == 201
    code: dict[str, Any] = answer.json()
    return code


async def stage(page: Browser, code: dict[str, Any]) -> str:
    found: str = (await page.asks("GET", f"{ME}/link-codes/{code['id']}")).json()["stage"]
    return found


# --- seen and taken away ----------------------------------------------------------------------------------


async def test_what_leads_into_the_account(services: Services, page: Browser) -> None:
    chat = await chat_of(services)
    async with services.database.transaction() as session:
        await give_number(session, await session.get_one(User, chat.user_id), PHONE)
    await page.signs_in(chat.user_id)
    items = (await page.asks("GET", f"{ME}/identities")).json()["items"]
    assert [(one["kind"], one["name"]) for one in items] == [("phone", "+91 … 678"), ("telegram", "Asha")]
    assert (await page.asks("DELETE", f"{ME}/identities/{items[1]['id']}")).status_code == 204
    answer = await page.asks("DELETE", f"{ME}/identities/phone")
    assert (answer.status_code, answer.json()["code"]) == (409, "last-way-in")
    assert len((await page.asks("GET", f"{ME}/identities")).json()["items"]) == 1


async def test_the_account_stays_and_the_chat_begins_anew(services: Services, page: Browser) -> None:
    chat = await chat_of(services)
    async with services.database.transaction() as session:
        await give_number(session, await session.get_one(User, chat.user_id), PHONE)
    await has_a_song(services, chat.user_id, "Ilahi")
    await page.signs_in(chat.user_id)
    await page.asks("DELETE", f"{ME}/identities/{chat.id}")
    assert await library(services, str(chat.user_id)) == {"Ilahi"}
    from core.accounts.service import ChatAccount, identity_of

    async with services.database.transaction() as session:
        again = await identity_of(session, ChatAccount("telegram", chat.external_id, "Asha"))
    assert again.user_id != chat.user_id


async def test_whoever_took_the_chat_over_is_out(services: Services, app: FastAPI, page: Browser) -> None:
    chat = await chat_of(services)
    async with services.database.transaction() as session:
        await give_number(session, await session.get_one(User, chat.user_id), PHONE)
    await page.signs_in(chat.user_id)
    async with browser(app) as thief:
        assert (
            await thief.posts(f"{AUTH}/link", {"token": await link_of(services, chat)})
        ).status_code == 200
        waiting = {"token": await link_of(services, chat)}
        await page.asks("DELETE", f"{ME}/identities/{chat.id}")
        assert await thief.user() is None
        assert (await thief.asks("GET", "/who")).status_code == 401
        assert (await thief.posts(f"{AUTH}/link", waiting)).status_code == 404
    assert (await page.asks("GET", "/who")).status_code == 200


async def test_of_two_last_ways_at_once_one_stays(services: Services, app: FastAPI, page: Browser) -> None:
    chat = await chat_of(services)
    async with services.database.transaction() as session:
        await give_number(session, await session.get_one(User, chat.user_id), PHONE)
    await page.signs_in(chat.user_id)
    answers = await asyncio.gather(
        page.asks("DELETE", f"{ME}/identities/{chat.id}"), page.asks("DELETE", f"{ME}/identities/phone")
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]


async def test_nobody_takes_away_what_is_anothers(services: Services, page: Browser) -> None:
    others, own = await chat_of(services, "Bina"), await chat_of(services)
    await page.signs_in(own.user_id)
    for identity_id in (others.id, uuid.uuid4(), "nonsense", "phone"):
        answer = await page.asks("DELETE", f"{ME}/identities/{identity_id}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    items = (await page.asks("GET", f"{ME}/identities")).json()["items"]
    assert [one["id"] for one in items] == [str(own.id)]


async def test_a_number_that_changes_hands_takes_nothing_along(services: Services, page: Browser) -> None:
    """Recycled: the new owner proves it in their chat; the library stays where it was."""
    former = await somebody(services, phone=PHONE)
    await has_a_song(services, former, "Ilahi")
    await page.signs_in(former)
    new_owner = await chat_of(services, "Bina")
    async with services.database.transaction() as session:
        await give_number(session, await session.get_one(User, new_owner.user_id), PHONE)
    assert await library(services, str(former)) == {"Ilahi"}
    assert await library(services, str(new_owner.user_id)) == set()
    assert (await page.asks("GET", "/who")).json() == str(former)
    assert (await page.asks("GET", f"{ME}/identities")).json() == {"items": []}


# --- joined -----------------------------------------------------------------------------------------------


async def test_a_browser_and_a_chat_become_one_account(services: Services, page: Browser) -> None:
    asha, chat = await somebody(services, phone=PHONE), await chat_of(services)
    await has_a_song(services, asha, "Ilahi")
    await has_a_song(services, chat.user_id, "Kesariya")
    await page.signs_in(asha)
    code = await code_of(page)
    assert await stage(page, code) == "given"
    await types(services, chat, code["code"])
    state = (await page.asks("GET", f"{ME}/link-codes/{code['id']}")).json()
    assert state["stage"] == "met"
    assert state["other"] == {"kind": "telegram", "name": "Asha"}
    answered = await page.asks("POST", f"{ME}/link-codes/{code['id']}/answer", {"agrees": True})
    assert answered.json() == {"result": "waiting"}
    assert await stage(page, code) == "agreed"
    assert await says(services, chat, code["id"], yes=True) is Answer.LINKED
    assert await stage(page, code) == "linked"
    user_id = (await page.asks("GET", "/who")).json()
    assert await page.user() == user_id == str(asha)
    assert await library(services, user_id) == {"Ilahi", "Kesariya"}


async def test_the_session_of_the_account_that_went_is_the_others_now(
    services: Services, app: FastAPI, page: Browser
) -> None:
    """The chat's account is older, so it stays; who was signed in to the other one still is."""
    chat, asha = await chat_of(services), await somebody(services)
    await page.signs_in(asha)
    async with browser(app) as second:
        await second.signs_in(asha)
        assert (await second.asks("GET", "/who")).json() == str(asha)
        code = await code_of(page)
        await types(services, chat, code["code"])
        await says(services, chat, code["id"], yes=True)
        answered = await page.asks("POST", f"{ME}/link-codes/{code['id']}/answer", {"agrees": True})
        assert answered.json() == {"result": "linked"}
        for one in (page, second):
            assert (await one.asks("GET", "/who")).json() == str(chat.user_id)
            assert (await one.posts(f"{AUTH}/refresh-token")).json()["user"]["id"] == str(chat.user_id)
    async with services.database.transaction() as session:
        told = (await session.execute(select(Delivery.identity_id))).scalars().all()
    assert told == [chat.id]


async def test_without_both_nothing_is_joined(services: Services, app: FastAPI, page: Browser) -> None:
    asha, chat = await somebody(services), await chat_of(services, "Mallory")
    await page.signs_in(asha)
    code = await code_of(page)
    path = f"{ME}/link-codes/{code['id']}/answer"
    assert (await page.asks("POST", path, {"agrees": True})).status_code == 404  # nobody has typed it
    await types(services, chat, code["code"])
    assert await says(services, chat, code["id"], yes=True) is Answer.WAITING
    assert await says(services, chat, code["id"], yes=True) is Answer.WAITING  # not for both
    async with browser(app) as second:
        # Another session of the same person did not see the code.
        await second.signs_in(asha)
        assert (await second.asks("POST", path, {"agrees": True})).status_code == 404
        assert (await second.asks("GET", f"{ME}/link-codes/{code['id']}")).status_code == 404
    assert (await page.asks("POST", path, {"agrees": False})).json() == {"result": "refused"}
    assert (await page.asks("POST", path, {"agrees": True})).status_code == 404
    with pytest.raises(LinkCodeUnknown):
        await says(services, chat, code["id"], yes=True)
    assert await page.user() == str(asha)


async def test_a_code_ends_with_its_session_and_with_time(services: Services, page: Browser) -> None:
    asha, chat = await somebody(services), await chat_of(services)
    await page.signs_in(asha)
    replaced, code = await code_of(page), await code_of(page)
    with pytest.raises(LinkCodeUnknown):
        await types(services, chat, replaced["code"])
    async with services.database.transaction() as session:
        await session.execute(update(LinkRequest).values(expires_at=seconds_from_now(-1)))
    assert await stage(page, code) == "expired"
    with pytest.raises(LinkCodeUnknown):
        await types(services, chat, code["code"])
    code = await code_of(page)
    await types(services, chat, code["code"])
    await page.posts(f"{AUTH}/logout")
    with pytest.raises(LinkCodeUnknown):
        await says(services, chat, code["id"], yes=True)


async def test_each_route_wants_somebody_signed_in(page: Browser) -> None:
    code = uuid.uuid4()
    for method, path in (
        ("GET", "identities"),
        ("DELETE", f"identities/{code}"),
        ("POST", "link-codes"),
        ("GET", f"link-codes/{code}"),
        ("POST", f"link-codes/{code}/answer"),
    ):
        answer = await page.asks(method, f"{ME}/{path}", {"agrees": True} if method == "POST" else None)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-needed")
