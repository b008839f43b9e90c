"""The Celery application. A message carries one id and is only a hint: the row it names is the truth."""

from __future__ import annotations

from typing import Any

from celery import Celery

from core.config import Settings
from core.errors import ConfigurationError
from core.redis_url import parse_redis_url

CONVERT, FETCH, DELIVER, MAINTENANCE = "convert", "fetch", "deliver", "maintenance"
QUEUE_OF = {
    "conversion.run": CONVERT,
    "conversion.fetch": FETCH,
    "delivery.send": DELIVER,
    "push.send": DELIVER,
    "signin.send_code": DELIVER,
    "account.erase": MAINTENANCE,
    "catalog.expire": MAINTENANCE,
    "catalog.refresh_trending": MAINTENANCE,
    "maintenance.sweep": MAINTENANCE,
    "whatsapp.catch_up": MAINTENANCE,
}
LONGEST_TASK_SECONDS = 3600
"""A task beyond this is stuck: its process is ended, and its row's lease runs out."""


def make_app(settings: Settings) -> Celery:
    """The application on the configured broker. Raises ConfigurationError."""
    if settings.redis_url is None:
        raise ConfigurationError("MELODY_REDIS_URL is not set: start everything with ./melody up")
    url, options, tls = parse_redis_url(settings.redis_url).broker()
    app = Celery(
        "melody",
        broker=url,
        include=[
            "tasks.account",
            "tasks.convert",
            "tasks.deliver",
            "tasks.push",
            "tasks.signin",
            "tasks.sweep",
            "tasks.trending",
            "tasks.whatsapp",
        ],
    )
    app.conf.update(_configuration())
    app.conf.broker_transport_options |= options
    app.conf.broker_use_ssl = tls
    app.set_current()
    return app


def _configuration() -> dict[str, Any]:
    return {
        "task_routes": {name: {"queue": queue} for name, queue in QUEUE_OF.items()},
        "task_acks_late": True,
        "task_reject_on_worker_lost": False,  # the row's lease brings the work back, the hint may go
        "task_ignore_result": True,
        "task_serializer": "json",
        "accept_content": ["json"],
        "task_time_limit": LONGEST_TASK_SECONDS,
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        "worker_redirect_stdouts": False,  # else what children log goes in a circle, and is lost
        "worker_cancel_long_running_tasks_on_connection_loss": False,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,
        "broker_transport_options": {
            # Redelivery by the broker would run long work twice; leases bring work back instead.
            "visibility_timeout": 86_400,
            "unacked_mutex_expire": 30,
            "socket_keepalive": True,
            "socket_timeout": 30,
            "socket_connect_timeout": 3,
        },
    }
