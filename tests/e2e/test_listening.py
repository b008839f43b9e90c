"""Somebody signed in, with all processes running: hand over a recording, have its voice taken out, hear it,
keep it, and find it again."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from api.schemas.library import ENTRY, OWN_SONG
from tests.e2e.player import Visitor, browser, built_player, visiting
from tests.e2e.sound import lithium_mix
from tests.e2e.test_phone_sign_in import ask, in_the_log
from tests.fixtures.studio import Studio, studio

__all__ = ["browser", "built_player"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

MADE_MS = 120_000
MANY, PAGE, MOST_ROWS = 10_000, 100, 80
MOST_TABS = 60
ENDED = re.compile(r"status of 40[134]|Service Worker registration blocked")
WIDTHS = {360: 740, 768: 1024, 1280: 800}


@pytest.fixture
def running(built_player: Path, tmp_path: Path) -> Iterator[Studio]:
    with studio(tmp_path / "data") as started:
        yield started


async def sign_in(visitor: Visitor, running: Studio) -> None:
    """With the code of the log; the player then finds its cookie."""
    request_id = await asyncio.to_thread(ask, running)
    code = await asyncio.to_thread(in_the_log, running.data_dir / "logs")
    answer = await visitor.context.request.post(
        f"{running.url}/api/v1/auth/verify-otp", data={"request_id": request_id, "otp": code}
    )
    assert answer.ok, await answer.text()


async def position(page: Page) -> int:
    """Seconds into the song, as the slider says."""
    return int(float(await page.get_by_role("slider", name="Place in the song").input_value()))


async def advances(page: Page) -> None:
    """The sound goes on from where it is; what was just chosen may begin it anew, once."""
    slider = page.get_by_role("slider", name="Place in the song")
    places = [await position(page)]
    for _ in range(2):
        await expect(slider).not_to_have_value(str(places[-1]))
        places.append(await position(page))
        if places[-1] > places[-2]:
            return
    raise AssertionError(f"it stands still: {places}")


async def test_a_recording_is_sent_made_heard_kept_and_found(
    browser: Browser, running: Studio, tmp_path: Path
) -> None:
    song = tmp_path / "Lithium.m4a"
    song.write_bytes(lithium_mix(tmp_path, "Lithium", "Aanya"))
    async with visiting(browser, running) as visitor:
        page = visitor.page
        await sign_in(visitor, running)

        await visitor.open("/upload")
        await page.locator("input[type=file]").set_input_files(song)
        await expect(page.get_by_role("heading", name="Lithium")).to_be_visible()
        await page.get_by_role("button", name="Instrumental").click()
        await page.get_by_role("slider", name="Key").fill("2")
        await page.get_by_role("button", name="Make it").click()

        await expect(page.get_by_role("heading", name="Making")).to_be_visible()
        bar = page.get_by_role("progressbar", name="Lithium")
        await expect(bar).to_have_attribute("aria-valuenow", re.compile(r"^[1-9]"))
        play = page.get_by_role("button", name="Play Lithium")
        await expect(play).to_be_visible(timeout=MADE_MS)
        await expect(page.get_by_text("Instrumental · Key +2")).to_be_visible()

        await play.click()
        await page.get_by_role("link", name="Open the player").click()
        await expect(page.get_by_role("radio", name="Instrumental")).to_be_checked()
        await advances(page)
        await page.get_by_role("radio", name="Whole song").check(force=True)
        await advances(page)
        await page.get_by_role("slider", name="Place in the song").fill("14")
        await advances(page)
        assert await position(page) >= 14
        await page.locator("main").focus()
        await page.keyboard.press("k")
        await expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()

        await page.get_by_role("link", name="Library").click()
        row = page.locator("ms-library-row")
        await expect(row).to_contain_text("Lithium")
        keep = row.get_by_role("button", name="Save")
        await expect(keep).to_have_attribute("aria-pressed", "true")
        await keep.click()
        await expect(keep).to_have_attribute("aria-pressed", "false")
        await page.get_by_role("button", name="Undo").click()
        await expect(keep).to_have_attribute("aria-pressed", "true")

        address = await row.get_by_role("link").first.get_attribute("href")
        await visitor.open(str(address))  # of one's own: the browser misses nothing
        await expect(page.get_by_role("heading", level=1)).to_have_text("Lithium")
        await visitor.open("/library?shelf=saved")
        await expect(row).to_contain_text("Lithium")
        mini = page.get_by_role("region", name="Now playing")
        await expect(mini).to_contain_text("Lithium")  # where one left
        await page.get_by_role("button", name="Play", exact=True).click()
        await page.get_by_role("link", name="Open the player").click()
        await advances(page)
        assert await position(page) >= 14
        remembered = await visitor.context.storage_state()
    async with visiting(browser, running, service_workers="block", storage_state=remembered) as visitor:
        await by_keyboard_alone(visitor, "Lithium")


async def by_keyboard_alone(visitor: Visitor, title: str) -> None:
    """Look for one's own song, open it, hear it though the first link to it has ended, and keep it."""
    page = visitor.page
    links = await end_the_first_link(page)
    await visitor.open("/")
    await tab_to(page, page.get_by_role("searchbox"))
    await page.keyboard.type(title.lower())
    await expect(page.get_by_role("heading", name="In your library")).to_be_visible()
    await tab_to(page, page.get_by_role("link", name=title).first)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", level=1)).to_have_text(title)
    await tab_to(page, page.get_by_role("button", name="Listen"))
    await page.keyboard.press("Enter")
    saved = page.locator("ms-save-button button")
    await tab_to(page, saved)
    for pressed in ("false", "true"):
        await page.keyboard.press("Enter")
        await expect(saved).to_have_attribute("aria-pressed", pressed)
    await tab_to(page, page.get_by_role("link", name="Open the player"))
    await page.keyboard.press("Enter")
    await advances(page)
    assert len(links) > 1
    visitor.complaints[:] = [one for one in visitor.complaints if not ENDED.search(one)]


