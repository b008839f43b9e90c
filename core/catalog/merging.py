"""One row a song: which of the listings that were found are of the same recording.

Two listings are of one song when they are known to be, when they have the same ISRC, or when title and artist
agree across scripts and the lengths differ by at most three seconds; and then all that are of one song with
either of them. But never when one is live, a remix, a karaoke and the like and the other is not, never two
songs of the operator's catalogue, and never two artists that have nothing in common.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from core.catalog.display import preference
from core.catalog.names import Title, same_artist, same_title, title_of
from core.music import SourceSong
from core.text.fold import fold

MOST_SECONDS_APART = 3
LOCAL = "local"
_NONE: frozenset[str] = frozenset()
CHANNELS = frozenset({"youtube"})
"""Where the artist may be no more than the name of a channel."""


@dataclass(frozen=True, eq=False)
class Entry:
    """One listing that was found; a song of the catalogue is listed by `local`."""

    song: SourceSong
    song_id: uuid.UUID | None = None
    """The song it is known to be."""
    in_catalogue: bool = False
    """That song is the operator's own."""

    @cached_property
    def titles(self) -> tuple[Title, ...]:
        names = dict.fromkeys((self.song.title, *self.song.other_titles))
        return tuple(title for name in names if (title := title_of(name)).exact)

    @cached_property
    def versions(self) -> frozenset[str]:
        return title_of(self.song.title).versions

    @property
    def seconds(self) -> int | None:
        return round(self.song.duration) if self.song.duration else None


def merge(entries: Sequence[Entry]) -> list[tuple[Entry, ...]]:
    """The entries grouped by song, groups in the order of their first entries; in each the preferred first.

    Slow for a moment when names in new scripts have to be romanized: call it in a thread.
    """
    groups = _Groups(entries)
    groups.unite(_by(entries, lambda entry: [entry.song_id] if entry.song_id else []), _known_to_be)
    groups.unite(_by(entries, lambda entry: [entry.song.isrc.upper()] if entry.song.isrc else []), _same_isrc)
    groups.unite(_by(entries, _name_keys), _same_name)
    return groups.ordered()


def _known_to_be(one: Entry, other: Entry) -> bool:
    return one.in_catalogue or one.versions == other.versions


def _same_isrc(one: Entry, other: Entry) -> bool:
    return one.versions == other.versions


def _same_name(one: Entry, other: Entry) -> bool:
    """Whether title, artist and length say that two listings are of one recording."""
    if one.versions != other.versions:
        return False
    if one.seconds is None or other.seconds is None:
        return _is_written_alike(one, other)
    if abs(one.seconds - other.seconds) > MOST_SECONDS_APART:
        return False
    if same_artist(one.song.artist, other.song.artist):
        return any(same_title(a, b) for a in one.titles for b in other.titles)
    if _may_be_anybody(one) or _may_be_anybody(other):
        return any(_is_surely(a, b) for a in one.titles for b in other.titles)
    return False


def _is_written_alike(one: Entry, other: Entry) -> bool:
    """Without both lengths only the same letters will do."""
    artist = fold(one.song.artist)
    same = any(a.exact == b.exact for a in one.titles for b in other.titles)
    return same and bool(artist) and artist == fold(other.song.artist)


def _is_surely(one: Title, other: Title) -> bool:
    """Whether two titles are one, and long enough to tell it without an artist."""
    return one.is_strong and other.is_strong and same_title(replace(one, bones=_NONE), other)


def _may_be_anybody(entry: Entry) -> bool:
    return not fold(entry.song.artist) or entry.song.source in CHANNELS


def _name_keys(entry: Entry) -> set[Hashable]:
    """What two entries share whose titles may be the same."""
    return {key for title in entry.titles for key in (title.exact, *title.sounds, *title.bones)}


def _by(entries: Sequence[Entry], keys: Callable[[Entry], Iterable[Hashable]]) -> Iterable[Sequence[Entry]]:
    found: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        for key in keys(entry):
            found.setdefault(key, []).append(entry)
    return found.values()


class _Groups:
    """Groups that grow by uniting two, unless somebody in them speaks against it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._place = {entry: place for place, entry in enumerate(entries)}
        self._group = {entry: [entry] for entry in entries}

    def unite(self, neighbours: Iterable[Sequence[Entry]], same: Callable[[Entry, Entry], bool]) -> None:
        """Unite the groups of all neighbours that are the same."""
        for near in neighbours:
            for number, one in enumerate(near):
                for other in near[number + 1 :]:
                    if self._group[one] is not self._group[other] and same(one, other):
                        self._join(one, other)

    def ordered(self) -> list[tuple[Entry, ...]]:
        distinct = {id(group): group for group in self._group.values()}
        groups = sorted(distinct.values(), key=lambda group: min(self._place[entry] for entry in group))
        return [tuple(sorted(group, key=self._rank)) for group in groups]

    def _join(self, one: Entry, other: Entry) -> None:
        left, right = self._group[one], self._group[other]
        if any(_contradict(a, b) for a in left for b in right):
            return
        left.extend(right)
        for entry in right:
            self._group[entry] = left

    def _rank(self, entry: Entry) -> tuple[int, int]:
        first = -1 if entry.song.source == LOCAL else preference(entry.song.source)
        return first, self._place[entry]


def _contradict(one: Entry, other: Entry) -> bool:
    """Whether two listings can't be of one song, whoever vouches for it."""
    if one.in_catalogue and other.in_catalogue:
        return one.song_id != other.song_id
    if one.song_id is not None and one.song_id == other.song_id:
        return False
    if one.versions != other.versions:
        return True
    if one.song.isrc and other.song.isrc and one.song.isrc.upper() == other.song.isrc.upper():
        return False
    both_known = not (_may_be_anybody(one) or _may_be_anybody(other))
    return both_known and not same_artist(one.song.artist, other.song.artist)
