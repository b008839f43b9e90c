"""The player, as built and as served: `python -m bench.player`.

A whole studio of this benchmark's own, with Chromium in front of it:

- **weight**: what a first visit fetches, and the largest part that is fetched later (brotli).
- **tap to sound**: from the tap on Listen to the moment the media element's clock has moved, on the page of
  an uploaded song, each time in a fresh page; the `playing` event beside it.
- **memory**: the renderer's own (not shared) memory while a song plays, and the JavaScript heap; then what a
  song of four minutes takes while somebody sings to it (`bench/singing.py`).
- **Lighthouse**: the median of several visits, on its slow phone and on a desktop. npm fetches it; where that
  is not possible the rest is measured, and the table says so.

Times and Lighthouse's performance count as missed only while the machine has nothing else to do.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import psutil
from playwright.async_api import Browser, Page, async_playwright

from bench import lighthouse, report
from bench.lighthouse import NoLighthouseError, Verdict
from bench.singing import WATCH_SECONDS, Singing, four_minutes, sing
from core.commands.build_player import WEBAPP, Builder
from core.machine import cores
from tests.e2e.player import SONGS, find_browser, visiting
from tests.e2e.sound import lithium_mix
from tests.e2e.test_listening import sign_in
from tests.e2e.weight import INITIAL_BYTES, LAZY_BYTES, Weight, weigh
from tests.fixtures.studio import Studio, studio
from tests.material import ROOT

BOUND_SOUND = 300.0
"""Milliseconds, on this machine."""
BOUND_SINGING = 200.0
"""Megabytes of the renderer."""
BOUND_PERFORMANCE = 90
DEVICES = ("mobile", "desktop")
WATCH_SOUND = """
window.heard = new Promise((told) => {
  let tapped = 0, playing = 0;
  addEventListener('click', () => (tapped = performance.now()), { capture: true });
  const play = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function () {
    const begun = this.currentTime;
    this.addEventListener('playing', () => (playing = performance.now()), { once: true });
    const look = () => {
      if (this.currentTime > begun && playing)
        told({ playing: playing - tapped, sound: performance.now() - tapped });
      else requestAnimationFrame(look);
    };
    look();
    return play.call(this);
  };
});
"""


@dataclass(frozen=True)
class Sound:
    """Milliseconds from the tap."""

    playing: float
    """The element said that it plays."""
    moved: float
    """Its clock had moved."""


@dataclass(frozen=True)
class Memory:
    """Megabytes while a song plays."""

    renderer: float
    heap: float


@dataclass(frozen=True)
class Heard:
    """What was found out by playing."""

    sounds: list[Sound]
    memory: Memory
    singing: list[Singing]


async def hear(browser: Browser, running: Studio, rounds: int, folder: Path) -> Heard:
    """Upload a song and tap on Listen so many times, each in a fresh page; then sing a longer one."""
    async with visiting(browser, running, service_workers="block") as visitor:
        await sign_in(visitor, running)
        short = folder / "Lithium.m4a"
        short.write_bytes(lithium_mix(folder, "Lithium", "Aanya"))
        song_id = await upload(visitor.page, short)
        sounds = []
        for _ in range(rounds):
            page = await visitor.context.new_page()
            await page.add_init_script(WATCH_SOUND)
            await page.goto(f"/song/{song_id}")
            await page.get_by_role("button", name="Listen").click()
            heard = await page.evaluate("heard")
            sounds.append(Sound(round(heard["playing"], 1), round(heard["sound"], 1)))
            memory = await memory_of(browser, page)
            await page.close()
        long = await upload(visitor.page, four_minutes(folder / "Four minutes.m4a"))
        return Heard(sounds, memory, await sing(browser, visitor, long))


async def upload(page: Page, path: Path) -> str:
    """The id of a song of this person's own."""
    await page.goto("/upload")
    async with page.expect_response("**/api/v1/audio/upload") as answer:
        await page.locator("input[type=file]").set_input_files(path)
    return str((await (await answer.value).json())["id"])


async def memory_of(browser: Browser, page: Page) -> Memory:
    ours = await page.context.new_cdp_session(page)
    await ours.send("Performance.enable")
    metrics = {each["name"]: each["value"] for each in (await ours.send("Performance.getMetrics"))["metrics"]}
    session = await browser.new_browser_cdp_session()
    processes: list[dict[str, Any]] = (await session.send("SystemInfo.getProcessInfo"))["processInfo"]
    own = [
        psutil.Process(each["id"]).memory_full_info().uss for each in processes if each["type"] == "renderer"
    ]
    return Memory(round(max(own) / 1e6, 1), round(metrics["JSHeapUsedSize"] / 1e6, 1))


