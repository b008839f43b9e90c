"""One's own account: looking at it, changing it, taking everything away, leaving for good."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.responses import StreamingResponse

from api.deps import AccountOwner, CurrentPerson, UsesServices, transaction
from api.errors import problems
from api.schemas.me import ProfileChanges
from api.schemas.sign_in import UserItem
from api.sign_in import UsesDoor
from core.accounts.models import ChannelIdentity, User
from core.bootstrap import Services
from core.chat.status import first_spoken
from core.conversion.preferences import choose
from core.errors import SignInNeeded
from core.membership.erasing import ask_to_forget
from core.signin.access import Person
from core.signin.links import withdraw_links
from core.signin.sessions import end_all
from core.takeout.export import export_of
from core.takeout.zipping import zipped

router = APIRouter(prefix="/api/v1/users/me", tags=["account"])

LANGUAGE = "language"
FILE_NAME = "melody-studio.zip"


@router.get("", summary="My account", responses=problems(401, 503))
async def look(person: AccountOwner, services: UsesServices, response: Response) -> UserItem:
    """Name, phone number and preferences."""
    response.headers["Cache-Control"] = "no-store"
    async with transaction(services.database) as session:
        return UserItem.of(await _user(session, person))


@router.patch("", summary="Change my account", responses=problems(401, 422, 503))
async def change(changes: ProfileChanges, person: CurrentPerson, services: UsesServices) -> UserItem:
    """Change the name and preferences, in the chats too. What is left out stays, null takes a choice back."""
    async with transaction(services.database) as session:
        user = await _user(session, person, for_update=True)
        if "name" in changes.model_fields_set:
            user.name = changes.name
        chosen = changes.preferences.model_dump(mode="json", exclude_unset=True)
        for name, value in chosen.items():
            if name == LANGUAGE:
                _choose_language(user, value)
            else:
                choose(user, name, value)
        await session.flush()
        return UserItem.of(user)


@router.delete(
    "", summary="Delete my account", status_code=HTTPStatus.ACCEPTED, responses=problems(401, 403, 503)
)
async def leave(person: AccountOwner, door: UsesDoor, services: UsesServices) -> None:
    """Delete the account and everything that belongs to it alone, within a minute, for good.

    Every session ends at once, this one too. Who has a chat with us is told there when it is done.
    """
    async with transaction(services.database) as session:
        user = await _user(session, person, for_update=True)
        chat = await _last_chat(session, services, user)
        wanted = (user.preferences.get(LANGUAGE), chat and chat.language)
        language = first_spoken(wanted, services.settings.default_language).language
        told_in = None if chat is None else (chat.channel, chat.external_id)
        await withdraw_links(session, user.id)
        ended = await end_all(session, user.id)
        await ask_to_forget(session, user.id, language, told_in)
    services.access.forget(*ended)
    door.take_cookies()


@router.get(
    "/export",
    summary="Take everything away",
    response_class=StreamingResponse,
    responses={
        200: {"content": {"application/zip": {}}, "description": "A zip archive"},
        **problems(401, 503),
    },
)
async def export(person: AccountOwner, services: UsesServices) -> StreamingResponse:
    """A zip archive: everything that is kept about this person as JSON, their own recordings, and what was
    made of those."""
    async with transaction(services.database) as session:
        await _user(session, person)
        everything = await export_of(session, person.user_id)
    headers = {
        "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(
        zipped(everything, services.store), media_type="application/zip", headers=headers
    )


async def _user(session: AsyncSession, person: Person, *, for_update: bool = False) -> User:
    """Raises SignInNeeded where the account was deleted a moment ago."""
    user = await session.get(User, person.user_id, with_for_update=for_update)
    if user is None:
        raise SignInNeeded("the account is gone")
    return user


async def _last_chat(session: AsyncSession, services: Services, user: User) -> ChannelIdentity | None:
    """The private chat where the person was seen last, of those that can be written to."""
    query = (
        select(ChannelIdentity)
        .where(
            ChannelIdentity.user_id == user.id,
            ChannelIdentity.blocked_at.is_(None),
            ChannelIdentity.channel.in_(services.pushed_channels),
        )
        .order_by(ChannelIdentity.last_seen_at.desc())
        .limit(1)
    )
    return (await session.execute(query)).scalar_one_or_none()


def _choose_language(user: User, code: str | None) -> None:
    kept = {name: value for name, value in user.preferences.items() if name != LANGUAGE}
    user.preferences = kept if code is None else {**kept, LANGUAGE: code}
