"""The built player as the gateway serves it: which file, how long it may be kept, what it may do."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from api.main import create_app
from core.bootstrap import Services
from tests.integration.test_api_frame import calling, like, problem_of

pytestmark = pytest.mark.broad

SCRIPT = "document.title = 'Melody';"
PAGE = f"<!doctype html><title>x</title><script>{SCRIPT}</script><app-root></app-root>"
CODE = "console.log('melody');" * 100
HASHED = "main-ABCD2345.js"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "media").mkdir(parents=True)
    (folder / "index.html").write_text(PAGE)
    (folder / HASHED).write_text(CODE)
    (folder / f"{HASHED}.gz").write_bytes(gzip.compress(CODE.encode()))
    (folder / f"{HASHED}.br").write_bytes(b"as brotli would have it")
    (folder / "studio-worker.js").write_text("// ours")
    (folder / "ngsw-worker.js").write_text("// worker")
    (folder / "ngsw.json").write_text("{}")
    (folder / "manifest.webmanifest").write_text("{}")
    (folder / "media" / "anek-QRST6789.woff2").write_bytes(b"\0" * 10)
    (tmp_path / "secret.txt").write_text("not yours")
    return folder


@pytest.fixture
async def client(services: Services, built: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(create_app(services, player=built)) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/song/0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81", "/settings", "/a/b/c"])
async def test_every_address_inside_the_player_is_its_page(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept": "text/html,*/*;q=0.8"})
    assert (answer.status_code, answer.text) == (200, PAGE)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    [
        "/api",
        "/api/v1/nothing",
        "/files/x",
        "/webhooks/nothing",
        "/docs/nothing",
        "/redoc/nothing",
        "/metrics/nothing",
        "/no-such.js",
    ],
)
async def test_what_is_not_the_players_is_a_problem_as_before(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path, headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert problem_of(answer)["code"] == "not-found"


async def test_routes_come_first(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/v1/system/health")).json() == {"status": "up"}
    assert (await client.get("/openapi.json")).headers["content-type"] == "application/json"
    assert (await client.get("/webhooks/telegram")).status_code == 405
    assert (await client.post("/song/1")).status_code == 404
    assert (await client.get("/song/1", headers={"Accept": "application/json"})).status_code == 404


async def test_nothing_outside_the_folder_is_served(client: httpx.AsyncClient) -> None:
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/media/..%2f..%2fsecret.txt", "//secret.txt"):
        answer = await client.get(path)
        assert "not yours" not in answer.text


async def test_hashed_files_are_kept_for_good_and_the_others_asked_for_each_time(
    client: httpx.AsyncClient,
) -> None:
    for path in (f"/{HASHED}", "/media/anek-QRST6789.woff2"):
        assert (await client.get(path)).headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/ngsw.json", "/studio-worker.js", "/ngsw-worker.js", "/manifest.webmanifest"):
        answer = await client.get(path)
        assert answer.headers["cache-control"] == "no-cache"
        again = await client.get(path, headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        policy = "content-security-policy"  # a browser that has the page takes this one from now on
        assert again.headers[policy] == answer.headers[policy]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("gzip;q=1.0, br;q=0", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
async def test_texts_travel_as_small_as_the_caller_takes_them(
    client: httpx.AsyncClient, accepted: str, encoding: str | None
) -> None:
    async with client.stream("GET", f"/{HASHED}", headers={"Accept-Encoding": accepted}) as answer:
        assert answer.headers.get("content-encoding") == encoding
        assert "Accept-Encoding" in answer.headers["vary"]
        assert answer.headers["content-type"].startswith("text/javascript")
        sent = b"".join([part async for part in answer.aiter_raw()])
    expected = {"br": b"as brotli would have it", None: CODE.encode()}
    assert (gzip.decompress(sent) if encoding == "gzip" else sent) == expected.get(encoding, CODE.encode())


async def test_the_page_may_load_from_this_server_alone(client: httpx.AsyncClient) -> None:
    policy = (await client.get("/")).headers["content-security-policy"]
    rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    assert rules["script-src"] == f"'self' 'wasm-unsafe-eval' 'sha256-{digest}'"
    assert rules["default-src"] == "'none'"
    assert rules["require-trusted-types-for"] == "'script'"
    known = ("angular#unsafe-bypass", "'wasm-unsafe-eval'")
    assert "unsafe" not in re.sub("|".join(known), "", policy)
    frames_us = rules.pop("frame-ancestors")  # loads nothing
    assert not re.search(r"https?:|\*", str(rules)), frames_us


async def test_the_page_may_play_from_the_operators_cache(services: Services, built: Path) -> None:
    cached = like(services, {"public_files_url": "https://cdn.example"})
    async with calling(create_app(cached, player=built)) as client:
        policy = (await client.get("/")).headers["content-security-policy"]
        rules = dict(rule.strip().partition(" ")[::2] for rule in policy.split(";"))
        assert rules["media-src"] == "'self' https://cdn.example blob:"
        assert rules["connect-src"] == "'self' https://cdn.example"
        assert "cdn.example" not in rules["script-src"]
        policy = (await client.get("/ngsw-worker.js")).headers["content-security-policy"]
        assert policy.endswith("connect-src 'self' https://cdn.example")


@pytest.mark.parametrize("name", ["studio-worker.js", "ngsw-worker.js"])
async def test_the_worker_may_fetch(client: httpx.AsyncClient, name: str) -> None:
    policy = (await client.get(f"/{name}")).headers["content-security-policy"]
    assert "connect-src 'self'" in policy


async def test_a_changed_page_has_the_policy_of_its_own_scripts(
    client: httpx.AsyncClient, built: Path
) -> None:
    before = (await client.get("/")).headers["content-security-policy"]
    (built / "index.html").write_text(PAGE.replace("Melody", "Other"))
    after = (await client.get("/")).headers["content-security-policy"]
    assert before != after


async def test_without_a_build_the_page_says_how_to_get_one(services: Services, tmp_path: Path) -> None:
    async with calling(create_app(services, player=tmp_path / "nothing")) as client:
        answer = await client.get("/")
        assert "Node.js" in answer.text
        assert "<app-root>" not in answer.text
        assert problem_of(await client.get("/settings"))["code"] == "not-found"


async def test_telegrams_web_client_may_frame_the_page_and_nobody_else(client: httpx.AsyncClient) -> None:
    page = await client.get("/song/1", headers={"Accept": "text/html"})
    assert "frame-ancestors https://web.telegram.org;" in page.headers["content-security-policy"]
    assert "x-frame-options" not in page.headers
    assert (await client.get(f"/{HASHED}")).headers["x-frame-options"] == "DENY"
