"""What `./melody admin` shows: the studio's figures, and jobs without anybody's words."""

from __future__ import annotations

import asyncio
import re
import uuid

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from core.cli import app
from core.conversion.models import ConversionJob
from tests.fakes.telegram import Person
from tests.integration.desk import Desk


async def command(desk: Desk, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    """What the command prints; it has a loop of its own, as in a process of its own."""
    monkeypatch.setenv("MELODY_DATABASE_URL", desk.database.url.replace("+asyncpg", ""))
    result = await asyncio.to_thread(CliRunner().invoke, app, ["admin", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


async def test_figures(desk: Desk, asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.asks(asha)
    lines = (await command(desk, monkeypatch, "stats")).splitlines()
    people = lines.index("People with open jobs")
    assert lines[people + 1].strip() == "1"
    assert any(re.fullmatch(r"\s+1  fetch waiting", line) for line in lines)


async def test_jobs(desk: Desk, asha: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    waits = (await desk.asks(asha, "AgAD1")).job_id
    failed = (await desk.asks(asha, "AgAD2")).job_id
    done = (await desk.asks(asha, "AgAD3")).job_id
    async with desk.database.transaction() as session:
        await set_status(session, failed, "failed", "damaged")
        await set_status(session, done, "completed")
    shown = await command(desk, monkeypatch, "jobs")
    assert [line.split()[0] for line in shown.splitlines()] == [str(failed), str(waits)]
    assert shown.splitlines()[0].endswith("damaged")
    assert "Lithium" not in shown
    assert (await command(desk, monkeypatch, "jobs", "--status", "completed")).split()[0] == str(done)
    assert await command(desk, monkeypatch, "jobs", "--status", "cancelled") == "none\n"
    assert len((await command(desk, monkeypatch, "jobs", "--limit", "1")).splitlines()) == 1


async def set_status(
    session: AsyncSession, job_id: uuid.UUID, status: str, error_code: str | None = None
) -> None:
    values = {"status": status, "error_code": error_code}
    await session.execute(update(ConversionJob).where(ConversionJob.id == job_id).values(**values))
