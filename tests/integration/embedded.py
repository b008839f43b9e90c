"""Servers of a process that is not the test's own, and what is asked of them."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import redis

from core.embedded import EmbeddedServers

# Starts both servers, tells their URLs and pids, and stops them at the end of its input.
OWNER = """
import encodings.idna, json, os, sys
from pathlib import Path
from core.embedded import EmbeddedServers
if len(sys.argv) > 2:
    uid, gid = map(int, sys.argv[2:])
    os.setgroups([]); os.setgid(gid); os.setuid(uid)
with EmbeddedServers(Path(sys.argv[1]), durable=False) as servers:
    urls = servers.start_postgres(), servers.start_valkey()
    print(json.dumps({"urls": urls, "pids": sorted(servers.pids())}), flush=True)
    sys.stdin.read()
"""


def end_servers(home: Path) -> None:
    with EmbeddedServers(home) as left:
        postgres, valkey = left.running_urls()
        if postgres:
            left.start_postgres()
        if valkey:
            left.start_valkey()


def owner(home: Path, *ids: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", OWNER, str(home), *map(str, ids)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd="/",
    )


def said(process: subprocess.Popen[str]) -> dict[str, list[str]]:
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line, "the owner ended early"
    answer: dict[str, list[str]] = json.loads(line)
    return answer


def client(url: str) -> closing[redis.Redis]:
    return closing(redis.Redis.from_url(url, socket_timeout=10))
