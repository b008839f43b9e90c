"""Jobs that failed, made anew: in their place, for whoever asked, and told as if nothing had been."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import update

from core.conversion.models import ConversionJob
from core.db.lease import seconds_from_now
from core.delivery.models import STATUS
from core.errors import DamagedRecording, ServiceUnavailable
from core.operating.blocking import block
from core.operating.retrying import Retried, failed_jobs, retry
from tests.fakes.telegram import Person, TelegramStandIn
from tests.integration.desk import Desk
from tests.integration.test_admin import command

pytestmark = pytest.mark.broad


@pytest.fixture
async def failed(desk: Desk, asha: Person) -> uuid.UUID:
    """A job that failed for something on our side, as its asker was told."""
    job_id = (await desk.asks(asha)).job_id
    await desk.deliver(await desk.status(asha))
    await desk.fails(ServiceUnavailable())
    await desk.services.live_statuses.refresh()
    return job_id


async def made_anew(desk: Desk, job_id: uuid.UUID) -> Retried:
    async with desk.database.transaction() as session:
        return await retry(session, desk.services.conversion, job_id)


async def job_of(desk: Desk, job_id: uuid.UUID) -> ConversionJob:
    async with desk.database.transaction() as session:
        return await session.get_one(ConversionJob, job_id)


async def test_the_asker_gets_their_song_after_all(
    desk: Desk, asha: Person, failed: uuid.UUID, telegram: TelegramStandIn
) -> None:
    assert (await desk.status(asha)).settled
    before = asha.from_bot[-1].text
    assert await made_anew(desk, failed) is Retried.ANEW
    assert await made_anew(desk, failed) is Retried.NOT_FAILED, "once is enough"
    job = await job_of(desk, failed)
    assert (job.status, job.error_code, job.completed_at) == ("queued", None, None)
    async with desk.database.transaction() as session:
        await session.execute(update(type(await desk.status(asha))).values(edited_at=seconds_from_now(-60)))
    await desk.services.live_statuses.refresh()
    assert asha.from_bot[-1].text != before, "its message goes on"
    await desk.made()
    assert (await desk.deliver(await desk.audio(asha))).status == "sent"
    assert (await job_of(desk, failed)).status == "completed"
    assert len(await desk.deliveries(asha, STATUS)) == 1


async def test_it_may_fail_once_more_and_says_so(desk: Desk, asha: Person, failed: uuid.UUID) -> None:
    await made_anew(desk, failed)
    await desk.fails(ServiceUnavailable())
    job = await job_of(desk, failed)
    assert (job.status, job.error_code) == ("failed", "unavailable")
    assert not (await desk.status(asha)).settled, "it is shown again"


async def test_what_was_asked_for_again_is_left(desk: Desk, asha: Person, failed: uuid.UUID) -> None:
    await desk.asks(asha)
    assert await made_anew(desk, failed) is Retried.ASKED_SINCE
    async with desk.database.transaction() as session:
        assert await failed_jobs(session, None) == []


async def test_nobody_who_is_blocked(desk: Desk, failed: uuid.UUID) -> None:
    user_id = (await job_of(desk, failed)).user_id
    await block(desk.database, desk.services.conversion, user_id)
    assert await made_anew(desk, failed) is Retried.BLOCKED


async def test_all_that_may_go_better_by_command(
    desk: Desk, asha: Person, failed: uuid.UUID, monkeypatch: pytest.MonkeyPatch, telegram: TelegramStandIn
) -> None:
    damaged = (await desk.asks(asha, "AgAD2")).job_id
    await desk.fails(DamagedRecording())
    monkeypatch.setenv("MELODY_TELEGRAM_TOKEN", telegram.token)
    monkeypatch.setenv("MELODY_TELEGRAM_API_URL", telegram.url)
    async with desk.database.transaction() as session:
        assert await failed_jobs(session, None) == [failed]
    later = await command(desk, monkeypatch, "retry", "--failed", "--since", "2100-01-01T00:00")
    assert later == "0 of 0 failed jobs made anew.\n"
    said = await command(desk, monkeypatch, "retry", "--failed", "--since", "1h")
    assert said.splitlines() == [f"{failed}  made anew", "1 of 1 failed jobs made anew."]
    assert "made anew" in await command(desk, monkeypatch, "retry", str(damaged)), (
        "where the operator insists"
    )
