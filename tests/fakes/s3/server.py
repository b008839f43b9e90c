"""moto's S3 server on a free port: it stores and lists as Amazon does, and believes every signature.

It is a process of its own: moto leaves the temporary files of its objects to the garbage collector.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

KEYS = "stand-in:secret%2Fof+the%20stand-in"
"""As they stand in a URL."""
HOST = "127.0.0.1"
START_SECONDS = 60.0


@contextmanager
def s3_server() -> Iterator[tuple[str, int]]:
    """Its host and port; what it holds is in memory and goes with it."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=quiet, stderr=quiet) as server:
        try:
            _wait_until_heard(server, port)
            yield HOST, port
        finally:
            server.kill()


def _wait_until_heard(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection((HOST, port), 1).close()
            return
        except OSError:
            time.sleep(0.05)  # nothing tells us that it listens
    raise AssertionError("moto's server did not start")


def storage_url(endpoint_url: str, bucket: str, prefix: str = "") -> str:
    return f"s3://{KEYS}@{bucket}/{prefix}?endpoint_url={endpoint_url}&region=eu-central-1"
