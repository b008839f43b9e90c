"""The ways into one's account: to see them, to take one away, and to join a chat's account with this one."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from api.deps import CurrentPerson, UsesServices, transaction
from api.errors import problems
from api.schemas.linking import (
    PHONE,
    Identities,
    Identity,
    LinkAnswer,
    LinkCode,
    LinkCodeState,
    LinkOutcome,
)
from core.accounts.models import User
from core.chat.meeting import tell_both
from core.errors import NotFound, SignInNeeded
from core.membership.identities import identities_of, unlink_chat, unlink_phone
from core.membership.linking import (
    Answer,
    answer_in_browser,
    give_code_to_browser,
    state_of_code,
)

router = APIRouter(prefix="/api/v1/users/me", tags=["account"])


@router.get("/identities", summary="My ways in", responses=problems(401, 422, 503))
async def identities(person: CurrentPerson, services: UsesServices) -> Identities:
    """By what this account can be signed in to: the phone number and the chats."""
    async with transaction(services.database) as session:
        user = await session.get(User, person.user_id)
        if user is None:
            raise SignInNeeded("the account is gone")
        chats = [Identity.of_chat(one) for one in await identities_of(session, person.user_id)]
    return Identities(items=[Identity.of_phone(user), *chats] if user.phone_number else chats)


@router.delete(
    "/identities/{identity_id}",
    summary="Take a way in away",
    status_code=204,
    responses=problems(401, 404, 409, 422, 503),
)
async def unlink(identity_id: str, person: CurrentPerson, services: UsesServices) -> None:
    """Take a way in away. The account and everything in it stay; that chat begins anew.

    Other sessions that were opened by that kind of way end, this one does not. Errors: `last-way-in`.
    """
    async with transaction(services.database) as session:
        if identity_id == PHONE:
            ended = await unlink_phone(session, person.user_id, person.session_id)
        else:
            ended = await unlink_chat(session, person.user_id, _known(identity_id), person.session_id)
    services.access.forget(*ended)


@router.post(
    "/link-codes", summary="A code to link a chat", status_code=201, responses=problems(401, 422, 503)
)
async def ask_for_code(person: CurrentPerson, services: UsesServices, response: Response) -> LinkCode:
    """A code to type into a private chat with the bot; it is good for ten minutes, and earlier ones are over.

    When it was typed, this session and the chat both have to say yes: then the two accounts are one.
    """
    response.headers["Cache-Control"] = "no-store"
    async with transaction(services.database) as session:
        code, state = await give_code_to_browser(session, person.session_id)
    return LinkCode(
        code=code, id=state.request_id, stage=state.stage, expires_at=state.expires_at, other=None
    )


@router.get("/link-codes/{code_id}", summary="How far a code got", responses=problems(401, 404, 422, 503))
async def look_at_code(
    code_id: UUID, person: CurrentPerson, services: UsesServices, response: Response
) -> LinkCodeState:
    """How far a code of this session got; to be asked every few seconds. Errors: `link-code`."""
    response.headers["Cache-Control"] = "no-store"
    async with transaction(services.database) as session:
        return LinkCodeState.of(await state_of_code(session, person.session_id, code_id))


@router.post(
    "/link-codes/{code_id}/answer", summary="Link a chat, or not", responses=problems(401, 404, 422, 503)
)
async def answer_code(
    code_id: UUID, body: LinkAnswer, person: CurrentPerson, services: UsesServices
) -> LinkOutcome:
    """Whether the chat where the code was typed is the same person's. Errors: `link-code`."""
    async with transaction(services.database) as session:
        outcome, meeting = await answer_in_browser(session, person.session_id, code_id, agrees=body.agrees)
        if outcome is not Answer.WAITING:
            language = services.settings.default_language
            await tell_both(session, services.outbox, meeting, outcome, language)
    if outcome is Answer.LINKED:
        services.access.forget_all()
    return LinkOutcome(result=outcome.value)


def _known(identity_id: str) -> UUID:
    try:
        return UUID(identity_id)
    except ValueError:
        raise NotFound("no chat of theirs") from None
