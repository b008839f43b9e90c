"""A Celery worker: `python -m tasks.worker convert` makes renditions, `… courier` fetches and delivers.

They are two, so that a message never waits behind a song.
"""

from __future__ import annotations

import os
import sys
import warnings
from typing import Any

from celery.platforms import SecurityWarning
from celery.signals import heartbeat_sent, worker_init
from redis.exceptions import RedisError

from core import log
from core.config import Settings
from core.errors import MelodyError
from core.liveness import ALIVE_SECONDS, key_of
from core.machine import cores
from core.redis_url import parse_redis_url
from tasks import child
from tasks.app import CONVERT, DELIVER, FETCH, MAINTENANCE, make_app

COURIERS = 4
ROLES = {
    "convert": ("worker", [CONVERT], cores()),
    "courier": ("courier", [FETCH, DELIVER, MAINTENANCE], COURIERS),
}
"""Kind -> (role, queues, children)."""


def show_liveness(settings: Settings, role: str) -> None:
    """Give a sign of life with each heartbeat of the worker, which proves that it still consumes."""
    assert settings.redis_url is not None
    client = parse_redis_url(settings.redis_url).blocking_client(socket_timeout=2, socket_connect_timeout=2)

    def beat(**_: Any) -> None:
        try:
            client.set(key_of(role), "1", ex=ALIVE_SECONDS)
        except RedisError:
            return  # the worker itself tells that the broker is away, and comes back

    heartbeat_sent.connect(beat, weak=False)


def main(kind: str) -> int:
    role, queues, children = ROLES[kind]
    try:
        settings = Settings.load()
        app = make_app(settings)
    except MelodyError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    log.configure(settings, role)
    # Celery warns of root because of pickled messages; ours are JSON.
    warnings.filterwarnings("ignore", category=SecurityWarning)
    child.begin_each_as(role)
    worker_init.connect(lambda **_: show_liveness(settings, role), weak=False)
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=prefork",
            f"--concurrency={children}",
            f"--queues={','.join(queues)}",
            f"--hostname={role}-{os.getpid()}@%h",
            "--without-gossip",
            "--without-mingle",
            "--loglevel=WARNING",
        ]
    )
    return 0


if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in ROLES:
        print(f"usage: python -m tasks.worker {'|'.join(ROLES)}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    sys.exit(main(sys.argv[1]))
