"""The keys a name is found by: its folded form and skeleton, once for each way it may be spelt."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.text import fold, readings
from core.text.romanize import spellings
from core.text.scripts import Script, counts, script_of_char
from core.text.sounds import skeleton, sound

LONGEST_KEY = 120
"""Letters of a key that count; longer titles are told apart by less."""
MOST_FORMS = 8
_BRACKETS = re.compile(r"\s*[(\[{（【「『〈《][^()\[\]{}（）【】「」『』〈〉《》]*[)\]}）】」』〉》]")
_IN_BRACKETS = re.compile(r"[(\[{（【「『〈《]([^()\[\]{}（）【】「」『』〈〉《》]+)[)\]}）】」』〉》]")
_SUFFIX = re.compile(
    r"\s+(?:[-–—|]\s+.*|(?:feat|ft|featuring)\.?\s.*|from\s+[\"“'].*)$",
    re.IGNORECASE,
)
_SIDES = re.compile(r"\s+[/|~]\s+|\s*[／｜]\s*")
_ADDITION = re.compile(r"[(\[{|/~\"-]|\b(?:feat|ft|featuring|from)\b", re.IGNORECASE)
"""Where a title has none of these, it is one name."""
_UNSPACED = {Script.HAN, Script.KANA, Script.THAI, Script.LAO, Script.KHMER, Script.MYANMAR}
SHORTEST_WORD = 2


@dataclass(frozen=True)
class Form:
    """One spelling of a name."""

    folded: str
    """As written in its own script, or as it sounds in Latin letters; no spaces, at most `LONGEST_KEY`."""
    skeleton: str
    """Of a Latin spelling; empty for other scripts."""
    words: tuple[str, ...]
    """The skeletons of its words; of scripts without spaces each pair of characters."""


def forms(name: str, *, japanese: bool | None = None, thorough: bool = False) -> tuple[Form, ...]:
    """The forms of a name as it is: first in its own script, then each Latin spelling. Never raises.

    `japanese` and `thorough` as in `core.text.romanize.spellings`.
    """
    found: list[Form] = []
    native = fold.words(name)
    if native and not "".join(native).isascii():
        found.append(Form("".join(native)[:LONGEST_KEY], "", tuple(native_words(native))))
    for spelling in spellings(name, japanese=japanese, thorough=thorough):
        spelt = fold.words(spelling)
        folded = sound("".join(spelt))[:LONGEST_KEY]
        if folded:
            found.append(Form(folded, skeleton("".join(spelt))[:LONGEST_KEY], tuple(latin_words(spelt))))
    return _distinct(found)[:MOST_FORMS]


def forms_of_title(
    title: str, others: Iterable[str] = (), *, japanese: bool | None = None
) -> tuple[Form, ...]:
    """The forms of all names that a title holds: whole, without what stands in brackets or behind a dash, and
    each side of `native / romanized`."""
    found = [
        form for name in names_in(title, others) for form in forms(name, japanese=japanese, thorough=True)
    ]
    return _distinct(found)


def names_in(title: str, others: Iterable[str] = ()) -> tuple[str, ...]:
    """The names that people may know a title by, the whole one first.

    >>> names_in('Kesariya (From "Brahmastra")'), names_in("तुम ही हो / Tum Hi Ho")
    (('Kesariya (From "Brahmastra")', 'Kesariya'), ('तुम ही हो / Tum Hi Ho', 'तुम ही हो', 'Tum Hi Ho'))
    """
    if not others and title.isascii() and not _ADDITION.search(title):
        return (title,) if fold.words(title) else ()
    names = [title]
    bare = _SUFFIX.sub("", _BRACKETS.sub("", title)).strip()
    names.append(bare)
    names += _SIDES.split(bare)
    names += [inside for inside in _IN_BRACKETS.findall(title) if _other_script(inside, bare)]
    names += others
    return tuple(dict.fromkeys(name for name in names if fold.words(name)))


def _other_script(inside: str, outside: str) -> bool:
    """Whether brackets hold the name once more, in another script."""
    within, without = counts(inside), counts(outside)
    return bool(within) and not set(within) & set(without)


def latin_words(words: Iterable[str]) -> Iterable[str]:
    """The skeletons of folded Latin words, without the nasal at the end that many leave out
    (`nahin`, `nahi`)."""
    bones = (skeleton(word) for word in words)
    tokens = (each[:-1] if len(each) > SHORTEST_WORD and each.endswith("n") else each for each in bones)
    return dict.fromkeys(token for token in tokens if len(token) >= SHORTEST_WORD)


def native_words(words: list[str]) -> Iterable[str]:
    """The folded words as they are; of unspaced scripts each two neighbours, so that any part of
    a title is found."""
    found: dict[str, None] = {}
    for word in words:
        if script_of_char(word[0]) in _UNSPACED:
            found.update((word[index : index + 2], None) for index in range(max(1, len(word) - 1)))
        else:
            found[word] = None
    return (word for word in found if len(word) >= SHORTEST_WORD)


def _distinct(found: list[Form]) -> tuple[Form, ...]:
    seen: dict[tuple[str, str], Form] = {}
    for form in found:
        seen.setdefault((form.folded, form.skeleton), form)
    return tuple(seen.values())


def is_japanese(*names: str) -> bool | None:
    """Whether Han characters among these names are kanji; None when nothing tells."""
    return True if readings.is_japanese(*names) else None
