"""The gateway as a process: `python -m api.main`, over a real socket, until it is told to end or killed."""

from __future__ import annotations

import asyncio
import os
import re
import secrets
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from core.adapters.storage.files import FileStore
from core.bootstrap import Services
from core.chat.models import InboxItem
from core.signing import file_signer

SECRET = "shown-by-telegram"
SONG = bytes(range(256)) * 8192  # 2 MiB


def environment(services: Services, **settings: str) -> dict[str, str]:
    """The environment of a gateway on the test's servers, with no setting from outside."""
    database, redis = services.settings.database_url, services.settings.redis_url
    storage = services.settings.storage_place
    assert database is not None
    assert redis is not None
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MELODY_")}
    return clean | {
        "MELODY_DATABASE_URL": database.replace("postgresql+asyncpg", "postgresql"),
        "MELODY_REDIS_URL": redis,
        "MELODY_STORAGE_URL": services.settings.storage_url or storage.path.as_uri(),
        "MELODY_DATA_DIR": str(services.settings.data_dir),
        "MELODY_TELEGRAM_TOKEN": "123456:test",
        "MELODY_TELEGRAM_WEBHOOK_SECRET": SECRET,
        "MELODY_PORT": "0",
        **settings,
    }


async def start(environment: dict[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "api.main", stderr=asyncio.subprocess.PIPE, env=environment
    )


@asynccontextmanager
async def gateway(services: Services) -> AsyncIterator[tuple[asyncio.subprocess.Process, httpx.AsyncClient]]:
    """A running gateway and a client of it."""
    process = await start(environment(services))
    try:
        assert process.stderr is not None
        address = None
        while address is None:
            line = (await process.stderr.readline()).decode()
            assert line, "the gateway ended before it listened"
            address = re.search(r"http://127\.0\.0\.1:\d+", line)
        async with httpx.AsyncClient(base_url=address[0]) as client:
            yield process, client
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def is_stored(services: Services, update_id: int) -> bool:
    query = select(InboxItem.id).where(InboxItem.external_id == str(update_id))
    async with services.database.transaction() as session:
        return (await session.execute(query)).scalar_one_or_none() is not None


@pytest.mark.slow
async def test_it_serves_and_ends_when_told(services: Services, tmp_path: Path) -> None:
    (tmp_path / "song").write_bytes(SONG)
    kept = await FileStore(services.settings.storage_place.path).put(tmp_path / "song")
    async with services.database.transaction() as session:
        link = (await file_signer(session)).sign(kept.sha256, "song.m4a", lifetime=60)
    async with gateway(services) as (process, client):
        assert (await client.get("/api/v1/system/health")).json() == {"status": "up"}

        head = await client.head(link)
        assert (head.status_code, head.headers["content-length"]) == (200, str(len(SONG)))
        assert "server" not in head.headers
        part = await client.get(link, headers={"Range": "bytes=-300000"})
        assert (part.status_code, part.content) == (206, SONG[-300000:])

        # A listener that goes away in the middle disturbs nobody.
        async with client.stream("GET", link) as listening:
            await anext(listening.aiter_raw(1000))
        assert (await client.get(link)).content == SONG

        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(20):
            _, rest = await process.communicate()
        assert process.returncode in {0, -signal.SIGTERM}
        assert b"Traceback" not in rest


@pytest.mark.slow
async def test_what_was_acknowledged_survives_a_kill(services: Services) -> None:
    update_id = secrets.randbelow(2**52)
    update = {"update_id": update_id, "message": {"chat": {"id": 7}, "text": "x"}}
    async with gateway(services) as (process, client):
        answer = await client.post(
            "/webhooks/telegram", json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}
        )
        assert answer.status_code == 200
        process.kill()
        await process.wait()
    assert await is_stored(services, update_id)


@pytest.mark.slow
async def test_bad_configuration_is_one_clear_line(services: Services) -> None:
    process = await start(environment(services, MELODY_PORT="many"))
    _, said = await process.communicate()
    assert process.returncode == 2
    [line] = said.decode().splitlines()
    assert line.startswith("MELODY_PORT: ")
