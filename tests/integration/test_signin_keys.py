"""Keys of access tokens: one for all processes, changed in time, believed while anything rests on them."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from sqlalchemy import func, select, update

from core.accounts.models import User
from core.accounts.service import ChatAccount, identity_of
from core.bootstrap import Services, build
from core.db.lease import seconds_from_now
from core.errors import SignInNeeded
from core.membership.linking import KEPT_SECONDS, give_code
from core.membership.models import LinkRequest
from core.signin import access
from core.signin.keys import KEPT_AFTER, KEY_DAYS, change_keys
from core.signin.links import give_link
from core.signin.models import RefreshToken, SignInLink, SignInSession, TokenKey
from core.signin.sessions import Opened, Way, open_session
from core.sweep import sweep

pytestmark = pytest.mark.broad


@pytest.fixture
async def another(services: Services) -> AsyncIterator[Services]:
    """The services of a second process."""
    built = build(services.settings)
    yield built
    await built.close()


async def signed_in(services: Services) -> Opened:
    async with services.database.transaction() as session:
        user = User(name="Asha")
        session.add(user)
        await session.flush()
        return await open_session(session, user.id, Way.PHONE)


async def token(services: Services, opened: Opened) -> str:
    return services.access.token_for(await services.access.ready(), opened.user_id, opened.session_id)


async def ages(services: Services, seconds: float) -> None:
    """Every key is so much older."""
    async with services.database.transaction() as session:
        back = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
        await session.execute(update(TokenKey).values(created_at=TokenKey.created_at - back))


async def keys(services: Services) -> int:
    async with services.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(TokenKey))).scalar_one()


async def change(services: Services) -> None:
    async with services.database.transaction() as session:
        await change_keys(session)


async def test_processes_that_start_at_once_make_one_key(services: Services, another: Services) -> None:
    first, second = await asyncio.gather(services.access.ready(), another.access.ready())
    assert first.kid == second.kid
    assert await keys(services) == 1


async def test_what_one_process_signs_another_believes(services: Services, another: Services) -> None:
    opened = await signed_in(services)
    person = await another.access.person(await token(services, opened))
    assert (person.user_id, person.session_id) == (opened.user_id, opened.session_id)


async def test_a_new_key_in_time_and_the_old_one_a_little_longer(
    services: Services, another: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await signed_in(services)
    old = await token(services, opened)
    await change(services)
    assert await keys(services) == 1
    await ages(services, KEY_DAYS * 86_400 + 60)
    await change(services)
    await change(services)
    assert await keys(services) == 2
    new = await token(another, opened)
    monkeypatch.setattr(access, "UNKNOWN_KEY_SECONDS", -1.0)
    for shown in (old, new):
        for process in (services, another):
            assert (await process.access.person(shown)).user_id == opened.user_id
    await ages(services, KEPT_AFTER.total_seconds() + 60)
    await change(services)
    assert await keys(services) == 1
    monkeypatch.setattr(access, "KEYS_SECONDS", -1.0)
    with pytest.raises(SignInNeeded):
        await services.access.person(old)
    assert (await services.access.person(new)).user_id == opened.user_id


async def test_unknown_keys_do_not_keep_the_database_busy(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await signed_in(services)
    good = await token(services, opened)
    asked = 0

    async def count() -> None:
        nonlocal asked
        asked += 1
        raise AssertionError("the keys were just read")

    monkeypatch.setattr(services.access, "_read_keys", count)
    stranger = build(services.settings)
    ring = await stranger.access.ready()
    private = generate_private_key(65_537, 2048)
    forged = stranger.access.token_for(
        replace(ring, kid="unknown", private=private), opened.user_id, opened.session_id
    )
    await stranger.close()
    for _ in range(20):
        with pytest.raises(SignInNeeded):
            await services.access.person(forged)
    assert asked == 0
    assert (await services.access.person(good)).user_id == opened.user_id


async def test_a_session_that_ended_elsewhere_is_forgotten_soon(
    services: Services, another: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = await signed_in(services)
    shown = await token(services, opened)
    await services.access.person(shown)
    async with another.database.transaction() as session:
        await session.delete(await session.get_one(User, opened.user_id))
    now = access.time.monotonic()
    monkeypatch.setattr(access.time, "monotonic", lambda: now + access.REMEMBERED_SECONDS)
    with pytest.raises(SignInNeeded):
        await services.access.person(shown)


async def test_what_is_remembered_is_bounded(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "MOST_REMEMBERED", 3)
    for _ in range(6):
        await services.access.person(await token(services, await signed_in(services)))
    assert len(services.access._remembered) == 3


async def test_the_schedule_clears_all_of_it_away(services: Services) -> None:
    await signed_in(services)
    await services.access.ready()
    async with services.database.transaction() as session:
        identity = await identity_of(session, ChatAccount("telegram", uuid.uuid4().hex, "Asha"))
        await give_link(session, identity, "http://melody")
        await give_code(session, identity)
    await sweep(services)
    models = (SignInSession, RefreshToken, SignInLink, LinkRequest, TokenKey)
    async with services.database.transaction() as session:
        for model in models:
            assert (await session.execute(select(func.count()).select_from(model))).scalar_one() == 1
        await session.execute(update(SignInSession).values(expires_at=seconds_from_now(-1)))
        await session.execute(update(SignInLink).values(expires_at=seconds_from_now(-1)))
        await session.execute(update(LinkRequest).values(expires_at=seconds_from_now(-KEPT_SECONDS - 1)))
    await sweep(services)
    async with services.database.transaction() as session:
        for model in models[:-1]:
            assert (await session.execute(select(func.count()).select_from(model))).scalar_one() == 0
