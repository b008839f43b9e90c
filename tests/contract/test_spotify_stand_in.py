"""Spotify's stand-in is as strict as Spotify, and the checker of requests lets nothing wrong pass."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from tests.fakes.sources.base import Received
from tests.fakes.sources.openapi import Description, description_path, read_description
from tests.fakes.sources.spotify import API, SpotifyStandIn
from tests.material import ROOT, specs_dir

pytestmark = pytest.mark.broad


@pytest.fixture
def spotify() -> Iterator[SpotifyStandIn]:
    specs_dir()
    with SpotifyStandIn() as stand_in:
        yield stand_in
    assert stand_in.violations == []


class TestStandIn:
    """As strict as Spotify is."""

    @pytest.fixture
    async def client(self, spotify: SpotifyStandIn) -> AsyncIterator[httpx.AsyncClient]:
        async with httpx.AsyncClient(base_url=spotify.url, trust_env=False) as client:
            answer = await client.post(
                "/api/token",
                data={"grant_type": "client_credentials"},
                auth=(spotify.client_id, spotify.client_secret),
            )
            client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
            yield client

    @pytest.mark.parametrize(
        ("params", "message"),
        [
            ({"limit": "11"}, "Invalid limit"),
            ({"limit": "0"}, "Invalid limit"),
            ({"offset": "1001"}, "Invalid offset"),
            ({"q": ""}, "No search query"),
            ({"type": "song"}, "Bad search type field"),
        ],
    )
    async def test_wrong_requests(
        self, spotify: SpotifyStandIn, client: httpx.AsyncClient, params: dict[str, str], message: str
    ) -> None:
        sound = {"q": "lamp", "type": "track", "market": "IN", "limit": "10"}
        answer = await client.get("/v1/search", params=sound | params)
        assert (answer.status_code, answer.json()["error"]["message"]) == (400, message)
        spotify.violations.clear()

    async def test_what_is_closed(self, spotify: SpotifyStandIn, client: httpx.AsyncClient) -> None:
        await client.get("/v1/recommendations", params={"market": "IN"})
        assert spotify.violations
        spotify.violations.clear()

    async def test_without_a_market_nothing_is_there(
        self, spotify: SpotifyStandIn, client: httpx.AsyncClient
    ) -> None:
        answer = await client.get("/v1/search", params={"q": "lamp", "type": "track"})
        assert answer.json()["tracks"]["items"] == []
        assert spotify.violations == ["GET /v1/search: without a user the market must be named"]
        spotify.violations.clear()

    async def test_without_a_token(self, spotify: SpotifyStandIn, client: httpx.AsyncClient) -> None:
        answer = await client.get("/v1/search", headers={"Authorization": ""})
        assert answer.status_code == 401
        assert "GET /v1/search: no bearer token" in spotify.violations
        spotify.violations.clear()

    def test_as_a_process(self) -> None:
        command = [sys.executable, "-m", "tests.fakes.sources.spotify", "--port", "0"]
        with subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=dict(os.environ)
        ) as process:
            assert process.stdout is not None
            line = process.stdout.readline()
            url = line.split()[-1]
            assert "not the real service" in line
            assert httpx.get(f"{url}/v1/search", trust_env=False).status_code == 401
            process.terminate()
            assert process.wait(20) in {0, -15}


class TestDescription:
    """The checker: a wrong request must not pass."""

    @pytest.fixture
    def description(self) -> Description:
        specs_dir()
        return read_description(description_path("spotify.yml"), API)

    @pytest.mark.parametrize(
        ("path", "query", "complaint"),
        [
            ("/v1/search", {"type": "track"}, "Missing required query parameter: q"),
            ("/v1/search", {"q": "x", "type": "song"}, "'song' is not one of"),
            ("/v1/search", {"q": "x", "type": "track", "limit": "11"}, "greater than the maximum of 10"),
            ("/v1/search", {"q": "x", "type": "track", "offset": "x"}, "Failed to cast"),
            ("/v1/search", {"q": "x", "type": "track", "colour": "red"}, "colour is no parameter"),
            ("/v1/tracks", {"ids": "x"}, "deprecated"),
            ("/v1/songs/x", {}, "Path not found"),
        ],
    )
    def test_wrong_requests(
        self, description: Description, path: str, query: dict[str, str], complaint: str
    ) -> None:
        request = Received("GET", path, path, tuple(query.items()), {"authorization": "Bearer x"}, b"")
        (found,) = description.violations(request)
        assert complaint in found

    def test_right_requests(self, description: Description) -> None:
        query = (("q", "x"), ("type", "track"), ("market", "IN"), ("limit", "10"), ("offset", "1000"))
        request = Received("GET", "/v1/search", "/v1/search", query, {"authorization": "Bearer x"}, b"")
        assert list(description.violations(request)) == []
        assert len(list(description.violations(Received("GET", "/v1/search", "", query, {}, b"")))) == 1
