"""Tests on servers of other machines: `python -m tests.fleet [what pytest takes]`, or `./melody test fleet`.

Starts PostgreSQL 15 and Redis of Debian's packages and moto's S3 server, tells the tests their URLs, and runs
them: studios then start no servers of their own and keep no objects on disk (see tests.fixtures.outside).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from core.commands.test import OLDEST_POSTGRES, debians_redis
from core.embedded import EmbeddedServers
from tests.fakes.s3.server import s3_server
from tests.fixtures.outside import DATABASE, REDIS, REDIS_DATABASES, S3
from tests.material import ROOT


def main(arguments: list[str]) -> int:
    """The exit code of pytest; 1 where the servers are not installed."""
    redis_server = shutil.which("redis-server")
    if redis_server is None or not OLDEST_POSTGRES.is_dir():
        print("this takes PostgreSQL 15 and redis-server of Debian's packages", file=sys.stderr)
        return 1
    os.environ["MELODY_PG_BIN"] = str(OLDEST_POSTGRES)
    with (
        TemporaryDirectory() as folder,
        EmbeddedServers(Path(folder) / "servers", durable=False) as servers,
        debians_redis(redis_server, REDIS_DATABASES) as redis_url,
        s3_server() as (host, port),
    ):
        named = {DATABASE: servers.start_postgres(), REDIS: redis_url, S3: f"http://{host}:{port}"}
        command = [sys.executable, "-m", "pytest", *arguments]
        return subprocess.call(command, cwd=ROOT, env=os.environ | named)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
