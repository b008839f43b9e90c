"""A voice is found once: other keys, tempos, formats and stems of the same recording need no separation."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select, update

from core.bootstrap import Services, build
from core.config import Settings
from core.conversion import kept_vocals
from core.conversion.models import KeptVocals, Rendition
from core.conversion.queue import queue_in_turn
from core.conversion.recipe import Recipe
from core.ports import AudioFormat, Quality, Stem, StoredObject
from core.sweep import sweep
from tests.conversation import songs
from tests.conversation.studio import PassThrough
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk

pytestmark = pytest.mark.broad

PLAIN = Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A)
OTHERS = (
    Recipe("pass-through.1", Quality.BEST, Stem.VOCALS, AudioFormat.M4A),
    Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.MP3),
    Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A, key=2, tempo=80),
    Recipe("pass-through.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A, guide=20),
)


@pytest.fixture
def separator() -> PassThrough:
    return PassThrough()


@pytest.fixture
async def desk(
    settings: Settings, telegram: TelegramStandIn, separator: PassThrough, tmp_path: Path
) -> AsyncIterator[Desk]:
    there = {"telegram_token": SecretStr(telegram.token), "telegram_api_url": telegram.url}
    services = build(settings.model_copy(update=there), separator=separator)
    yield Desk(services, tmp_path)
    await services.close()


async def make(desk: Desk, person: Person, recipe: Recipe, content: bytes | None = None) -> Rendition:
    """Ask for it, fetch what is not there yet, make it."""
    asked = await desk.asks(person, recipe=recipe)
    if content is not None:
        await desk.fetched(content)
    await desk.services.maker.make(asked.job_id)
    async with desk.database.transaction() as session:
        query = select(Rendition).where(Rendition.recipe == str(recipe))
        return (await session.execute(query)).scalar_one()


async def test_one_separation_for_all(desk: Desk, asha: Person, separator: PassThrough) -> None:
    first = await make(desk, asha, PLAIN, songs.m4a(seconds=3))
    assert (first.status, first.work_seconds is not None) == ("completed", True)
    for recipe in OTHERS:
        made = await make(desk, asha, recipe)
        assert made.status == "completed"
        assert made.seconds == pytest.approx(first.seconds * 100 / recipe.tempo)  # type: ignore[operator]
        assert made.work_seconds is None  # nothing to learn from: it says nothing about separating
    assert separator.made == [Quality.BEST]
    await make(desk, asha, Recipe("pass-through.1", Quality.FAST, Stem.INSTRUMENTAL, AudioFormat.M4A))
    assert separator.made == [Quality.BEST, Quality.FAST]


async def test_the_estimate_knows(desk: Desk, asha: Person) -> None:
    await make(desk, asha, PLAIN, songs.m4a())
    await desk.asks(asha, recipe=OTHERS[2])
    async with desk.database.transaction() as session:
        (waiting,) = await queue_in_turn(session)
    assert waiting.is_separated


@pytest.mark.parametrize("damage", ["gone", "damaged"])
async def test_vocals_that_can_not_be_read_are_found_again(
    desk: Desk, asha: Person, separator: PassThrough, damage: str
) -> None:
    await make(desk, asha, PLAIN, songs.m4a())
    async with desk.database.transaction() as session:
        kept = (await session.execute(select(KeptVocals.sha256))).scalar_one()
        if damage == "damaged":
            other = await desk.services.store.put(desk.file(b"no vocals at all"))
            await session.execute(update(KeptVocals).values(sha256=other.sha256))
    await desk.services.store.delete(kept)
    made = await make(desk, asha, OTHERS[1])
    if damage == "damaged":
        assert made.status == "queued"
        async with desk.database.transaction() as session:
            await session.execute(update(Rendition).values(not_before=None))
        made = await make(desk, asha, OTHERS[1])
    assert made.status == "completed"
    assert separator.made == [Quality.BEST, Quality.BEST]


async def test_what_has_no_room_goes_least_lately_used_first(desk: Desk, asha: Person) -> None:
    services: Services = desk.services
    files: list[StoredObject] = []
    await make(desk, asha, PLAIN, songs.m4a())
    async with desk.database.transaction() as session:
        first = (await session.execute(select(KeptVocals))).scalar_one()
    for effort in ("a/best/", "b/best/"):
        files.append(await services.store.put(desk.file(effort.encode() * 100)))
        async with desk.database.transaction() as session:
            await kept_vocals.keep(session, first.asset_id, effort, files[-1])
    async with desk.database.transaction() as session:  # later than all of them
        assert await kept_vocals.find(session, first.asset_id, PLAIN.effort) == first.sha256
        room = first.size + files[1].size
        assert await kept_vocals.drop_surplus(session, room) == [files[0].sha256]
    await sweep(services)
    assert await services.store.size(first.sha256) == first.size
