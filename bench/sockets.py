"""How soon open sockets hear of progress: `python -m bench.sockets`.

One gateway process holds 2,000 sockets of as many people who all wait for the same song: the most that one
heartbeat of a worker can set going. Once a second a worker's beat is played: the transaction that
`core.conversion.making` runs, with another percentage. Each socket's time runs from before that transaction
begins to when its event has arrived at the client, so it holds the database, Redis, the gateway and the
client's own reading, all on one machine.

The client is another process and does as little as it can while events arrive: it notes when which percentage
came, finds that in the bytes of the frame, and reads the frames as WebSocket's later, between two beats. Its
own collector of cycles is off meanwhile.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import os
import re
import statistics
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from sqlalchemy import insert, update
from websockets.client import ClientProtocol
from websockets.frames import Frame, Opcode
from websockets.uri import parse_uri

from bench import report
from core.accounts.models import User
from core.bootstrap import Services, build
from core.catalog.models import AudioAsset, Song
from core.config import Settings
from core.conversion.models import ConversionJob, Rendition
from core.conversion.recipe import Recipe
from core.db.changes import progressed
from core.db.lease import seconds_from_now
from core.db.upgrade import upgrade
from core.embedded import EmbeddedServers
from core.library.models import LibraryEntry
from core.ports import AudioFormat, Quality, Stem
from core.signin.models import SignInSession

BOUND_P99 = 200.0
"""Milliseconds."""
SIDE_BY_SIDE = 100
"""Sockets that are opened at the same time."""
PATIENCE = 60.0
LONGEST_WAIT = 10.0
"""After it an event counts as missing."""
PROGRESS = re.compile(rb'"type":"conversion\.progress"[^}]*?"progress":(\d+)')
"""In a frame's bytes, which no server masks."""
RECIPE = str(Recipe("none.1", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A))


@dataclass(frozen=True)
class Result:
    """Times in milliseconds."""

    sockets: int
    beats: int
    events: int
    missing: int
    opened_seconds: float
    p50: float
    p90: float
    p99: float
    slowest: float


class Socket(asyncio.Protocol):
    """A client that notes when which percentage arrived."""

    def __init__(self, url: str, token: str) -> None:
        loop = asyncio.get_running_loop()
        self._clock = loop.time
        self._protocol = ClientProtocol(parse_uri(url))
        self._token = token
        self._unread: list[bytes] = []
        self.is_ready: asyncio.Future[None] = loop.create_future()
        self.arrived: dict[int, float] = {}
        self._heard = asyncio.Event()
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._protocol.send_request(self._protocol.connect())
        self._flush()

    def data_received(self, data: bytes) -> None:
        self._unread.append(data)
        for percent in PROGRESS.findall(data):
            self.arrived.setdefault(int(percent), self._clock())
            self._heard.set()
        if not self.is_ready.done():
            self.read()

    def read(self) -> None:
        """Take what has arrived as a client does, and answer what wants an answer."""
        self._protocol.receive_data(b"".join(self._unread))
        self._unread.clear()
        for event in self._protocol.events_received():
            if not isinstance(event, Frame):
                text = json.dumps({"type": "auth", "token": self._token})
                self._protocol.send_text(text.encode())
            elif event.opcode is Opcode.TEXT and json.loads(bytes(event.data))["type"] == "ready":
                self.is_ready.set_result(None)
        self._flush()

    async def has(self, percent: int) -> None:
        while percent not in self.arrived:
            self._heard.clear()
            await self._heard.wait()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.is_ready.done():
            self.is_ready.set_exception(error or ConnectionError("the gateway closed the socket"))

    def _flush(self) -> None:
        assert self.transport is not None
        for data in self._protocol.data_to_send():
            if data:
                self.transport.write(data)


async def people_who_wait(services: Services, count: int) -> tuple[list[str], uuid.UUID]:
    """That many people who wait for one song, each signed in; their access tokens, and the rendition."""
    users = [{"id": uuid.uuid4(), "name": f"Person {number}"} for number in range(count)]
    sessions = [
        {"id": uuid.uuid4(), "user_id": user["id"], "way": "phone", "is_native": False} for user in users
    ]
    asset_id, song_id, rendition_id = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    entries = [{"id": uuid.uuid4(), "user_id": user["id"], "song_id": song_id} for user in users]
    jobs = [
        {
            "id": uuid.uuid4(),
            "user_id": entry["user_id"],
            "library_id": entry["id"],
            "rendition_id": rendition_id,
            "recipe": RECIPE,
            "status": "processing",
        }
        for entry in entries
    ]
    ring = await services.access.ready()
    async with services.database.transaction() as session:
        await session.execute(insert(User), users)
        await session.execute(insert(SignInSession).values(expires_at=seconds_from_now(3600)), sessions)
        session.add(AudioAsset(id=asset_id, sha256="0" * 64, size=1, container="m4a"))
        await session.flush()
        session.add(Song(id=song_id, title="Lithium", artist="Nobody", duration=240, asset_id=asset_id))
        session.add(
            Rendition(id=rendition_id, asset_id=asset_id, recipe=RECIPE, status="processing", seconds=240.0)
        )
        await session.flush()
        await session.execute(insert(LibraryEntry), entries)
        await session.execute(insert(ConversionJob), jobs)
    tokens = [services.access.token_for(ring, one["user_id"], one["id"]) for one in sessions]
    return tokens, rendition_id


