"""Songs that are hard to tell from the wanted ones: made of the same words, in the form of an import."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, TypedDict

VERSIONS = ("remix", "live", "reprise", "version", "unplugged", "title track")


class Case(TypedDict):
    """A song and what people type to find it."""

    title: str
    artist: str
    language: str
    queries: list[str]


def decoys(cases: Sequence[Case], count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Titles of one to four words of the cases' titles and queries, each within one language; none is named
    like a case or a query of one."""
    chance = random.Random(seed)
    words: dict[str, list[str]] = {}
    for case in cases:
        spelt = [case["title"], *case["queries"]]
        words.setdefault(case["language"], []).extend(word for name in spelt for word in name.split())
    languages, artists = list(words), [case["artist"] for case in cases]
    taken = {_letters(name) for case in cases for name in (case["title"], *case["queries"])}
    made = 0
    while made < count:
        language = chance.choice(languages)
        title = " ".join(chance.choice(words[language]) for _ in range(chance.randint(1, 4)))
        if chance.random() < 0.3:
            title += f" {chance.choice(VERSIONS)}"
        if _letters(title) in taken:
            continue
        known = chance.random() < 0.2
        artist = chance.choice(artists) if known else f"Artist {chance.randint(1, count // 10 + 2)}"
        yield {"title": title, "artist": artist, "language": language, "popularity": chance.randint(0, 100)}
        made += 1


def _letters(name: str) -> str:
    return "".join(char for char in name.lower() if char.isalnum() or ord(char) > 127)
