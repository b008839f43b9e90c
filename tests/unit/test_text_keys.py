"""The keys of names, and the neighbours of a query."""

from __future__ import annotations

import pickle
import uuid

import pytest

from core.catalog.keys import KEY_COLUMNS, MOST_WORDS, key_rows
from core.catalog.searching.query import LONGEST_QUERY, checked
from core.catalog.searching.spans import MOST_NEIGHBOURS, Span, neighbours, spellings_of
from core.errors import EmptyQuery, QueryTooLong
from core.text.keys import forms, names_in
from core.text.sounds import ALPHABET, skeleton

SONG = uuid.UUID(int=1)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Tum Hi Ho", ["Tum Hi Ho"]),
        ('Kesariya (From "Brahmastra")', ['Kesariya (From "Brahmastra")', "Kesariya"]),
        ("तुम ही हो / Tum Hi Ho", ["तुम ही हो / Tum Hi Ho", "तुम ही हो", "Tum Hi Ho"]),
        ("Naina (नैना)", ["Naina (नैना)", "Naina", "नैना"]),
        ("Hello - Remastered 2011", ["Hello - Remastered 2011", "Hello"]),
        ("Blinding Lights feat. Rosalía", ["Blinding Lights feat. Rosalía", "Blinding Lights"]),
        ("Jean-Luc", ["Jean-Luc"]),
        ("(...)", []),
    ],
)
def test_the_names_in_a_title(title: str, names: list[str]) -> None:
    assert list(names_in(title)) == names


def test_rows_can_be_sent_between_processes_and_have_the_columns() -> None:
    rows = key_rows(SONG, "तुम ही हो", "Arijit Singh", ["Tum Hi Ho"])
    assert pickle.loads(pickle.dumps(rows)) == rows
    assert {len(row) for row in rows} == {len(KEY_COLUMNS)}
    assert [row[1] for row in rows] == list(range(len(rows)))


def test_the_first_row_alone_holds_the_words() -> None:
    first, *others = key_rows(SONG, "Lag Ja Gale", "Lata Mangeshkar")
    words = first[KEY_COLUMNS.index("words")]
    assert isinstance(words, list)
    assert {skeleton("mangeshkar"), skeleton("gale")} <= set(words)
    assert {row[KEY_COLUMNS.index("words")] for row in others} == {None}


@pytest.mark.parametrize("title", ["", "😀", "\ud800", "\x00", "x" * 10_000, "अ" * 500, " ".join("ab" * 300)])
def test_odd_names_have_bounded_keys(title: str) -> None:
    rows = key_rows(SONG, title, title)
    assert all(len(str(row[3])) <= 120 and len(str(row[4])) <= 120 for row in rows)
    assert all(row[5] is None or len(row[5]) <= MOST_WORDS for row in rows)
    assert "\x00" not in "".join(str(row[3]) for row in rows)


def test_a_form_is_in_its_own_script_first() -> None:
    native, *latin = forms("밤편지")
    assert (native.folded, native.skeleton) == ("밤편지", "")
    assert skeleton("bam pyunji") in {form.skeleton for form in latin}


def test_neighbours_are_a_letter_away() -> None:
    found = set(neighbours([Span("kesaria", "ksr")]))
    assert {"ksr"} | {"ks", "kr", "sr", "kst", "tksr", "ktsr", "ksrt"} <= found
    assert all(abs(len(each) - 3) <= 1 and set(each) <= set(ALPHABET) for each in found)


def test_neighbours_are_bounded() -> None:
    spans = [Span(str(number), "ksrtmnl" * 9) for number in range(9)]
    assert len(neighbours(spans)) <= MOST_NEIGHBOURS


def test_words_that_only_say_it_is_a_song_are_left_out_too() -> None:
    assert "kesariya" in {"".join(spelling.words) for spelling in spellings_of("kesariya song lyrics")}


def test_noise_alone_is_still_searched_for() -> None:
    assert [spelling.words for spelling in spellings_of("song")] == [("song",)]


@pytest.mark.parametrize("query", ["", "  ", "😀🎵", "\x00\x01", "\u202e\u200f", "%_'\\", "()[]", "\ud800"])
def test_a_query_without_a_letter_is_refused(query: str) -> None:
    with pytest.raises(EmptyQuery):
        checked(query)


def test_a_query_that_is_too_long_is_refused_with_the_limit() -> None:
    with pytest.raises(QueryTooLong) as refused:
        checked("a" * 10_000)
    assert refused.value.params == {"limit": LONGEST_QUERY}
    with pytest.raises(QueryTooLong):
        checked("a" * (LONGEST_QUERY + 1))
    assert checked("a" * LONGEST_QUERY) == "a" * LONGEST_QUERY


def test_a_query_is_cleaned() -> None:
    assert checked("  tum\x00hi\u202e  ho\n") == "tum hi ho"
