"""Several engines: what each makes stays apart, and one steps in where another is away."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from core.bootstrap import Services, build
from core.chat.status import render_status
from core.chat.texts import texts_in
from core.config import Settings
from core.conversion.models import ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.conversion.view import view
from core.errors import EngineAway, EngineUnknown
from core.ports import AudioFormat, Control, Quality, SampleReader, Stem, StemWriter
from tests.conversation import songs
from tests.conversation.studio import PassThrough
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk

REMOTE = Recipe("remote.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A)
LOCAL = Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A)


class Remote(PassThrough):
    """An engine elsewhere, which may be away."""

    engine = "remote.1"

    def __init__(self) -> None:
        super().__init__()
        self.away: EngineAway | None = None

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        if self.away is not None:
            raise self.away
        super().separate(mix, write, quality=quality, threads=threads, control=control)


@pytest.fixture
def remote() -> Remote:
    return Remote()


@pytest.fixture
def local() -> PassThrough:
    return PassThrough()


MakesDesk = Callable[[str], Desk]


@pytest.fixture
async def a_desk(
    settings: Settings, telegram: TelegramStandIn, remote: Remote, local: PassThrough, tmp_path: Path
) -> AsyncIterator[MakesDesk]:
    """A desk with MELODY_SEPARATOR as it is said."""
    opened: list[Services] = []

    def make(separator: str) -> Desk:
        there: dict[str, Any] = {
            "telegram_token": SecretStr(telegram.token),
            "telegram_api_url": telegram.url,
            "separator": separator,
            "lalal_license_key": SecretStr("key"),
        }
        services = build(
            settings.model_copy(update=there), separator=remote, lalal_separator=remote, local_separator=local
        )
        opened.append(services)
        return Desk(services, tmp_path)

    yield make
    for services in opened:
        await services.close()


async def rendition(desk: Desk, recipe: Recipe) -> Rendition | None:
    async with desk.database.transaction() as session:
        query = select(Rendition).where(Rendition.recipe == str(recipe))
        return (await session.execute(query)).scalar_one_or_none()


async def job(desk: Desk, job_id: uuid.UUID) -> ConversionJob:
    async with desk.database.transaction() as session:
        return await session.get_one(ConversionJob, job_id)


async def asked(desk: Desk, person: Person, recipe: Recipe = REMOTE) -> uuid.UUID:
    """The person wants it, and the recording is here."""
    wanted = await desk.asks(person, recipe=recipe)
    await desk.fetched(songs.m4a())
    return wanted.job_id


async def test_another_engine_steps_in_and_the_person_is_told(
    a_desk: MakesDesk, asha: Person, remote: Remote, local: PassThrough
) -> None:
    desk = a_desk("auto")
    remote.away = EngineAway("no minutes left", lasting=True)
    job_id = await asked(desk, asha)
    await desk.services.maker.make(job_id)

    waiting = await job(desk, job_id)
    assert (waiting.status, waiting.recipe, waiting.note) == ("queued", str(LOCAL), "other-engine")
    async with desk.database.transaction() as session:
        shown = render_status(await view(session, job_id), texts_in("en"))
    assert shown.text.endswith("so the studio's own one is at work.")

    await desk.services.maker.make(job_id)
    assert (await job(desk, job_id)).status == "completed"
    assert (remote.made, local.made) == ([], [Quality.BEST])
    given_up, made = await rendition(desk, REMOTE), await rendition(desk, LOCAL)
    assert given_up is not None
    assert made is not None
    assert (given_up.status, made.status) == ("cancelled", "completed")
    assert len(await desk.audios(asha)) == 1


async def test_what_engines_make_is_never_mixed(
    a_desk: MakesDesk, asha: Person, telegram: TelegramStandIn, remote: Remote, local: PassThrough
) -> None:
    """Once the engine is back, the next person gets what it makes, not what stood in for it."""
    desk = a_desk("auto")
    remote.away = EngineAway("down")
    first = await asked(desk, asha)
    for _ in range(2):
        await desk.services.maker.make(first)
    remote.away = None
    second = (await desk.asks(telegram.person("Ravi"), recipe=REMOTE)).job_id
    await desk.services.maker.make(second)
    assert (remote.made, local.made) == ([Quality.BEST], [Quality.BEST])
    assert (await job(desk, second)).note is None
    async with desk.database.transaction() as session:
        efforts = {one.recipe for one in (await session.execute(select(Rendition))).scalars()}
    assert efforts == {str(REMOTE), str(LOCAL)}


async def test_what_the_other_engine_made_before_comes_at_once(
    a_desk: MakesDesk, asha: Person, remote: Remote, local: PassThrough
) -> None:
    desk = a_desk("auto")
    await desk.services.maker.make(await asked(desk, asha, LOCAL))
    remote.away = EngineAway("down")
    job_id = (await desk.asks(asha, recipe=REMOTE)).job_id
    await desk.services.maker.make(job_id)
    assert (await job(desk, job_id)).status == "completed"
    assert local.made == [Quality.BEST]
    assert len(await desk.audios(asha)) == 2


async def test_where_qualities_are_one_the_second_costs_nothing(
    a_desk: MakesDesk, asha: Person, remote: Remote
) -> None:
    """As at LALAL.AI, where a song is paid by the minute; its files are two, its voice is found once."""
    remote.qualities_are_one = True  # type: ignore[attr-defined]
    desk = a_desk("auto")
    await desk.services.maker.make(await asked(desk, asha))
    fast = replace(REMOTE, quality=Quality.FAST)
    await desk.services.maker.make((await desk.asks(asha, recipe=fast)).job_id)
    made = await rendition(desk, fast)
    assert made is not None
    assert made.status == "completed"
    assert remote.made == [Quality.BEST]


async def test_who_waits_for_both_gets_one(a_desk: MakesDesk, asha: Person, remote: Remote) -> None:
    desk = a_desk("auto")
    theirs, ours = await asked(desk, asha), (await desk.asks(asha, recipe=LOCAL)).job_id
    remote.away = EngineAway("down")
    await desk.services.maker.make(theirs)
    assert (await job(desk, theirs)).status == "cancelled"
    await desk.services.maker.make(ours)
    assert (await job(desk, ours)).status == "completed"
    assert len(await desk.audios(asha)) == 1


@pytest.mark.parametrize(("lasting", "status"), [(True, "failed"), (False, "queued")])
async def test_where_nobody_may_step_in(
    a_desk: MakesDesk, asha: Person, remote: Remote, local: PassThrough, lasting: bool, status: str
) -> None:
    desk = a_desk("lalal")
    remote.away = EngineAway("down", lasting=lasting)
    job_id = await asked(desk, asha)
    await desk.services.maker.make(job_id)
    made = await rendition(desk, REMOTE)
    assert made is not None
    assert made.status == status
    assert local.made == []
    if lasting:
        assert (await job(desk, job_id)).error_code == "unavailable"
    else:
        remote.away = None
        async with desk.database.transaction() as session:
            await session.execute(update(Rendition).values(not_before=None))
        await desk.services.maker.make(job_id)
        assert (await job(desk, job_id)).status == "completed"


async def test_jobs_of_an_engine_that_was_taken_away(a_desk: MakesDesk, asha: Person) -> None:
    """The operator changed the setting while they waited."""
    desk = a_desk("auto")
    job_id = await asked(desk, asha, Recipe("gone.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A))
    for _ in range(2):
        await desk.services.maker.make(job_id)
    assert ((await job(desk, job_id)).status, (await job(desk, job_id)).recipe) == ("completed", str(LOCAL))


def test_what_can_be_chosen(a_desk: MakesDesk) -> None:
    either = a_desk("auto").services.engines
    assert either.choices == ["lalal", "local"]
    assert either.chosen("local").engine == "pass-through.1"
    assert a_desk("lalal").services.engines.choices == ["lalal"]
    with pytest.raises(EngineUnknown) as caught:
        either.chosen("magic")
    assert caught.value.params == {"known": "lalal, local"}
