"""Health checks of containers: the api answers, the others have given a sign of life."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from core.bootstrap import Services
from core.commands import alive
from core.config import Settings


class Gateway(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/v1/system/health" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def gateway() -> Iterator[HTTPServer]:
    with HTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_api_is_asked(gateway: HTTPServer, settings: Settings) -> None:
    port = gateway.server_address[1]
    assert alive.alive(settings.model_copy(update={"port": port}), "api")
    gateway.server_close()
    assert not alive.alive(settings.model_copy(update={"port": port}), "api")


async def test_the_others_have_given_a_sign(services: Services) -> None:
    assert not await alive._gives_signs(services.settings, "bot")
    await services.liveness.beat("bot")
    assert await alive._gives_signs(services.settings, "bot")
    assert not await alive._gives_signs(services.settings, "relay")


def test_a_redis_that_is_away_is_no_sign(settings: Settings) -> None:
    assert not alive.alive(settings.model_copy(update={"redis_url": "redis://127.0.0.1:1/0"}), "bot")


@pytest.mark.parametrize("arguments", [[], ["dentist"], ["bot", "relay"]])
def test_what_it_is_called_with(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert alive.main(arguments) == 2
    assert "api|bot|worker|courier|relay" in capsys.readouterr().err
