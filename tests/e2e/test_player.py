"""The player as people use it: find a song in its own script, read about it, lose the network, come back."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.e2e.player import (
    PATIENCE_MS,
    PlayerStudio,
    Visitor,
    browser,
    built_player,
    stand_in,
    studio,
    visiting,
)
from tests.e2e.weight import INITIAL_BYTES, LAZY_BYTES, weigh

__all__ = ["browser", "built_player", "stand_in", "studio"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WIDTHS = {360: 740, 768: 1024, 1280: 800}
AXE_WIDTHS = {360, 1280}
"""The layout with the bar at the bottom, and the one with the rail."""
EXPECTED = re.compile(r"status of 503|Service Worker registration blocked by Playwright")
AWAY = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|status of 504")


async def test_a_song_is_found_in_its_own_script(browser: Browser, studio: PlayerStudio) -> None:
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        await visitor.open("/")
        await expect(page.get_by_role("link", name="Lithium")).to_be_visible()  # trending

        await page.get_by_role("searchbox").press_sequentially("तुम ही हो", delay=30)
        await expect(page).to_have_url(re.compile("q="))
        first = page.locator("ms-song-row").first
        await expect(first).to_contain_text("तुम ही हो")
        await expect(first).to_contain_text("Arijit Singh · Hindi · 4:22")

        await first.click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("तुम ही हो")
        await expect(page).to_have_title("तुम ही हो – Arijit Singh · Melody Studio")
        await expect(page.locator("dl")).to_contain_text("Aashiqui 2")
        chat = page.get_by_role("link", name="Sing it in Telegram")
        card = studio.songs["तुम ही हो"].replace("-", "")
        assert await chat.get_attribute("href") == f"https://t.me/melody_standin_bot?start=song_{card}"

        await page.get_by_role("button", name="Back").click()
        await expect(page.get_by_role("searchbox")).to_have_value("तुम ही हो")
        await page.get_by_role("button", name="Clear").click()
        await expect(page.get_by_role("button", name="तुम ही हो")).to_be_visible()  # looked for before


async def test_languages_and_spellings_narrow_and_widen(browser: Browser, studio: PlayerStudio) -> None:
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        await visitor.open("/?q=kannana+kanne")
        await expect(page.locator("ms-song-row").first).to_contain_text("கண்ணான கண்ணே")
        await page.get_by_role("option", name="हिन्दी").click()
        await expect(page.get_by_role("heading", name="No song for “kannana kanne”")).to_be_visible()
        await expect(page).to_have_url(re.compile("language=hi"))
        await page.get_by_role("option", name="All").click()
        await expect(page.locator("ms-song-row").first).to_contain_text("கண்ணான கண்ணே")
        await page.get_by_role("searchbox").fill("கண்ணான")
        await expect(page).to_have_url(re.compile("q=%E0%AE%95"))
        await expect(page.locator("ms-song-row").first).to_contain_text("Sid Sriram · Tamil · 4:31")


async def test_without_network_what_was_opened_is_there(browser: Browser, studio: PlayerStudio) -> None:
    async with visiting(browser, studio) as visitor:
        page, song = visitor.page, f"/song/{studio.songs['Lithium']}"
        await visitor.open(song)
        await visitor.has_worker()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Lithium")

        await studio.stop()
        await visitor.context.set_offline(True)
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Lithium")
        await expect(page.get_by_text("You are offline. What you have opened")).to_be_visible()

        await page.get_by_role("link", name="Search").click()
        await page.get_by_role("searchbox").fill("never asked before")
        await expect(page.get_by_role("heading", name="You are offline")).to_be_visible()

        await studio.start()
        await visitor.context.set_offline(False)
        await expect(page.get_by_role("heading", name="No song for")).to_be_visible()
        visitor.complaints[:] = [one for one in visitor.complaints if not AWAY.search(one)]


async def test_a_studio_in_trouble_says_so_and_is_asked_again(browser: Browser, studio: PlayerStudio) -> None:
    async with visiting(browser, studio, service_workers="block") as visitor:
        page = visitor.page
        await page.route("**/api/v1/music/search*", lambda route: route.fulfill(status=503))
        await visitor.open("/?q=lithium")
        await expect(page.get_by_role("heading", name="The studio does not answer")).to_be_visible()
        await page.unroute("**/api/v1/music/search*")
        await page.get_by_role("button", name="Try again").click()
        await expect(page.locator("ms-song-row").first).to_contain_text("Lithium")
        visitor.complaints[:] = [one for one in visitor.complaints if not EXPECTED.search(one)]


async def test_urdu_runs_from_right_to_left_and_the_choice_is_kept(
    browser: Browser, studio: PlayerStudio
) -> None:
    async with visiting(browser, studio, color_scheme="light") as visitor:
        page = visitor.page
        await visitor.open("/settings")
        await page.get_by_role("radio", name="اردو").check(force=True)
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await expect(page.get_by_role("heading", level=1)).to_have_text("ترتیبات")
        await page.get_by_role("radio", name="شام").check(force=True)
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("ترتیبات")
        ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ground == "rgb(15, 11, 26)"
        assert await visitor.accessibility() == []


async def test_everything_can_be_reached_by_keyboard(browser: Browser, studio: PlayerStudio) -> None:
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        await visitor.open("/?q=lithium")
        await expect(page.locator("ms-song-row")).not_to_have_count(0)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to the songs")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("main")).to_be_focused()
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("searchbox")).to_be_focused()
        for _ in range(10):
            await page.keyboard.press("Tab")
            if await page.evaluate("document.activeElement.closest('ms-song-row') !== null"):
                break
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Lithium")
        await expect(page.locator("main")).to_be_focused()


@pytest.mark.broad
async def test_the_api_can_be_read_and_tried_out(browser: Browser, studio: PlayerStudio) -> None:
    async with visiting(browser, studio) as visitor:
        page, asked = visitor.page, set[str]()
        page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
        await page.goto("/redoc")
        await expect(page.get_by_role("heading", name="Ask for a sign-in code")).to_be_visible(
            timeout=PATIENCE_MS
        )
        await page.goto("/docs")
        await page.get_by_text("Songs of all:").click()
        await page.get_by_text("/api/v1/music/trending").click()
        await page.get_by_role("button", name="Execute").click()
        await expect(page.get_by_text("Lithium").first).to_be_visible()
        assert asked <= {urlsplit(studio.url).netloc, ""}, "the last is what a page makes of its own"


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_every_screen_is_for_everyone_and_fits(
    browser: Browser, studio: PlayerStudio, scheme: str, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("MELODY_TEST_PICTURES_DIR", tmp_path))
    screens = {
        "search": "/",
        "found": "/?q=tum+he+ho",
        "nothing": "/?q=qqqqzzzz",
        "song": f"/song/{studio.songs['तुम ही हो']}",
        "urdu-song": f"/song/{studio.songs['پسوڑی']}",
        "no-song": "/song/nothing",
        "settings": "/settings",
        "lost": "/no/such/page",
    }
    async with visiting(browser, studio, color_scheme=scheme) as visitor:
        for width, height in WIDTHS.items():
            await visitor.page.set_viewport_size({"width": width, "height": height})
            for name, path in screens.items():
                await visitor.open(path)
                await settled(visitor)
                await visitor.page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png")
                if width in AXE_WIDTHS:
                    assert await visitor.accessibility() == [], (name, width)
                fits = await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert fits, f"{name} is wider than {width} pixels"


async def settled(visitor: Visitor) -> None:
    """Nothing is on its way any more, and the fonts are there."""
    await expect(visitor.page.locator("[aria-busy=true], ms-song-rows-waiting")).to_have_count(0)
    await visitor.page.evaluate("document.fonts.ready.then(() => true)")


def test_the_first_visit_is_small(built_player: Path) -> None:
    weight = weigh(built_player)
    print(f"initial {weight.initial / 1000:.1f} kB, largest lazy {weight.largest_lazy / 1000:.1f} kB")
    assert weight.initial <= INITIAL_BYTES
    assert weight.largest_lazy <= LAZY_BYTES
