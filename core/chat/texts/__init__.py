"""The words of the product: one gettext catalogue a language, `<language>.po`, read as it is.

The msgid is a key such as `status-working`; the msgstr is the text, with `{name}` placeholders. What a
language does not say yet is said in English.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core.chat.bidi import isolated, runs_leftward

FALLBACK = "en"
FOLDER = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    """The languages we speak, English first."""
    found = sorted(path.stem for path in FOLDER.glob("*.po"))
    return (FALLBACK, *(language for language in found if language != FALLBACK))


def closest(wanted: str | None) -> str:
    """The language of ours for a BCP 47 tag: `hi-IN` -> `hi`; English when we don't speak it."""
    base = (wanted or "").replace("_", "-").split("-")[0].lower()
    return base if base in languages() else FALLBACK


class Texts:
    """One language's words."""

    def __init__(self, language: str) -> None:
        self.language = closest(language)
        self._runs_leftward = Locale.parse(self.language).text_direction == "rtl"
        self._translations = _load(self.language)

    def say(self, key: str, **params: object) -> str:
        """The text of a key with its placeholders filled; where it has plural forms, `count` chooses one.

        Raises KeyError for an unknown key.
        """
        text, count = key, params.get("count")
        if isinstance(count, int):
            text = self._translations.ngettext(key, key, count)
        if text == key:
            text = self._translations.gettext(key)
        if text == key:
            raise KeyError(key)
        return text.format(**{name: self._apart(value) for name, value in params.items()})

    def _apart(self, value: object) -> object:
        """A name keeps its direction to itself where that may differ from the text's. Links stay bare: a
        messenger would take the mark at their end for a part of them."""
        if not isinstance(value, str) or "://" in value:
            return value
        return isolated(value) if self._runs_leftward or runs_leftward(value) else value

    def length(self, seconds: float) -> str:
        """`5:27`, `1:02:03`: the length of a recording."""
        minutes, rest = divmod(round(seconds), 60)
        hours, minutes = divmod(minutes, 60)
        return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"

    def duration(self, seconds: float) -> str:
        """`6 s`, `2 min`, `5 h`: how long something will take."""
        if seconds < 90:
            return self.say("duration-seconds", count=max(1, round(seconds)))
        if seconds < 90 * 60:
            return self.say("duration-minutes", count=round(seconds / 60))
        return self.say("duration-hours", count=round(seconds / 3600))

    def error(self, code: str, params: Mapping[str, object]) -> str:
        """What an error means for whoever meets it, with how long to wait where it says so."""
        waits = params.get("retry_after")
        more = {"wait": self.duration(waits)} if isinstance(waits, int | float) else {}
        return self.say(f"error-{code}", **params, **more)

    def language_name(self, code: str | None) -> str | None:
        """`हिन्दी` for `hi`: a language (ISO 639) in this one's words; None for what has no name here."""
        if not code:
            return None
        base = code.replace("_", "-").split("-")[0].lower()
        name: str | None = Locale.parse(self.language).languages.get(base)
        return name

    def place(self, number: int) -> str:
        """`2nd`: a place in a queue; languages whose text needs no ending get the bare number."""
        return f"{number}{_english_ending(number)}" if self.language == "en" else str(number)


@cache
def texts_in(language: str) -> Texts:
    return Texts(language)


def _english_ending(number: int) -> str:
    if number % 100 in {11, 12, 13}:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


@cache
def _load(language: str) -> NullTranslations:
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    translations = GNUTranslations(compiled)
    if language != FALLBACK:
        translations.add_fallback(_load(FALLBACK))
    return translations
