"""Errors go to Sentry where `MELODY_SENTRY_DSN` says so: what went wrong and where, never what about whom.

An event is built anew of what can hold nothing of people: the types of exceptions, the lines of our program
on the way, and our own words of the log without what was filled in. Messages of exceptions, variables,
requests and what libraries log may quote a chat, a number or a token, so they stay here; the log has them,
redacted.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.excepthook import ExcepthookIntegration
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.integrations.threading import ThreadingIntegration
from sentry_sdk.transport import Transport

if TYPE_CHECKING:
    from sentry_sdk.types import Event, Hint

    from core.config import Settings

OURS = ("core", "api", "bot", "tasks")
KEPT = ("event_id", "timestamp", "level", "logger", "platform", "environment", "sdk")
KEPT_OF_FRAME = (
    "filename",
    "function",
    "module",
    "lineno",
    "in_app",
    "pre_context",
    "context_line",
    "post_context",
)
LAST_SECONDS = 2
"""How long a process that ends may take to send what is left."""


def report_to_sentry(settings: Settings, process: str, transport: type[Transport] | None = None) -> None:
    """Send this process's errors from now on: what is logged as an error, and what ends a thread or the
    process. `transport` takes the place of Sentry's own."""
    assert settings.sentry_dsn is not None

    def scrubbed(event: Event, hint: Hint) -> Event:
        return without_people(event) | {"tags": {"process": process}}  # type: ignore[return-value]

    sentry_sdk.init(
        dsn=settings.sentry_dsn.get_secret_value(),
        environment="production" if settings.is_production else "development",
        transport=transport,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            LoggingIntegration(level=None, event_level=logging.ERROR, sentry_logs_level=None),
            ExcepthookIntegration(),
            ThreadingIntegration(propagate_scope=False),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        before_send=scrubbed,
        before_send_transaction=lambda event, hint: None,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        shutdown_timeout=LAST_SECONDS,
    )


def without_people(event: Any) -> dict[str, Any]:
    """The event with nothing in it but what can't be anybody's."""
    found = {name: event[name] for name in KEPT if name in event}
    if "logentry" in event:
        found["logentry"] = {"message": _words(event)}
    if "exception" in event:
        found["exception"] = {"values": [_exception(value) for value in event["exception"]["values"]]}
    return found


def _words(event: Any) -> str:
    """Our own words before anything is filled in; of a library's message only whose it is."""
    logger = str(event.get("logger") or "")
    if logger.partition(".")[0] in OURS:
        return str(event["logentry"].get("message") or "")
    return f"an error told by {logger or 'a library'}"


def _exception(value: Any) -> dict[str, Any]:
    kept = {name: value[name] for name in ("type", "module") if value.get(name)}
    frames = (value.get("stacktrace") or {}).get("frames") or []
    kept["stacktrace"] = {
        "frames": [{name: frame[name] for name in KEPT_OF_FRAME if name in frame} for frame in frames]
    }
    mechanism = value.get("mechanism") or {}
    kept["mechanism"] = {name: mechanism[name] for name in ("type", "handled") if name in mechanism}
    return kept
