"""The player at a static host: the same headers as from the gateway, and what is the gateway's handed on."""

from __future__ import annotations

import asyncio
import json
import re
from fnmatch import fnmatchcase
from pathlib import Path

import httpx
import pytest

from api.middleware import Frame
from api.player import Player
from api.static_host import HANDED_ON, HOSTS, KEPT, PAGES, export, main
from core.errors import ConfigurationError

ROUTES = Path(__file__).parents[2] / "webapp" / "src" / "app" / "app.routes.ts"
NGSW = ROUTES.parents[2] / "ngsw-config.json"
GATEWAY, FILES = "https://api.songs.example", "https://cdn.example"
HASHED, WORKER = "main-ABCD2345.js", "studio-worker.js"
INSIDE = ["/", "/song/0f8f3e0c", "/library", "/library/playlists/7", "/sing/1", "/index.html"]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "dist"
    (folder / "icons").mkdir(parents=True)
    (folder / "index.html").write_text("<script>let melody = 1;</script><app-root></app-root>")
    for name in (HASHED, f"{HASHED}.br", WORKER, "ngsw.json", ".built-from", "icons/studio.svg"):
        (folder / name).write_text("x")
    return folder


async def from_the_gateway(built: Path, path: str) -> dict[str, str]:
    app = Frame(Player(built, FILES), is_https=True)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x") as client:
        answer = await client.get(path)
    return {name: answer.headers[name] for name in KEPT if name in answer.headers}


def from_netlify(out: Path, path: str) -> dict[str, str]:
    """By the rules of `_headers`: `*` is whatever comes; refuses a header that is said twice."""
    said: dict[str, str] = {}
    matches = False
    for line in (out / "_headers").read_text().splitlines():
        if line.startswith("/"):
            matches = fnmatchcase(path, line)
        elif matches:
            name, _, value = line.strip().partition(": ")
            assert name.lower() not in said, f"two rules for {path}"
            said[name.lower()] = value
    return said


def from_vercel(out: Path, path: str) -> dict[str, str]:
    """By the rules of `headers`: `:path*` is any number of parts, `:path+` one or more."""
    said: dict[str, str] = {}
    for rule in json.loads((out / "vercel.json").read_text())["headers"]:
        if re.fullmatch(rule["source"].replace(":path+", ".+"), path):
            assert not said, f"two rules for {path}"
            said = {header["key"].lower(): header["value"] for header in rule["headers"]}
    return said


READ = {"netlify": from_netlify, "vercel": from_vercel}


@pytest.mark.parametrize("host", HOSTS)
def test_every_file_has_the_headers_of_the_gateway(host: str, built: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert export(host, out, GATEWAY, FILES, built) == 5
    for path in [*INSIDE, f"/{HASHED}", f"/{WORKER}", "/ngsw.json", "/icons/studio.svg"]:
        said = READ[host](out, path)
        assert said == asyncio.run(from_the_gateway(built, path)), path
        assert said["content-security-policy"]
    page, worker = READ[host](out, "/song/1"), READ[host](out, f"/{WORKER}")
    assert "'sha256-" in page["content-security-policy"]
    assert FILES in page["content-security-policy"]
    assert worker["content-security-policy"] != page["content-security-policy"]
    assert "immutable" in READ[host](out, f"/{HASHED}")["cache-control"]
    assert {path.name for path in out.iterdir()} >= {"index.html", WORKER, "icons"}
    assert not list(out.rglob("*.br"))


def test_pages_are_those_of_the_player() -> None:
    routes = set(re.findall(r"path: '([^']*)'", ROUTES.read_text())) - {"**"}
    firsts = {"/" + route.partition("/")[0] for route in routes}
    assert {"/" + page.split("/")[1] for page in PAGES} == firsts
    deep = {"/" + route.replace(":id", "*") for route in routes if ":id" in route}
    assert deep <= set(PAGES)


def test_the_service_worker_leaves_alone_what_is_handed_on() -> None:
    excluded = {url[1:] for url in json.loads(NGSW.read_text())["navigationUrls"] if url.startswith("!/")}
    navigated = {path.replace("/*", "/**") for path in HANDED_ON if "." not in path}
    assert navigated <= excluded


def test_netlify_hands_on_before_anything_else(built: Path, tmp_path: Path) -> None:
    export("netlify", tmp_path / "out", GATEWAY, None, built)
    lines = (tmp_path / "out" / "_redirects").read_text().splitlines()
    assert lines[0] == f"/api/* {GATEWAY}/api/:splat 200!"
    assert [line.split()[0] for line in lines] == [*HANDED_ON, *(page for page in PAGES if page != "/")]


def test_vercel_hands_on_before_anything_else(built: Path, tmp_path: Path) -> None:
    export("vercel", tmp_path / "out", GATEWAY, None, built)
    made = json.loads((tmp_path / "out" / "vercel.json").read_text())
    assert made["rewrites"][0] == {"source": "/api/:path*", "destination": f"{GATEWAY}/api/:path*"}
    assert made["rewrites"][-1] == {"source": "/account", "destination": "/index.html"}
    assert len(made["headers"]) + len(made["rewrites"]) < 1024


@pytest.mark.parametrize("gateway", ["http://api.example", "https://api.example/path", "api.example"])
def test_the_gateway_is_an_https_origin(
    gateway: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["netlify", str(tmp_path / "out"), "--gateway", gateway]) == 2
    assert "--gateway" in capsys.readouterr().err


def test_nothing_is_overwritten(built: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="is there already"):
        export("netlify", tmp_path, GATEWAY, None, built)
