"""The page of people among stand-ins, and the settings that lead a studio to those."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import quote

import av
import httpx
import pytest

from core.bootstrap import build
from core.config import SOURCES, Settings
from tests.fakes.phones.app import build_app
from tests.fakes.phones.chats import Phones
from tests.fakes.phones.street import Street, street
from tests.material import ROOT

STUDIO = "http://127.0.0.1:9"
"""Where nobody is."""


@pytest.fixture(scope="module")
def services() -> Iterator[Street]:
    """One for all: reading what the services have published takes seconds."""
    with street(STUDIO, with_bucket=False) as opened:
        yield opened


@pytest.fixture(scope="module")
def phones(services: Street) -> Phones:
    return Phones(services)


@pytest.fixture
async def page(phones: Phones) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(phones))
    async with httpx.AsyncClient(transport=transport, base_url="http://phones") as client:
        yield client


async def chat(page: httpx.AsyncClient, name: str, person: str = "Asha") -> list[dict[str, Any]]:
    seen = (await page.get(f"/phones/{person}")).json()
    messages: list[dict[str, Any]] = seen["chats"][name]["messages"]
    return messages


def test_every_service_is_configured(services: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    told = services.settings()
    assert {name.removeprefix("MELODY_").lower() for name in told} <= set(Settings.model_fields)
    monkeypatch.delenv("MELODY_SOURCES", raising=False)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    outside = build(Settings.load())
    assert outside.telegram is not None
    assert outside.settings.whatsapp_is_on
    assert set(outside.sources) == set(SOURCES) - {"local", "youtube_music"}
    assert outside.settings.msg91_is_on
    assert outside.engines.choices == ["lalal", "local"]
    assert outside.settings.vapid_subject is not None


def test_containers_are_led_to_the_same_services(services: Street) -> None:
    """deploy/compose/mocks.env says what the stand-ins would say of themselves there."""
    ports = {url: f"http://mocks:{8091 + at}" for at, url in enumerate(services.addresses.values())}
    told = {
        name: ports.get(value, value)
        for name, value in services.settings().items()
        if name not in {"MELODY_ENV", "MELODY_PUBLIC_URL"}
    }
    lines = (ROOT / "deploy" / "compose" / "mocks.env").read_text().splitlines()
    written = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
    assert written == told


async def test_the_page_and_its_parts(page: httpx.AsyncClient) -> None:
    for path, kind in {"/": "text/html", "/phones.css": "text/css", "/phones.js": "text/javascript"}.items():
        answer = await page.get(path)
        assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, kind)


async def test_what_somebody_writes_reaches_the_messenger(page: httpx.AsyncClient, services: Street) -> None:
    assert (await page.post("/phones/Asha/Telegram/says", json={"text": "/start"})).status_code == 204
    assert services.telegram.updates[-1]["message"]["text"] == "/start"
    said = (await chat(page, "Telegram"))[-1]
    assert (said["mine"], said["text"]) == (True, "/start")


async def test_a_group_is_seen_by_both(page: httpx.AsyncClient) -> None:
    await page.post(f"/phones/Bilal/{quote('Telegram group')}/says", json={"text": "/song x"})
    [said] = await chat(page, "Telegram group")
    assert (said["mine"], said["from"]) == (False, "Bilal")
    assert await chat(page, "Telegram", "Bilal") == []


async def test_a_sample_song_is_one(page: httpx.AsyncClient) -> None:
    assert (await page.post("/phones/Asha/Telegram/sends-sample")).status_code == 204
    sent = (await chat(page, "Telegram"))[-1]
    file = await page.get(f"/phones/Asha/Telegram/files/{sent['id']}")
    assert file.headers["content-type"] == sent["file"]["type"] == "audio/mpeg"
    with av.open(io.BytesIO(file.content)) as container:
        assert container.duration is not None
        assert 11.5 < container.duration / av.time_base < 12.5


async def test_a_file_and_a_shared_number(page: httpx.AsyncClient, services: Street) -> None:
    notes = {"content-type": "text/plain"}
    await page.post("/phones/Asha/Telegram/sends?name=notes.txt", content=b"la la", headers=notes)
    assert services.telegram.updates[-1]["message"]["document"]["file_name"] == "notes.txt"
    rooms = services.telegram.world.chats.values()
    room = next(room for room in rooms if room.first_name == "Asha")
    room.keyboard = [[{"text": "Share my number", "request_contact": True}]]
    await page.post("/phones/Asha/Telegram/says", json={"text": "Share my number"})
    card = services.telegram.updates[-1]["message"]["contact"]
    assert (f"+{card['phone_number']}", card["user_id"]) == ("+919812300000", room.chat_id)


async def test_what_is_not_there_is_said(page: httpx.AsyncClient) -> None:
    told = {"message": "1", "button": "Save"}
    assert (await page.post("/phones/Asha/Telegram/taps", json=told)).status_code == 404
    assert (await page.get("/phones/Nobody")).status_code == 404
    assert (await page.get("/phones/Asha/WhatsApp/files/MM1")).status_code == 404
