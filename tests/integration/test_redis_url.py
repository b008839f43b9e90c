"""Redis elsewhere: by TLS, and by sentinels, for us and for Celery."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from urllib.parse import urlsplit

import pytest
import redis
from limits import RateLimitItemPerMinute
from redis.exceptions import RedisError

from core.bootstrap import build
from core.config import Settings
from core.embedded.valkey import _installed
from core.errors import ConfigurationError
from core.limiter import Limiter
from core.redis_url import parse_redis_url
from tasks.app import make_app
from tests.fakes.network.tls import certificates, tls_before

pytestmark = pytest.mark.broad
WAIT_SECONDS = 20.0


def sends_and_receives(url: str) -> None:
    """What Celery needs of a broker."""
    app = make_app(Settings.load(redis_url=url))
    with app.connection_for_write() as connection:
        queue = connection.SimpleQueue("melody-test")
        with closing(queue):
            queue.put({"row": 1})
            message = queue.get(timeout=10)
            message.ack()
            assert message.payload == {"row": 1}


async def test_by_tls(redis_url: str, tmp_path: Path) -> None:
    made = certificates(tmp_path)
    parts = urlsplit(redis_url)
    async with tls_before(parts.port or 6379, made) as port:
        at = f"rediss://:{parts.password or ''}@localhost:{port}/0"
        url = f"{at}?ssl_ca_certs={made.authority}"
        services = build(Settings.load(redis_url=url))
        assert await services.redis.ping()
        await services.close()
        limiter = Limiter(url, "melody:test")
        limit = RateLimitItemPerMinute(1)
        assert [await limiter.hit(limit, "asha") for _ in range(2)] == [True, False]
        await limiter.close()
        await asyncio.to_thread(sends_and_receives, url)
        for not_believed in (f"{at}?ssl_ca_certs={made.stranger}", at):
            client = parse_redis_url(not_believed).client(socket_timeout=2)
            with pytest.raises(RedisError):
                await client.ping()
            await client.aclose()


@dataclass
class Watched:
    """A master and its replica, watched by a sentinel."""

    sentinel_port: int
    password: str

    @property
    def url(self) -> str:
        at = f"127.0.0.1:{self.sentinel_port}"
        return f"sentinel://:{self.password}@{at},{at}/0?master=melody&sentinel_password=of-sentinels"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    master, replica, sentinel = free_port(), free_port(), free_port()
    common = "bind 127.0.0.1\nsave ''\nrequirepass top\nmasterauth top\n"
    configurations = {
        "master": f"port {master}\n{common}",
        "replica": f"port {replica}\n{common}replicaof 127.0.0.1 {master}\n",
        "sentinel": (
            f"port {sentinel}\nbind 127.0.0.1\nrequirepass of-sentinels\n"
            f"sentinel monitor melody 127.0.0.1 {master} 1\n"
            "sentinel auth-pass melody top\nsentinel down-after-milliseconds melody 500\n"
            "sentinel failover-timeout melody 3000\n"
        ),
    }
    running = []
    try:
        for name, content in configurations.items():
            folder = tmp_path / name
            folder.mkdir()
            (folder / "conf").write_text(content)
            arguments = [
                str(_installed()[0]),
                "conf",
                *(["--sentinel"] if name == "sentinel" else []),
            ]
            running.append(subprocess.Popen(arguments, cwd=folder, stdout=subprocess.DEVNULL))
        with redis.Redis(port=sentinel, password="of-sentinels") as client:
            until(lambda: client.sentinel_master("melody")["num-slaves"] == 1)
        yield Watched(sentinel, "top")
    finally:
        for server in running:
            server.kill()
            server.wait(10)


def until(is_so: object) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            if is_so():  # type: ignore[operator]
                return
        except (RedisError, Empty):  # a message that the former master took is lost: it is sent again
            pass
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_by_sentinels_also_after_the_master_changed(watched: Watched) -> None:
    url = watched.url
    services = build(Settings.load(redis_url=url))
    await services.redis.set("key", "value")
    await asyncio.to_thread(sends_and_receives, url)
    blocking = parse_redis_url(url).blocking_client(socket_timeout=2)
    assert blocking.get("key") == b"value"
    limiter = Limiter(url, "melody:test")
    assert await limiter.hit(RateLimitItemPerMinute(1), "asha")
    with redis.Redis(port=watched.sentinel_port, password="of-sentinels") as sentinel:
        before = sentinel.sentinel_get_master_addr_by_name("melody")
        await asyncio.to_thread(until, lambda: sentinel.execute_command("SENTINEL FAILOVER", "melody"))
        await asyncio.to_thread(until, lambda: sentinel.sentinel_get_master_addr_by_name("melody") != before)
    await asyncio.to_thread(until, lambda: blocking.set("key", "new"))
    deadline = time.monotonic() + WAIT_SECONDS
    while True:
        try:
            await services.redis.set("other", "value")
            break
        except RedisError:
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)
    assert await services.redis.get("key") == b"new"
    await asyncio.to_thread(until, lambda: sends_and_receives(url) is None)
    blocking.close()
    await limiter.close()
    await services.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://:topsecret@host", "must begin with"),
        ("redis://:topsecret@host:port/0", "must be like"),
        ("redis://:topsecret@host/zero", "must be a number"),
        ("redis://:topsecret@a:1,b:2/0", "sentinel://"),
        ("redis://:topsecret@host/0?ssl_ca_certs=/nonexistent", "must name a file"),
        ("redis://:topsecret@host/0?ssl_cert_reqs=none", "is for TLS"),
        ("redis://:topsecret@host/0?timeout=3", "timeout is none of"),
        ("rediss://:topsecret@host/0?ssl_cert_reqs=never", "must be one of"),
        ("sentinel://:topsecret@host/0", "master"),
    ],
)
def test_what_is_wrong_is_one_line_without_the_password(url: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as refused:
        Settings.load(redis_url=url)
    assert str(refused.value).startswith("MELODY_REDIS_URL: ")
    assert "topsecret" not in str(refused.value)


def test_the_address_shows_no_password() -> None:
    address = parse_redis_url("sentinel://u:topsecret@h:1,[::1]:2/3?master=m&sentinel_password=topsecret")
    assert "topsecret" not in repr(address)
    assert (address.hosts, address.database, address.username) == ((("h", 1), ("::1", 2)), 3, "u")
