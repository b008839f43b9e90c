"""What the operator's commands share: the studio's database and services, whether it runs or not."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from core.bootstrap import Services, build
from core.config import Settings
from core.db.session import answering
from core.db.upgrade import upgrade
from core.embedded.servers import EmbeddedServers
from core.errors import MelodyError, ServiceUnavailable

OK, AWAY, WRONG = 0, 1, 2
PATIENCE_SECONDS = 600.0
"""For everything that one command does."""


def carry_out(settings: Settings, work: Callable[[Services], Awaitable[list[str]]]) -> int:
    """Do the work and print what it says; the exit code: 0, 1 where a server does not answer, 2 for what
    can't be done."""
    with ExitStack() as stack:
        url, redis_url = settings.database_url, settings.redis_url
        if url is None or redis_url is None:
            servers = stack.enter_context(EmbeddedServers(settings.data_dir))
            url = url or servers.start_postgres()
            redis_url = redis_url or servers.start_valkey()
        upgrade(url)
        try:
            lines = asyncio.run(_run(Settings.load(database_url=url, redis_url=redis_url), work))
        except ServiceUnavailable as error:
            print(f"melody: {error.detail}", file=sys.stderr)
            return AWAY
        except MelodyError as error:
            print(f"melody: {error.detail or error}", file=sys.stderr)
            return WRONG
    for line in lines:
        print(line)
    return OK


async def _run(settings: Settings, work: Callable[[Services], Awaitable[list[str]]]) -> list[str]:
    services = build(settings)
    try:
        async with answering(PATIENCE_SECONDS):
            return await work(services)
    finally:
        await services.close()
