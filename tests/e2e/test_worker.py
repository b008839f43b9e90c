"""Our service worker by itself: it sends what waits, takes what is shared, tells what is ready."""

from __future__ import annotations

import asyncio
import json
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, CDPSession, expect

from core.bootstrap import Services
from tests.e2e.player import PlayerStudio, Visitor, browser, built_player, stand_in, studio, visiting
from tests.e2e.sound import lithium_mix
from tests.e2e.test_offline import AWAY, TUM_HI_HO, Away, saved
from tests.e2e.test_player_session import come_in, link_for

__all__ = ["browser", "built_player", "stand_in", "studio"]

pytestmark = [pytest.mark.slow, pytest.mark.broad, pytest.mark.timeout(600)]

SOON = 20.0
SHARE = """async (song) => {
  const bytes = Uint8Array.from(atob(song), (letter) => letter.charCodeAt(0));
  const form = new FormData();
  form.append('file', new File([bytes], 'Lithium.m4a', { type: 'audio/mp4' }));
  form.append('title', 'A recording');
  const { url } = await fetch('/share', { method: 'POST', body: form });
  return url;
}"""
SHARE_WORDS = """async (text) => {
  const form = new FormData();
  form.append('text', text);
  return (await fetch('/share', { method: 'POST', body: form })).url;
}"""
IS_SHOWN = """async (url) => (await (await navigator.serviceWorker.ready).getNotifications())
  .some(({ title, data }) => title === 'Ready to sing: Lithium' && data.onActionClick.default.url === url)"""


async def registration(session: CDPSession) -> str:
    """The worker's registration, as the browser's own tools name it."""
    known: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def note(event: dict[str, Any]) -> None:
        for one in event["registrations"]:
            if not known.done():
                known.set_result(one["registrationId"])

    session.on("ServiceWorker.workerRegistrationUpdated", note)
    await session.send("ServiceWorker.enable")
    async with asyncio.timeout(SOON):
        return await known


async def until_saved(services: Services, song_id: str) -> None:
    deadline = time.monotonic() + SOON
    while await saved(services, song_id) != [True]:
        assert time.monotonic() < deadline, "the worker has not sent it"
        await asyncio.sleep(0.1)


async def test_deeds_are_sent_files_taken_and_songs_told_of(
    browser: Browser, studio: PlayerStudio, services: Services, tmp_path: Path
) -> None:
    async with visiting(browser, studio, permissions=["notifications"]) as visitor:
        page, other = visitor.page, studio.songs[TUM_HI_HO]
        await come_in(visitor, await link_for(services, studio, "Asha"))
        await visitor.has_worker()
        await takes_what_is_shared(visitor, tmp_path)

        await visitor.open(f"/song/{other}")
        session = await visitor.context.new_cdp_session(page)
        worker = {"origin": studio.url, "registrationId": await registration(session)}
        ready = {
            "title": "Ready to sing: Lithium",
            "data": {
                "onActionClick": {"default": {"operation": "focusLastFocusedOrOpen", "url": f"/song/{other}"}}
            },
        }
        message = json.dumps({"notification": ready})
        await session.send("ServiceWorker.deliverPushMessage", {**worker, "data": message})
        await page.wait_for_function(IS_SHOWN, arg=f"/song/{other}")

        async with Away(visitor, studio):
            await page.get_by_role("button", name="Save").click()
            await expect(page.get_by_text("1 change will be sent later.")).to_be_visible()
            await page.goto("about:blank")
        assert await saved(services, other) == []
        waking = {**worker, "tag": "melody-outbox", "lastChance": False}
        await session.send("ServiceWorker.dispatchSyncEvent", waking)
        await until_saved(services, other)
        visitor.complaints[:] = [one for one in visitor.complaints if not AWAY.search(one)]


async def takes_what_is_shared(visitor: Visitor, folder: Path) -> None:
    page = visitor.page
    song = b64encode(lithium_mix(folder, "Lithium", "Aanya")).decode()
    assert (await page.evaluate(SHARE, song)).endswith("/upload?shared=file")
    await visitor.open("/upload?shared=file")
    await expect(page.get_by_role("heading", name="Lithium")).to_be_visible()
    await page.reload()
    await expect(page.get_by_text("Drop a recording here")).to_be_visible()  # it was taken once
    found = await page.evaluate(SHARE_WORDS, "Kesariya https://youtu.be/abc")
    assert found.endswith("/?q=Kesariya")
    await visitor.open("/share?text=Lithium")
    await expect(page.locator("ms-song-row").first).to_contain_text("Lithium")
