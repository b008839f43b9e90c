"""Whether somebody is signed in, staying so, and signing out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, Field, SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import MaybePerson, ShownToken, UsesServices, transaction
from api.errors import problems
from api.schemas.sign_in import NativeSignedIn, SignedIn, UserItem
from api.sign_in import Door, UsesDoor
from core.accounts.models import User
from core.errors import SignInNeeded
from core.signin.access import Person
from core.signin.links import withdraw_links
from core.signin.sessions import end_all, end_session, refresh, session_of

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


class Session(BaseModel):
    user: UserItem | None = Field(description="Null when nobody is signed in")


class RefreshToken(BaseModel):
    """Only of native clients; browsers have a cookie."""

    refresh_token: SecretStr = Field(max_length=200)


@router.get("/session", summary="Who is signed in", responses=problems(401, 422, 503))
async def session(door: UsesDoor, person: MaybePerson, services: UsesServices, response: Response) -> Session:
    """Who is signed in with this browser, by its cookie; no error when nobody is.

    Nothing is used up, so any number of tabs may ask. With an access token it says whose that is. Errors:
    `sign-in-needed` and `token-expired` for a token that is no good.
    """
    response.headers["Cache-Control"] = "no-store"
    async with transaction(services.database) as database:
        user_id = None if person is None else person.user_id
        if user_id is None and (found := await door.session_behind_cookie(database)) is not None:
            user_id = found.user_id
            door.show_xsrf_token(found.id)
        user = None if user_id is None else await database.get(User, user_id)
    return Session(user=None if user is None else UserItem.of(user))


@router.post("/refresh-token", summary="Stay signed in", responses=problems(401, 403, 422, 503))
async def refresh_token(
    door: UsesDoor, services: UsesServices, body: RefreshToken | None = None
) -> NativeSignedIn | SignedIn:
    """A fresh access token, and the refresh token's successor: each is good once.

    Two that come within 30 seconds with the same token get the same successor. Later than that a used token
    is a copy, and its session ends. Browsers send their cookie with `X-XSRF-TOKEN`; with `?client=native`
    the token is in the body. Errors: `sign-in-needed`, `forbidden` for another site's page.
    """
    async with transaction(services.database) as database:
        token = await _refresh_token(door, database, body)
        opened = None if token is None else await refresh(database, token, is_native=door.is_native)
        answer = None if opened is None else await door.hand_out(database, opened)
    if answer is None:  # only now: what had to end has ended
        raise SignInNeeded("no refresh token that is good")
    return answer


@router.post("/logout", summary="Sign out", status_code=204, responses=problems(403, 422, 503))
async def logout(
    door: UsesDoor,
    shown: ShownToken,
    services: UsesServices,
    body: RefreshToken | None = None,
    everywhere: Annotated[bool, Query(description="End all sessions of this person")] = False,
) -> None:
    """Sign out here, or everywhere. Signing out when nobody is signed in is no error.

    Whose session it is tells the access token, the cookie, or with `?client=native` the refresh token in the
    body. Errors: `forbidden` for another site's page.
    """
    person = await services.access.person_if_good(shown)
    async with transaction(services.database) as database:
        ended = await _sessions_here(door, database, person, body)
        if everywhere:
            for user_id in set(ended.values()):
                await withdraw_links(database, user_id)
                ended |= dict.fromkeys(await end_all(database, user_id), user_id)
        for session_id in ended:
            await end_session(database, session_id)
    services.access.forget(*ended)
    door.take_cookies()


async def _sessions_here(
    door: Door, database: AsyncSession, person: Person | None, body: RefreshToken | None
) -> dict[UUID, UUID]:
    """The living sessions that this request shows something of, each with its user."""
    found = {} if person is None else {person.session_id: person.user_id}
    token = await _refresh_token(door, database, body, is_meant=person is not None)
    session = None if token is None else await session_of(database, token, is_native=door.is_native)
    return found if session is None else found | {session.id: session.user_id}


async def _refresh_token(
    door: Door, database: AsyncSession, body: RefreshToken | None, *, is_meant: bool = False
) -> str | None:
    """The refresh token that came along; no other site can make a browser send what `is_meant`."""
    if door.is_native:
        return None if body is None else body.refresh_token.get_secret_value()
    return door.cookie if is_meant else await door.meant_cookie(database)