async def open_all(url: str, tokens: list[str]) -> list[Socket]:
    slots = asyncio.Semaphore(SIDE_BY_SIDE)
    loop = asyncio.get_running_loop()

    async def opened(token: str) -> Socket:
        async with slots, asyncio.timeout(PATIENCE):
            _, socket = await loop.create_connection(
                lambda: Socket(url, token), urlsplit(url).hostname, urlsplit(url).port
            )
            await socket.is_ready
            return socket

    return await asyncio.gather(*(opened(token) for token in tokens))


async def beat(services: Services, rendition_id: uuid.UUID, percent: int) -> None:
    """What a worker does once a second."""
    async with services.database.transaction() as session:
        going = update(Rendition).where(Rendition.id == rendition_id).values(progress=percent)
        await session.execute(going)
        progressed(session, rendition_id, percent)


async def everybody_heard(sockets: list[Socket], percent: int) -> None:
    """Returns when all have, or when some never will."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LONGEST_WAIT):
            for socket in sockets:
                await socket.has(percent)


async def measure(services: Services, url: str, count: int, beats: int) -> Result:
    tokens, rendition_id = await people_who_wait(services, count)
    clock = asyncio.get_running_loop().time
    began = clock()
    sockets = await open_all(url, tokens)
    opened_seconds = clock() - began
    await asyncio.sleep(3)  # until everybody was shown how things stand
    times = []
    gc.disable()
    for percent in range(1, beats + 2):
        began = clock()
        await beat(services, rendition_id, percent)
        await everybody_heard(sockets, percent)
        for socket in sockets:
            socket.read()
        await asyncio.sleep(max(0.0, began + 1 - clock()))
        if percent > 1:  # the first warms up
            arrived = [socket.arrived[percent] for socket in sockets if percent in socket.arrived]
            times += [1000 * (at - began) for at in arrived]
    gc.enable()
    for socket in sockets:
        assert socket.transport is not None
        socket.transport.abort()
    times.sort()
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return Result(
        sockets=len(sockets),
        beats=beats,
        events=len(times),
        missing=len(sockets) * beats - len(times),
        opened_seconds=round(opened_seconds, 2),
        p50=round(cuts[49], 1),
        p90=round(cuts[89], 1),
        p99=round(cuts[98], 1),
        slowest=round(times[-1], 1),
    )


@contextmanager
def own_gateway() -> Iterator[tuple[Settings, str]]:
    """Servers and one gateway process of this benchmark's own; the address of its sockets."""
    with TemporaryDirectory() as folder, EmbeddedServers(Path(folder) / "servers") as servers:
        database_url, redis_url = servers.start_postgres(), servers.start_valkey()
        upgrade(database_url)
        settings = Settings.load(
            data_dir=Path(folder) / "data", database_url=database_url, redis_url=redis_url
        )
        mine = {
            "MELODY_DATABASE_URL": database_url,
            "MELODY_REDIS_URL": redis_url,
            "MELODY_DATA_DIR": str(settings.data_dir),
            "MELODY_PORT": "0",
        }
        command = [sys.executable, "-m", "api.main"]
        with subprocess.Popen(command, env=os.environ | mine, stderr=subprocess.PIPE, text=True) as gateway:
            assert gateway.stderr is not None
            try:
                address = None
                while address is None:
                    line = gateway.stderr.readline()
                    if not line:
                        raise RuntimeError("the gateway ended before it listened")
                    address = re.search(r"127\.0\.0\.1:\d+", line)
                reader = subprocess.Popen(["cat"], stdin=gateway.stderr, stdout=subprocess.DEVNULL)
                yield settings, f"ws://{address[0]}/api/v1/ws"
            finally:
                gateway.terminate()
                gateway.wait(20)
            reader.wait(5)


async def run(settings: Settings, url: str, count: int, beats: int) -> Result:
    services = build(settings)
    try:
        return await measure(services, url, count, beats)
    finally:
        await services.close()


def show(one: Result) -> None:
    print(
        f"{'sockets':>8} {'events':>7} {'missing':>8} {'p50 ms':>8} {'p90 ms':>8} {'p99 ms':>8} {'max ms':>8}"
    )
    print(
        f"{one.sockets:>8} {one.events:>7} {one.missing:>8} {one.p50:>8.1f} {one.p90:>8.1f} {one.p99:>8.1f} "
        f"{one.slowest:>8.1f}"
    )


def main() -> int:
    """Exit code 1 when an event is missing or p99 missed its bound."""
    parser = argparse.ArgumentParser(prog="bench.sockets", description="How soon sockets hear of progress.")
    parser.add_argument("--sockets", type=int, default=2000)
    parser.add_argument("--beats", type=int, default=20)
    parser.add_argument("--out", type=Path, help="where the figures go")
    arguments = parser.parse_args()
    with own_gateway() as (settings, url):
        result = asyncio.run(run(settings, url, arguments.sockets, arguments.beats))
    report.write("sockets", {"bound_p99_ms": BOUND_P99, "result": asdict(result)}, arguments.out)
    show(result)
    return 0 if result.missing == 0 and result.p99 <= BOUND_P99 else 1


if __name__ == "__main__":
    sys.exit(main())
