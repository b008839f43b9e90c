"""Without a network: what was kept plays, what was opened is there, and what is done is sent later, once."""

from __future__ import annotations

import os
import re
from pathlib import Path
from uuid import UUID

import pytest
from playwright.async_api import Browser, Locator, Page, Request, expect
from sqlalchemy import func, select

from core.bootstrap import Services
from core.conversion.models import ConversionJob
from core.library.models import LibraryEntry
from tests.e2e.player import PlayerStudio, Visitor, browser, built_player, stand_in, studio, visiting
from tests.e2e.sound import lithium_mix
from tests.e2e.test_listening import advances, position
from tests.e2e.test_player_session import come_in, link_for

__all__ = ["browser", "built_player", "stand_in", "studio"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WIDTHS = {360: 740, 768: 1024, 1280: 800}
AWAY = re.compile(
    r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|status of (416|504)|WebSocket connection"
)
DRAWN = """() => document.fonts.ready.then(() => new Promise((drawn) =>
  requestAnimationFrame(() => requestAnimationFrame(() => drawn(true)))))"""
SIZE = re.compile(r"Aanya · [\d.]+ (MB|kB)")
BACK_MS = 30_000
"""Who is here has to be found out first, by a studio that has just started."""
LATER = "Will be sent later"
TUM_HI_HO = "तुम ही हो"

ALL_KEPT = """async () => JSON.stringify([await caches.keys(), localStorage, await new Promise((known) => {
  const asked = indexedDB.open('melody-outbox', 1);
  asked.onsuccess = () => {
    const all = asked.result.transaction('errands').objectStore('errands').getAll();
    all.onsuccess = () => { known(all.result); asked.result.close(); };
  };
})])"""
"""What this device knows of somebody."""
CLEAR_FILES = """async () => {
  for (const name of await caches.keys())
    if (name.startsWith('melody-kept-')) await caches.delete(name);
}"""
"""As a browser does that runs short of room."""
PARTS = """async () => {
  const name = (await caches.keys()).find((one) => one.startsWith('melody-kept-'));
  const files = (await (await caches.open(name)).keys()).map(({ url }) => url);
  const address = files.find((url) => /[0-9a-f]{64}$/.test(url));
  const whole = new Uint8Array(await (await fetch(address)).arrayBuffer());
  const said = [];
  for (const range of ['bytes=1000-1999', 'bytes=-500', `bytes=${whole.length}-`]) {
    const answer = await fetch(address, { headers: { Range: range } });
    const part = new Uint8Array(await answer.arrayBuffer());
    const [first, last] = (answer.headers.get('Content-Range') ?? '').match(/[0-9]+/g).map(Number);
    const isRight = part.every((byte, index) => byte === whole[first + index]);
    said.push([answer.status, part.length, isRight && last - first + 1 === part.length]);
  }
  return said;
}"""


class Away:
    """The studio is gone, and the device has no network; both come back."""

    def __init__(self, visitor: Visitor, studio: PlayerStudio) -> None:
        self._visitor, self._studio = visitor, studio

    async def __aenter__(self) -> None:
        await self._studio.stop()
        await self._visitor.context.set_offline(True)

    async def __aexit__(self, *_: object) -> None:
        await self._studio.start()
        await self._visitor.context.set_offline(False)


async def upload(visitor: Visitor, folder: Path) -> None:
    song = folder / "Lithium.m4a"
    song.write_bytes(lithium_mix(folder, "Lithium", "Aanya"))
    await visitor.open("/upload")
    await visitor.page.locator("input[type=file]").set_input_files(song)
    await expect(visitor.page.get_by_role("heading", name="Lithium")).to_be_visible()


async def keep(page: Page) -> None:
    await page.get_by_role("link", name="Library").click()
    await page.get_by_role("link", name="Lithium").click()
    await page.get_by_role("button", name="Keep offline").click()
    await expect(page.get_by_role("button", name="Kept offline")).to_be_visible()


async def saved(services: Services, song_id: str) -> list[bool]:
    query = select(LibraryEntry.saved).where(LibraryEntry.song_id == UUID(song_id))
    async with services.database.transaction() as session:
        return list((await session.execute(query)).scalars())


async def jobs(services: Services) -> int:
    async with services.database.transaction() as session:
        return (await session.execute(select(func.count()).select_from(ConversionJob))).scalar_one()


async def look(visitor: Visitor, name: str, pictures: Path) -> None:
    """The screen in all widths, by day and at dusk; it fits, and axe finds nothing."""
    page = visitor.page
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in WIDTHS.items():
            await page.set_viewport_size({"width": width, "height": height})
            await page.evaluate(DRAWN)
            await page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png")
            fits = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert fits, f"{name} is wider than {width} pixels"
        assert await visitor.accessibility() == [], (name, scheme)


@pytest.mark.broad
async def test_the_screens_fit_and_playlists_are_put_in_order(
    browser: Browser, studio: PlayerStudio, services: Services, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("MELODY_TEST_PICTURES_DIR", tmp_path))
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        await come_in(visitor, await link_for(services, studio, "Asha"))
        await visitor.has_worker()
        await visitor.open("/library/offline")
        await look(visitor, "offline-empty", pictures)
        await upload(visitor, tmp_path)
        await keep(page)
        await look(visitor, "song-kept", pictures)
        await visitor.open("/library/offline")
        await look(visitor, "offline", pictures)
        await visitor.open("/settings")
        await look(visitor, "settings-own", pictures)

        await visitor.open("/library/playlists")
        await page.get_by_role("textbox", name="Name of a new playlist").fill("For the road")
        await page.get_by_role("button", name="Make it").click()
        await expect(page.get_by_role("link", name="For the road")).to_be_visible()
        for title in ("Lithium", TUM_HI_HO):
            await visitor.open(f"/song/{studio.songs[title]}")
            await page.get_by_role("button", name="Add to playlist").click()
            await page.get_by_role("button", name="For the road").click()
            await expect(page.get_by_text("Added to “For the road”.")).to_be_visible()
        await visitor.open("/library/playlists")
        await page.get_by_role("link", name="For the road").click()
        rows = page.locator("ms-library-row")
        await expect(rows).to_have_count(2)
        await look(visitor, "playlist-order", pictures)
        handle = page.get_by_role("button", name=f"Move “{TUM_HI_HO}”")
        await handle.focus()
        await page.keyboard.press("ArrowUp")
        await expect(rows.first).to_contain_text(TUM_HI_HO)
        await expect(handle).to_be_focused()
        async with page.expect_response(lambda answer: answer.request.method == "PUT") as moved:
            await drag(page, handle, by=90)
        assert (await moved.value).ok
        await expect(rows.last).to_contain_text(TUM_HI_HO)
        await page.get_by_role("button", name="Rename").click()
        await page.get_by_role("textbox", name="New name").fill("For the night")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("For the night")
        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("For the night")
        await expect(rows.first).to_contain_text("Lithium")


async def drag(page: Page, handle: Locator, by: int) -> None:
    """Down, as a mouse does."""
    box = await handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    await page.mouse.move(x, y)
    await page.mouse.down()
    await page.mouse.move(x, y + by, steps=8)
    await page.mouse.up()


async def test_kept_songs_play_and_deeds_are_sent_once(
    browser: Browser, studio: PlayerStudio, services: Services, tmp_path: Path
) -> None:
    async with visiting(browser, studio) as visitor:
        page, other = visitor.page, studio.songs[TUM_HI_HO]
        sent: list[str] = []

        def note(request: Request) -> None:
            if request.method in {"PUT", "POST"} and re.search(r"/library/|convert-to", request.url):
                sent.append(f"{request.method} {request.url.rpartition('/')[2]}")

        await come_in(visitor, await link_for(services, studio, "Asha"))
        await visitor.has_worker()
        await upload(visitor, tmp_path)
        await keep(page)
        await visitor.open(f"/song/{other}")
        await visitor.open("/library")
        await expect(page.locator("ms-library-row")).to_contain_text("Lithium")

        async with Away(visitor, studio):
            await page.reload()
            await expect(page.locator("ms-library-row")).to_contain_text("Lithium")
            await visitor.open("/library/offline")
            row = page.locator("ms-library-row")
            await expect(row).to_contain_text(SIZE)
            await row.get_by_role("button", name="Play “Lithium”").click()
            await page.get_by_role("link", name="Open the player").click()
            await advances(page)
            await page.get_by_role("slider", name="Place in the song").fill("20")
            await advances(page)
            assert await position(page) >= 20
            assert await page.evaluate(PARTS) == [[206, 1000, True], [206, 500, True], [416, 0, False]]
            await page.get_by_role("button", name="Pause").click()

            await visitor.open(f"/song/{other}")
            await expect(page.get_by_role("heading", level=1)).to_have_text(TUM_HI_HO)
            await page.get_by_role("button", name="Save").click()
            await page.get_by_role("button", name="Saved").click()
            await page.get_by_role("button", name="Save", exact=True).click()
            await expect(page.get_by_text("1 change will be sent later.")).to_be_visible()
            await expect(page.get_by_role("button", name="Saved")).to_be_visible()
            await page.wait_for_function(f"({ALL_KEPT})().then((all) => all.includes('\"saved\":true'))")
            await page.reload()
            await expect(page.get_by_role("button", name="Saved")).to_be_visible()
            await expect(page.get_by_role("img", name=LATER)).to_be_visible()

            await visitor.open("/library/offline")
            await page.get_by_role("link", name="Lithium").first.click()
            await page.get_by_role("button", name="Instrumental").click()
            await page.get_by_role("button", name="Make it").click()
            await expect(page.locator("ms-making-screen")).to_contain_text(LATER)
            assert await saved(services, other) == []
            page.on("request", note)

        await expect(page.get_by_text(LATER)).to_have_count(0, timeout=BACK_MS)
        await expect(page.get_by_role("progressbar", name="Lithium")).to_be_visible()
        assert await saved(services, other) == [True]
        assert await jobs(services) == 1
        assert sorted(sent) == ["POST convert-to-instrumental", f"PUT {other}"]

        await page.evaluate(CLEAR_FILES)
        await visitor.open("/library/offline")
        await expect(row).to_contain_text("The browser has cleared it.")
        await page.get_by_role("button", name="Keep it again").click()
        await expect(row).to_contain_text(SIZE)

        await visitor.open("/account")
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page.get_by_text("You are signed out.")).to_be_visible()
        await page.wait_for_function(f"({ALL_KEPT})().then((all) => !/melody-kept-|Lithium/.test(all))")
        visitor.complaints[:] = [one for one in visitor.complaints if not AWAY.search(one)]
