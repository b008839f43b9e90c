"""What Prometheus reads: true of the whole studio, whichever process is asked, and for nobody outside."""

from __future__ import annotations

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis.asyncio import Redis
from sqlalchemy import func, update

from api.main import create_app
from api.timing import WEBHOOKS
from core.bootstrap import Services, build
from core.catalog.sources.guards import FAILURES, Guards
from core.catalog.sources.shared import Shared
from core.chat.models import InboxItem
from core.conversion.models import ConversionJob, Rendition
from core.db.lease import seconds_from_now
from core.metrics import service
from core.music import SourceUnavailable
from core.tally import SOURCE_SECONDS, WEBHOOK_SECONDS
from tests.fakes.telegram import Person
from tests.fixtures.music import searches
from tests.fixtures.scripted_source import ScriptedSource
from tests.integration.desk import Desk

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]

NEAR, FAR = "10.0.0.7", "203.0.113.9"


@pytest.fixture(autouse=True)
def _always_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "KEPT_SECONDS", 0.0)


async def shown(services: Services) -> Samples:
    """What a strict reader finds."""
    text = (await services.metrics.text()).decode()
    families = list(text_string_to_metric_families(text))
    assert all(family.documentation and family.type != "unknown" for family in families)
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in families
        for sample in family.samples
    }


def at(samples: Samples, name: str, **labels: str) -> float | None:
    return samples.get((name, frozenset(labels.items())))


async def test_the_queue_and_what_became_of_it(desk: Desk, asha: Person) -> None:
    await desk.asks(asha)
    before = await shown(desk.services)
    assert at(before, "melody_queue_jobs", stage="fetch", state="waiting") == 1
    assert at(before, "melody_queue_people") == 1
    assert at(before, "melody_outbox_deliveries", channel="telegram", delivery="status") == 1
    await desk.fetched()
    fetched = await shown(desk.services)
    assert at(fetched, "melody_queue_jobs", stage="fetch", state="waiting") == 0
    assert at(fetched, "melody_queue_jobs", stage="make", state="waiting") == 1
    async with desk.database.transaction() as session:
        work = {"status": "processing", "started_at": func.now(), "work_seconds": 4.0, "seconds": 200.0}
        await session.execute(update(Rendition).values(**work))
        await session.execute(update(ConversionJob).values(started_at=func.now()))
    made = await shown(desk.services)
    assert at(made, "melody_queue_jobs", stage="make", state="running") == 1
    async with desk.database.transaction() as session:
        await desk.finish(session)
    after = await shown(desk.services)
    assert at(after, "melody_queue_people") == 0
    assert at(after, "melody_jobs_last_hour", status="completed", reason="") == 1
    assert at(after, "melody_jobs_without_work_last_hour") == 0
    assert (at(after, "melody_job_stage_seconds", stage="waiting", quantile="0.5") or -1) > 0
    assert at(after, "melody_separation_speed_ratio", engine="none.1", quality="best") is not None


async def test_how_old_the_oldest_is(services: Services) -> None:
    async with services.database.transaction() as session:
        update_of = {"channel": "telegram", "chat": "1", "payload": {}}
        session.add(InboxItem(external_id="1", received_at=seconds_from_now(-90), **update_of))
        session.add(InboxItem(external_id="2", **update_of))
    samples = await shown(services)
    assert at(samples, "melody_inbox_updates", channel="telegram") == 2
    assert 90 <= (at(samples, "melody_inbox_age_seconds", channel="telegram") or 0) < 150


