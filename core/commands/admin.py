"""`./melody admin`: how the studio stands, read from its database, whether it runs or not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from datetime import timedelta
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from core.config import Settings
from core.conversion.overview import JobLine, newest_jobs
from core.db.session import Database, answering
from core.db.upgrade import upgrade
from core.embedded.servers import EmbeddedServers
from core.errors import ServiceUnavailable
from core.metrics.gauges import Reading, read_gauges

OK, AWAY = 0, 1
PATIENCE_SECONDS = 30.0

Answer = TypeVar("Answer")


def stats(settings: Settings) -> int:
    """Print every figure; the exit code: 0, or 1 where the database does not answer."""
    return _show(settings, read_gauges, _figures)


def jobs(settings: Settings, status: str | None, limit: int) -> int:
    """Print jobs, one a line; the exit code: 0, or 1 where the database does not answer."""
    return _show(settings, lambda session: newest_jobs(session, status, limit), _job_lines)


def _show(
    settings: Settings,
    ask: Callable[[AsyncSession], Awaitable[Answer]],
    lines: Callable[[Answer], list[str]],
) -> int:
    with ExitStack() as stack:
        url = settings.database_url
        if url is None:
            url = stack.enter_context(EmbeddedServers(settings.data_dir)).start_postgres()
        upgrade(url)
        try:
            answer = asyncio.run(_read(Settings.load(database_url=url), ask))
        except ServiceUnavailable as error:
            print(f"melody: {error.detail}", file=sys.stderr)
            return AWAY
    for line in lines(answer):
        print(line)
    return OK


async def _read(settings: Settings, ask: Callable[[AsyncSession], Awaitable[Answer]]) -> Answer:
    assert settings.database_url is not None
    database = Database(settings.database_url)
    try:
        async with answering(PATIENCE_SECONDS), database.transaction() as session:
            return await ask(session)
    finally:
        await database.dispose()


def _figures(readings: list[Reading]) -> list[str]:
    lines = []
    for reading in readings:
        lines.append(reading.gauge.help)
        known = sorted(reading.values.items())
        lines += [f"  {value:>12,.6g}  {' '.join(labels)}".rstrip() for labels, value in known]
        if not known:
            lines.append("  none")
    return lines


def _job_lines(found: list[JobLine]) -> list[str]:
    return [_job_line(job) for job in found] or ["none"]


def _job_line(job: JobLine) -> str:
    age = timedelta(seconds=round(job.seconds))
    tries = f"{job.attempts} {'try' if job.attempts == 1 else 'tries'}"
    facts = f"{job.job_id}  {job.status:<10}  {age!s:>16}  {tries:>8}  {job.progress:>3} %  {job.user_id}"
    return f"{facts}  {job.error_code or ''}".rstrip()
