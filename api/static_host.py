"""`python -m api.static_host netlify|vercel OUT --gateway https://…`: the built player for a static host.

The host serves the player's files and hands `/api`, `/files` and the like on to the gateway, so that browsers
see one origin and cookies stay first-party. Every file gets the headers that the gateway would send with it:
they are asked of the very code that serves the player there. Both hosts compress by themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import httpx

from api.middleware import Frame
from api.player import BUILT, PAGE, Player
from core.config import Settings
from core.errors import ConfigurationError, MelodyError

PAGES = (
    "/",
    "/song/*",
    "/player",
    "/sing/*",
    "/library",
    "/library/*",
    "/making",
    "/upload",
    "/share",
    "/settings",
    "/sign-in",
    "/link",
    "/account",
)
"""The addresses inside the player (webapp/src/app/app.routes.ts); the page's policy goes with them alone."""
HANDED_ON = ("/api/*", "/embed/*", "/files/*", "/webhooks/*", "/docs", "/docs/*", "/redoc", "/openapi.json")
"""What is the gateway's, at every host; `/metrics` is nobody's business there."""
KEPT = (
    "cache-control",
    "content-security-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
)
"""Headers that the host has to send; the others are about one answer, or it knows them itself."""
LEFT_OUT = (".br", ".gz")

Rules = dict[str, dict[str, str]]
"""Path -> headers; no two match one address."""


async def rules_of(built: Path, files_origin: str | None) -> Rules:
    """What the gateway says with each file of the built player, and with its page."""
    transport = httpx.ASGITransport(app=Frame(Player(built, files_origin), is_https=True))
    async with httpx.AsyncClient(transport=transport, base_url="http://player") as gateway:
        rules = {f"/{path}": await _headers(gateway, f"/{path}") for path in files_of(built)}
    page = rules[f"/{PAGE}"]
    return rules | dict.fromkeys(PAGES, page)


def files_of(built: Path) -> list[str]:
    """The files that go to the host, by their paths below the folder."""
    paths = (path for path in built.rglob("*") if path.is_file() and path.suffix not in LEFT_OUT)
    return sorted(path.relative_to(built).as_posix() for path in paths if not path.name.startswith("."))


async def _headers(gateway: httpx.AsyncClient, path: str) -> dict[str, str]:
    answer = await gateway.get(path, headers={"Accept-Encoding": "identity"})
    answer.raise_for_status()
    return {name.title(): answer.headers[name] for name in KEPT if name in answer.headers}


def netlify(rules: Rules, gateway: str) -> dict[str, str]:
    """Netlify's `_headers` and `_redirects`."""
    headers = [
        "\n".join([path, *(f"  {name}: {value}" for name, value in said.items())])
        for path, said in rules.items()
    ]
    redirects = [f"{path} {gateway}{path.replace('*', ':splat')} 200!" for path in HANDED_ON]
    redirects += [f"{path} /{PAGE} 200" for path in PAGES if path != "/"]
    return {"_headers": "\n".join([*headers, ""]), "_redirects": "\n".join([*redirects, ""])}


def vercel(rules: Rules, gateway: str) -> dict[str, str]:
    """Vercel's `vercel.json`."""
    handed_on = [
        {"source": path.replace("*", ":path*"), "destination": gateway + path.replace("*", ":path*")}
        for path in HANDED_ON
    ]
    pages = [
        {"source": path.replace("*", ":path*"), "destination": f"/{PAGE}"} for path in PAGES if path != "/"
    ]
    headers = [
        {
            "source": path.replace(".", "\\.").replace("*", ":path+"),
            "headers": [{"key": name, "value": value} for name, value in said.items()],
        }
        for path, said in rules.items()
    ]
    made = {
        "$schema": "https://openapi.vercel.sh/vercel.json",
        "framework": None,
        "trailingSlash": False,
        "headers": headers,
        "rewrites": handed_on + pages,
    }
    return {"vercel.json": json.dumps(made, indent=2) + "\n"}


HOSTS: dict[str, Callable[[Rules, str], dict[str, str]]] = {"netlify": netlify, "vercel": vercel}


def export(host: str, out: Path, gateway: str, files_origin: str | None, built: Path = BUILT) -> int:
    """Write the player and the host's own files into the new folder `out`; how many files of the player.

    Raises ConfigurationError.
    """
    if not (built / PAGE).is_file():
        raise ConfigurationError("the player is not built: python -m core.commands.build_player")
    if out.exists():
        raise ConfigurationError(f"{out} is there already")
    rules = asyncio.run(rules_of(built, files_origin))
    for path in files_of(built):
        target = out / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(built / path, target)
    for name, text in HOSTS[host](rules, gateway).items():
        (out / name).write_text(text, encoding="utf-8")
    return len(files_of(built))


def main(arguments: list[str]) -> int:
    """Exit code 0 done, 2 wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m api.static_host", description="The player for a static host."
    )
    parser.add_argument("host", choices=sorted(HOSTS))
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder that is not there yet")
    parser.add_argument("--gateway", required=True, help="the api's own origin, https://api.songs.example")
    given = parser.parse_args(arguments)
    try:
        settings = Settings.load()
        gateway = _https(given.gateway)
        count = export(given.host, given.out, gateway, settings.public_files_url)
    except MelodyError as error:
        print(error.detail or error, file=sys.stderr)  # noqa: T201
        return 2
    print(f"{count} files for {given.host} in {given.out}")  # noqa: T201
    return 0


def _https(origin: str) -> str:
    url = httpx.URL(origin)
    if url.scheme != "https" or not url.host or url.path != "/" or url.query or url.userinfo:
        raise ConfigurationError("--gateway: must be an origin like https://api.songs.example")
    return str(url).rstrip("/")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
