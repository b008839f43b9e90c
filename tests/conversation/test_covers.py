"""A song's cover beside its card, where the messenger can show it."""

from __future__ import annotations

import json

import pytest

from core.music import MusicSource
from tests.conversation.catalogue import Shelf
from tests.conversation.studio import SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

COVER = "https://i.example.org/kesariya.jpg"


@pytest.fixture
def shelf() -> Shelf:
    return Shelf("spotify", "Spotify")


@pytest.fixture
def music_sources(shelf: Shelf) -> dict[str, MusicSource]:
    return {shelf.name: shelf}


async def previews(studio: SmallStudio, person: Person) -> list[object]:
    """The link previews of what the bot sent."""
    calls = studio.telegram.calls("sendMessage", person.id)
    return [json.loads(call.fields["link_preview_options"]) for call in calls]


async def opens_the_card(studio: SmallStudio, language: str = "en") -> Person:
    asha = studio.telegram.person("Asha", language=language)
    asha.says("kesariya")
    await studio.hear()
    asha.taps("1")
    await studio.hear()
    return asha


async def test_the_card_shows_it_and_the_results_show_no_picture(studio: SmallStudio, shelf: Shelf) -> None:
    shelf.lists("1", "Kesariya", "Arijit Singh", duration=268.0, thumbnail_url=COVER)
    asha = await opens_the_card(studio)
    assert await previews(studio, asha) == [
        {"is_disabled": True},
        {"url": COVER, "prefer_small_media": True, "show_above_text": True},
    ]


@pytest.mark.parametrize("address", [None, "http://i.example.org/kesariya.jpg", f"https://x.org/{'a' * 600}"])
async def test_only_what_a_messenger_can_fetch(
    studio: SmallStudio, shelf: Shelf, address: str | None
) -> None:
    shelf.lists("1", "Kesariya", "Arijit Singh", duration=268.0, thumbnail_url=address)
    asha = await opens_the_card(studio)
    assert await previews(studio, asha) == [{"is_disabled": True}] * 2


async def test_elsewhere_the_card_is_the_same_without(
    studio: SmallStudio, shelf: Shelf, terminal: AtTerminal
) -> None:
    shelf.lists("1", "Kesariya", "Arijit Singh", duration=268.0, thumbnail_url=COVER)
    await terminal.enters("kesariya")
    shown = await terminal.enters("1")
    assert shown[0] == "♪ Kesariya — Arijit Singh"
    assert not any(COVER in line for line in shown)
