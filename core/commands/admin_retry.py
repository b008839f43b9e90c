"""`./melody admin retry`: jobs that failed, made anew."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from core.bootstrap import Services
from core.commands.operator_work import carry_out
from core.config import Settings
from core.errors import ConfigurationError
from core.operating.retrying import MOST_AT_ONCE, Retried, failed_jobs, retry

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


def retry_job(settings: Settings, job: uuid.UUID) -> int:
    """Make one job anew; the exit code."""
    return carry_out(settings, lambda services: _retry(services, [job]))


def retry_failed(settings: Settings, since: datetime | None) -> int:
    """Make anew what failed for what may be better now; the exit code."""

    async def work(services: Services) -> list[str]:
        async with services.database.transaction() as session:
            jobs = await failed_jobs(session, since)
        lines = await _retry(services, jobs)
        anew = sum(line.endswith(Retried.ANEW) for line in lines)
        more = " The same command goes on with more." if len(jobs) == MOST_AT_ONCE else ""
        return [*lines, f"{anew} of {len(jobs)} failed jobs made anew.{more}"]

    return carry_out(settings, work)


def time_of(text: str) -> datetime:
    """`90m`, `12h`, `7d` ago, or a date and time as ISO 8601 has it, UTC where it names no zone. Raises
    ConfigurationError."""
    number, unit = text[:-1], text[-1:]
    try:
        if unit in _UNITS and number.isdecimal():
            return datetime.now(UTC) - timedelta(**{_UNITS[unit]: int(number)})
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise ConfigurationError("--since wants 90m, 12h, 7d or 2026-11-23T18:00") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def _retry(services: Services, jobs: list[uuid.UUID]) -> list[str]:
    lines = []
    for job_id in jobs:
        async with services.database.transaction() as session:
            lines.append(f"{job_id}  {await retry(session, services.conversion, job_id)}")
    return lines
