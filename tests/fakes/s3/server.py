"""moto's S3 server on a free port: it stores and lists as Amazon does, and believes every signature."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

KEYS = "stand-in:secret%2Fof+the%20stand-in"
"""As they stand in a URL."""


@contextmanager
def s3_server() -> Iterator[tuple[str, int]]:
    """Its host and port; what it holds is in memory and goes with it."""
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    try:
        yield server.get_host_and_port()
    finally:
        server.stop()


def storage_url(endpoint_url: str, bucket: str, prefix: str = "") -> str:
    return f"s3://{KEYS}@{bucket}/{prefix}?endpoint_url={endpoint_url}&region=eu-central-1"
