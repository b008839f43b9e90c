"""The player in Chromium, on a real gateway with a database of songs."""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from core.bootstrap import Services
from core.commands.build_player import WEBAPP, Builder
from core.embedded.home import free_port
from tests.fakes.telegram import TelegramStandIn
from tests.fixtures.music import in_catalogue
from tests.fixtures.studio import Studio, telegram_environment
from tests.integration.test_api_process import environment

START_SECONDS = 30.0
PATIENCE_MS = 15_000
BROWSERS = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome")
AXE = WEBAPP / "node_modules" / "axe-core" / "axe.min.js"

SONGS: list[tuple[str, str, dict[str, Any]]] = [
    (
        "तुम ही हो",
        "Arijit Singh",
        {"language": "hi", "duration": 262, "album": "Aashiqui 2", "popularity": 90},
    ),
    ("Tum Hi Ho (Unplugged)", "Mithoon", {"language": "hi", "duration": 238, "popularity": 60}),
    ("கண்ணான கண்ணே", "Sid Sriram", {"language": "ta", "duration": 271, "popularity": 80}),
    ("پسوڑی", "Ali Sethi", {"language": "ur", "duration": 224, "popularity": 70}),
    ("Lithium", "Brad Sucks", {"language": "en", "duration": 197, "release_year": 2012, "popularity": 50}),
]


@dataclass
class PlayerStudio:
    """A gateway that can be taken away and brought back at the same address."""

    url: str
    environment: dict[str, str]
    songs: dict[str, str]
    """Ids by title."""
    log: Path
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        with self.log.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "api.main", stdout=output, stderr=output, env=self.environment
            )
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient(base_url=self.url) as client:
            while True:
                try:
                    if (await client.get("/api/v1/system/health")).status_code == 200:
                        return
                except httpx.TransportError:
                    assert self._process.returncode is None, self.log.read_text()
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@dataclass
class Visitor:
    """Somebody with a browser. What the browser complains of is collected; the test fails on any."""

    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)

    async def open(self, path: str) -> None:
        """Open a page of the player and wait until it shows its first heading."""
        await self.page.goto(path)
        await self.page.locator("main h1").first.wait_for()

    async def has_worker(self) -> None:
        """Wait until the service worker looks after this page, and keeps all that the player is made of."""
        await self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await self.page.reload()
        await self.page.evaluate(
            "navigator.serviceWorker.controller ? true : new Promise((seen) =>"
            " navigator.serviceWorker.addEventListener('controllerchange', () => seen(true), { once: true }))"
        )
        await self.page.locator("main h1").first.wait_for()

    async def accessibility(self) -> list[dict[str, Any]]:
        """What axe finds on this screen."""
        await self.page.evaluate(AXE.read_text())
        found: list[dict[str, Any]] = await self.page.evaluate(
            "axe.run().then(({ violations }) => violations.map(({ id, nodes }) =>"
            " ({ id, where: nodes.map(({ html }) => html.slice(0, 200)) })))"
        )
        return found

    def listen(self) -> None:
        def hear(message: ConsoleMessage) -> None:
            is_ours = "blocked by Playwright" not in message.text  # the test's own doing
            if message.type in {"error", "warning"} and is_ours:
                self.complaints.append(f"{message.text} ({message.location.get('url')})")

        self.page.on("console", hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))


def find_browser() -> str:
    """Chromium, from CHROMIUM_PATH or the system."""
    for name in (os.environ.get("CHROMIUM_PATH"), *BROWSERS):
        if name and (path := shutil.which(name)):
            return path
    pytest.fail("these tests need Chromium: install it, or say by CHROMIUM_PATH where it is")


@pytest.fixture(scope="session")
def built_player() -> Path:
    """The folder of the player, built from the sources as they are."""
    if not Builder().build():
        pytest.fail("these tests need the player, and that takes Node.js 20.19 or later")
    return WEBAPP / "dist"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = await playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        yield chromium
        await chromium.close()


@pytest.fixture
def stand_in() -> Iterator[TelegramStandIn]:
    with TelegramStandIn() as telegram:
        yield telegram


@pytest.fixture
async def studio(
    services: Services, built_player: Path, stand_in: TelegramStandIn, tmp_path: Path
) -> AsyncIterator[PlayerStudio]:
    port = free_port()
    songs = {
        title: str(await in_catalogue(services.database, title, artist, **facts))
        for title, artist, facts in SONGS
    }
    settings = {"MELODY_PORT": str(port), "MELODY_SOURCES": "local", **telegram_environment(stand_in)}
    running = PlayerStudio(
        f"http://127.0.0.1:{port}", environment(services, **settings), songs, tmp_path / "api.log"
    )
    await running.start()
    yield running
    await running.stop()


@asynccontextmanager
async def visiting(browser: Browser, studio: PlayerStudio | Studio, **how: Any) -> AsyncIterator[Visitor]:
    """A visitor with a phone and nothing remembered; `how` as Playwright's `new_context` takes it."""
    defaults = {"locale": "en-IN", "viewport": {"width": 360, "height": 740}, "reduced_motion": "reduce"}
    context = await browser.new_context(base_url=studio.url, **defaults | how)
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(context, await context.new_page())
    visitor.listen()
    yield visitor
    assert visitor.complaints == [], visitor.complaints
    await context.close()
