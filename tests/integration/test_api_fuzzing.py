"""Whatever is sent, the API answers as its description says: nothing fails on our side, no answer is of a
kind that is not described. The requests are made up from the description itself (https://schemathesis.io).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator

import pytest
import schemathesis
import uvicorn
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api.main import create_app
from core.bootstrap import build
from core.config import Settings
from tests.fixtures.signed_in import access_token, new_person

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

EXAMPLES = 15
"""Requests a route; more of them find little more."""
NOT_READY = "/api/v1/system/ready"
"""Says so by 503, without the other processes."""
CHECKS = [
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, came_up: Callable[[], None]) -> None:
        super().__init__(config)
        self._came_up = came_up

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._came_up()


class Gateway:
    """The API on a port of its own, in a thread with its own event loop, and somebody who is signed in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._is_up = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.url = ""

    def __enter__(self) -> Gateway:
        self._thread.start()
        if not self._is_up.wait(60):
            raise TimeoutError("the gateway did not come up")
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)

    def token(self) -> str:
        """Of somebody new, since the one before may have left for good."""
        return asyncio.run_coroutine_threadsafe(self._new_token(), self._loop).result(30)

    async def _new_token(self) -> str:
        return await access_token(self._services, await new_person(self._services))

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._services = build(self._settings)
        app = create_app(self._services)
        self.description = app.openapi()
        self._server = _Server(uvicorn.Config(app, port=0, log_config=None, ws="none"), self._came_up)
        await self._server.serve()
        await self._services.close()

    def _came_up(self) -> None:
        self.url = f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"
        self._is_up.set()


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Gateway]:
    with Gateway(settings.model_copy(update={"rate_limit_scale": 1e6})) as gateway:
        yield gateway


@pytest.mark.parametrize("is_signed_in", [False, True], ids=["stranger", "person"])
def test_nothing_that_is_sent_surprises_it(gateway: Gateway, is_signed_in: bool) -> None:
    description = schemathesis.openapi.from_dict(gateway.description)
    description.config.update(base_url=gateway.url)
    for found in description.get_all_operations():
        operation = found.ok()
        if not is_signed_in and not operation.definition.raw.get("security"):
            continue  # the person's run has it
        headers = {"Authorization": f"Bearer {gateway.token()}"} if is_signed_in else {}

        print(operation.method.upper(), operation.path)
        _try(operation, headers)


def _try(operation: schemathesis.APIOperation, headers: dict[str, str]) -> None:
    """Send requests of every kind that the description allows, and of some that it does not."""

    @hypothesis_settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy() | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    def as_described(case: schemathesis.Case) -> None:
        checks = CHECKS if operation.path == NOT_READY else [*CHECKS, not_a_server_error]
        case.call_and_validate(headers=headers, checks=checks, timeout=60)

    as_described()
