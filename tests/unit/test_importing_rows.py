"""Lines of a `.jsonl` file: what is taken, exactly as it is, and what is refused."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.catalog.importing.listed_song import ListedSong
from core.catalog.importing.rows import LONGEST_LINE, RowRefused, lines_of, song_in


def song(**row: Any) -> ListedSong:
    return song_in(json.dumps(row).encode())


def refusal(line: bytes | None) -> str:
    with pytest.raises(RowRefused) as caught:
        song_in(line)
    return str(caught.value)


def test_all_fields() -> None:
    taken = song(
        title="तुम ही हो",
        artist="Arijit Singh",
        album="Aashiqui 2",
        language="HIN",
        duration=261.7,
        release_year=2013,
        genre=["film", "ballad", "film"],
        external_ids={"isrc": "in-s18-13-00050", "spotify": "abc", "mbid": None, "number": 7},
        popularity=87.4,
        explicit=False,
        thumbnail_url="https://example.org/a.jpg",
        other_titles=["Tum Hi Ho"],
        aliases="tum hi",
        colour="red",
    )
    assert (taken.title, taken.artist, taken.album) == ("तुम ही हो", "Arijit Singh", "Aashiqui 2")
    assert (taken.language, taken.duration, taken.release_year) == ("hi", 262, 2013)
    assert taken.genre == ("film", "ballad")
    assert taken.external_ids == {"isrc": "INS181300050", "spotify": "abc", "number": "7"}
    assert (taken.popularity, taken.explicit) == (87, False)
    assert taken.thumbnail_url == "https://example.org/a.jpg"
    assert taken.other_titles == ("Tum Hi Ho", "tum hi")


def test_a_title_is_enough() -> None:
    taken = song(
        title="Intro", artist=None, album="", duration=0, release_year=0, genre=[], external_ids=None
    )
    assert (taken.title, taken.artist) == ("Intro", "")
    assert {taken.album, taken.duration, taken.release_year, taken.genre, taken.language} == {None}


@pytest.mark.parametrize(
    "title",
    [" spaced  out ", "tab\tand\nline", "\u00e9", "e\u0301", "\u200dक", "a\x07b", "\u202eabc", "x" * 500],
)
def test_names_are_taken_exactly_as_they_are(title: str) -> None:
    taken = song(title=title, artist=title)
    assert (taken.title, taken.artist) == (title, title)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"artist": "A"}, "no title"),
        ({"title": "  "}, "no title"),
        ({"title": None}, "no title"),
        ({"title": 7}, "title is not a text"),
        ({"title": False}, "title is not a text"),
        ({"title": "x" * 501}, "title is longer than 500 characters"),
        ({"title": "a", "artist": "x" * 501}, "artist is longer than 500 characters"),
        ({"title": "a", "album": ["b"]}, "album is not a text"),
        ({"title": "a\x00b"}, "title holds a character that is none"),
        ({"title": "a", "artist": "\ud83d"}, "artist holds a character that is none"),
        ({"title": "a", "genre": ["\udc00"]}, "genre holds a character that is none"),
        ({"title": "a", "external_ids": {"x\x00": "1"}}, "external_ids holds a character that is none"),
        ({"title": "a", "duration": -1}, "duration is negative"),
        ({"title": "a", "duration": "3:45"}, "duration is not a number"),
        ({"title": "a", "duration": True}, "duration is not a number"),
        ({"title": "a", "duration": 245_000}, "duration is longer than a day"),
        ({"title": "a", "release_year": "2013"}, "release_year is not a number"),
        ({"title": "a", "release_year": 20_13.5}, "release_year is not a year"),
        ({"title": "a", "release_year": 99}, "release_year is not a year"),
        ({"title": "a", "genre": {"film": 1}}, "genre is not a list"),
        ({"title": "a", "genre": [1]}, "genre is not a text"),
        ({"title": "a", "genre": ["g"] * 21}, "genre has more than 20 entries"),
        ({"title": "a", "language": "klingonese"}, "language is not an ISO 639 code"),
        ({"title": "a", "language": 5}, "language is not a text"),
        ({"title": "a", "explicit": "yes"}, "explicit is neither true nor false"),
        ({"title": "a", "popularity": 101}, "popularity is more than 100"),
        ({"title": "a", "thumbnail_url": "javascript:alert(1)"}, "thumbnail_url is not an http address"),
        ({"title": "a", "external_ids": ["x"]}, "external_ids is not an object"),
        ({"title": "a", "external_ids": {"x": "த" * 900}}, "external_ids has an entry that is too long"),
        ({"title": "a", "external_ids": {"x": {}}}, "external_ids is not a text"),
    ],
)
def test_what_is_refused_and_why(row: dict[str, Any], reason: str) -> None:
    assert refusal(json.dumps(row).encode()).startswith(reason)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"title": "a"', "not JSON"),
        (b'{"title": "a"} {}', "not JSON"),
        (b'{"title": "a", "duration": NaN}', "not JSON"),
        (b'{"title": "a", "duration": ' + b"9" * 5_000 + b"}", "not JSON"),
        (b'{"title": "a", "duration": 1e999}', "duration is longer than a day"),
        (b"[" * 50_000, "not JSON"),
        (b'"title"', "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"title": "\xff"}', "not UTF-8"),
        (None, "longer than 65,536 bytes"),
    ],
)
def test_lines_that_are_no_songs(line: bytes | None, reason: str) -> None:
    assert refusal(line).startswith(reason)


def test_numbers_of_lines() -> None:
    content = (
        b"\xef\xbb\xbf" + b'{"title": "a"}\r\n' + b"\n  \t\r\n" + b"x" * (1 << 20) + b"\n" + b'{"title": "b"}'
    )
    lines = list(lines_of(io.BytesIO(content)))
    assert lines == [(1, b'{"title": "a"}'), (4, None), (5, b'{"title": "b"}')]


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_longest_line(end: bytes) -> None:
    """The bound holds for the content, whatever the line ends with."""
    for length, taken in ((LONGEST_LINE - 1, True), (LONGEST_LINE + 2, False)):
        ((_, line),) = lines_of(io.BytesIO(b"x" * length + end))
        assert (line is not None) is taken


def test_a_long_last_line_ends_the_file() -> None:
    assert list(lines_of(io.BytesIO(b"x" * (3 * LONGEST_LINE)))) == [(1, None)]


def test_what_makes_two_rows_one_song() -> None:
    base = {"title": "a", "artist": "b", "album": "c", "duration": 100}
    same = song(**base).external_id
    assert song(**base, genre=["x"], language="hi").external_id == same
    assert song(**(base | {"duration": 100.3})).external_id == same
    for other in ({"title": "A"}, {"artist": "b "}, {"album": "d"}, {"duration": 102}):
        assert song(**(base | other)).external_id != same


def test_any_change_is_noticed() -> None:
    base = song(title="a").facts["digest"]
    for change in ({"language": "hi"}, {"genre": ["x"]}, {"aliases": ["y"]}, {"external_ids": {"isrc": "z"}}):
        assert song(title="a", **change).facts["digest"] != base
    assert song(title="a", colour="red").facts["digest"] == base


@given(st.binary(max_size=200))
def test_whatever_comes_is_taken_or_refused(content: bytes) -> None:
    for _, line in lines_of(io.BytesIO(content)):
        with suppress(RowRefused):
            assert song_in(line).title.strip()
