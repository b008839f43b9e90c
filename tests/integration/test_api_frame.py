"""What surrounds every route: problems, ids, headers, host names, readiness, and the first page."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from starlette.requests import ClientDisconnect

from api import errors, middleware
from api.main import BODY_BYTES, create_app
from api.middleware import Frame
from api.routes.system import Checks
from core.bootstrap import Services, build
from core.errors import MelodyError, ServiceUnavailable
from core.liveness import ROLES


def like(services: Services, chosen: dict[str, Any] | None = None, **changes: Any) -> Services:
    """The same services with other settings, or with some of them exchanged."""
    shared = {name: getattr(services, name) for name in ("database", "redis", "store", "liveness", "tally")}
    return build(services.settings.model_copy(update=chosen), **shared | changes)


@asynccontextmanager
async def calling(app: FastAPI, host: str = "melody") -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{host}") as client:
        yield client


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(services)) as client:
        yield client


@pytest.fixture
def troubled() -> FastAPI:
    """An application in which things go wrong."""
    app = FastAPI()
    errors.install(app)
    app.add_middleware(Frame, is_https=False)

    @app.get("/bug")
    async def bug() -> None:
        raise RuntimeError("at /home/someone: SELECT secret FROM users")

    @app.get("/gone")
    async def gone() -> None:
        raise ClientDisconnect

    @app.get("/unknown-code")
    async def unknown_code() -> None:
        raise Unheard("only for operators", where="/home/someone")

    @app.get("/number/{number}")
    async def number(number: int, limit: int) -> int:
        return number

    return app


class Unheard(MelodyError):
    code = "never-heard-of"
    status = 409


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "code"} <= body.keys()
    assert body["status"] == answer.status_code
    return body


async def test_unknown_routes_and_methods(client: httpx.AsyncClient) -> None:
    unknown = await client.get("/api/v1/nothing")
    assert (unknown.status_code, problem_of(unknown)["code"]) == (404, "not-found")
    wrong = await client.delete("/api/v1/system/health")
    assert (wrong.status_code, problem_of(wrong)["code"]) == (405, "method-not-allowed")
    assert "GET" in wrong.headers["allow"]


async def test_a_bug_is_noted_and_not_shown(troubled: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    async with calling(troubled) as client:
        answer = await client.get("/bug")
    assert (answer.status_code, problem_of(answer)["code"]) == (500, "internal")
    assert "SELECT" not in answer.text
    assert "/home" not in answer.text
    assert answer.headers["x-request-id"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.exc_info is not None
    assert isinstance(record.exc_info[1], RuntimeError)


async def test_an_expected_error_says_only_its_code(troubled: FastAPI) -> None:
    async with calling(troubled) as client:
        answer = await client.get("/unknown-code")
    assert (answer.status_code, problem_of(answer)["code"]) == (409, "never-heard-of")
    assert "operators" not in answer.text
    assert "/home" not in answer.text


async def test_invalid_input_names_its_fields(troubled: FastAPI) -> None:
    async with calling(troubled) as client:
        body = problem_of(await client.get("/number/seven"))
    assert body["code"] == "invalid"
    assert {one["field"] for one in body["errors"]} == {"path.number", "query.limit"}
    assert "seven" not in str(body)


async def test_a_client_that_left_is_no_error(troubled: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    messages: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        messages.append(message)

    scope = {"type": "http", "method": "GET", "path": "/gone", "query_string": b"", "headers": []}
    await troubled(scope, receive, send)
    assert messages == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_request_id_is_kept_or_made(client: httpx.AsyncClient) -> None:
    async def answered(given: str) -> str:
        headers = {"X-Request-ID": given}
        answer = await client.get("/api/v1/system/health", headers=headers)
        return answer.headers["x-request-id"]

    assert await answered("0af76519-16cd-43dd") == "0af76519-16cd-43dd"
    made = {await answered(odd) for odd in ("", "short", "x" * 65, 'with "quotes"', "with space 1")}
    assert len(made) == 5
    assert all(re.fullmatch(r"[0-9a-f]{32}", one) for one in made)


@pytest.mark.parametrize("path", ["/", "/nothing", "/api/v1/system/health", "/openapi.json"])
async def test_headers_for_safety_are_everywhere(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize(
    ("allowed", "host", "is_ours"),
    [
        ("*", "anything.example", True),
        ("sing.example", "sing.example", True),
        ("sing.example", "SING.example:8443", True),
        ("a.example, sing.example", "sing.example", True),
        ("sing.example", "evil.example", False),
        ("sing.example", "sing.example.evil.example", False),
        ("*.sing.example", "a.sing.example", True),
        ("*.sing.example", "sing.example", False),
        ("*.sing.example", "evilsing.example", False),
        ("sing.example", "127.0.0.1:8000", True),
        ("sing.example", "[::1]:8000", True),
        ("sing.example", "10.0.0.1", False),
    ],
)
async def test_host_names(services: Services, allowed: str, host: str, is_ours: bool) -> None:
    async with calling(create_app(like(services, {"allowed_hosts": allowed}))) as client:
        answer = await client.get("/api/v1/system/health", headers={"Host": host})
    if is_ours:
        assert answer.status_code == 200
    else:
        assert (answer.status_code, problem_of(answer)["code"]) == (400, "unknown-host")


# --- health and readiness ----------------------------------------------------------------------------------


@pytest.fixture
async def all_alive(services: Services) -> None:
    for role in ROLES:
        await services.liveness.beat(role)


class Dead:
    """A process's sign of life that one role does not give."""

    def __init__(self, services: Services, role: str) -> None:
        self._liveness = services.liveness
        self._role = role

    async def alive(self, role: str) -> bool:
        return role != self._role and await self._liveness.alive(role)