async def end_the_first_link(page: Page) -> list[str]:
    """The first answer of where to hear a song holds links that are no good; the answers so far."""
    answers: list[str] = []

    async def pass_on(route: Route) -> None:
        answer = await route.fetch()
        text = await answer.text()
        broken = re.sub(r'(/files/[^"]*)[^"]"', r'\1~"', text) if not answers else text
        answers.append(broken)
        await route.fulfill(response=answer, body=broken)

    await page.route("**/api/v1/audio/songs/*/playback", pass_on)
    return answers


async def tab_to(page: Page, target: Locator) -> None:
    await target.wait_for()
    for _ in range(MOST_TABS):
        if await target.evaluate("(element) => element === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"{target} is not reached by {MOST_TABS} tabs")


async def test_ten_thousand_songs_are_a_few_rows_at_a_time(browser: Browser, running: Studio) -> None:
    """The whole list can be scrolled through, page after page, and only what is seen is in the page."""
    async with visiting(browser, running, service_workers="block") as visitor:
        page = visitor.page
        await sign_in(visitor, running)
        await page.route("**/api/v1/library?*", a_page_of_many)
        await visitor.open("/library")
        last = page.get_by_role("link", name=f"Song {MANY - 1}")
        for _ in range(MANY // PAGE * 3):
            await page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
            await page.evaluate("new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)))")
            assert await page.locator("ms-library-row").count() < MOST_ROWS
            if await last.is_visible():
                break
        await expect(last).to_be_visible()


async def a_page_of_many(route: Route) -> None:
    asked = parse_qs(urlsplit(route.request.url).query)
    first = int(asked.get("cursor", ["0"])[0])
    numbers = range(first, first + PAGE) if asked.get("shelf") == ["recent"] else range(0)
    items = [entry(number) for number in numbers]
    end = first + PAGE
    await route.fulfill(json={"items": items, "next_cursor": str(end) if items and end < MANY else None})


def entry(number: int) -> dict[str, Any]:
    song_id = str(UUID(int=number))
    song = {**OWN_SONG, "id": song_id, "title": f"Song {number}", "language": "en"}
    return {**ENTRY, "song_id": song_id, "song": song}


async def look(visitor: Visitor, name: str, pictures: Path, scheme: str, first: Locator) -> None:
    await first.wait_for()
    for width, height in WIDTHS.items():
        await visitor.page.set_viewport_size({"width": width, "height": height})
        await visitor.page.evaluate("document.fonts.ready.then(() => true)")
        await visitor.page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png")
        assert await visitor.accessibility() == [], (name, width)
        fits = await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert fits, f"{name} is wider than {width} pixels"


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_the_screens_of_ones_own_are_for_everyone_and_fit(
    browser: Browser, running: Studio, scheme: str, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("MELODY_TEST_PICTURES_DIR", tmp_path))
    song = tmp_path / "Lithium.m4a"
    song.write_bytes(lithium_mix(tmp_path, "Lithium", "Aanya"))
    blocked = {"color_scheme": scheme, "service_workers": "block"}
    async with visiting(browser, running, **blocked) as visitor:
        page = visitor.page
        await sign_in(visitor, running)
        for name, path in {
            "library-empty": "/library",
            "making-empty": "/making",
            "upload": "/upload",
        }.items():
            await visitor.open(path)
            await look(visitor, name, pictures, scheme, page.locator("ms-wave").first)
        await page.locator("input[type=file]").set_input_files(song)
        listen = page.get_by_role("button", name="Listen")
        await look(visitor, "uploaded", pictures, scheme, listen)
        await listen.click()
        await page.get_by_role("button", name="Instrumental").click()
        await look(visitor, "options", pictures, scheme, page.get_by_role("button", name="Make it"))
        await page.get_by_role("button", name="Make it").click()
        await look(visitor, "making", pictures, scheme, page.get_by_role("heading", name="Making"))
        await page.get_by_role("button", name="Play Lithium").click(timeout=MADE_MS)
        await page.get_by_role("link", name="Open the player").click()
        await look(visitor, "player", pictures, scheme, page.get_by_role("radio", name="Whole song"))
        await page.keyboard.press("?")
        await look(visitor, "keys", pictures, scheme, page.get_by_text("Use these keys"))
        await page.keyboard.press("Escape")
        await visitor.open("/library")
        await look(visitor, "library", pictures, scheme, page.locator("ms-library-row"))
        await visitor.open("/library/playlists")
        await page.get_by_role("textbox", name="Name of a new playlist").fill("For the road")
        await page.get_by_role("button", name="Make it").click()
        await look(visitor, "playlists", pictures, scheme, page.get_by_role("link", name="For the road"))
        await page.get_by_role("link", name="For the road").click()
        await look(visitor, "playlist", pictures, scheme, page.get_by_role("button", name="Delete playlist"))
