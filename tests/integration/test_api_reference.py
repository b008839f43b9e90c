"""The pages that show the API: of this server alone, under a policy that lets in nothing else."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx
import pytest

from api.main import create_app
from core.bootstrap import Services

PAGES = ("/docs", "/redoc")


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_app(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://melody") as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
async def test_all_that_a_page_loads_is_here(client: httpx.AsyncClient, path: str) -> None:
    page = await client.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) >= 4
    for address in loaded:
        assert address.startswith("/"), address
        assert (await client.get(address)).status_code == 200, address


@pytest.mark.broad
@pytest.mark.parametrize("path", PAGES)
async def test_a_page_lets_in_no_other_host_and_no_inline_script(
    client: httpx.AsyncClient, path: str
) -> None:
    page = await client.get(path)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    assert re.findall(r"<script(?! src=)|<style| on\w+=| style=", page.text) == []


async def test_what_is_loaded_is_small_and_kept(client: httpx.AsyncClient) -> None:
    address = "/docs/swagger-ui-bundle.js"
    whole = await client.get(address, headers={"Accept-Encoding": "identity"})
    small = await client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert "content-encoding" not in whole.headers
    assert small.headers["content-encoding"] == "gzip"
    assert int(small.headers["content-length"]) < int(whole.headers["content-length"]) / 2
    assert small.content == whole.content
    assert small.headers["content-type"].startswith("text/javascript")
    known = {"If-None-Match": small.headers["etag"]}
    assert (await client.get(address, headers=known)).status_code == 304
    refused = await client.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/redoc/redoc.standalone.js"])
async def test_a_head_is_the_same_without_the_body(client: httpx.AsyncClient, path: str) -> None:
    head, whole = await client.head(path), await client.get(path)
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers["content-length"] == whole.headers["content-length"]


@pytest.mark.parametrize("name", ["nothing.js", "start.js.map", "..%2fhome.css", "%2e%2e%2fhome.css"])
async def test_nothing_else_is_served(client: httpx.AsyncClient, name: str) -> None:
    answer = await client.get(f"/docs/{name}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_is_read_first_says_how_to_begin(client: httpx.AsyncClient) -> None:
    about = (await client.get("/openapi.json")).json()["info"]["description"]
    for word in ("auth/request-otp", "Authorization: Bearer", "X-XSRF-TOKEN", "Retry-After", "next_cursor"):
        assert word in about
