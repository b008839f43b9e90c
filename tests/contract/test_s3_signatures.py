"""A service that believes no wrong signature: `rclone serve s3`. moto's server believes every one."""

from __future__ import annotations

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from core.errors import ConfigurationError, MelodyError, ServiceUnavailable
from core.outside import store_in
from core.ports import ObjectStore
from core.storage_url import parse_storage_url

pytestmark = pytest.mark.broad

HOST, START_SECONDS = "127.0.0.1", 60.0
SECRET = "a/secret+of 40"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Where it listens, with an empty bucket called `songs`."""
    folder = tmp_path_factory.mktemp("rclone")
    (folder / "songs").mkdir()
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    spec = find_spec("rclone_api")
    assert spec is not None
    assert spec.origin is not None
    program = Path(spec.origin).parent / "bin" / "rclone"
    options = ["--config", "/nonexistent", "--auth-key", f"key,{SECRET}", "--addr", f"{HOST}:{port}"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen([program, "serve", "s3", *options, folder], stdout=quiet, stderr=quiet) as server:
        try:
            deadline = time.monotonic() + START_SECONDS
            while not _is_heard(port):
                assert server.poll() is None, "rclone ended"
                assert time.monotonic() < deadline, "rclone did not start"
                time.sleep(0.05)  # nothing tells us that it listens
            yield port
        finally:
            server.kill()


def _is_heard(port: int) -> bool:
    try:
        socket.create_connection((HOST, port), 1).close()
    except OSError:
        return False
    return True


def store(port: int, key: str, secret: str) -> ObjectStore:
    signed = f"{key}:{secret.replace('/', '%2F').replace(' ', '%20')}"
    url = f"s3://{signed}@songs/part?endpoint_url=http://{HOST}:{port}&region=us-east-1"
    return store_in(parse_storage_url(url))


async def test_our_signature_is_believed(port: int, tmp_path: Path) -> None:
    made, song = store(port, "key", SECRET), tmp_path / "song.m4a"
    song.write_bytes(secrets.token_bytes(70_000))
    await made.check()
    kept = await made.put(song)
    assert (
        b"".join([block async for block in made.read(kept.sha256, 9, 65_000)]) == song.read_bytes()[9:65_000]
    )
    await made.delete(kept.sha256)
    assert [found async for found in made.objects()] == []
    await made.close()


@pytest.mark.parametrize(("key", "secret"), [("key", "another"), ("another", SECRET)])
async def test_a_wrong_one_is_told_of_and_changes_nothing(
    key: str, secret: str, port: int, tmp_path: Path
) -> None:
    wrong, song = store(port, key, secret), tmp_path / "song.m4a"
    song.write_bytes(b"ID3" + bytes(100))
    with pytest.raises((ConfigurationError, ServiceUnavailable)) as told:
        await wrong.check()
    assert told.value.detail
    assert secret not in told.value.detail
    with pytest.raises(MelodyError):
        await wrong.put(song)
    await wrong.close()
    right = store(port, "key", SECRET)
    assert [found async for found in right.objects()] == []
    await right.close()
