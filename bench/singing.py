"""What a song of four minutes takes in the browser while somebody sings to it.

The renderer's proportional memory (PSS: its own, and its share of what it shares with others), on the song's
page and once a second while it is sung: a semitone higher, with six jumps through it, then on without any.
Both ways of the player (docs/decisions/0033): streamed, and decoded as on an iPhone.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from playwright.async_api import Browser, Page, expect

from core.media.encode import Encoder, Label
from core.ports import SAMPLE_RATE, AudioFormat
from tests.e2e.player import Visitor
from tests.e2e.sound import lithium

SONG_SECONDS = 240
JUMPS = (200, 20, 150, 60, 230, 100)
JUMP_SECONDS = 2
WATCH_SECONDS = 25
MADE_MS = 300_000
WAYS = {"streamed": "", "decoded": "delete window.MediaSource"}


@dataclass(frozen=True)
class Singing:
    """Megabytes of the renderer."""

    way: str
    before: float
    """On the song's page."""
    most: float
    """At any second of the singing."""
    after: float
    """At the end, the song still sounding."""


def four_minutes(path: Path) -> Path:
    """The shared excerpt again and again, as a recording."""
    mix = lithium("vocals") + lithium("instrumental")
    with Encoder(path, AudioFormat.M4A, Label("Four minutes", "Aanya"), seconds=SONG_SECONDS) as encoder:
        left = SONG_SECONDS * SAMPLE_RATE
        while left > 0:
            encoder.write(np.ascontiguousarray(mix[:left]))
            left -= len(mix)
    return path


async def sing(browser: Browser, visitor: Visitor, song_id: str) -> list[Singing]:
    """Each way in a page of its own, so in a process of its own once the others are closed."""
    await visitor.page.goto("about:blank")
    found = []
    for way, script in WAYS.items():
        page = await visitor.context.new_page()
        await page.add_init_script(script)
        found.append(await _sing(browser, page, song_id, way))
        await page.close()
    return found


async def _sing(browser: Browser, page: Page, song_id: str, way: str) -> Singing:
    await page.goto(f"/song/{song_id}")
    link = page.get_by_role("link", name="Sing", exact=True)
    await link.wait_for()
    before = await renderer_mb(browser)
    await link.click()
    await expect(page.get_by_role("slider", name="Guide vocal")).to_be_visible(timeout=MADE_MS)
    place = page.get_by_role("slider", name="Place in the song")
    await page.get_by_role("button", name="Play", exact=True).click()
    await expect(place).not_to_have_value("0")
    await page.get_by_role("button", name="Higher key").click()
    seen: list[float] = []
    for second in JUMPS:
        await place.fill(str(second))
        await _watch(browser, seen, JUMP_SECONDS)
    await _watch(browser, seen, WATCH_SECONDS)
    await expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    return Singing(way, before, max(seen), seen[-1])


async def _watch(browser: Browser, seen: list[float], seconds: int) -> None:
    for _ in range(seconds):
        await asyncio.sleep(1)
        seen.append(await renderer_mb(browser))


async def renderer_mb(browser: Browser) -> float:
    """Of the largest renderer, which is that of the one page with a song."""
    session = await browser.new_browser_cdp_session()
    processes: list[dict[str, Any]] = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    await session.detach()
    sizes: list[int] = [
        psutil.Process(each["id"]).memory_full_info().pss for each in processes if each["type"] == "renderer"
    ]
    return float(round(max(sizes) / 1e6, 1))
