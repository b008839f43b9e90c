"""Signing in by what a chat vouches for: a Mini App's init data, or a link that was asked for there."""

from __future__ import annotations

import time
from typing import Literal

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field, SecretStr

from api.deps import ShownToken, UsesServices, transaction
from api.errors import problems
from api.schemas.sign_in import NativeSignedIn, SignedIn
from api.sign_in import UsesDoor
from core.accounts.service import ChatAccount, identity_of
from core.chat.signed_in import tell_signed_in
from core.errors import SomeoneElseSignedIn, TelegramSignInOff
from core.signin.init_data import LONGEST, who_opened
from core.signin.links import behind_link, spend_link
from core.signin.sessions import Way

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])

TELEGRAM = "telegram"


class InitData(BaseModel):
    init_data: SecretStr = Field(
        max_length=LONGEST, description="`Telegram.WebApp.initData`, as it is; good for an hour"
    )


class LinkToken(BaseModel):
    token: SecretStr = Field(max_length=200, description="What stands behind the `#` of the link")


class LinkOffer(BaseModel):
    """Who would be signed in: for "Continue as …"."""

    name: str | None = Field(description="What the messenger calls them")
    kind: str = Field(description="The messenger where the link was asked for")
    signed_in_as: Literal["nobody", "same", "other"] = Field(
        description="Who is signed in with this browser; with `other` the link would be refused"
    )


@router.post(
    "/telegram", summary="Sign in as a Telegram Mini App", responses=problems(401, 403, 404, 422, 503)
)
async def by_mini_app(body: InitData, door: UsesDoor, services: UsesServices) -> NativeSignedIn | SignedIn:
    """Sign in whoever opened the Mini App; the account is made at the first time.

    Errors: `mini-app` for what Telegram did not sign for our bot within the last hour,
    `telegram-sign-in-off`, `forbidden` for another site's page.
    """
    token = services.settings.telegram_token
    if token is None:
        raise TelegramSignInOff
    person = who_opened(body.init_data.get_secret_value(), token.get_secret_value(), time.time())
    account = ChatAccount(TELEGRAM, str(person.id), person.name, person.language)
    async with transaction(services.database) as session:
        identity = await identity_of(session, account)
        return await door.answer(session, identity.user_id, Way.TELEGRAM)


@router.post("/link/preview", summary="Look at a sign-in link", responses=problems(404, 422, 503))
async def preview(
    body: LinkToken, door: UsesDoor, shown: ShownToken, services: UsesServices, response: Response
) -> LinkOffer:
    """Who a link would sign in. Nothing is used up. Errors: `sign-in-link`."""
    response.headers["Cache-Control"] = "no-store"
    person = await services.access.person_if_good(shown)
    async with transaction(services.database) as session:
        identity = await behind_link(session, body.token.get_secret_value())
        present = await door.users_here(session, person)
    who: Literal["nobody", "same", "other"] = "nobody"
    if present:
        who = "same" if present == {identity.user_id} else "other"
    return LinkOffer(name=identity.display_name, kind=identity.channel, signed_in_as=who)


@router.post("/link", summary="Sign in with a link", responses=problems(401, 403, 404, 409, 422, 503))
async def by_link(
    body: LinkToken, door: UsesDoor, shown: ShownToken, services: UsesServices
) -> NativeSignedIn | SignedIn:
    """Sign in by a link from a private chat, after the person has tapped "Continue as …".

    It works once and for ten minutes, and the chat is told. Errors: `sign-in-link`; `someone-else-signed-in`
    leaves the link good; `forbidden` for another site's page.
    """
    person = await services.access.person_if_good(shown)
    async with transaction(services.database) as session:
        identity = await spend_link(session, body.token.get_secret_value())
        if await door.users_here(session, person) - {identity.user_id}:
            raise SomeoneElseSignedIn  # which takes the spending back
        answer = await door.answer(session, identity.user_id, Way.LINK)
        await tell_signed_in(session, services.outbox, identity, services.settings.default_language)
    return answer
