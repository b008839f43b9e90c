"""The screens in the languages that ask most of a layout: Urdu from right to left, Tamil for its width."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from core.bootstrap import Services
from tests.e2e.player import PlayerStudio, browser, built_player, stand_in, studio, visiting
from tests.e2e.test_player import settled
from tests.e2e.test_player_session import link_for

__all__ = ["browser", "built_player", "stand_in", "studio"]

pytestmark = [pytest.mark.slow, pytest.mark.broad, pytest.mark.timeout(600)]

WIDTHS = {360: 740, 1280: 800}
LOOKS = {"ur": ("rtl", "light"), "ta": ("ltr", "dark")}


@pytest.mark.parametrize("language", LOOKS)
async def test_every_screen_fits(
    browser: Browser, studio: PlayerStudio, services: Services, language: str, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("MELODY_TEST_PICTURES_DIR", tmp_path))
    direction, scheme = LOOKS[language]
    screens = {
        "search": "/",
        "found": "/?q=tum+he+ho",
        "song": f"/song/{studio.songs['پسوڑی']}",
        "no-song": "/song/nothing",
        "settings": "/settings",
        "account": "/account",
        "library": "/library",
        "playlists": "/library/playlists",
        "offline": "/library/offline",
        "making": "/making",
        "upload": "/upload",
        "player": "/player",
        "lost": "/no/such/page",
    }
    ours = {"locale": language, "color_scheme": scheme, "service_workers": "block"}
    async with visiting(browser, studio, **ours) as visitor:
        page = visitor.page
        await visitor.open("/sign-in")
        await page.screenshot(path=pictures / f"sign-in-360-{scheme}-{language}.png")
        await visitor.open("/")
        await visitor.open(await link_for(services, studio, "Asha"))
        await page.locator("main button").first.click()
        await page.wait_for_url(f"{studio.url}/")
        for name, path in screens.items():
            await page.set_viewport_size({"width": 360, "height": 740})
            await visitor.open(path)
            await settled(visitor)
            await expect(page.locator("html")).to_have_attribute("dir", direction)
            await expect(page.locator("html")).to_have_attribute("lang", language)
            for width, height in WIDTHS.items():
                await page.set_viewport_size({"width": width, "height": height})
                await page.screenshot(path=pictures / f"{name}-{width}-{scheme}-{language}.png")
                fits = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
                assert fits, f"{name} is wider than {width} pixels"
            assert await visitor.accessibility() == [], name
        visitor.complaints[:] = [one for one in visitor.complaints if "Service Worker" not in one]
