"""What an open socket tells: whose it is, how jobs stand, what changed; from one process to another."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, update

from api.live import hub as hubs
from api.main import create_app
from core.bootstrap import build
from core.conversion.models import Rendition
from core.db.changes import progressed
from core.errors import Forbidden
from core.library.playlists import make_playlist
from core.membership.merging import merge
from core.signin.models import SignInSession
from tests.fakes.telegram import Person, TelegramStandIn
from tests.fixtures.screens import screen, serving
from tests.fixtures.signed_in import access_token
from tests.integration.desk import Desk

pytestmark = pytest.mark.broad


@pytest.fixture
async def url(desk: Desk) -> AsyncIterator[str]:
    """A gateway with services of its own, as another process has them."""
    services = build(desk.services.settings)
    async with serving(create_app(services)) as url:
        yield url
    await services.close()


async def account_of(desk: Desk, person: Person) -> uuid.UUID:
    async with desk.database.transaction() as session:
        return (await desk._identity(session, person)).user_id


async def token_of(desk: Desk, person: Person) -> str:
    return await access_token(desk.services, await account_of(desk, person))


async def moves(desk: Desk, percent: int) -> None:
    """What is being made gets so far."""
    async with desk.database.transaction() as session:
        going = update(Rendition).values(status="processing", progress=percent).returning(Rendition.id)
        for rendition_id in (await session.execute(going)).scalars():
            progressed(session, rendition_id, percent)


async def begin_in_vain(desk: Desk, user_id: uuid.UUID) -> None:
    """A change that does not last."""
    with contextlib.suppress(Forbidden):
        async with desk.database.transaction() as session:
            await make_playlist(session, user_id, "Evening")
            raise Forbidden


async def test_a_job_is_followed_from_asking_to_its_end(desk: Desk, asha: Person, url: str) -> None:
    async with screen(url, await token_of(desk, asha)) as open_screen:
        asked = await desk.asks(asha)
        job = str(asked.job_id)
        waiting = await open_screen.hear_of("conversion.progress", job_id=job, status="queued")
        assert waiting["title"] == "Lithium"
        assert waiting["place"] == 0
        assert waiting["seconds_left"] > 0
        await desk.fetched()
        await moves(desk, 42)
        moving = await open_screen.hear_of("conversion.progress", job_id=job, status="processing")
        assert moving["progress"] == 42
        await desk.made()
        done = await open_screen.hear_of("conversion.done", job_id=job)
        assert done["status"] == "completed"
        assert done["error_code"] is None
        assert uuid.UUID(done["song_id"])


async def test_who_comes_later_is_shown_how_things_stand(desk: Desk, asha: Person, url: str) -> None:
    done = await desk.asks(asha, "AgAD1")
    await desk.made()
    open_job = await desk.asks(asha, "AgAD2")
    async with screen(url, await token_of(desk, asha)) as open_screen:
        assert (await open_screen.hear_of("conversion.done"))["job_id"] == str(done.job_id)
        assert (await open_screen.hear_of("conversion.progress"))["job_id"] == str(open_job.job_id)


async def test_nobody_hears_of_others(desk: Desk, asha: Person, telegram: TelegramStandIn, url: str) -> None:
    ravi = telegram.person("Ravi")
    async with (
        screen(url, await token_of(desk, asha)) as ashas,
        screen(url, await token_of(desk, ravi)) as ravis,
    ):
        asked = await desk.asks(asha)
        await desk.made()
        await ashas.hear_of("conversion.done", job_id=str(asked.job_id))
        theirs = await desk.asks(ravi, "AgAD9")
        first = await ravis.hear_of("conversion.progress")
        assert first["job_id"] == str(theirs.job_id)
        await ravis.heard_nothing_but("conversion.progress", "library.changed")
        await ashas.heard_nothing_but("library.changed")


async def test_many_are_looked_after_a_few_at_a_time(
    desk: Desk, asha: Person, telegram: TelegramStandIn, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "AT_ONCE", 1)
    monkeypatch.setattr(hubs, "LOOK_AFTER_SECONDS", 0.1)
    ravi = telegram.person("Ravi")
    jobs = [str((await desk.asks(person, "AgAD1")).job_id) for person in (asha, ravi)]
    await desk.fetched()
    async with (
        screen(url, await token_of(desk, asha)) as ashas,
        screen(url, await token_of(desk, ravi)) as ravis,
    ):
        for hears, job in zip((ashas, ravis), jobs, strict=True):
            await hears.hear_of("conversion.progress", job_id=job)
        await moves(desk, 42)
        for hears, job in zip((ashas, ravis), jobs, strict=True):
            await hears.hear_of("conversion.progress", job_id=job, progress=42)
        async with desk.database.transaction() as session:  # and what nobody told of
            await session.execute(update(Rendition).values(progress=77))
        for hears, job in zip((ashas, ravis), jobs, strict=True):
            await hears.hear_of("conversion.progress", job_id=job, progress=77)
        async with desk.database.transaction() as session:
            await session.execute(delete(SignInSession))
        assert [await hears.close_code() for hears in (ashas, ravis)] == [4401, 4401]


async def test_a_cancelled_job_and_a_changed_library(desk: Desk, asha: Person, url: str) -> None:
    user_id = await account_of(desk, asha)
    async with screen(url, await token_of(desk, asha)) as open_screen:
        await open_screen.hear_of("library.changed")  # it came with the first subscription
        asked = await desk.asks(asha)
        async with desk.database.transaction() as session:
            await desk.services.conversion.cancel(session, user_id, asked.job_id)
        assert (await open_screen.hear_of("conversion.done"))["status"] == "cancelled"
        async with desk.database.transaction() as session:
            await make_playlist(session, user_id, "Evening")
        await open_screen.hear_of("library.changed")


async def test_what_is_rolled_back_is_not_told(desk: Desk, asha: Person, url: str) -> None:
    user_id = await account_of(desk, asha)
    async with screen(url, await token_of(desk, asha)) as open_screen:
        await open_screen.hear_of("library.changed")
        await begin_in_vain(desk, user_id)
        await desk.asks(asha)
        assert (await open_screen.hear())["type"] == "conversion.progress"


async def test_accounts_that_become_one_share_their_screens(
    desk: Desk, asha: Person, telegram: TelegramStandIn, url: str
) -> None:
    other = telegram.person("Asha at work")
    kept, gone = await account_of(desk, asha), await account_of(desk, other)
    async with screen(url, await token_of(desk, other)) as open_screen:
        asked = await desk.asks(asha)
        async with desk.database.transaction() as session:
            assert await merge(session, kept, gone) == kept
        await open_screen.hear_of("conversion.progress", job_id=str(asked.job_id))


async def test_other_screens_of_the_same_person_hear_it_too(desk: Desk, asha: Person, url: str) -> None:
    token = await token_of(desk, asha)
    async with screen(url, token) as one, screen(url, token) as another:
        asked = await desk.asks(asha)
        for each in (one, another):
            await each.hear_of("conversion.progress", job_id=str(asked.job_id))
