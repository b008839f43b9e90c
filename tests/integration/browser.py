"""A browser with our page open, and an application with a way in that asks for no proof."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from api.deps import CurrentPerson, UsesServices, transaction
from api.main import create_app
from api.schemas.sign_in import NativeSignedIn, SignedIn
from api.sign_in import REFRESH_COOKIE, UsesDoor
from api.xsrf import COOKIE, HEADER
from core.accounts.models import ChannelIdentity, User
from core.accounts.service import ChatAccount, identity_of
from core.bootstrap import Services
from core.signin.links import give_link
from core.signin.sessions import Way

HERE = "http://melody"
AUTH = "/api/v1/auth"


def open_house(services: Services) -> FastAPI:
    """The application, with `POST auth/in/{user}` that believes everybody, and `GET /who`."""
    app = create_app(services)

    @app.post(f"{AUTH}/in/{{user_id}}")
    async def come_in(
        user_id: uuid.UUID, door: UsesDoor, services: UsesServices
    ) -> NativeSignedIn | SignedIn:
        async with transaction(services.database) as session:
            return await door.answer(session, user_id, Way.PHONE)

    @app.get("/who")
    async def who(person: CurrentPerson) -> uuid.UUID:
        return person.user_id

    return app


class Browser:
    """Sends what a browser sends for a page of ours: cookies, where it comes from, and Angular's header."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.access_token: str | None = None

    async def posts(self, path: str, json: Any = None, **headers: str) -> httpx.Response:
        own = {"Origin": HERE, "Sec-Fetch-Site": "same-origin"}
        if COOKIE in self.client.cookies:
            own[HEADER] = self.client.cookies[COOKIE]
        answer = await self.client.post(path, json=json, headers=own | headers)
        if answer.status_code == 200 and "access_token" in answer.json():
            self.access_token = answer.json()["access_token"]
        return answer

    async def signs_in(self, user_id: uuid.UUID) -> None:
        assert (await self.posts(f"{AUTH}/in/{user_id}")).status_code == 200

    async def asks(self, method: str, path: str, json: Any = None) -> httpx.Response:
        """With the access token, as the page asks for everything else."""
        headers = {} if self.access_token is None else {"Authorization": f"Bearer {self.access_token}"}
        return await self.client.request(method, path, json=json, headers=headers)

    async def user(self) -> str | None:
        """Who is signed in by the cookie."""
        user = (await self.client.get(f"{AUTH}/session")).json()["user"]
        return None if user is None else user["id"]

    @property
    def refresh_cookie(self) -> str:
        return self.client.cookies[REFRESH_COOKIE]


@asynccontextmanager
async def browser(app: FastAPI) -> AsyncIterator[Browser]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=HERE) as client:
        yield Browser(client)


async def somebody(services: Services, name: str = "Asha", phone: str | None = None) -> uuid.UUID:
    """An account that nothing leads to but a phone number, where one is given."""
    async with services.database.transaction() as session:
        user = User(name=name, phone_number=phone, is_verified=phone is not None)
        session.add(user)
        await session.flush()
        return user.id


async def chat_of(services: Services, name: str = "Asha", channel: str = "telegram") -> ChannelIdentity:
    """Somebody who writes to us in a chat."""
    async with services.database.transaction() as session:
        return await identity_of(session, ChatAccount(channel, str(uuid.uuid4().int % 10**9), name, "en"))


async def link_of(services: Services, identity: ChannelIdentity) -> str:
    """The token of a link that was asked for in the chat."""
    async with services.database.transaction() as session:
        link = await give_link(session, identity, HERE)
    return link.partition("#")[2]
