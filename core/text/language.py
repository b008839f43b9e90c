"""Which language a title is in, where that can be told: a label, never a filter.

Titles are too short for statistics. Measured on 60 titles, detectors are sure of themselves even where they
are wrong, and none knows romanized Hindi or Tamil. So the script decides first; only longer texts in Latin,
Cyrillic, Arabic and Devanagari letters go to langdetect, and only a sure answer counts.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any

from core.text.scripts import Script, counts, script_of

FEWEST_LETTERS = 25
SUREST = 0.9
_BY_SCRIPT = {
    Script.GREEK: "el",
    Script.ARMENIAN: "hy",
    Script.HEBREW: "he",
    Script.BENGALI: "bn",
    Script.GURMUKHI: "pa",
    Script.GUJARATI: "gu",
    Script.ORIYA: "or",
    Script.TAMIL: "ta",
    Script.TELUGU: "te",
    Script.KANNADA: "kn",
    Script.MALAYALAM: "ml",
    Script.SINHALA: "si",
    Script.THAI: "th",
    Script.LAO: "lo",
    Script.MYANMAR: "my",
    Script.GEORGIAN: "ka",
    Script.ETHIOPIC: "am",
    Script.KHMER: "km",
    Script.KANA: "ja",
    Script.HANGUL: "ko",
    Script.HAN: "zh",
}
_LETTERS_OF: tuple[tuple[Script, str, str], ...] = (
    (Script.BENGALI, "ৰৱ", "as"),
    (Script.CYRILLIC, "іїєґІЇЄҐ", "uk"),
    (Script.CYRILLIC, "ўЎ", "be"),
    (Script.CYRILLIC, "ыэъёЫЭЪЁ", "ru"),
    (Script.CYRILLIC, "ђћџљњЂЋЏЉЊ", "sr"),
    (Script.ARABIC, "ٹڈڑےں", "ur"),
    (Script.ARABIC, "ةىأإ", "ar"),
    (Script.ARABIC, "پچگژ", "fa"),
    (Script.DEVANAGARI, "ळ", "mr"),
)
"""Letters that, of the languages of a script, one alone writes."""
_POSSIBLE = {
    Script.LATIN: None,
    Script.CYRILLIC: {"ru", "uk", "bg", "mk", "sr", "be"},
    Script.ARABIC: {"ar", "fa", "ur"},
    Script.DEVANAGARI: {"hi", "mr", "ne"},
}

_loading = threading.Lock()


def language_of(text: str) -> str | None:
    """ISO 639-1; None when it can't be told. The same text always has the same answer. Never raises.

    >>> language_of("முன்பே வா"), language_of("пісня моя"), language_of("tum hi ho")
    ('ta', 'uk', None)
    """
    script = script_of(text)
    if script in _BY_SCRIPT:
        marked = _by_letters(text, script)
        return marked or _BY_SCRIPT[script]
    if script not in _POSSIBLE:
        return None
    return _by_letters(text, script) or _detect(text, script)


def _by_letters(text: str, script: Script) -> str | None:
    return next(
        (
            language
            for of, letters, language in _LETTERS_OF
            if of is script and any(c in text for c in letters)
        ),
        None,
    )


def _detect(text: str, script: Script) -> str | None:
    if counts(text)[script] < FEWEST_LETTERS:
        return None
    from langdetect.lang_detect_exception import LangDetectException

    try:
        with _loading:
            detector = _factory().create()
        detector.append(text)
        best = detector.get_probabilities()[0]
    except (LangDetectException, IndexError):
        return None
    possible = _POSSIBLE[script]
    language = best.lang.partition("-")[0]
    if best.prob < SUREST or (possible is not None and language not in possible):
        return None
    return str(language)


@lru_cache(maxsize=1)
def _factory() -> Any:
    """langdetect's profiles, seeded: unseeded, 8 of 60 titles change their answer from run to run."""
    from langdetect import detector_factory

    detector_factory.DetectorFactory.seed = 0
    detector_factory.init_factory()
    return detector_factory._factory
