"""Who is signed in: by phone, by a link from a chat, inside Telegram; staying so, and leaving."""

from __future__ import annotations

import json
import os
import re
import time
from pathlib import Path
from urllib.parse import quote, urlencode
from zipfile import ZipFile

import pytest
from playwright.async_api import Browser, Page, Route, expect

from core.accounts.service import ChatAccount, identity_of
from core.bootstrap import Services
from core.membership.linking import answer, take_code
from core.signin.links import give_link
from tests.e2e.player import PlayerStudio, Visitor, browser, built_player, stand_in, studio, visiting
from tests.fakes.telegram import TelegramStandIn
from tests.fakes.telegram.mini_app import init_data
from tests.fixtures.codes import send_waiting

__all__ = ["browser", "built_player", "stand_in", "studio"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WIDTHS = {360: 740, 768: 1024, 1280: 800}
NIGHT = {"bg_color": "#17212b", "text_color": "#f5f5f5", "hint_color": "#708499"}
TELEGRAM_WEB = "https://web.telegram.org/k/"
REFUSED = re.compile(r"status of 4(01|04|09)")
AWAY = re.compile(r"ERR_CONNECTION_REFUSED|WebSocket connection to")
EXPIRED = {
    "type": "about:blank",
    "title": "Please sign in again.",
    "status": 401,
    "detail": "The access token has expired.",
    "code": "token-expired",
}
"""As the gateway answers fifteen minutes after a sign-in."""


async def newest_code(services: Services, caplog: pytest.LogCaptureFixture) -> str:
    """Do the work of relay and courier; the code is in the log, as always in development."""
    assert await send_waiting(services) == 1
    return str(re.findall(r"the sign-in code is (\d{6})\b", caplog.text)[-1])


async def link_for(services: Services, studio: PlayerStudio, name: str) -> str:
    """What `/open` answers to this person."""
    async with services.database.transaction() as session:
        identity = await identity_of(session, ChatAccount("telegram", str(hash(name) % 10**9), name, "en"))
        return await give_link(session, identity, studio.url)


def opened_by(stand_in: TelegramStandIn, name: str) -> str:
    """What Telegram writes behind the `#` when this person opens the Mini App."""
    person = {"id": 700100200, "first_name": name, "language_code": "en"}
    signed = init_data(stand_in.token, person, time.time())
    theme = json.dumps(NIGHT)
    return urlencode({"tgWebAppData": signed, "tgWebAppVersion": "9.0", "tgWebAppThemeParams": theme})


async def come_in(visitor: Visitor, link: str) -> None:
    await visitor.open(link)
    await visitor.page.get_by_role("button", name="Continue as").click()
    await expect(visitor.page).to_have_url(re.compile(r"/$"))


async def test_by_phone_and_still_after_a_reload(
    browser: Browser, studio: PlayerStudio, services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        await visitor.open("/account")
        await expect(page).to_have_url(re.compile("/sign-in"))  # it is somebody's own
        await page.get_by_label("Phone number").fill("98123 45678")
        await page.get_by_role("button", name="Send me a code").click()
        await expect(page.get_by_text("A code is on its way to")).to_be_visible()
        await expect(page.get_by_text(re.compile(r"Another code in \d+ s"))).to_be_visible()
        code = await newest_code(services, caplog)

        field = page.get_by_label("The six digits")
        await expect(field).to_be_focused()
        assert await field.get_attribute("autocomplete") == "one-time-code"
        await field.fill(f"{(int(code) + 1) % 10**6:06}")
        await expect(page.get_by_role("alert")).to_have_text(
            "Not that code. Please look again: 4 tries left."
        )
        await field.fill(f"Your code: {code[:3]} {code[3:]}")  # as it is pasted
        await expect(page).to_have_url(re.compile("/account$"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("+919812345678")

        await page.reload()
        await expect(page.get_by_role("heading", level=1)).to_have_text("+919812345678")
        kept = await page.evaluate("JSON.stringify([localStorage, sessionStorage])")
        assert "eyJ" not in kept
        assert "98123" not in kept

        await page.get_by_label("Name").fill("Asha")
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("Asha")
        await page.get_by_role("button", name="Sign out", exact=True).click()
        await expect(page.get_by_text("You are signed out.")).to_be_visible()
        await visitor.open("/settings")
        await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        visitor.complaints[:] = [one for one in visitor.complaints if not REFUSED.search(one)]


async def test_a_link_from_a_chat_is_spent_by_a_tap_alone(
    browser: Browser, studio: PlayerStudio, services: Services
) -> None:
    link = await link_for(services, studio, "Asha")
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        for _ in range(2):  # a preview looks, and the person does not tap at first
            await visitor.open("/")
            await visitor.open(link)
            await expect(page.get_by_role("button", name="Continue as Asha")).to_be_visible()
            assert page.url == f"{studio.url}/link"
        await page.get_by_role("button", name="Continue as Asha").click()
        await expect(page).to_have_url(f"{studio.url}/")
        await visitor.open("/account")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Asha")

        await visitor.open(link)
        await expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work any more")
        await visitor.open("/")
        await visitor.open(await link_for(services, studio, "Bina"))
        await expect(page.get_by_role("heading", level=1)).to_have_text("Somebody else is signed in here")
        await page.get_by_role("button", name="Sign out").click()
        await page.get_by_role("button", name="Continue as Bina").click()
        await expect(page).to_have_url(f"{studio.url}/")
        await visitor.open("/account")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Bina")
        visitor.complaints[:] = [one for one in visitor.complaints if not REFUSED.search(one)]


async def test_a_chat_is_joined_when_both_sides_say_yes_and_then_all_is_taken_along_and_forgotten(
    browser: Browser, studio: PlayerStudio, services: Services
) -> None:
    async with visiting(browser, studio) as visitor:
        page = visitor.page
        await come_in(visitor, await link_for(services, studio, "Asha"))
        await visitor.open("/account")
        await page.get_by_role("button", name="Add a chat").click()
        code = (await page.locator(".code").inner_text()).removeprefix("link ")
        async with services.database.transaction() as session:  # typed in a chat that nobody knew
            chat = await identity_of(session, ChatAccount("whatsapp", "447911123456", "Asha's phone", "en"))
            request_id = (await take_code(session, chat, code)).request_id
        await expect(page.get_by_text("Is Asha's phone, WhatsApp you?")).to_be_visible()
        await page.get_by_role("button", name="Yes, that is me").click()
        await expect(page.get_by_text("Now say yes in the other chat too.")).to_be_visible()
        async with services.database.transaction() as session:
            chat = await identity_of(session, ChatAccount("whatsapp", "447911123456", "Asha's phone", "en"))
            await answer(session, chat, request_id, agrees=True)
        await expect(page.get_by_text("Now it is one account.")).to_be_visible()
        await expect(page.locator("ms-ways-in .name").get_by_text("WhatsApp")).to_be_visible()

        async with page.expect_download() as download:
            await page.get_by_role("button", name="Download everything").click()
        archive = await (await download.value).path()
        with ZipFile(archive) as kept:
            told = "".join(kept.read(name).decode() for name in kept.namelist() if name.endswith(".json"))
        assert "Asha's phone" in told

        await page.get_by_role("button", name="Delete the account").click()
        await page.get_by_role("button", name="Yes, forget me").click()
        await page.get_by_role("button", name="Yes, everything").click()
        await expect(page.get_by_text("I am forgetting everything of you.")).to_be_visible()
        assert page.url == f"{studio.url}/"
        await page.reload()
        await visitor.open("/settings")
        await expect(page.get_by_role("link", name="Sign in")).to_be_visible()
        visitor.complaints[:] = [one for one in visitor.complaints if not REFUSED.search(one)]


async def test_the_studio_goes_and_comes_back_and_an_old_token_is_renewed_once(
    browser: Browser, studio: PlayerStudio, services: Services
) -> None:
    async with visiting(browser, studio, service_workers="block") as visitor:
        page = visitor.page
        await come_in(visitor, await link_for(services, studio, "Asha"))
        await visitor.open("/making")
        await expect(page.get_by_role("heading", name="Nothing is being made")).to_be_visible()
        away = page.get_by_text("The studio does not answer just now.")
        await expect(away).to_have_count(0)

        await studio.stop()
        await expect(away).to_be_visible()  # the socket is lost, and the page says so quietly
        await expect(page.get_by_role("heading", name="Nothing is being made")).to_be_visible()
        await studio.start()
        await page.evaluate("dispatchEvent(new Event('online'))")  # as when a device wakes up
        await expect(away).to_have_count(0, timeout=60_000)

        renewals: list[str] = []
        page.on("request", lambda sent: renewals.append(sent.url) if "refresh-token" in sent.url else None)
        shown: list[str] = []

        async def refuse_the_first(route: Route) -> None:
            token = route.request.headers["authorization"]
            shown.append(token)
            if token == shown[0]:
                await route.fulfill(status=401, json=EXPIRED, content_type="application/problem+json")
            else:
                await route.continue_()

        await page.route(re.compile(r"/api/v1/(library|audio)\b"), refuse_the_first)
        await page.get_by_role("link", name="Library").click()
        await expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
        await page.get_by_role("link", name="Making").click()
        await expect(page.get_by_role("heading", name="Nothing is being made")).to_be_visible()
        assert len(renewals) == 1, renewals
        assert len(set(shown)) == 2
        ours = [one for one in visitor.complaints if not REFUSED.search(one) and not AWAY.search(one)]
        visitor.complaints[:] = [one for one in ours if "Service Worker" not in one]


async def test_inside_telegram_at_once_and_in_its_colours(
    browser: Browser, studio: PlayerStudio, stand_in: TelegramStandIn
) -> None:
    async with visiting(browser, studio, color_scheme="light") as visitor:
        page = visitor.page
        await visitor.open(f"/settings#{opened_by(stand_in, 'Asha')}")
        await expect(page.get_by_role("link", name="Asha")).to_be_visible()
        assert page.url == f"{studio.url}/settings"
        ground = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        assert ground == "rgb(23, 33, 43)"
        assert await visitor.accessibility() == []
        await page.reload()  # Telegram's apps keep our cookie
        await expect(page.get_by_role("link", name="Asha")).to_be_visible()


async def test_framed_by_telegrams_web_client(
    browser: Browser, studio: PlayerStudio, stand_in: TelegramStandIn
) -> None:
    """There a frame has no cookies of ours."""
    async with visiting(browser, studio, permissions=["local-network-access"]) as visitor:
        page = visitor.page
        source = f"{studio.url}/settings#{opened_by(stand_in, 'Asha')}"
        await frame_it(page, TELEGRAM_WEB, source)
        player = page.frame_locator("iframe")
        await player.get_by_role("link", name="Asha").click()
        await expect(player.get_by_role("heading", level=1)).to_have_text("Asha")
        told = await page.evaluate("told.map(JSON.parse).map(({ eventType }) => eventType)")
        assert {"web_app_ready", "web_app_expand"} <= set(told)


async def test_no_other_site_may_frame_the_player(browser: Browser, studio: PlayerStudio) -> None:
    async with visiting(browser, studio, permissions=["local-network-access"]) as visitor:
        page = visitor.page
        async with page.expect_event("framenavigated", lambda frame: frame.url.startswith("chrome-error:")):
            await frame_it(page, "https://elsewhere.example/", f"{studio.url}/settings")
        assert await page.frame_locator("iframe").locator("app-root").count() == 0
        visitor.complaints.clear()


async def frame_it(page: Page, site: str, source: str) -> None:
    script = "var told = []; addEventListener('message', (event) => told.push(event.data))"
    body = f'<!doctype html><title>x</title><script>{script}</script><iframe src="{source}"></iframe>'
    await page.route(f"{site}**", lambda route: route.fulfill(body=body, content_type="text/html"))
    await page.goto(site, wait_until="commit")


@pytest.mark.parametrize("scheme", ["dark", "light"])
async def test_every_screen_is_for_everyone_and_fits(
    browser: Browser, studio: PlayerStudio, services: Services, scheme: str, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("MELODY_TEST_PICTURES_DIR", tmp_path))

    async def looks_right(visitor: Visitor, name: str) -> None:
        await visitor.page.wait_for_function("!document.querySelector('[aria-busy=true]')")
        await visitor.page.evaluate("document.fonts.ready.then(() => true)")
        for width, height in WIDTHS.items():
            await visitor.page.set_viewport_size({"width": width, "height": height})
            await visitor.page.screenshot(path=pictures / f"{name}-{width}-{scheme}.png", full_page=True)
            assert await visitor.accessibility() == [], (name, width)
            fits = await visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            assert fits, f"{name} is wider than {width} pixels"

    async with visiting(browser, studio, color_scheme=scheme) as visitor:
        page = visitor.page
        await visitor.open("/sign-in")
        await looks_right(visitor, "sign-in")
        await page.get_by_label("Phone number").fill("+44 7911 123456")
        await page.get_by_role("button", name="Send me a code").click()
        await page.get_by_label("The six digits").press_sequentially("123")
        await looks_right(visitor, "code")
        await visitor.open(f"/link#{quote('gone')}")
        await looks_right(visitor, "link-gone")
        await visitor.open("/")
        await visitor.open(await link_for(services, studio, "Asha"))
        await looks_right(visitor, "link")
        await come_in(visitor, await link_for(services, studio, "Asha"))
        await visitor.open(await link_for(services, studio, "Bina"))
        await looks_right(visitor, "link-taken")
        await visitor.open("/settings")
        await looks_right(visitor, "settings-signed-in")
        await visitor.open("/account")
        await page.get_by_role("button", name="Add a chat").click()
        await page.locator(".code").wait_for()
        await looks_right(visitor, "account")
        await page.get_by_role("button", name="Delete the account").click()
        await looks_right(visitor, "account-delete")
        visitor.complaints[:] = [one for one in visitor.complaints if not REFUSED.search(one)]
