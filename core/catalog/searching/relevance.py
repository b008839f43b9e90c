"""How well what sources find answers a query: on the scale of the local search, so that all compete."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from core.catalog.searching.ranking import Candidate, Ranking
from core.catalog.searching.spans import Span, spellings_of
from core.music import SourceSong
from core.text.keys import forms, is_japanese, names_in

_NOBODY = uuid.UUID(int=0)


class Relevance:
    """One query, to be compared with many songs."""

    def __init__(self, query: str) -> None:
        self._ranking = Ranking(spellings_of(query))

    def of(self, song: SourceSong) -> float:
        """From 0 to 1."""
        japanese = is_japanese(song.title, song.artist, *song.other_titles)
        candidate = Candidate(
            song_id=_NOBODY,
            title=song.title,
            artist=song.artist,
            popularity=song.popularity or 0,
            titles=_spans(names_in(song.title, song.other_titles), japanese),
            artists=_spans([song.artist], japanese),
        )
        return min(1.0, self._ranking.score(candidate, self._ranking.sound(candidate)))


def _spans(names: Iterable[str], japanese: bool | None) -> list[Span]:
    return [
        Span(form.folded, form.skeleton)
        for name in dict.fromkeys(names)
        for form in forms(name, japanese=japanese)
    ]
