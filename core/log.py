"""One line a happening, on stderr, with nothing in it that must stay secret.

Modules log through the standard library: `logging.getLogger(__name__).info("sent", extra={"delivery": id})`.
`configure` gives a process its format: structlog renders what the standard library hands over, so lines of
libraries look the same. Every finished line is searched for secrets, tracebacks included.

structlog costs a quarter of a second to import (it brings rich), so it is imported when it is first needed.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

if TYPE_CHECKING:
    from structlog.typing import Processor

    from core.config import Settings

HIDDEN = "[hidden]"

_QUIET = ("httpx", "httpcore", "telegram", "asyncio", "PIL", "alembic", "kombu", "amqp")
"""Libraries that tell at INFO what only their authors need, some of them with tokens in addresses."""

_SECRET_NAMES = (
    r"authorization|cookie|password|passwd|secret|secret_token|api_?key|auth_?key|auth_token|access_token"
    r"|refresh_token|license_key|otp|phone|phone_number"
)
_SECRET_FIELD = re.compile(rf"(?:[\w.-]*[_.-])?(?:{_SECRET_NAMES})", re.IGNORECASE)

_PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    # A Telegram bot token, also inside an address: digits, a colon, 35 characters.
    (re.compile(r"\d{6,}(?::|%3A)[A-Za-z0-9_-]{30,}", re.IGNORECASE), HIDDEN),
    # What an Authorization header carries, wherever it is quoted.
    (re.compile(r"\b(Bearer|Basic|Digest|tma)\s+[A-Za-z0-9._~+/=&%:-]{8,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # `secret=…`, `"password": "…"`, `Authorization: …`, also in a query string or in quoted JSON.
    (
        re.compile(
            rf"((?:\b|_)(?:{_SECRET_NAMES.replace('_', '[_-]')})(?:\\?[\"'])?\s*[:=]\s*(?:\\?[\"'])?)"
            rf"(?!{re.escape(HIDDEN)}|(?:Bearer|Basic|Digest|tma) )[^\s\\\"',&;)}}]+",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    # JSON Web Tokens.
    (re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*"), HIDDEN),
    # The name and password in a server's address.
    (re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/@\"']+@", re.IGNORECASE), rf"\1{HIDDEN}@"),
    # The signature of a link to a file: the link is a ticket.
    (re.compile(r"(/files/\d+/)[A-Za-z0-9_-]{40,}"), rf"\1{HIDDEN}"),
    # Telephone numbers as E.164 writes them, with or without gaps.
    (re.compile(r"(?:\+|%2B)[1-9](?:[ -]?\d){7,14}(?!\d)", re.IGNORECASE), HIDDEN),
)


def configure(settings: Settings, process: str) -> None:
    """Make this process log to stderr as the settings say, and errors to Sentry where they name one;
    `process` names it in each line.

    Replaces whatever handlers the root logger had, so that no line goes round the redaction.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter(settings, process))
    root = logging.getLogger()
    for previous in list(root.handlers):
        root.removeHandler(previous)
        previous.close()
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    if settings.sentry_dsn is not None:
        from core.crashes import report_to_sentry

        report_to_sentry(settings, process)


@contextmanager
def bound(**facts: object) -> Iterator[None]:
    """Say these facts in every line that is logged inside the block, by this task and those it starts."""
    from structlog.contextvars import bound_contextvars

    with bound_contextvars(**facts):
        yield


def redactor(settings: Settings) -> Callable[[str], str]:
    """A function that hides the configured secrets and all that looks like one in a line of text."""
    known = _configured_secrets(settings)

    def redact(line: str) -> str:
        for secret in known:
            line = line.replace(secret, HIDDEN)
        for pattern, replacement in _PATTERNS:
            line = pattern.sub(replacement, line)
        return line

    return redact


def _configured_secrets(settings: Settings) -> list[str]:
    """The secrets among the settings, plain and as JSON writes them; the longest first."""
    values = (getattr(settings, name) for name in type(settings).model_fields)
    plain = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    # A secret of a few characters would blot out half of every line; the patterns still apply.
    plain = {secret for secret in plain if len(secret) >= 6}
    return sorted(plain | {json.dumps(secret)[1:-1] for secret in plain}, key=len, reverse=True)


def _formatter(settings: Settings, process: str) -> logging.Formatter:
    """The formatter of all lines; structlog's own loggers are led to the standard library too."""
    import structlog
    from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name

    def finish(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["process"] = process
        event.pop("color_message", None)  # uvicorn's second copy of its message
        return event

    facts: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        add_log_level,
        add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        finish,
        _hide_secret_fields,
    ]
    render: list[Processor]
    if settings.log_format == "json":
        render = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=str),
        ]
    else:
        plain = structlog.dev.plain_traceback
        render = [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]
    structlog.configure(
        processors=[*facts, ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    redact = redactor(settings)

    class RedactingFormatter(ProcessorFormatter):
        def format(self, record: logging.LogRecord) -> str:
            return redact(super().format(record))

    return RedactingFormatter(
        foreign_pre_chain=[ExtraAdder(), *facts],
        processors=[ProcessorFormatter.remove_processors_meta, *render],
    )


def _hide_secret_fields(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if value is not None and _SECRET_FIELD.fullmatch(name):
            event[name] = HIDDEN
    return event
