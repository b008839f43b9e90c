"""Signing in with a phone number: ask for a code, then name it."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import MaybePerson, UsesKeys, UsesServices, transaction
from api.errors import problems
from api.schemas.phone import CodeOnItsWay, CodeTyped, CodeWish
from api.schemas.sign_in import NativeSignedIn, SignedIn
from api.sign_in import UsesDoor
from api.xsrf import check_origin
from core.accounts.models import User
from core.accounts.phone import as_typed
from core.chat.notices import tell_of_lost_number
from core.errors import PhoneSignInOff, SignInNeeded
from core.signin import codes
from core.signin.access import Person
from core.signin.phone_sign_in import add_number, sign_in_with
from core.signin.sessions import Way

router = APIRouter(prefix="/api/v1/auth", tags=["auth"])


@router.post(
    "/request-otp",
    status_code=HTTPStatus.ACCEPTED,
    summary="Ask for a sign-in code",
    responses=problems(403, 409, 422, 429, 503),
)
async def request_otp(
    wish: CodeWish, request: Request, response: Response, services: UsesServices, keys: UsesKeys
) -> CodeOnItsWay:
    """Have six digits sent to a phone. Nothing tells whether the number is known here.

    Errors: `phone-number`, `phone-sign-in-off`, `otp-too-often` (with `Retry-After`), `forbidden` for pages
    of other sites.
    """
    if services.otp_sender is None:
        raise PhoneSignInOff
    check_origin(request, services.settings.own_origins)
    number = as_typed(wish.phone_number)
    book = await keys.code_book()
    await services.code_caps.take(book.hidden, number, request.client and request.client.host)
    async with transaction(services.database) as session:
        request_id = await codes.make(session, book, number, wish.channel)
    response.headers["Cache-Control"] = "no-store"
    return CodeOnItsWay(request_id=request_id)


@router.post(
    "/verify-otp",
    summary="Sign in with a code",
    responses=problems(401, 403, 422, 503),
)
async def verify_otp(
    typed: CodeTyped, services: UsesServices, keys: UsesKeys, door: UsesDoor, person: MaybePerson
) -> NativeSignedIn | SignedIn:
    """Name the code: its number's account is signed in, a new one where there is none.

    With an access token the number is added to that account instead. A number that another account had moves
    alone: what that account holds stays there.

    Errors: `otp-wrong` (with `tries_left`), `otp-too-many`, `otp-expired` (used, too old, or never asked
    for), `forbidden` for pages of other sites; with an access token that is no good `sign-in-needed`,
    `token-expired`.
    """
    book = await keys.code_book()
    async with transaction(services.database) as session:  # counted, whatever comes of it
        taken = await codes.take_try(session, typed.request_id)
    codes.check(book, taken, codes.digits_of(typed.otp))
    async with transaction(services.database) as session:
        number = await codes.spend(session, taken)
        if person is None:
            user, lost_by = await sign_in_with(session, number)
        else:
            user, lost_by = await add_number(session, await _still_there(session, person), number)
        if lost_by is not None:
            language = services.settings.default_language
            await tell_of_lost_number(session, services.outbox, lost_by, language)
        return await door.answer(session, user.id, Way.PHONE)


async def _still_there(session: AsyncSession, person: Person) -> User:
    """The account of whoever is signed in. Raises SignInNeeded where it was deleted a moment ago."""
    user = await session.get(User, person.user_id)
    if user is None:
        raise SignInNeeded
    return user
