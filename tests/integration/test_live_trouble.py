"""Sockets while Redis or the database is away, and peers that do not read or do not answer."""

from __future__ import annotations

import asyncio
import base64
import json
import uuid
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from api.live import hub as hubs
from api.live import transport
from api.main import create_app
from api.routes import live
from core.bootstrap import Services, build
from core.library.playlists import make_playlist
from tests.fakes.telegram import Person
from tests.fixtures import screens
from tests.fixtures.screens import SECONDS, screen, serving
from tests.fixtures.signed_in import access_token, new_person
from tests.integration.desk import Desk

pytestmark = pytest.mark.broad
NOWHERE = "redis://127.0.0.1:1/0"


@pytest.fixture
async def services_without_redis(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Services]:
    """Of a gateway that looks by itself so often that nobody has to wait for it."""
    monkeypatch.setattr(hubs, "LOOK_AFTER_SECONDS", 0.1)
    monkeypatch.setattr(hubs, "AGAIN_SECONDS", 0.1)
    services = build(desk.services.settings.model_copy(update={"redis_url": NOWHERE}))
    yield services
    await services.close()


async def user_of(desk: Desk, person: Person) -> uuid.UUID:
    async with desk.database.transaction() as session:
        return (await desk._identity(session, person)).user_id


async def test_without_redis_jobs_are_followed_nevertheless(
    desk: Desk, asha: Person, services_without_redis: Services
) -> None:
    token = await access_token(desk.services, await user_of(desk, asha))
    async with serving(create_app(services_without_redis)) as url, screen(url, token) as one:
        asked = await desk.asks(asha)
        await one.hear_of("conversion.progress", job_id=str(asked.job_id))
        await desk.made()
        await one.hear_of("conversion.done", job_id=str(asked.job_id))


async def test_when_redis_is_back_everybody_looks_again(
    desk: Desk, asha: Person, services_without_redis: Services
) -> None:
    user_id = await user_of(desk, asha)
    token = await access_token(desk.services, user_id)
    async with serving(create_app(services_without_redis)) as url, screen(url, token) as one:
        async with desk.database.transaction() as session:
            await make_playlist(session, user_id, "Evening")
        services_without_redis.live_channel._url = desk.services.settings.redis_url
        await one.hear_of("library.changed")


async def test_a_transaction_outlives_a_redis_that_is_away(services_without_redis: Services) -> None:
    channel = services_without_redis.live_channel
    user_id = await new_person(services_without_redis)
    for name in ("Morning", "Evening"):
        async with services_without_redis.database.transaction() as session:
            assert await make_playlist(session, user_id, name) is not None
    assert channel._again_at > 0


async def test_without_the_database_nobody_new_comes_in(services: Services) -> None:
    token = await access_token(services, await new_person(services))
    away = build(
        services.settings.model_copy(update={"database_url": "postgresql+asyncpg://127.0.0.1:1/none"})
    )
    async with serving(create_app(away)) as url, screen(url) as one:
        await one.say(type="auth", token=token)
        assert await one.close_code() == 1013
    await away.close()


# --- peers that are no browsers -----------------------------------------------------------------------------


@asynccontextmanager
async def bare_peer(url: str, token: str) -> AsyncIterator[tuple[StreamReader, StreamWriter]]:
    """A client that has said who it is and does nothing from then on by itself."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    reader, writer = await asyncio.open_connection(host, port, limit=1024)
    key = base64.b64encode(uuid.uuid4().bytes).decode()
    head = [f"GET {urlsplit(url).path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket"]
    head += ["Connection: Upgrade", f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
    writer.write("\r\n".join([*head, "", ""]).encode())
    await reader.readuntil(b"\r\n\r\n")
    text = json.dumps({"type": "auth", "token": token}).encode()
    writer.write(b"\x81\xfe" + len(text).to_bytes(2) + bytes(4) + text)  # a masked text frame, RFC 6455
    await reader.readuntil(b'"ready"')
    try:
        yield reader, writer
    finally:
        writer.close()


async def test_who_answers_no_ping_is_dropped(services: Services) -> None:
    token = await access_token(services, await new_person(services))
    async with serving(create_app(services), ping_seconds=0.1) as url, bare_peer(url, token) as (reader, _):
        async with asyncio.timeout(SECONDS):
            rest = await reader.read(-1)
    assert b"keepalive ping timeout" in rest


async def test_who_reads_nothing_is_cut_off(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    is_lost = asyncio.Event()

    class Watched(transport.CuttingProtocol):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            is_lost.set()

    monkeypatch.setattr(screens, "CuttingProtocol", Watched)
    monkeypatch.setattr(hubs, "SEND_SECONDS", 0.2)
    monkeypatch.setattr(hubs, "LOOK_AFTER_SECONDS", 0.1)
    monkeypatch.setattr(live, "CLOSE_SECONDS", 0.1)
    monkeypatch.setattr(transport, "LAST_WORDS_SECONDS", 0.1)
    app = create_app(services)
    token = await access_token(services, user_id := await new_person(services))
    async with serving(app) as url, bare_peer(url, token):
        [peer] = app.state.hub._people[user_id]
        for _ in range(30_000):
            peer.say("x" * 1000)  # more than the two machines keep for it
        async with asyncio.timeout(SECONDS):
            await is_lost.wait()
    assert not await services.presence.is_there(user_id)
