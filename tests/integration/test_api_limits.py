"""How often one may ask: by person, by address, behind proxies, and while Redis is away."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from api.limits import EVERYBODY, POLICIES, READING, WRITING, policy_of
from api.main import create_app
from core.bootstrap import Services, build
from core.config import Settings
from core.errors import ConfigurationError
from tests.fixtures.signed_in import access_token, calling, new_person

ME = "/api/v1/users/me"
INFO = "/api/v1/music/trending"
ONCE, TWICE = 1 / WRITING.amount, 2 / WRITING.amount
"""Scales at which one may write so often a minute."""
PROXY = ("10.0.0.7", 4000)


@asynccontextmanager
async def process(settings: Settings, **chosen: Any) -> AsyncIterator[Services]:
    """The services of one more process."""
    services = build(settings.model_copy(update=chosen))
    try:
        yield services
    finally:
        await services.close()


@asynccontextmanager
async def coming_from(app: FastAPI, host: str, **headers: str) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=(host, 4000))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody", headers=headers) as client:
        yield client


async def writes(client: httpx.AsyncClient) -> httpx.Response:
    return await client.patch(ME, json={"name": "Asha"})


async def test_each_answer_says_what_is_left(services: Services) -> None:
    token = await access_token(services, await new_person(services))
    async with calling(create_app(services), token) as client:
        first, second, read = await writes(client), await writes(client), await client.get(ME)
    assert first.headers["ratelimit-policy"] == f'"writing";q={WRITING.amount};w=60'
    assert first.headers["ratelimit"] == f'"writing";r={WRITING.amount - 1}'
    assert second.headers["ratelimit"] == f'"writing";r={WRITING.amount - 2}'
    assert read.headers["ratelimit"] == f'"reading";r={READING.amount - 1}'


async def test_so_does_an_answer_that_is_written_by_hand_or_a_refusal(services: Services) -> None:
    token = await access_token(services, await new_person(services))
    async with calling(create_app(services), token) as client:
        page = await client.get("/api/v1/library")
        known = await client.get("/api/v1/library", headers={"If-None-Match": page.headers["etag"]})
        missing = await client.get(f"/api/v1/library/{uuid.uuid4()}")
        unreadable = await client.get("/api/v1/library?limit=none")
    answers = {200: page, 304: known, 404: missing, 422: unreadable}
    for number, (status, answer) in enumerate(answers.items(), start=1):
        assert answer.status_code == status
        assert answer.headers["ratelimit"] == f'"reading";r={READING.amount - number}', status


async def test_too_often_is_told_and_concerns_one_person(settings: Settings) -> None:
    async with AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(process(settings, rate_limit_scale=TWICE)) for _ in range(2)
        ]
        asha, ravi = [await access_token(one, await new_person(one, name)) for name in ("Asha", "Ravi")]
        here = await stack.enter_async_context(calling(create_app(one), asha))
        there = await stack.enter_async_context(calling(create_app(other), asha))
        assert (await writes(here)).status_code == 200
        assert (await writes(there)).status_code == 200
        refused = await writes(here)
        assert refused.status_code == 429
        assert refused.json()["code"] == "too-many-requests"
        assert 0 < int(refused.headers["retry-after"]) <= 60
        assert refused.headers["ratelimit"] == '"writing";r=0'
        somebody_else = await stack.enter_async_context(calling(create_app(one), ravi))
        assert (await writes(somebody_else)).status_code == 200


@pytest.mark.broad
async def test_without_redis_each_process_counts_alone(settings: Settings) -> None:
    nowhere = "redis://127.0.0.1:9/0"
    async with process(settings, rate_limit_scale=ONCE, redis_url=nowhere) as services:
        token = await access_token(services, await new_person(services))
        async with calling(create_app(services), token) as client:
            assert (await writes(client)).status_code == 200
            assert (await writes(client)).status_code == 429


@pytest.mark.broad
async def test_strangers_count_by_address_and_ipv6_by_subnet(settings: Settings) -> None:
    async with process(settings, rate_limit_scale=1 / EVERYBODY.amount) as services:
        app = create_app(services)
        for first, second in (("203.0.113.5", "203.0.113.5"), ("2001:db8:1:1::1", "2001:db8:1:1:f::9")):
            async with coming_from(app, first) as one, coming_from(app, second) as same:
                assert (await one.get(INFO)).status_code == 200
                assert (await same.get(INFO)).status_code == 429
        async with coming_from(app, "203.0.113.6") as neighbour:
            assert (await neighbour.get(INFO)).status_code == 200


@pytest.mark.broad
async def test_only_a_trusted_proxy_says_who_asks(settings: Settings) -> None:
    """The address is the last one that no proxy of ours has; what stands before it anybody may write."""
    forwarded = {"X-Forwarded-For": "198.51.100.1, 203.0.113.5, 10.0.0.9"}
    forged = {"X-Forwarded-For": "198.51.100.2, 203.0.113.5, 10.0.0.9"}
    narrow = {"rate_limit_scale": 1 / EVERYBODY.amount, "trusted_proxies": "10.0.0.0/8"}
    async with process(settings, **narrow) as services:
        app = create_app(services)
        async with (
            coming_from(app, PROXY[0], **forwarded) as one,
            coming_from(app, PROXY[0], **forged) as two,
        ):
            assert (await one.get(INFO)).status_code == 200
            assert (await two.get(INFO)).status_code == 429
        async with coming_from(app, "192.0.2.9", **{"X-Forwarded-For": "203.0.113.77"}) as liar:
            assert (await liar.get(INFO)).status_code == 200
        async with coming_from(app, "192.0.2.9", **{"X-Forwarded-For": "203.0.113.78"}) as liar:
            assert (await liar.get(INFO)).status_code == 429


@pytest.mark.broad
async def test_probes_files_and_messengers_are_never_counted(settings: Settings) -> None:
    async with process(settings, rate_limit_scale=1e-9) as services, calling(create_app(services)) as client:
        for path in ("/api/v1/system/health", "/api/v1/system/info", "/files/1/x/y/z", "/"):
            answers = [(await client.get(path)).status_code for _ in range(3)]
            assert 429 not in answers
        answers = [(await client.post("/webhooks/telegram", json={})).status_code for _ in range(3)]
        assert 429 not in answers


async def test_a_token_that_is_no_good_does_not_keep_anybody_from_public_routes(services: Services) -> None:
    async with calling(create_app(services), "nonsense") as client:
        assert (await client.get(INFO)).status_code == 200
        assert (await client.get(ME)).status_code == 401


def test_every_policy_is_of_a_route_that_there_is(services: Services) -> None:
    paths = create_app(services).openapi()["paths"]
    routes = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert POLICIES.keys() <= routes
    assert policy_of("GET", "/api/v1/library") is READING
    assert policy_of("DELETE", "/api/v1/library/{song_id}") is WRITING


@pytest.mark.parametrize(
    ("name", "value"),
    [("trusted_proxies", "10.0.0.0/8, proxy"), ("cors_origins", "https://app.example/path")],
)
def test_a_setting_that_makes_no_sense(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"MELODY_{name.upper()}"):
        Settings.load(**{name: value})


ELSEWHERE = "https://app.example"


async def preflight(app: FastAPI, origin: str) -> httpx.Response:
    async with calling(app) as client:
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "PATCH",
            "Access-Control-Request-Headers": "authorization",
        }
        return await client.options(ME, headers=headers)


@pytest.mark.broad
async def test_pages_of_other_origins(settings: Settings) -> None:
    async with process(settings, cors_origins=f"{ELSEWHERE}") as services:
        app = create_app(services)
        allowed = await preflight(app, ELSEWHERE)
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == ELSEWHERE
        assert "access-control-allow-credentials" not in allowed.headers
        refused = await preflight(app, "https://evil.example")
        assert "access-control-allow-origin" not in refused.headers
        async with calling(app) as client:
            answer = await client.get(INFO, headers={"Origin": ELSEWHERE})
        assert "RateLimit" in answer.headers["access-control-expose-headers"]
    async with process(settings) as services:
        assert (await preflight(create_app(services), ELSEWHERE)).status_code == 405


@pytest.mark.broad
async def test_long_answers_are_compressed_but_not_those_with_secrets(services: Services) -> None:
    async with calling(create_app(services)) as client:
        described = await client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
        assert described.headers["content-encoding"] == "gzip"
        assert described.json()["openapi"]
        secret = await client.get("/api/v1/auth/session", headers={"Accept-Encoding": "gzip"})
        assert "content-encoding" not in secret.headers


@pytest.mark.broad
async def test_https_is_for_good_where_people_come_by_it(settings: Settings) -> None:
    public = "https://songs.example"
    async with process(settings, public_url=public) as services, calling(create_app(services)) as client:
        assert "max-age" in (await client.get(INFO)).headers["strict-transport-security"]
    async with process(settings) as services, calling(create_app(services)) as client:
        assert "strict-transport-security" not in (await client.get(INFO)).headers
