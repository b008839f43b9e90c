"""The catalogues: every language says everything, with the same placeholders, short enough to be sent."""

from __future__ import annotations

import re
import string
import unicodedata
from gettext import c2py  # type: ignore[attr-defined]

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from core import errors
from core.adapters.channels.console import CAPABILITIES as CONSOLE
from core.adapters.channels.telegram.channel import CAPABILITIES as TELEGRAM
from core.chat.texts import FALLBACK, FOLDER, closest, languages, texts_in

LEFTWARD = [language for language in languages() if Locale(language).text_direction == "rtl"]
LONGEST_DESCRIPTION = 256
LONGEST_LABEL = 40
LONGEST_LINE_OF_STATUS = 90
SCRIPTS = {
    "hi": "DEVANAGARI", "ta": "TAMIL", "te": "TELUGU", "bn": "BENGALI", "mr": "DEVANAGARI", "gu": "GUJARATI",
    "kn": "KANNADA", "ml": "MALAYALAM", "pa": "GURMUKHI", "ur": "ARABIC",
}  # fmt: skip


def catalogue(language: str) -> Catalog:
    with (FOLDER / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def words(language: str) -> dict[str, str]:
    """Key to text; a text with plural forms is there once a form: `duration-minutes[1]`."""
    found = {}
    for message in catalogue(language):
        if isinstance(message.id, tuple):
            found |= {f"{message.id[0]}[{form}]": text for form, text in enumerate(message.string)}
        elif message.id:
            found[message.id] = str(message.string)
    return found


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_these_languages_are_spoken() -> None:
    assert languages() == ("en", "bn", "gu", "hi", "kn", "ml", "mr", "pa", "ta", "te", "ur")
    assert set(languages()) == {"en", *SCRIPTS}


@pytest.mark.parametrize("language", languages())
def test_every_language_says_everything_with_the_same_placeholders(language: str) -> None:
    english, here = words(FALLBACK), words(language)
    assert here.keys() == english.keys()
    assert {key: placeholders(text) for key, text in here.items()} == {
        key: placeholders(text) for key, text in english.items()
    }


@pytest.mark.parametrize("language", languages())
def test_no_text_is_empty_fuzzy_or_badly_spaced(language: str) -> None:
    for message in catalogue(language):
        if message.id:
            assert not message.fuzzy
    for text in words(language).values():
        assert text.strip() == text != ""
        assert "  " not in text


@pytest.mark.parametrize("language", languages())
def test_the_header_is_right(language: str) -> None:
    header = (FOLDER / f"{language}.po").read_text("utf-8").split("\n\n")[0]
    assert f'"Language: {language}\\n"' in header
    assert "charset=utf-8" in header
    forms = re.search(r"nplurals=(\d); plural=([^;]+);", header)
    assert forms is not None
    form_of = c2py(forms[2])
    assert {form_of(number) for number in range(200)} == set(range(int(forms[1])))
    named = Locale(language).plural_form  # the rule of the Unicode CLDR: "one" or "other"
    assert [form_of(number) for number in range(200)] == [
        ("one", "other").index(named(number)) for number in range(200)
    ]


@pytest.mark.parametrize(("language", "script"), SCRIPTS.items())
def test_texts_are_in_their_own_script(language: str, script: str) -> None:
    own_symbols_only = {"status-song"}
    for key, text in words(language).items():
        letters = {unicodedata.name(letter, "").split()[0] for letter in text if letter.isalpha()}
        assert letters <= {script, "LATIN"}, key
        assert script in letters or key in own_symbols_only, key


@pytest.mark.parametrize("language", languages())
def test_what_turns_the_direction_ends_in_its_line(language: str) -> None:
    for key, text in words(language).items():
        for line in text.split("\n"):
            begun = sum(line.count(mark) for mark in "\u2066\u2067\u2068")
            assert begun == line.count("\u2069"), key
            assert not set(line) & set("\u200e\u200f\u202a\u202b\u202c\u202d\u202e"), key


@pytest.mark.parametrize("language", LEFTWARD)
def test_lines_written_leftward_begin_in_their_own_letters(language: str) -> None:
    """A line takes its direction from its first letter outside isolates (UAX #9, P2 and P3), and a command
    within the line keeps its slash in front. Lines that begin with a command are a list and run rightward."""
    for key, text in words(language).items():
        for line in text.split("\n"):
            if line.startswith("/"):
                continue
            assert not re.search(r"(?<!\u2066)(?<![\w/~])/[a-z]", line), key
            seen = re.sub(r"\{\w+\}|[\u2066-\u2068][^\u2069]*\u2069", "", line)
            first = next((letter for letter in seen if letter.isalpha()), None)
            assert first is None or unicodedata.bidirectional(first) in {"R", "AL"}, key


@pytest.mark.parametrize("language", languages())
def test_texts_fit_where_they_are_shown(language: str) -> None:
    for key, text in words(language).items():
        assert len(text.encode("utf-16-le")) // 2 <= min(TELEGRAM.max_text, CONSOLE.max_text)
        if key.startswith("command-"):
            assert 3 <= len(text) <= LONGEST_DESCRIPTION
        if key.startswith(("button-", "quality-b", "quality-f")) and key != "button-old":
            assert len(text) <= LONGEST_LABEL
        if key.startswith("status-") and key not in {"status-failed", "status-merged"}:
            assert len(text) <= LONGEST_LINE_OF_STATUS


def all_errors(base: type[errors.MelodyError] = errors.MelodyError) -> set[type[errors.MelodyError]]:
    """The errors of the product; other tests may define some of their own."""
    found = {base}.union(*map(all_errors, base.__subclasses__()))
    return {error for error in found if not error.__module__.startswith("tests.")}


def test_every_error_has_words() -> None:
    missing = {error.__name__ for error in all_errors() if f"error-{error.code}" not in words(FALLBACK)}
    assert missing == set()


def test_an_error_says_what_to_try_next() -> None:
    """Two sentences or two halves: what happened, and what now."""
    for key, text in words(FALLBACK).items():
        if key.startswith("error-") and key != "error-forbidden":
            assert re.search(r"[Pp]lease|Wait", text), key


def test_languages_are_found_by_their_tag() -> None:
    assert [closest(tag) for tag in ("hi", "hi-IN", "HI_in", "ta-Taml-IN", "fr", "", None, "x")] == [
        "hi", "hi", "hi", "ta", "en", "en", "en", "en",
    ]  # fmt: skip
    assert [closest(tag) for tag in ("mr-IN", "gu", "kn-IN", "ml", "pa-Guru-IN", "ur-PK", "ur-IN")] == [
        "mr", "gu", "kn", "ml", "pa", "ur", "ur",
    ]  # fmt: skip


def test_saying_fills_in_and_knows_its_keys() -> None:
    english = texts_in("en")
    assert english.say("error-too-large", limit_mb=20).startswith("This file is larger than 20 MB.")
    with pytest.raises(KeyError):
        english.say("no-such-key")
    with pytest.raises(KeyError):
        english.say("error-too-large")


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.2, "1 s"), (6.4, "6 s"), (89, "89 s"), (90, "2 min"), (150, "2 min"), (3600, "60 min")],
)
def test_durations(seconds: float, shown: str) -> None:
    assert texts_in("en").duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0.4, "0:00"), (59.6, "1:00"), (327, "5:27"), (3723, "1:02:03")]
)
def test_lengths(seconds: float, shown: str) -> None:
    assert texts_in("en").length(seconds) == shown


def test_one_and_many() -> None:
    assert [texts_in("te").duration(seconds) for seconds in (1, 2, 120)] == ["1 సెకను", "2 సెకన్లు", "2 నిమిషాలు"]
    marathi = texts_in("mr")
    assert [marathi.say("duration-minutes", count=count) for count in (1, 2)] == ["1 मिनिट", "2 मिनिटं"]
    assert texts_in("gu").say("queue-more", count=3) == "અને હજી 3"  # one form for all counts


def test_places() -> None:
    english = texts_in("en")
    places = [english.place(n) for n in (1, 2, 3, 4, 11, 12, 13, 21, 22, 101, 111)]
    assert places == ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "101st", "111th"]
    assert texts_in("hi").place(2) == "2"