def fill(running: Studio, folder: Path) -> str:
    """Songs for everybody; the id of one of them."""
    listed = folder / "songs.jsonl"
    lines = [{"title": title, "artist": artist, **facts} for title, artist, facts in SONGS]
    listed.write_text("".join(json.dumps(line) + "\n" for line in lines))
    command = [sys.executable, "-m", "core.cli", "catalog", "import", str(listed)]
    subprocess.run([*command, "--data-dir", str(running.data_dir)], cwd=ROOT, check=True, capture_output=True)
    answer = httpx.get(f"{running.url}/api/v1/music/search", params={"q": SONGS[0][0]}, timeout=30)
    return str(answer.raise_for_status().json()["items"][0]["id"])


def look(running: Studio, song_id: str, runs: int) -> tuple[list[Verdict], str | None]:
    """What Lighthouse says of each page, and why it says no more."""
    verdicts: list[Verdict] = []
    try:
        lighthouse.fetch()
        for page in ("/", f"/song/{song_id}"):
            for device in DEVICES:
                verdicts.append(lighthouse.visit(running.url, page, device, runs, find_browser()))
                show_verdict(verdicts[-1])
    except NoLighthouseError as error:
        return verdicts, str(error)
    return verdicts, None


async def in_browser(running: Studio, rounds: int, folder: Path) -> Heard:
    async with async_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
        chromium = await playwright.chromium.launch(executable_path=find_browser(), args=arguments)
        try:
            return await hear(chromium, running, rounds, folder)
        finally:
            await chromium.close()


def show(name: str, value: float, bound: float | None = None) -> None:
    print(f"{name:44} {value:8.1f} {'' if bound is None else bound:>8}", flush=True)


def show_first(weight: Weight, heard: Heard) -> None:
    print(f"{'figure':44} {'value':>8} {'bound':>8}")
    show("first visit, kB", weight.initial / 1000, INITIAL_BYTES / 1000)
    show("largest lazy part, kB", weight.largest_lazy / 1000, LAZY_BYTES / 1000)
    show("tap to `playing`, ms, median", statistics.median(one.playing for one in heard.sounds))
    show("tap to sound, ms, median", statistics.median(one.moved for one in heard.sounds), BOUND_SOUND)
    show("renderer while playing, MB", heard.memory.renderer)
    show("JavaScript heap while playing, MB", heard.memory.heap)
    for one in heard.singing:
        show(f"renderer before singing, {one.way}, MB", one.before)
        show(f"most while singing, {one.way}, MB", one.most, BOUND_SINGING)
        show(f"after {WATCH_SECONDS} s without a jump, {one.way}, MB", one.after)


def show_verdict(one: Verdict) -> None:
    page = "song" if one.page.startswith("/song/") else one.page
    for name, score in one.scores.items():
        bound = BOUND_PERFORMANCE if name == "performance" else 100
        show(f"Lighthouse, {page}, {one.device}, {name}", score, bound)
    if one.complaints:
        print(f"  {', '.join(one.complaints)}", flush=True)


def holds(weight: Weight, heard: Heard, verdicts: list[Verdict], is_busy: bool) -> bool:
    """Whether every bound that this run can tell about was kept."""
    kept = weight.initial <= INITIAL_BYTES and weight.largest_lazy <= LAZY_BYTES
    kept &= all(one.most <= BOUND_SINGING for one in heard.singing)
    for verdict in verdicts:
        kept &= not verdict.complaints
        kept &= is_busy or verdict.scores["performance"] >= BOUND_PERFORMANCE
    return kept and (is_busy or statistics.median(one.moved for one in heard.sounds) <= BOUND_SOUND)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.player")
    parser.add_argument("--runs", type=int, default=5, help="visits of Lighthouse and taps, for each median")
    parser.add_argument("--no-lighthouse", action="store_true", help="all the rest, in some minutes")
    parser.add_argument("--out", type=Path, help="where the figures go")
    arguments = parser.parse_args()
    is_busy = os.getloadavg()[0] > cores() / 2
    if not Builder().build():
        print("this takes the player, and that takes Node.js 20.19 or later", file=sys.stderr)
        return 1
    with TemporaryDirectory() as name, studio(Path(name) / "data") as running:
        weight = weigh(WEBAPP / "dist")
        heard = asyncio.run(in_browser(running, arguments.runs, Path(name)))
        show_first(weight, heard)
        verdicts: list[Verdict] = []
        why_not: str | None = "not asked for"
        if not arguments.no_lighthouse:
            verdicts, why_not = look(running, fill(running, Path(name)), arguments.runs)
    figures = {
        "busy": is_busy,
        "weight": asdict(weight),
        "tap_to_sound_ms": [asdict(one) for one in heard.sounds],
        "memory_mb": asdict(heard.memory),
        "singing_mb": [asdict(one) for one in heard.singing],
        "lighthouse": {
            "version": lighthouse.VERSION,
            "visits": [asdict(one) for one in verdicts],
            "not_run": why_not,
        },
    }
    report.write("player", figures, arguments.out)
    if why_not is not None:
        print(f"Lighthouse {lighthouse.VERSION}: {why_not}")
    if is_busy:
        print("The machine was busy: times and performance are upper bounds.")
    return 0 if holds(weight, heard, verdicts, is_busy) else 1


if __name__ == "__main__":
    sys.exit(main())
