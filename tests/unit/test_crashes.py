"""What is sent to Sentry says what went wrong and where, and nothing about anybody."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import sentry_sdk
from pydantic import SecretStr
from sentry_sdk.envelope import Envelope
from sentry_sdk.transport import Transport

from core import crashes, log
from core.config import Settings
from core.crashes import report_to_sentry
from core.errors import ConfigurationError, MelodyError

PHONE, TOKEN, WORDS = "+919876543210", "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw1", "meet me at the ghat"
SECRETS = (PHONE, PHONE[3:], TOKEN, TOKEN.partition(":")[2], WORDS)
DSN = "https://0123456789abcdef@errors.example/42"
ours, theirs = logging.getLogger("core.some.module"), logging.getLogger("some_library")


class Kept(Transport):
    """Keeps what would be sent."""

    envelopes: list[bytes]

    def capture_envelope(self, envelope: Envelope) -> None:
        self.envelopes.append(envelope.serialize())


@pytest.fixture
def sent() -> Iterator[list[bytes]]:
    envelopes: list[bytes] = []
    transport = type("KeptHere", (Kept,), {"envelopes": envelopes})
    report_to_sentry(Settings(sentry_dsn=SecretStr(DSN)), "worker", transport)
    yield envelopes
    sentry_sdk.get_client().close(timeout=0)
    # Those that enable themselves would patch Starlette for all tests that follow in this process.
    sentry_sdk.init(default_integrations=False, auto_enabling_integrations=False)


def events(sent: list[bytes]) -> list[dict[str, Any]]:
    """The events, after a look for secrets in every byte that would leave."""
    whole = b"\n".join(sent).decode()
    assert [secret for secret in SECRETS if secret in whole] == []
    items = [json.loads(line) for envelope in sent for line in envelope.decode().splitlines()]
    return [item for item in items if "level" in item]


def fail_for(person: str, text: str) -> None:
    error = KeyError(f"no song for {person}: {text}")
    error.add_note(f"while reading {text}")
    raise error


def test_a_failure_is_told_by_its_type_and_its_lines(sent: list[bytes]) -> None:
    try:
        try:
            fail_for(PHONE, WORDS)
        except KeyError as error:
            raise MelodyError(f"{WORDS} {TOKEN}") from error
    except MelodyError:
        ours.exception("a message for %s failed", PHONE, extra={"text": WORDS, "chat": PHONE})
    (event,) = events(sent)
    assert event["logentry"] == {"message": "a message for %s failed"}
    assert event["tags"] == {"process": "worker"}
    first, last = event["exception"]["values"]
    assert (first["type"], last["type"]) == ("KeyError", "MelodyError")
    assert [frame["function"] for frame in first["stacktrace"]["frames"]][-1] == "fail_for"
    assert "vars" not in first["stacktrace"]["frames"][-1]


def test_what_libraries_say_stays_here(sent: list[bytes]) -> None:
    theirs.error(f"cannot send {WORDS!r} to {PHONE} with {TOKEN}")
    (event,) = events(sent)
    assert event["logentry"] == {"message": "an error told by some_library"}


def test_what_is_known_of_the_request_and_the_person_stays_here(sent: list[bytes]) -> None:
    with sentry_sdk.isolation_scope() as scope:
        scope.set_user({"id": PHONE, "ip_address": "203.0.113.9"})
        scope.set_tag("chat", PHONE)
        scope.set_extra("text", WORDS)
        scope.set_context("message", {"text": WORDS})
        sentry_sdk.add_breadcrumb(message=WORDS)
        ours.warning("about %s", PHONE)
        sentry_sdk.capture_message(f"{WORDS} {TOKEN}")
        ours.error("it failed")
    said = events(sent)
    assert "it failed" in [event.get("logentry", {}).get("message") for event in said]
    kept = {"event_id", "timestamp", "level", "logger", "platform", "environment", "sdk", "tags", "logentry"}
    assert set().union(*said) <= kept


async def test_a_task_that_nobody_waited_for(sent: list[bytes]) -> None:
    """asyncio quotes the exception in its message."""

    async def fails() -> None:
        fail_for(PHONE, WORDS)

    task = asyncio.create_task(fails())
    await asyncio.wait([task])
    del task
    gc.collect()
    (event,) = events(sent)
    assert event["exception"]["values"][0]["type"] == "KeyError"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_that_fails(sent: list[bytes]) -> None:
    thread = threading.Thread(target=fail_for, args=(PHONE, WORDS), name=WORDS)
    thread.start()
    thread.join()
    (event,) = events(sent)
    assert event["exception"]["values"][0]["mechanism"]["handled"] is False


def test_nothing_but_errors_is_sent(sent: list[bytes]) -> None:
    ours.warning("slow")
    with sentry_sdk.start_transaction(name=WORDS):
        pass
    sentry_sdk.get_client().flush(timeout=0)
    assert sent == []


@pytest.mark.parametrize("dsn", ["errors.example", "https://errors.example/42", "https://key@errors.example"])
def test_what_is_no_dsn_is_told_without_it(dsn: str) -> None:
    with pytest.raises(ConfigurationError, match="MELODY_SENTRY_DSN") as told:
        Settings.load(sentry_dsn=SecretStr(dsn))
    assert dsn not in str(told.value.detail)


def test_it_begins_with_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []
    monkeypatch.setattr(crashes, "report_to_sentry", lambda settings, process: begun.append(process))
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    root.handlers.clear()
    try:
        log.configure(Settings(), "bot")
        log.configure(Settings(sentry_dsn=SecretStr(DSN)), "relay")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
    assert begun == ["relay"]
