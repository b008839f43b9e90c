"""Sessions: one chain of refresh tokens, two tabs at once, and the end of it when a copy shows up."""

from __future__ import annotations

import asyncio
import random
import uuid

import pytest
from sqlalchemy import func, select, update

from core.accounts.models import User
from core.bootstrap import Services
from core.db.lease import seconds_from_now
from core.signin.models import RefreshToken, SignInSession
from core.signin.sessions import (
    GRACE_SECONDS,
    IDLE_SECONDS,
    MOST_SESSIONS,
    Opened,
    Way,
    end_all,
    end_session,
    open_session,
    refresh,
    session_of,
    sweep_sessions,
)

pytestmark = pytest.mark.broad


class Signing:
    def __init__(self, services: Services) -> None:
        self.database = services.database

    async def somebody(self) -> uuid.UUID:
        async with self.database.transaction() as session:
            user = User(name="Asha")
            session.add(user)
            await session.flush()
            return user.id

    async def opens(self, user_id: uuid.UUID | None = None, *, is_native: bool = False) -> Opened:
        user_id = user_id or await self.somebody()
        async with self.database.transaction() as session:
            return await open_session(session, user_id, Way.PHONE, is_native=is_native)

    async def refreshes(self, token: str, *, is_native: bool = False) -> Opened | None:
        async with self.database.transaction() as session:
            return await refresh(session, token, is_native=is_native)

    async def after(self, opened: Opened) -> Opened:
        following = await self.refreshes(opened.refresh_token)
        assert following is not None
        return following

    async def lives(self, token: str) -> bool:
        async with self.database.transaction() as session:
            return await session_of(session, token, is_native=False) is not None

    async def time_passes(self, seconds: float) -> None:
        """Everything that happened is so much longer ago."""
        async with self.database.transaction() as session:
            back = func.make_interval(0, 0, 0, 0, 0, 0, seconds)
            await session.execute(update(RefreshToken).values(used_at=RefreshToken.used_at - back))
            await session.execute(
                update(SignInSession).values(
                    expires_at=SignInSession.expires_at - back,
                    created_at=SignInSession.created_at - back,
                    last_used_at=SignInSession.last_used_at - back,
                )
            )

    async def count(self, model: type[SignInSession | RefreshToken]) -> int:
        async with self.database.transaction() as session:
            return (await session.execute(select(func.count()).select_from(model))).scalar_one()


@pytest.fixture
def signing(services: Services) -> Signing:
    return Signing(services)


async def test_each_token_brings_the_next(signing: Signing) -> None:
    opened = await signing.opens()
    seen = {opened.refresh_token}
    for _ in range(5):
        opened = await signing.after(opened)
        seen.add(opened.refresh_token)
    assert len(seen) == 6
    assert await signing.lives(opened.refresh_token)


async def test_two_tabs_at_once_get_the_same_next_token(signing: Signing) -> None:
    opened = await signing.opens()
    found = await asyncio.gather(*(signing.refreshes(opened.refresh_token) for _ in range(10)))
    assert len({one.refresh_token for one in found if one is not None}) == 1
    assert None not in found
    assert await signing.count(RefreshToken) == 2


async def test_a_tab_two_steps_behind_is_given_the_newest(signing: Signing) -> None:
    first = await signing.opens()
    newest = await signing.after(await signing.after(first))
    assert await signing.after(first) == newest


async def test_a_copy_that_shows_up_ends_the_session(signing: Signing) -> None:
    first = await signing.opens()
    second = await signing.after(first)
    await signing.time_passes(GRACE_SECONDS + 1)
    assert await signing.lives(second.refresh_token)
    assert await signing.refreshes(first.refresh_token) is None
    assert await signing.refreshes(second.refresh_token) is None
    assert await signing.count(SignInSession) == await signing.count(RefreshToken) == 0


async def test_a_thief_who_is_first_shows_when_the_owner_comes(signing: Signing) -> None:
    stolen = await signing.opens()
    theirs = await signing.after(stolen)
    await signing.time_passes(GRACE_SECONDS + 1)
    theirs = await signing.after(theirs)
    assert await signing.refreshes(stolen.refresh_token) is None
    assert await signing.refreshes(theirs.refresh_token) is None


