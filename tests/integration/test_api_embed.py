"""What is configured is told, and the pages for the players of other sites."""

from __future__ import annotations

from types import SimpleNamespace

import httpx
import pytest
from pydantic import SecretStr

from api.main import create_app
from core.bootstrap import Services
from tests.fixtures.scripted_source import ScriptedSource
from tests.integration.test_api_frame import calling, like, problem_of

pytestmark = pytest.mark.broad

VIDEO = "Umqb9KENgmk"


async def info(services: Services) -> httpx.Response:
    async with calling(create_app(services)) as client:
        return await client.get("/api/v1/system/info")


async def test_what_is_configured_is_told(services: Services) -> None:
    chosen = {
        "public_url": "https://studio.example",
        "twilio_account_sid": "AC" + "0" * 32,
        "twilio_auth_token": SecretStr("secret"),
        "twilio_whatsapp_from": "whatsapp:+14155238886",
    }
    configured = like(
        services,
        chosen,
        telegram=SimpleNamespace(name="telegram", username=named),
        whatsapp=SimpleNamespace(name="whatsapp"),
        sources={"youtube": ScriptedSource("youtube")},
    )
    told = (await info(configured)).json()
    assert (told["telegram"], told["whatsapp"]) == ("melody_bot", "+14155238886")
    assert told["public_url"] == "https://studio.example"
    assert [source["source"] for source in told["sources"]] == ["youtube"]
    assert told["embeds"] == ["youtube"]


async def named() -> str:
    return "melody_bot"


async def test_youtubes_player_has_a_page_with_a_policy_of_its_own(services: Services) -> None:
    with_youtube = like(services, sources={"youtube": ScriptedSource("youtube")})
    async with calling(create_app(with_youtube)) as client:
        answer = await client.get(f"/embed/youtube/{VIDEO}")
        assert f'src="https://www.youtube-nocookie.com/embed/{VIDEO}?' in answer.text
        policy = answer.headers["content-security-policy"]
        assert "frame-src https://www.youtube-nocookie.com;" in policy
        assert "frame-ancestors 'self'" in policy
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"
        assert (await client.get("/embed/embed.css")).status_code == 200


@pytest.mark.parametrize("video", ["short", 'a"onload="x', "..%2f..%2fx", "x" * 12])
async def test_only_ids_of_videos_are_put_into_it(services: Services, video: str) -> None:
    with_youtube = like(services, sources={"youtube": ScriptedSource("youtube")})
    async with calling(create_app(with_youtube)) as client:
        assert problem_of(await client.get(f"/embed/youtube/{video}"))["code"] == "not-found"


async def test_no_player_of_a_site_that_is_not_configured(services: Services) -> None:
    async with calling(create_app(services)) as client:
        assert problem_of(await client.get(f"/embed/youtube/{VIDEO}"))["code"] == "not-found"