class Hanging:
    """A dependency that does not answer until it is told to, and counts who asks."""

    def __init__(self) -> None:
        self.times_asked = 0
        self.asked = asyncio.Event()
        self.answer = asyncio.Event()

    async def check(self) -> None:
        self.times_asked += 1
        self.asked.set()
        await self.answer.wait()


class Broken:
    async def check(self) -> None:
        raise ServiceUnavailable("at /home/someone")


async def test_health_needs_nothing(services: Services) -> None:
    broken: Any = Broken()
    async with calling(create_app(like(services, database=broken, store=broken))) as client:
        answer = await client.get("/api/v1/system/health")
    assert (answer.status_code, answer.json()) == (200, {"status": "up"})


@pytest.mark.usefixtures("all_alive")
async def test_ready_when_everything_answers(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/system/ready")
    names = ["database", "redis", "storage", *ROLES]
    assert answer.json() == {"ready": True, "dependencies": dict.fromkeys(names, True)}
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("all_alive")
@pytest.mark.parametrize("missing", ["database", "storage", *ROLES])
async def test_not_ready_while_one_is_missing(services: Services, missing: str) -> None:
    broken: Any = Broken()
    changes: dict[str, dict[str, Any]] = {"database": {"database": broken}, "storage": {"store": broken}}
    without = changes.get(missing) or {"liveness": Dead(services, missing)}
    async with calling(create_app(like(services, **without))) as client:
        answer = await client.get("/api/v1/system/ready")
    assert answer.status_code == 503
    body = answer.json()
    assert body["ready"] is False
    assert [name for name, answers in body["dependencies"].items() if not answers] == [missing]


@pytest.mark.usefixtures("all_alive")
async def test_a_hanging_dependency_is_not_waited_for(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.routes.system.CHECK_SECONDS", 0.2)
    hanging: Any = Hanging()
    async with calling(create_app(like(services, store=hanging))) as client:
        answer = await client.get("/api/v1/system/ready")
    assert answer.status_code == 503
    assert answer.json()["dependencies"]["storage"] is False


@pytest.mark.usefixtures("all_alive")
async def test_many_who_ask_at_once_share_one_answer(services: Services) -> None:
    hanging: Any = Hanging()
    checks = Checks(like(services, store=hanging))
    asking = [asyncio.create_task(checks.run()) for _ in range(20)]
    await hanging.asked.wait()
    asking[0].cancel()  # one who goes away takes nobody's answer along
    hanging.answer.set()
    answers = await asyncio.gather(*asking[1:])
    assert all(all(answer.values()) for answer in answers)
    assert hanging.times_asked == 1
    await checks.run()
    assert hanging.times_asked == 2


# --- the description and the first page -------------------------------------------------------------------


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for value in node:
            yield from references(value)


async def test_the_description_is_whole(client: httpx.AsyncClient) -> None:
    description = (await client.get("/openapi.json")).json()
    assert {"/webhooks/telegram", "/api/v1/system/ready"} <= description["paths"].keys()
    for reference in references(description):
        place = description
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
    for path in description["paths"].values():
        for operation in path.values():
            for status, answer in operation["responses"].items():
                is_problem = list(answer.get("content", {})) == ["application/problem+json"]
                assert is_problem == (status >= "4" and "Readiness" not in str(answer))


async def endless() -> AsyncIterator[bytes]:
    for _ in range(2 * BODY_BYTES // 4096):
        yield b" " * 4096


@pytest.mark.parametrize("is_announced", [True, False])
async def test_a_body_beyond_the_limit_is_told_as_that(client: httpx.AsyncClient, is_announced: bool) -> None:
    content = b" " * (BODY_BYTES + 1) if is_announced else endless()
    json = {"Content-Type": "application/json"}
    answer = await client.post("/api/v1/auth/request-otp", content=content, headers=json)
    assert (answer.status_code, problem_of(answer)["code"]) == (413, "too-large")


async def falls_silent() -> AsyncIterator[bytes]:
    yield b'{"phone_number"'
    await asyncio.Event().wait()


async def test_who_falls_silent_is_not_waited_for(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(middleware, "BODY_SECONDS", 0.05)
    json = {"Content-Type": "application/json"}
    answer = await client.post("/api/v1/auth/request-otp", content=falls_silent(), headers=json)
    assert (answer.status_code, problem_of(answer)["code"]) == (408, "request-timeout")


class Page(HTMLParser):
    """Collects what a page refers to and what a strict policy would block."""

    def __init__(self) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.blocked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "style", "iframe"}:
            self.blocked.append(tag)
        for name, value in attrs:
            if name == "style" or name.startswith("on"):
                self.blocked.append(name)
            if name in {"href", "src"} and value:
                self.links.add(value)


async def test_the_first_page_stands_on_its_own(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = Page()
    page.feed(answer.text)
    assert page.blocked == []
    assert {"/home.css", "/icon.svg"} <= page.links
    for link in page.links:
        assert (await client.get(link)).status_code in {200, 503}
    assert "url(" not in (await client.get("/home.css")).text
    assert "./melody chat" in answer.text
    assert "{{" not in answer.text


async def test_the_first_page_knows_whether_there_is_a_bot(services: Services) -> None:
    for token, said in ((None, False), (SecretStr("123456:test"), True)):
        async with calling(create_app(like(services, {"telegram_token": token}))) as client:
            assert ("A Telegram bot is connected" in (await client.get("/")).text) is said
