"""One trace from what a person says to what they hear, and nothing of the person in it."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from api.main import create_app
from bot.answering import Answering
from core import tracing
from core.bootstrap import Services, build
from core.config import Settings
from core.conversion.models import ConversionJob
from core.errors import ConfigurationError, NotFound
from tasks.relay import Relay
from tests.conversation import songs
from tests.conversation.studio import PassThrough
from tests.fakes.otlp import CollectorStandIn, SeenSpan
from tests.fakes.telegram import TelegramStandIn
from tests.fixtures.people import gateway_on
from tests.material import ROOT
from tests.unit.test_log import events_of

SECRET = "chosen-by-the-operator"
CALLER = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
"""As in W3C Trace Context's own example."""


@pytest.fixture
def collector() -> Iterator[CollectorStandIn]:
    with CollectorStandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


@pytest.fixture
def traced(collector: CollectorStandIn, settings: Settings) -> Iterator[Settings]:
    """This process sends its spans, whichever part of a studio it plays."""
    settings = settings.model_copy(update={"otel_exporter_otlp_endpoint": collector.url})
    tracing.begin(settings, "studio")
    yield settings
    tracing.end()


class Broker:
    """Stands for Celery: the relay tells it, and whoever asks carries out what it was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, UUID]] = []

    def send_task(self, task: str, *, args: list[str], **how: Any) -> None:
        assert "headers" not in how, "a message stands for any work: it has no trace"
        self.told.append((task, UUID(args[0])))


class Studio:
    """Webhook, bot, relay and workers, a step at a time; each step begins with no trace around it."""

    def __init__(self, services: Services, telegram: TelegramStandIn) -> None:
        self.services = services
        self.telegram = telegram
        self.broker = Broker()
        self.relay = Relay(services, self.broker)  # type: ignore[arg-type]

    async def webhook(self) -> None:
        assert self.services.telegram is not None
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        transport = httpx.ASGITransport(create_app(self.services))
        async with httpx.AsyncClient(
            transport=transport, base_url="http://melody", headers=headers
        ) as client:
            for update in await self.services.telegram.get_updates(None, 0):
                assert (await client.post("/webhooks/telegram", json=update)).status_code == 200

    async def bot(self) -> None:
        async with Answering(self.services) as answering:
            await answering.answer_all()
            await answering.said_all()

    async def work(self) -> None:
        works = {
            "conversion.fetch": self.services.fetcher.fetch_next,
            "conversion.run": self.services.maker.make_next,
            "delivery.send": self.services.delivery.deliver,
        }
        while await self.relay.relay_once():
            told, self.broker.told = self.broker.told, []
            await asyncio.gather(*(works[task](row) for task, row in told))


@pytest.fixture
async def studio(traced: Settings, telegram: TelegramStandIn) -> AsyncIterator[Studio]:
    bot = {
        "telegram_token": SecretStr(telegram.token),
        "telegram_api_url": telegram.url,
        "telegram_webhook_secret": SecretStr(SECRET),
        "rate_limit_scale": 1000.0,
    }
    services = build(traced.model_copy(update=bot), separator=PassThrough(), sources={})
    yield Studio(services, telegram)
    await services.close()


def by_name(spans: list[SeenSpan]) -> dict[str, SeenSpan]:
    return {span.name: span for span in spans}


async def test_one_trace_from_the_webhook_to_the_audio(studio: Studio, collector: CollectorStandIn) -> None:
    asha = studio.telegram.person("Asha Raghunathan")
    asha.sends("audio", songs.m4a(seed=3), title="Zubaan Pe Namak")
    await studio.webhook()
    await studio.bot()
    await studio.work()
    assert [message.audio is not None for message in asha.from_bot][-1:] == [True]
    tracing.end()

    async with studio.services.database.transaction() as session:
        job = (await session.execute(select(ConversionJob))).scalar_one()
    spans = by_name(collector.spans)
    webhook = spans["POST /webhooks/telegram"]
    assert (webhook.kind, webhook.parent, webhook.facts["http.response.status_code"]) == ("server", "", 200)
    whole = {
        "POST /webhooks/telegram",
        "chat update",
        "deliver status",
        "tell conversion.fetch",
        "fetch",
        "tell conversion.run",
        "make",
        "read",
        "separate",
        "store",
        "tell delivery.send",
        "deliver audio",
    }
    assert {span.name for span in collector.spans if span.trace == webhook.trace} == whole
    assert spans["chat update"].parent == webhook.id
    update = spans["chat update"].id
    assert job.traceparent is not None
    assert job.traceparent.startswith(f"00-{webhook.trace}-{update}-")
    assert {spans[name].parent for name in ("fetch", "make", "deliver audio", "deliver status")} == {update}
    assert {spans[name].parent for name in ("read", "separate", "store")} == {spans["make"].id}
    assert spans["make"].facts["melody.job"] == str(job.id)
    assert spans["deliver audio"].facts["melody.outcome"] == "sent"
    assert not any(span.is_error for span in collector.spans)

    sent = b"".join(collector.bodies)
    about_her = ("Raghunathan", "Zubaan", str(asha.id), studio.telegram.token, SECRET, "/audio")
    assert [words for words in about_her if words.encode() in sent] == []


async def test_a_request_goes_on_with_its_callers_trace(
    traced: Settings, collector: CollectorStandIn
) -> None:
    async with gateway_on(traced, separator=PassThrough()) as gateway:
        caller = await gateway.person("Asha")
        song = await caller.uploads()
        asked = await caller.post(
            "audio/convert-to-instrumental", json={"song_id": song}, headers={"traceparent": CALLER}
        )
        assert asked.status_code == 202
        await caller.get("music/search", params={"q": "zubaan pe namak"})
        await caller.get(f"music/track/{song}")
        await gateway.services.maker.make_next(UUID(asked.json()["id"]))
        tracing.end()
    spans = by_name(collector.spans)
    request = spans["POST /api/v1/audio/convert-to-instrumental"]
    assert f"00-{request.trace}-{request.parent}-01" == CALLER
    assert (spans["make"].trace, spans["make"].parent) == (request.trace, request.id)
    assert "GET /api/v1/music/track/{song_id}" in spans
    assert b"zubaan" not in b"".join(collector.bodies)


async def test_machines_that_ask_how_we_are_leave_no_spans(
    traced: Settings, collector: CollectorStandIn
) -> None:
    async with gateway_on(traced) as gateway:
        caller = await gateway.person("Asha")
        await caller.get("system/health")
        await caller.http.get("/metrics")
        assert (await caller.get("nowhere/at/all")).status_code == 404
        tracing.end()
    assert [(span.name, span.facts["http.response.status_code"]) for span in collector.spans] == [
        ("GET", 404)
    ]


def test_of_an_error_only_the_type_is_told(traced: Settings, collector: CollectorStandIn) -> None:
    with pytest.raises(NotFound), tracing.span("fetch", origin="telegram"):
        raise NotFound("no file of +919876543210")
    tracing.end()
    (span,) = collector.spans
    assert (span.is_error, span.facts["error.type"]) == (True, "NotFound")
    assert len(span.raw.events) == 0
    assert b"919876543210" not in b"".join(collector.bodies)


def test_what_is_no_traceparent_begins_a_trace(traced: Settings, collector: CollectorStandIn) -> None:
    for wrong in ("", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "x" * 5000):
        with tracing.span("update", parent=wrong):
            assert tracing.traceparent()
    tracing.end()
    assert [span.parent for span in collector.spans] == ["", "", ""]


def test_a_collector_that_is_away_holds_up_nothing(settings: Settings) -> None:
    tracing.begin(settings.model_copy(update={"otel_exporter_otlp_endpoint": "http://127.0.0.1:9"}), "bot")
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)
    with tracing.span("update"):
        pass
    tracing.end()
    assert not tracing.is_on()
    with tracing.span("update"):
        assert tracing.traceparent() is None


def test_the_endpoint_is_named_as_opentelemetry_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector.example/otlp/")
    assert Settings.load().otel_exporter_otlp_endpoint == "https://collector.example/otlp"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")
    with pytest.raises(ConfigurationError, match=r"^OTEL_EXPORTER_OTLP_ENDPOINT: must be like"):
        Settings.load()


def test_nothing_of_it_is_imported_where_it_is_off(tmp_path: Path) -> None:
    program = (
        "import sys; from core.config import Settings; from core import tracing\n"
        "import api.main, bot.main, tasks.relay, tasks.child\n"
        "tracing.begin(Settings(), 'api')\n"
        "with tracing.span('x'): pass\n"
        "assert not tracing.is_on() and 'core.tracing.collector' not in sys.modules\n"
        "loaded = {name for name in sys.modules if name.startswith('opentelemetry.exporter')}\n"
        "assert not loaded, loaded"  # redis looks at what is installed by itself
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT, timeout=60)


def test_where_it_is_not_installed_one_line_says_so() -> None:
    (event,) = events_of(
        "import sys; sys.modules['opentelemetry'] = None\n"
        "log.configure(Settings.load(log_format='json'), 'api')\n"
        "from core import tracing\n"
        "tracing.begin(Settings(otel_exporter_otlp_endpoint='http://127.0.0.1:4318'), 'api')\n"
        "assert not tracing.is_on()"
    )
    assert "OpenTelemetry is not installed" in event["event"]


@pytest.mark.broad
@pytest.mark.parametrize(("kind", "role"), [("convert", "worker"), ("courier", "courier")])
async def test_a_workers_children_go_by_its_role(
    kind: str, role: str, collector: CollectorStandIn, settings: Settings
) -> None:
    program = (
        "import asyncio, logging\n"
        "from celery import Celery\n"
        "from celery.signals import worker_process_init, worker_process_shutdown\n"
        "from core import tracing\n"
        "from tasks import child, worker\n"
        "async def work(services):\n"
        "    with tracing.span('work'): logging.getLogger('x').info('at work')\n"
        "def forked(app, arguments):\n"  # what happens in a child that Celery has forked
        "    worker_process_init.send(sender=None)\n"
        "    child.run(work)\n"
        "    worker_process_shutdown.send(sender=None)\n"
        "Celery.worker_main = forked\n"
        f"worker.main({kind!r})\n"
    )
    environment = os.environ | {
        "MELODY_DATABASE_URL": (settings.database_url or "").replace("+asyncpg", ""),
        "MELODY_REDIS_URL": settings.redis_url or "",
        "MELODY_DATA_DIR": str(settings.data_dir),
        "MELODY_LOG_FORMAT": "json",
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
    }
    command = [sys.executable, "-c", program]
    done = await asyncio.to_thread(
        subprocess.run, command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines()]
    assert [line["process"] for line in said if line["event"] == "at work"] == [f"{role} child"]
    assert [(span.name, span.service) for span in collector.spans] == [("work", f"melody-{role}")]