async def test_what_several_processes_count_is_one(services: Services) -> None:
    other = build(services.settings)
    services.tally.time(WEBHOOK_SECONDS, 0.03, "telegram", "2xx")
    other.tally.time(WEBHOOK_SECONDS, 0.3, "telegram", "2xx")
    other.tally.time(WEBHOOK_SECONDS, 99.0, "telegram", "2xx")
    await other.close()  # its last growth is not lost
    samples, name = await shown(services), "melody_webhook_duration_seconds"
    labels = {"webhook": "telegram", "status": "2xx"}
    buckets = {
        bound: at(samples, f"{name}_bucket", le=bound, **labels)
        for bound in ("0.025", "0.05", "0.5", "10.0", "+Inf")
    }
    assert buckets == {"0.025": 0, "0.05": 1, "0.5": 2, "10.0": 2, "+Inf": 3}
    assert at(samples, f"{name}_count", **labels) == 3
    assert at(samples, f"{name}_sum", **labels) == pytest.approx(99.33)


async def test_counts_wait_for_a_redis_that_is_away(services: Services) -> None:
    away = Redis.from_url("redis://127.0.0.1:1", socket_connect_timeout=0.1)
    there, services.tally._redis = services.tally._redis, away
    services.tally.time(SOURCE_SECONDS, 0.2, "spotify", "ok")
    await services.tally.flush()
    without = await shown(services)
    assert at(without, "melody_metrics_complete", part="redis") == 0
    assert at(without, "melody_metrics_complete", part="database") == 1
    services.tally._redis = there
    assert (
        at(
            await shown(services),
            "melody_source_request_duration_seconds_count",
            source="spotify",
            outcome="ok",
        )
        == 1
    )
    await away.aclose()


async def test_searches_and_their_sources(services: Services) -> None:
    async with searches(services) as search:
        music = search(ScriptedSource("jamendo"))
        await music.search("tum hi ho")
        await music.search("tum hi ho")
    samples = await shown(services)
    assert at(samples, "melody_search_answers_total", cache="miss") == 1
    assert at(samples, "melody_search_answers_total", cache="hit") == 1
    assert at(samples, "melody_source_answers_total", source="jamendo", cache="miss") == 1
    assert at(samples, "melody_source_request_duration_seconds_count", source="jamendo", outcome="ok") == 1


async def test_a_source_that_is_left_alone(services: Services) -> None:
    guards = Guards(Shared(services.redis))
    services.metrics._sources = ("jamendo", "spotify")
    for _ in range(FAILURES):
        await guards.failed("jamendo", SourceUnavailable("no answer"))
    samples = await shown(services)
    name = "melody_source_breaker_open"
    assert at(samples, name, source="jamendo", reason="resting") == 1
    assert at(samples, name, source="jamendo", reason="exhausted") == 0
    assert at(samples, name, source="spotify", reason="resting") == 0


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        (NEAR, {}, 200),
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("::ffff:10.0.0.7", {}, 200),
        (FAR, {}, 404),
        ("::ffff:203.0.113.9", {}, 404),
        ("0.0.0.0", {}, 404),
        (NEAR, {"X-Forwarded-For": FAR}, 404),
        (NEAR, {"Forwarded": f"for={FAR}"}, 404),
    ],
)
async def test_only_who_comes_from_near_may_read(
    services: Services, address: str, headers: dict[str, str], status: int
) -> None:
    transport = httpx.ASGITransport(create_app(services), client=(address, 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody") as client:
        answer = await client.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ("melody_queue_people" in answer.text) is (status == 200)


async def test_webhooks_are_timed(services: Services) -> None:
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody") as client:
        for path in WEBHOOKS:
            await client.post(path, json={})
        await client.get("/api/v1/system/health")
    samples = await shown(services)
    counts = {
        dict(labels)["webhook"]: value
        for (name, labels), value in samples.items()
        if name == "melody_webhook_duration_seconds_count"
    }
    assert counts == dict.fromkeys(WEBHOOKS.values(), 1.0)


async def test_many_who_ask_at_once_are_one_question(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "KEPT_SECONDS", 60.0)
    first = await services.metrics.text()
    async with services.database.transaction() as session:
        session.add(InboxItem(channel="telegram", chat="1", payload={}, external_id="1"))
    assert await services.metrics.text() == first
