"""Urdu beside Latin: what is put into a text keeps its direction to itself."""

from __future__ import annotations

import uuid

import pytest

from core.catalog.views import Listing, SongView
from core.chat.bidi import isolated, isolated_if_leftward, runs_leftward, turns_direction
from core.chat.song_texts import result_line
from core.chat.texts import texts_in

EN, UR = texts_in("en"), texts_in("ur")
URDU = "تم ہی ہو"


def test_an_isolate_stands_once() -> None:
    once = isolated(URDU)
    assert once == f"\u2068{URDU}\u2069"
    assert isolated(once) == once


@pytest.mark.parametrize(
    ("text", "leftward"),
    [(URDU, True), ("שיר", True), ("Tum ہی ho", True), ("तुम ही हो", False), ("5:27 · ?", False)],
)
def test_the_direction_of_scripts(text: str, leftward: bool) -> None:
    assert runs_leftward(text) is leftward
    assert isolated_if_leftward(text) == (isolated(text) if leftward else text)


def test_the_marks_that_turn() -> None:
    assert [mark for mark in map(chr, range(0x2028, 0x2070)) if turns_direction(mark)] == [
        "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069",
    ]  # fmt: skip


@pytest.mark.parametrize("title", ["What's Up?", "Tum Hi Ho (Unplugged)", "तुम ही हो", URDU])
def test_titles_in_urdu_texts_stand_apart(title: str) -> None:
    assert f"“{isolated(title)}”" in UR.say("maybe-sent", title=title)


def test_in_other_texts_only_leftward_titles_stand_apart() -> None:
    assert EN.say("status-song", title="What's Up?") == "♪ What's Up?"
    assert EN.say("status-song", title=URDU) == f"♪ {isolated(URDU)}"


def test_numbers_and_links_stay_bare() -> None:
    url = "https://open.spotify.com/track/1"
    assert "{limit_mb}" not in (text := UR.say("error-too-large", limit_mb=20))
    assert "\u2068" not in text
    assert UR.say("song-heard-on", source="Spotify", url=url).endswith(f": {url}")


def test_facts_written_leftward_keep_their_order_in_a_row() -> None:
    listings = (Listing("local", "Own collection", None), Listing("spotify", "Spotify", None))
    song = SongView(
        id=uuid.uuid4(),
        title="Tum Hi Ho",
        artist="Arijit Singh",
        duration=262,
        language="hi",
        listings=listings,
    )
    assert result_line(song, UR) == (
        f"Tum Hi Ho — Arijit Singh · 4:22 · {isolated('ہندی')} · {isolated('یہ اسٹوڈیو')}, Spotify"
    )
