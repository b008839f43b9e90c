"""Romanizing: what comes out is what people type, closely enough that its consonants are the same."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.text import hangul, readings
from core.text.romanize import MOST_SPELLINGS, spellings
from core.text.sounds import skeleton, sound

HEARD = [
    ("तुम ही हो", "tum hi ho"),
    ("ये दोस्ती हम नहीं तोड़ेंगे", "yeh dosti hum nahin todenge"),
    ("ज़िंदगी", "zindagi"),
    ("একলা চলো রে", "ekla cholo re"),
    ("আমার সোনার বাংলা", "amar sonar bangla"),
    ("ਮਿੱਤਰਾਂ ਦੀ ਛੱਤਰੀ", "mitran di chhatri"),
    ("ખલાસી", "khalasi"),
    ("முன்பே வா", "munbe vaa"),
    ("இளமை இதோ இதோ", "ilamai idho idho"),
    ("காற்று வெளியிடை", "kaatru veliyidai"),
    ("నాటు నాటు", "naatu naatu"),
    ("సామజవరగమన", "samajavaragamana"),
    ("ಬೊಂಬೆ ಹೇಳುತೈತೆ", "bombe helutaite"),
    ("പവിഴ മഴ", "pavizha mazha"),
    ("دل دل پاکستان", "dil dil pakistan"),
    ("إنت عمري", "inta omri"),
    ("הבה נגילה", "hava nagila"),
    ("Группа крови", "gruppa krovi"),
    ("Червона рута", "chervona ruta"),
    ("Τα παιδιά του Πειραιά", "ta pedia tou pirea"),
    ("강남스타일", "gangnam style"),
    ("벚꽃 엔딩", "beotkkot ending"),
    ("夜に駆ける", "yoru ni kakeru"),
    ("上を向いて歩こう", "ue o muite aruko"),
    ("青花瓷", "qing hua ci"),
    ("วันนี้", "wan ni"),
    ("ลอยกระทง", "loy krathong"),
    ("รักแรกพบ", "rak raek phop"),
    ("ทรงอย่างแบด", "song yang bad"),
    ("ขอใจเธอแลกเบอร์โทร", "kho jai thoe laek boe thon"),
    ("ในผู้หญิง", "nai phu ying"),
    ("거짓말", "geojitmal"),
    ("さくらんぼ", "sakurambo"),
    ("Владимирский централ", "vladimirskij central"),
    ("Я свободен", "ja svoboden"),
    ("ایران", "iran"),
    ("خواب", "khab"),
    ("Für Elise", "fuer elise"),
]


@pytest.mark.parametrize(("native", "typed"), HEARD)
def test_one_spelling_has_the_consonants_that_people_type(native: str, typed: str) -> None:
    assert skeleton(typed) in {skeleton(spelling) for spelling in spellings(native)}


def test_what_is_typed_never_loads_uroman_what_is_indexed_does() -> None:
    assert "tum hii ho" in spellings("तुम ही हो", thorough=True)
    assert "tum hii ho" not in spellings("तुम ही हो")


def test_han_characters_are_read_in_both_languages_unless_it_is_known() -> None:
    assert len({*spellings("千本桜")} & {"qian ben ying", "senbon sakura"}) == 2
    assert "senbon sakura" not in spellings("千本桜", japanese=False)
    assert "qian ben ying" not in spellings("千本桜", japanese=True)


def test_readings_from_several_threads_at_once() -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.extend(readings.japanese("夜に駆ける") for _ in range(20)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert found == ["yoru ni kakeru"] * 80


def test_long_vowels_of_japanese_are_spelt_long_and_short() -> None:
    found = {sound(spelling) for spelling in spellings("上を向いて歩こう")}
    assert found >= {sound("ue o muite arukou"), sound("ue o muite aruko")}


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("좋은 날", "joeun nal"),
        ("한국말", "hangungmal"),
        ("독립", "dongnip"),
        ("신라", "silla"),
        ("해돋이", "haedodi"),
    ],
)
def test_korean_as_it_is_spoken(written: str, spoken: str) -> None:
    assert hangul.romanize(written) == spoken


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.characters(), max_size=40))
def test_romanizing_never_fails_and_gives_latin_letters(text: str) -> None:
    found = spellings(text)
    assert len(found) <= MOST_SPELLINGS
    assert all(spelling.isascii() for spelling in found)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("pehla nashaa", "pehlaa nasha"),
        ("kesariya", "kesaria"),
        ("pasoori", "pasuri"),
        ("lagja gale", "lag ja gale"),
        ("zara zara", "jara jara"),
        ("phir", "fir"),
        ("senbonzakura", "sembonzakura"),
    ],
)
def test_spellings_that_sound_the_same(one: str, other: str) -> None:
    assert sound(one) == sound(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("munbe vaa", "munpe va"),
        ("srivalli", "shrivally"),
        ("pavizha mazha", "pavila mazha"),
        ("bampyeonji", "bam pyunji"),
        ("beleiver", "believer"),
        ("idho", "itho"),
    ],
)
def test_spellings_with_the_same_consonants(one: str, other: str) -> None:
    assert skeleton(one) == skeleton(other)


@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz", min_size=1, max_size=8), min_size=1, max_size=4))
def test_it_does_not_matter_where_the_spaces_are(words: list[str]) -> None:
    assert sound(" ".join(words)) == sound("".join(words))
    assert skeleton(" ".join(words)) == skeleton("".join(words))
