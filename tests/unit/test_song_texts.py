"""Songs of the catalogue in words."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.adapters.channels.telegram.channel import CAPABILITIES as TELEGRAM
from core.catalog.views import Listing, SongView
from core.chat.song_texts import card, result_line, shortened
from core.chat.texts import languages, texts_in

EN = texts_in("en")
SPOTIFY = Listing("spotify", "Spotify", "https://open.spotify.com/track/1")
YOUTUBE = Listing("youtube", "YouTube", "https://www.youtube.com/watch?v=1")
OWN = Listing("local", "Own collection", None)


def song(**values: Any) -> SongView:
    known: dict[str, Any] = {"title": "Munbe Vaa", "artist": "Naresh Iyer", "duration": 359, "language": "ta"}
    return SongView(id=uuid.uuid4(), **(known | values))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "Munbe Vaa — Naresh Iyer · 5:59 · Tamil"),
        ({"can_fetch": True}, "♫ Munbe Vaa — Naresh Iyer · 5:59 · Tamil"),
        ({"artist": "", "duration": None, "language": None}, "Munbe Vaa"),
        ({"language": "xx"}, "Munbe Vaa — Naresh Iyer · 5:59"),
        ({"language": "pt-BR"}, "Munbe Vaa — Naresh Iyer · 5:59 · Portuguese"),
        ({"listings": (OWN, SPOTIFY) * 2, "artist": ""}, "Munbe Vaa · 5:59 · Tamil · this studio, Spotify"),
        ({"title": "{title} %s", "artist": "{0}"}, "{title} %s — {0} · 5:59 · Tamil"),
    ],
)  # fmt: skip
def test_a_row_of_results(values: dict[str, Any], line: str) -> None:
    assert result_line(song(**values), EN) == line


def test_the_card_of_what_can_be_had() -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    text = card(
        song(
            album="Rain EP",
            release_year=2019,
            can_fetch=True,
            listings=(OWN, SPOTIFY),
            licence="by",
            licence_url=licence,
        ),
        EN,
    )
    assert text.splitlines() == [
        "♫ Munbe Vaa — Naresh Iyer",
        "Rain EP · 2019 · 5:59 · Tamil",
        "on Spotify: https://open.spotify.com/track/1",
        f"Licence: CC BY 4.0 · {licence}",
    ]


def test_the_card_of_what_has_to_be_sent() -> None:
    lines = card(song(licence="arr", listings=(YOUTUBE,)), EN).splitlines()
    assert lines[2:] == ["on YouTube: https://www.youtube.com/watch?v=1", "", EN.say("song-needs-audio")]


@pytest.mark.parametrize("language", languages())
def test_the_longest_card_fits_into_a_message(language: str) -> None:
    long = "ஹ" * 500
    places = [Listing(f"s{n}", f"Source {n}", f"https://{n}.test/{'x' * 460}") for n in range(20)]
    places.append(Listing("t", "Too long", f"https://t.test/{'x' * 3000}"))
    text = card(song(title=long, artist=long, album=long, listings=tuple(places)), texts_in(language))
    assert len(text.encode("utf-16-le")) // 2 <= TELEGRAM.max_text
    assert "Too long" not in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Tum  Hi\nHo\x00", "Tum Hi Ho"),
        ("Fr\u2028ee\u202e go", "Fr ee go"),
        ("abcdefghijk", "abcdefghi…"),
        ("abcdefghi jklm", "abcdefghi…"),
        ("دل دل", "\u2068دل دل\u2069"),
        ("\u2069دل\u2068", "\u2068دل\u2069"),
        ("\ud800x", "x"),
    ],
)
def test_names_disturb_nothing_around_them(name: str, shown: str) -> None:
    assert shortened(name, 10) == shown


def test_languages_have_names_in_every_language() -> None:
    assert [texts_in(language).language_name("ta") for language in ("en", "hi", "ta", "te", "bn")] == [
        "Tamil", "तमिल", "தமிழ்", "తమిళం", "তামিল",
    ]  # fmt: skip
    assert [EN.language_name(code) for code in ("hi", "bho", "HI", "zz", "", None)] == [
        "Hindi", "Bhojpuri", "Hindi", None, None, None,
    ]  # fmt: skip
