"""The player at a static host that hands requests on to a gateway on another origin."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from api.static_host import export
from core.bootstrap import Services
from core.embedded.home import free_port
from tests.e2e.player import PlayerStudio, browser, built_player, visiting
from tests.e2e.test_listening import advances
from tests.e2e.test_offline import upload
from tests.e2e.test_player_session import newest_code
from tests.fakes.network.static_host import StaticHost, static_host
from tests.integration.test_api_process import environment

__all__ = ["browser", "built_player"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

NO_SOCKETS = re.compile(r"WebSocket connection to")


@pytest.fixture
def host() -> Iterator[StaticHost]:
    with static_host() as server:
        yield server


@pytest.fixture
async def studio(
    host: StaticHost, services: Services, built_player: Path, tmp_path: Path
) -> AsyncIterator[PlayerStudio]:
    """The gateway is the host's business; people know the host alone."""
    gateway = f"http://127.0.0.1:{free_port()}"
    await asyncio.to_thread(export, "netlify", tmp_path / "site", gateway, None, built_player)
    host.publish(tmp_path / "site")
    settings = {"MELODY_PORT": gateway.rpartition(":")[2], "MELODY_PUBLIC_URL": host.url}
    running = PlayerStudio(gateway, environment(services, **settings), {}, tmp_path / "api.log")
    await running.start()
    running.url = host.url
    yield running
    await running.stop()


async def test_one_signs_in_hands_over_a_song_and_hears_it(
    browser: Browser,
    host: StaticHost,
    studio: PlayerStudio,
    services: Services,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    asked: set[str] = set()
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        visitor.context.on("request", lambda request: asked.add("/".join(request.url.split("/")[:3])))
        await visitor.open("/sign-in")
        await page.get_by_label("Phone number").fill("98123 45678")
        await page.get_by_role("button", name="Send me a code").click()
        await expect(page.get_by_text("A code is on its way to")).to_be_visible()
        await page.get_by_label("The six digits").fill(await newest_code(services, caplog))
        await expect(page).to_have_url(f"{host.url}/")

        (kept,) = [one for one in await visitor.context.cookies() if one["httpOnly"]]
        assert (kept["domain"], kept["sameSite"]) == ("127.0.0.1", "Strict")
        await visitor.open("/account")  # by the cookie alone
        await expect(page.get_by_role("heading", level=1)).to_have_text("+919812345678")

        beside = await visitor.context.new_page()
        await beside.goto(f"{host.url}/library")
        await expect(beside.get_by_role("heading", name="Nothing here yet")).to_be_visible()

        async with page.expect_response("**/api/v1/system/health") as asked_by_http:
            await upload(visitor, tmp_path)
            await expect(page.get_by_role("button", name="Instrumental")).to_be_visible()  # it has arrived
            await page.get_by_role("link", name="Library").click()
            await page.get_by_role("link", name="Lithium").click()
            await page.get_by_role("button", name="Listen").click()
            await page.get_by_role("link", name="Open the player").click()
            await advances(page)
        assert any(path.startswith("/files/") for _, path in host.handed_on)
        assert ("GET", "/api/v1/ws") in host.handed_on  # a socket was tried, and came as a plain request
        assert (await asked_by_http.value).ok
        await expect(page.get_by_text("The studio does not answer just now.")).to_have_count(0)
        # No socket has told the page beside; it has looked again by itself.
        await expect(beside.locator("ms-library-row")).to_contain_text("Lithium", timeout=60_000)
        assert asked == {host.url}
        visitor.complaints[:] = [one for one in visitor.complaints if not NO_SOCKETS.search(one)]