async def test_a_copy_and_the_newest_token_at_the_same_moment(signing: Signing) -> None:
    """Whoever is first: afterwards the session is over, and nobody waited for the other for ever."""
    for _ in range(10):
        first = await signing.opens()
        second = await signing.after(first)
        await signing.time_passes(GRACE_SECONDS + 1)
        tokens = [first.refresh_token, second.refresh_token] * 4
        found = await asyncio.gather(*(signing.refreshes(token) for token in tokens))
        assert all(one is None for one in found[::2])
        assert not any([await signing.lives(one.refresh_token) for one in found if one is not None])


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_comes_at_once_there_is_one_chain(signing: Signing, seed: int) -> None:
    """Tabs that woke, copies of any age and pauses, in any order: the chain grows by one step a moment at
    most, everybody is given its end, and a copy older than the grace ends it for all."""
    chance = random.Random(seed)
    chain, aged = [(await signing.opens()).refresh_token], 0
    """`chain[:aged]` are tokens that were used before the last pause."""
    for _ in range(30):
        if chance.random() < 0.3:
            await signing.time_passes(GRACE_SECONDS + 1)
            aged = len(chain) - 1
        eldest = 0 if chance.random() < 0.1 else aged
        shown = [chance.choice(chain[eldest:]) for _ in range(chance.randint(1, 6))]
        found = await asyncio.gather(*(signing.refreshes(token) for token in shown))
        if set(shown) & set(chain[:aged]):
            assert await signing.count(SignInSession) == await signing.count(RefreshToken) == 0
            return
        given = {one.refresh_token for one in found if one is not None}
        assert None not in found
        new = given - set(chain)
        assert given - new <= {chain[-1]}
        assert len(new) == (chain[-1] in shown)
        chain += new
        assert await signing.count(RefreshToken) == len(chain)


async def test_idle_for_too_long(signing: Signing) -> None:
    opened = await signing.opens()
    await signing.time_passes(IDLE_SECONDS - 60)
    opened = await signing.after(opened)
    await signing.time_passes(IDLE_SECONDS - 60)
    assert await signing.lives(opened.refresh_token)
    await signing.time_passes(61)
    assert not await signing.lives(opened.refresh_token)
    assert await signing.refreshes(opened.refresh_token) is None


async def test_not_for_ever_however_much_it_is_used(signing: Signing) -> None:
    opened = await signing.opens()
    for _ in range(7):
        await signing.time_passes(IDLE_SECONDS - 3600)
        following = await signing.refreshes(opened.refresh_token)
        if following is None:
            break
        opened = following
    else:
        pytest.fail("it goes on for ever")


async def test_a_cookie_is_no_native_token(signing: Signing) -> None:
    browser, native = await signing.opens(), await signing.opens(is_native=True)
    assert await signing.refreshes(browser.refresh_token, is_native=True) is None
    assert await signing.refreshes(native.refresh_token, is_native=False) is None
    assert await signing.refreshes(native.refresh_token, is_native=True) is not None
    assert await signing.lives(browser.refresh_token)


@pytest.mark.parametrize("text", ["", "x", "=", "é" * 43, "A" * 43, "A" * 42, "A" * 5000, "ab/+" * 11])
async def test_what_is_no_token(signing: Signing, text: str) -> None:
    await signing.opens()
    assert await signing.refreshes(text) is None
    assert await signing.count(SignInSession) == 1


async def test_the_database_does_not_know_the_tokens(signing: Signing) -> None:
    first = await signing.opens()
    second = await signing.after(first)
    async with signing.database.engine.connect() as connection:
        rows = (await connection.exec_driver_sql("SELECT * FROM refresh_tokens")).all()
    from base64 import urlsafe_b64decode

    kept = repr(rows)
    for opened in (first, second):
        assert opened.refresh_token not in kept
        assert repr(urlsafe_b64decode(opened.refresh_token + "="))[2:-1] not in kept


async def test_signed_out_here_and_everywhere(signing: Signing) -> None:
    asha = await signing.somebody()
    here, there, others = await signing.opens(asha), await signing.opens(asha), await signing.opens()
    async with signing.database.transaction() as session:
        await end_session(session, here.session_id)
    assert await signing.refreshes(here.refresh_token) is None
    there = await signing.after(there)
    async with signing.database.transaction() as session:
        assert await end_all(session, asha) == [there.session_id]
    assert await signing.refreshes(there.refresh_token) is None
    assert await signing.lives(others.refresh_token)


async def test_a_person_has_so_many_sessions(signing: Signing) -> None:
    asha, other = await signing.somebody(), await signing.opens()
    first = await signing.opens(asha)
    second = await signing.opens(asha)
    await signing.time_passes(60)
    first = await signing.after(first)  # used more lately than the second
    for _ in range(MOST_SESSIONS - 1):
        await signing.opens(asha)
    assert await signing.count(SignInSession) == MOST_SESSIONS + 1
    assert await signing.lives(first.refresh_token)
    assert not await signing.lives(second.refresh_token)
    assert await signing.lives(other.refresh_token)


async def test_what_is_over_is_swept(signing: Signing) -> None:
    over, alive = await signing.opens(), await signing.opens()
    used = alive
    alive = await signing.after(alive)
    async with signing.database.transaction() as session:
        await session.execute(
            update(SignInSession)
            .where(SignInSession.id == over.session_id)
            .values(expires_at=seconds_from_now(-1))
        )
        await sweep_sessions(session)
    assert await signing.count(SignInSession) == 1
    assert await signing.count(RefreshToken) == 2
    async with signing.database.transaction() as session:
        await session.execute(
            update(RefreshToken)
            .where(RefreshToken.used_at.is_not(None))
            .values(used_at=seconds_from_now(-IDLE_SECONDS - 1))
        )
        await sweep_sessions(session)
    assert await signing.count(RefreshToken) == 1
    assert await signing.refreshes(used.refresh_token) is None
    assert await signing.lives(alive.refresh_token)
