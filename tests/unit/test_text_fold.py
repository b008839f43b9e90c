"""Folding and scripts: what people vary when they type goes, what tells words apart stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.fold import fold, joined, words
from core.text.scripts import Script, is_mixed, runs, script_of


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Don’t Stop Believin'", "dont stop believin"),
        ("ＢÉSAME  Mucho!", "besame mucho"),
        ("Şımarık", "simarik"),
        ("Nối vòng tay lớn", "noi vong tay lon"),
        ("ज़िंदगी", "जिंदगी"),
        ("चाँद", "चांद"),
        ("إنتَ عُمري", "انت عمري"),
        ("Ёлка", "елка"),
        ("サクラ", "さくら"),
        ("ｶﾞﾝﾀﾞﾑ", "ガンダム"),
        ("אֲנִי", "אני"),
        ("AC/DC", "ac dc"),
        ("a\u200db", "ab"),
    ],
)
def test_two_ways_to_write_a_name_are_one(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


@pytest.mark.parametrize(("one", "other"), [("की", "का"), ("เธอ", "ธอ"), ("か", "が"), ("மலர்", "மலரே")])
def test_what_tells_words_apart_stays(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("nothing", ["", "   ", "!?…", "😀🎵", "\x00\x07", "\u200f\u202e", "\ud800"])
def test_nothing_to_search_for_folds_to_nothing(nothing: str) -> None:
    assert words(nothing) == []
    assert joined(nothing) == ""


@given(st.text(alphabet=st.characters(), max_size=60))
def test_folding_never_fails_and_folded_text_stays_as_it_is(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert folded == " ".join(folded.split())


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("Tum Hi Ho", Script.LATIN),
        ("तुम ही हो 2", Script.DEVANAGARI),
        ("夜に駆ける", Script.KANA),
        ("月亮代表我的心", Script.HAN),
        ("밤편지", Script.HANGUL),
        ("ਬਰਾਊਨ", Script.GURMUKHI),
        ("123 😀", Script.OTHER),
        ("", Script.OTHER),
    ],
)
def test_the_script_of_a_text(text: str, script: Script) -> None:
    assert script_of(text) is script


def test_a_text_is_cut_where_its_script_changes() -> None:
    assert [piece for _, piece in runs("Naina नैना (2)")] == ["Naina ", "नैना (2)"]


def test_kanji_and_kana_are_no_mixture() -> None:
    assert not is_mixed("夜に駆ける 2")
    assert is_mixed("Naina नैना")
