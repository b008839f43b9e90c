"""Every way to sign in ends here: a session is opened, and the answer is the same.

async def verify(door: UsesDoor, …) -> SignedIn | NativeSignedIn:
    async with transaction(services.database) as session:
        user_id = …
        return await door.answer(session, user_id, Way.PHONE)
"""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import UsesKeys, UsesServices
from api.schemas.sign_in import NativeSignedIn, SignedIn, UserItem
from api.xsrf import COOKIE, check_origin, check_token, xsrf_token
from core.accounts.models import User
from core.config import Settings
from core.signin.access import Access, Person
from core.signin.keys import KeyRing
from core.signin.models import SignInSession
from core.signin.sessions import (
    IDLE_SECONDS,
    Opened,
    Way,
    end_session,
    family_of,
    open_session,
    session_of,
)

REFRESH_COOKIE = "melody_refresh"
REFRESH_PATH = "/api/v1/auth"

Client = Annotated[
    Literal["browser", "native"],
    Query(description="`native`: the refresh token travels in bodies and in no cookie"),
]


class Door:
    """Where one request comes in: knows its cookies, opens sessions, writes the answer."""

    def __init__(
        self,
        request: Request,
        response: Response,
        *,
        settings: Settings,
        access: Access,
        ring: KeyRing,
        xsrf_key: bytes,
        is_native: bool,
    ) -> None:
        self.is_native = is_native
        self._request = request
        self._response = response
        self._access = access
        self._ring = ring
        self._xsrf_key = xsrf_key
        self._own_origins = settings.own_origins
        self._is_secure = settings.public_origin.startswith("https://")

    @property
    def cookie(self) -> str | None:
        """The browser's refresh token."""
        return self._request.cookies.get(REFRESH_COOKIE)

    async def answer(self, session: AsyncSession, user_id: uuid.UUID, way: Way) -> SignedIn | NativeSignedIn:
        """This user, who exists, has just proved who they are: open a session, in this transaction.

        Who was signed in with this browser before is not any more. Raises Forbidden for other sites' pages.
        """
        if not self.is_native:
            check_origin(self._request, self._own_origins)
            before = await self.session_behind_cookie(session)
            if before is not None:
                await end_session(session, before.id)
                self._access.forget(before.id)
        opened = await open_session(session, user_id, way, is_native=self.is_native)
        return await self.hand_out(session, opened)

    async def hand_out(self, session: AsyncSession, opened: Opened) -> SignedIn | NativeSignedIn:
        """The answer for an open session, its cookies with it."""
        user = UserItem.of(await session.get_one(User, opened.user_id))
        token = self._access.token_for(self._ring, opened.user_id, opened.session_id)
        self._response.headers["Cache-Control"] = "no-store"
        if self.is_native:
            return NativeSignedIn(access_token=token, user=user, refresh_token=opened.refresh_token)
        self._set_cookie(REFRESH_COOKIE, opened.refresh_token, REFRESH_PATH, IDLE_SECONDS, hidden=True)
        self.show_xsrf_token(opened.session_id)
        return SignedIn(access_token=token, user=user)

    async def session_behind_cookie(self, session: AsyncSession) -> SignInSession | None:
        """The living session of this browser; nothing changes."""
        return None if self.cookie is None else await session_of(session, self.cookie, is_native=False)

    async def users_here(self, session: AsyncSession, person: Person | None) -> set[uuid.UUID]:
        """Who is signed in, by the cookie and by the access token that was shown."""
        behind = await self.session_behind_cookie(session)
        found = [one.user_id for one in (behind, person) if one is not None]
        return set(found)

    async def meant_cookie(self, session: AsyncSession) -> str | None:
        """The browser's refresh token. Raises Forbidden where somebody else's page made it come."""
        check_origin(self._request, self._own_origins)
        family = None if self.cookie is None else await family_of(session, self.cookie)
        if family is not None:
            check_token(self._request, self._xsrf_key, family)
        return self.cookie

    def show_xsrf_token(self, session_id: uuid.UUID) -> None:
        self._set_cookie(COOKIE, xsrf_token(self._xsrf_key, session_id), "/", IDLE_SECONDS, hidden=False)

    def take_cookies(self) -> None:
        """The browser is to forget both."""
        self._set_cookie(REFRESH_COOKIE, "", REFRESH_PATH, 0, hidden=True)
        self._set_cookie(COOKIE, "", "/", 0, hidden=False)

    def _set_cookie(self, name: str, value: str, path: str, seconds: int, *, hidden: bool) -> None:
        self._response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=path,
            secure=self._is_secure,
            httponly=hidden,
            samesite="strict",
        )


async def _door(
    request: Request,
    response: Response,
    services: UsesServices,
    keys: UsesKeys,
    client: Client = "browser",
) -> Door:
    """What it needs from the database is there before the route's own transaction begins."""
    return Door(
        request,
        response,
        settings=services.settings,
        access=services.access,
        ring=await services.access.ready(),
        xsrf_key=await keys.xsrf_key(),
        is_native=client == "native",
    )


UsesDoor = Annotated[Door, Depends(_door)]
