"""Tags in the charsets that real files carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.media.tags import MAX_CHARACTERS, clean_tags, clean_text, guess_charset

WORDS = [
    ("cp1251", "Группа крови"),
    ("cp1251", "Кино"),
    ("cp1251", "КИНО — Звезда по имени Солнце"),
    ("koi8_r", "Группа крови Кино"),
    ("gbk", "月亮代表我的心"),
    ("gbk", "周杰伦 七里香"),
    ("big5", "月亮代表我的心 鄧麗君"),
    ("cp932", "津軽海峡冬景色 石川さゆり"),
    ("cp949", "강남스타일 싸이"),
    ("cp949", "아이유 좋은 날"),
    ("cp1253", "Ζορμπάς Θεοδωράκης"),
    ("cp1255", "שלום עליכם"),
    ("cp1256", "أم كلثوم إنت عمري"),
    ("cp1252", "Café del Mar"),
    ("cp1252", "Sigur Rós Ágætis byrjun"),
    ("cp1252", "L’été indien"),
]


@pytest.mark.parametrize(("charset", "text"), WORDS)
def test_undeclared_charsets(charset: str, text: str) -> None:
    raw = text.encode(charset).decode("utf-8", "surrogateescape")
    assert clean_tags({"title": raw}).title == text


@pytest.mark.parametrize(("charset", "text"), WORDS)
def test_charsets_declared_as_latin(charset: str, text: str) -> None:
    """ID3 frames marked ISO-8859-1 that hold something else."""
    assert clean_tags({"title": text.encode(charset).decode("latin-1")}).title == text


@pytest.mark.parametrize(
    "text",
    ["Motörhead", "Björk", "तुम ही हो", "நெஞ்சுக்குள் பெய்திடும்", "青花瓷", "Ñ", "Кино", "Beyoncé – Déjà Vu"],
)
def test_good_tags_stay_as_they_are(text: str) -> None:
    assert clean_tags({"artist": text}).artist == text


def test_tags_of_one_file_are_guessed_together() -> None:
    """Three characters alone could be Korean; with the title they can only be Chinese."""
    raw = {
        name: text.encode("gbk").decode("utf-8", "surrogateescape")
        for name, text in {"artist": "邓丽君", "title": "月亮代表我的心"}.items()
    }
    assert clean_tags(raw).artist == "邓丽君"


def test_fields() -> None:
    tags = clean_tags(
        {
            "title": " A \t B\x00\x1b[31m ",
            "album_artist": "C",
            "album": "",
            "date": "1999-04-01",
            "genre": "Pop",
        }
    )
    assert (tags.title, tags.artist, tags.album, tags.year, tags.genre) == ("A B[31m", "C", None, 1999, "Pop")


def test_direction_marks_go_and_joiners_stay() -> None:
    assert clean_text("\u202eabc\u2066") == "abc"
    assert clean_text("क\u094d\u200dष") == "क\u094d\u200dष"


@given(st.text(alphabet=st.characters(), max_size=600))
def test_any_text_becomes_one_short_encodable_line(text: str) -> None:
    cleaned = clean_text(text)
    assert len(cleaned) <= MAX_CHARACTERS
    assert cleaned.encode("utf-8").decode() == cleaned
    assert "\n" not in cleaned
    assert "\x00" not in cleaned


@given(st.binary(min_size=1, max_size=60))
def test_any_bytes_are_decoded_somehow(data: bytes) -> None:
    data.decode(guess_charset(data), "replace")
    title = clean_tags({"title": data.decode("utf-8", "surrogateescape")}).title
    assert title is None or title.encode("utf-8")
