"""What a process writes to stderr: in one format, and without a secret."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import pytest

from core.config import Settings
from core.log import HIDDEN, redactor

TOKEN = "123456789:AAEabcdefghijklmnopqrstuvwxyz_-01234"
SETTINGS = Settings.load(telegram_token="an-odd-token", telegram_webhook_secret="short-but-secret")


def lines_of(program: str, log_format: str = "json") -> list[str]:
    """What a fresh process that logs as `program` says writes to stderr (logging is global)."""
    prologue = (
        "import logging\nfrom core import log\nfrom core.config import Settings\n"
        f"log.configure(Settings.load(log_format={log_format!r}, telegram_token='an-odd-token'), 'api')\n"
        "logger = logging.getLogger('core.somewhere')\n"
    )
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MELODY_")}
    done = subprocess.run(
        [sys.executable, "-c", prologue + program],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env=environment,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def events_of(program: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines_of(program)]


@pytest.mark.parametrize(
    ("line", "secret"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getMe", TOKEN),
        (f"token {TOKEN.replace(':', '%3A')}", "AAEabcdef"),
        ("configured: an-odd-token!", "an-odd-token"),
        ("short-but-secret", "short-but-secret"),
        ("call +919812345678 back", "9812345678"),
        ("whatsapp:+91 98123-45678", "45678"),
        ("To=whatsapp%3A%2B919812345678", "9812345678"),
        ("Authorization: Bearer abc.def-ghi", "abc.def"),
        ("{'authorization': 'Basic dXNlcjpwYXNz'}", "dXNlcjpwYXNz"),
        ('{"password": "hunter2"}', "hunter2"),
        ('"{\\"password\\": \\"hunter2\\"}"', "hunter2"),
        ("?api_key=k1k2k3&format=json", "k1k2k3"),
        ("X-Telegram-Bot-Api-Secret-Token: whatever", "whatever"),
        ("eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "eyJzdWIi"),
        ("postgresql+asyncpg://melody:pass@db:5432/melody", "melody:pass"),
        (f"GET /files/1795000000/{'A' * 43}/{'ab' * 32}/a.m4a", "A" * 43),
    ],
)
def test_secrets_are_hidden(line: str, secret: str) -> None:
    redacted = redactor(SETTINGS)(line)
    assert secret not in redacted
    assert HIDDEN in redacted


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-23T10:00:00.123456+00:00 delivery 7d9f2f0a-6b1c-4b55-8e1b-0a8f3c1d2e3f sent in 0.4 s",
        "chat 700100200 update 870001234",
        "fencing token 3, 10000000 bytes, +12 dB, bearing 30",
        "ab" * 32,
        "http://127.0.0.1:8000/api/v1/system/ready",
    ],
)
def test_what_is_harmless_stays(line: str) -> None:
    assert redactor(SETTINGS)(line) == line


def test_a_line_says_when_where_and_what() -> None:
    [event] = events_of("logger.info('sent %s', 'it', extra={'size': 3})")
    at = datetime.fromisoformat(event.pop("timestamp"))
    assert at.utcoffset() is not None
    assert abs((datetime.now(UTC) - at).total_seconds()) < 60
    assert event == {
        "event": "sent it",
        "level": "info",
        "logger": "core.somewhere",
        "process": "api",
        "size": 3,
    }


def test_structlog_loggers_come_out_the_same_way() -> None:
    [event] = events_of("import structlog; structlog.get_logger('x').warning('odd', size=3, phone='98')")
    assert (event["event"], event["level"], event["size"]) == ("odd", "warning", 3)
    assert (event["process"], event["phone"]) == ("api", HIDDEN)


def test_bound_facts_are_in_every_line_of_the_block() -> None:
    inside, outside = events_of("with log.bound(job='j1'): logger.info('in')\nlogger.info('out')")
    assert inside["job"] == "j1"
    assert "job" not in outside


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_tracebacks_and_fields_are_redacted_too(log_format: str) -> None:
    program = (
        f"try: raise ValueError('https://api.telegram.org/bot{TOKEN}/getMe for +919812345678')\n"
        "except ValueError: logger.exception('failed', extra={'otp': '123456', 'url': 'x/an-odd-token'})"
    )
    output = "\n".join(lines_of(program, log_format))
    assert "Traceback" in output
    assert "ValueError" in output
    for secret in (TOKEN, "9812345678", "123456", "an-odd-token"):
        # the program itself stands on the command line, so its source lines are in no traceback
        assert secret not in output


def test_chatty_libraries_are_quiet() -> None:
    program = "for name in ('httpx', 'httpcore.http11', 'telegram.ext'): logging.getLogger(name).info('x')"
    assert lines_of(program) == []
    [event] = events_of("logging.getLogger('httpx').warning('slow')")
    assert event["event"] == "slow"


def test_configuring_twice_still_writes_once() -> None:
    assert len(events_of("log.configure(Settings.load(log_format='json'), 'bot')\nlogger.info('x')")) == 1


def test_importing_it_does_not_import_structlog() -> None:
    program = "import sys; import core.log; sys.exit('structlog' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
