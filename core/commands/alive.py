"""`python -m core.commands.alive ROLE`: is a process of this kind alive? For containers' health checks.

The api is asked at its own port, all others by the sign of life they give in Redis. Exit code 0 alive, 1 not.
"""

from __future__ import annotations

import asyncio
import http.client
import sys
from contextlib import closing

from redis.exceptions import RedisError

from core.config import Settings
from core.errors import ConfigurationError, MelodyError
from core.liveness import ROLES, Liveness
from core.redis_url import parse_redis_url

API = "api"
SECONDS = 5.0


def alive(settings: Settings, role: str) -> bool:
    """Raises ConfigurationError where there is no Redis to ask."""
    return _answers(settings.port) if role == API else asyncio.run(_gives_signs(settings, role))


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS)) as connection:
        try:
            connection.request("GET", "/api/v1/system/health")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False


async def _gives_signs(settings: Settings, role: str) -> bool:
    if settings.redis_url is None:
        raise ConfigurationError("MELODY_REDIS_URL is not set")
    client = parse_redis_url(settings.redis_url).client(
        socket_timeout=SECONDS, socket_connect_timeout=SECONDS
    )
    try:
        return await Liveness(client).alive(role)
    except (RedisError, OSError):
        return False
    finally:
        await client.aclose()


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in (API, *ROLES):
        print(f"usage: python -m core.commands.alive {'|'.join((API, *ROLES))}", file=sys.stderr)
        return 2
    try:
        return 0 if alive(Settings.load(), arguments[0]) else 1
    except MelodyError as error:
        print(error.detail or error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
