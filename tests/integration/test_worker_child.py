"""A worker's child among databases that come and go: a task is neither lost nor done halfway."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from core.bootstrap import Services
from core.config import Settings
from core.errors import ServiceUnavailable
from tasks import child
from tasks.child import Child
from tests.conftest import Servers, run_statement

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"


@pytest.fixture
def worker(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    monkeypatch.setattr(child, "PAUSES", (0.01, 0.02))
    started = Child(settings)
    yield started
    started.close()


class Looks:
    """A task that asks the database, and somebody who hangs up before its first answers."""

    def __init__(self, servers: Servers, settings: Settings, *, lost: int = 0) -> None:
        assert settings.database_url is not None
        self._servers = servers
        self._database = settings.database_url.rpartition("/")[2].partition("?")[0]
        self._lost = lost
        self.begun = 0
        self.done = 0

    def hang_up(self) -> None:
        run_statement(self._servers, HANG_UP.format(self._database))

    async def __call__(self, services: Services) -> None:
        self.begun += 1
        async with services.database.transaction() as session:
            if self.begun <= self._lost:
                await session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            await session.execute(text("SELECT 1"))
        self.done += 1


def test_what_was_hung_up_between_two_tasks_costs_no_try(
    worker: Child, servers: Servers, settings: Settings
) -> None:
    """A child hears nothing while no task runs: what ended meanwhile is known before the next begins."""
    for _ in range(5):
        look = Looks(servers, settings)
        worker.run(look)
        look.hang_up()
        worker.run(look)
        assert (look.begun, look.done) == (2, 2)


def test_a_task_whose_database_goes_away_is_tried_again(
    worker: Child, servers: Servers, settings: Settings
) -> None:
    look = Looks(servers, settings, lost=2)
    worker.run(look)
    assert (look.begun, look.done) == (3, 1)


def test_a_database_that_stays_away_ends_the_task(
    worker: Child, servers: Servers, settings: Settings
) -> None:
    look = Looks(servers, settings, lost=9)
    with pytest.raises(Exception, match="terminating connection"):
        worker.run(look)
    assert (look.begun, look.done) == (3, 0)


def test_another_failure_is_not_tried_again(worker: Child) -> None:
    tries = []

    async def work(_: Services) -> None:
        tries.append(1)
        raise ServiceUnavailable("the store is away")

    with pytest.raises(ServiceUnavailable):
        worker.run(work)
    assert len(tries) == 1
