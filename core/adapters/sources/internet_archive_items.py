"""What an item of the Internet Archive holds, read from its metadata.

An item is a release: many files, each recording in several formats and qualities. A file is described by
strings alone, and any field may be absent, a string or a list
(https://archive.org/developers/md-record.html).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from posixpath import basename, splitext
from typing import Any

from core.adapters.sources.values import number_in, object_in, objects_in, text_in, whole_in, year_in
from core.catalog.licences import licence_of, strictest
from core.music import Licence
from core.text.titles import known, names_from_file

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
FORMATS = (
    "VBR MP3",
    "128Kbps MP3",
    "160Kbps MP3",
    "192Kbps MP3",
    "256Kbps MP3",
    "320Kbps MP3",
    "MP3",
    "Ogg Vorbis",
    "Flac",
)
"""Those we take, best first: small ones that still sound well."""
MOST_RECORDINGS = 300
"""Of an item that are looked at."""
MOST_VERSIONS = 30
"""Of a recording that are looked at."""
LONGEST_NAME = 800
"""Of a file; with the identifier it has to fit into an external id."""
MOST_GENRES = 5
CUT_SHORT = 0.6
"""A file that lasts less than this part of its recording is a sample of it."""

LONGEST_TITLE = 200
"""Of one made of a file's name."""
SAMPLE_SECONDS = 35.0
LONGEST_SECONDS = 86_400.0

_FORMAT_OF = {".mp3": "MP3", ".ogg": "Ogg Vorbis", ".flac": "Flac"}
_AUDIO_SUFFIXES = {*_FORMAT_OF, ".wav", ".aiff", ".aif", ".shn", ".m4a", ".opus", ".wma"}
_OTHER_NAMES = {
    "bengali": "bn",
    "oriya": "or",
    "panjabi": "pa",
    "farsi": "fa",
    "mandarin": "zh",
    "castilian": "es",
    "modern greek": "el",
}
"""Names of languages that Unicode's English names are not."""
_QUALITY = re.compile(r"[_-](?:vbr|\d{2,3}kb)$", re.IGNORECASE)
_LOW_QUALITY = re.compile(r"[_-](?:64|56|48|32|24)kb$", re.IGNORECASE)
_SAMPLE = re.compile(r"[\s_(-](?:sample|preview|30 ?s(?:ec(?:onds?)?)?)\)?$", re.IGNORECASE)
_RESERVED = re.compile(r"all rights reserved|(?<!not )\bin copyright")


@dataclass(frozen=True)
class AudioFile:
    """The file that stands for one recording of an item."""

    name: str
    """Within the item; may hold slashes and any other characters."""
    title: str
    artist: str
    seconds: float | None
    size: int | None
    genre: str
    names: frozenset[str]
    """The names of all files of the recording, in whatever format and quality."""


@dataclass(frozen=True)
class Item:
    identifier: str
    title: str
    creator: str
    licence: Licence
    licence_url: str | None
    is_restricted: bool
    """Lent or played there, not handed out."""
    release_year: int | None
    language: str | None
    genres: tuple[str, ...]
    audio: tuple[AudioFile, ...]
    """One file a recording, in the order of the release."""

    def file(self, name: str) -> AudioFile | None:
        """The file that stands for the recording that the named one is of."""
        return next((file for file in self.audio if name in file.names), None)


def item_in(identifier: str, answer: Mapping[str, Any], largest: int, wanted: str = "") -> Item | None:
    """The item that `/metadata/{identifier}` tells of; None where there is none.

    Files over `largest` bytes are left out. The file named `wanted` stands for its recording, where it is fit
    to, else the best one.
    """
    about = object_in(answer, "metadata")
    if not about:
        return None
    creator = ", ".join(texts_in(about.get("creator"))[:3])
    urls = texts_in(about.get("licenseurl"))
    licence = strictest(map(licence_of, urls))
    if any(_RESERVED.search(words) for words in _words_of_rights(about)):
        licence = Licence.ALL_RIGHTS_RESERVED
    return Item(
        identifier=identifier,
        title=_first(about.get("title")) or identifier,
        creator=creator,
        licence=licence,
        licence_url=next((url for url in urls if licence_of(url) is licence), None),
        is_restricted=is_restricted(about) or _is_true(answer.get("is_dark")),
        release_year=year_in(_first(about.get("date"))) or year_in(_first(about.get("year"))),
        language=language_in(about.get("language")),
        genres=_genres(about.get("subject")),
        audio=tuple(_audio(answer.get("files"), creator, largest, wanted)),
    )


def is_restricted(about: Mapping[str, Any]) -> bool:
    """Whether an item's metadata say that its files are not for everyone, or only samples."""
    flag = about.get("access-restricted-item")
    return _is_true(flag) or "samples_only" in texts_in(about.get("collection"))


def texts_in(value: object) -> tuple[str, ...]:
    """The strings of a field that may be absent, a string or a list."""
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in map(text_in, values) if text)


def language_in(value: object) -> str | None:
    """ISO 639-1 (or -3) of the one language that a field names: `hin`, `Hindi`, `hi`; None of several."""
    codes = {_languages().get(name.casefold()) for name in texts_in(value)}
    return codes.pop() if len(codes) == 1 else None


def names_of_language(code: str) -> tuple[str, ...]:
    """All that an item may call a language, given its ISO 639-1 code."""
    return tuple(sorted(name for name, found in _languages().items() if found == code.casefold()))


@cache
def _languages() -> dict[str, str]:
    """English names and codes of ISO 639-1, -2 and -3, each to the shortest code."""
    from babel import Locale
    from babel.core import get_global

    named = {code: name for code, name in Locale("en").languages.items() if code.isalpha()}
    languages = {name.casefold(): code for code, name in named.items()} | {code: code for code in named}
    aliases: Mapping[str, str] = get_global("language_aliases")
    languages |= {alias: code for alias, code in aliases.items() if alias.isalpha() and code in named}
    return languages | _OTHER_NAMES


# --- files ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Version:
    """One of the files of a recording."""

    name: str
    entry: Mapping[str, Any]
    format: str
    seconds: float | None
    size: int | None
    called_sample: bool


def _audio(listed: object, creator: str, largest: int, wanted: str) -> Iterable[AudioFile]:
    recordings: dict[str, list[_Version]] = {}
    for entry in objects_in(listed):
        name = entry.get("name")
        if not isinstance(name, str) or _suffix(name) not in _AUDIO_SUFFIXES or not _is_plain(name):
            continue
        recording = _recording(entry, name)
        if recording in recordings or len(recordings) < MOST_RECORDINGS:
            versions = recordings.setdefault(recording, [])
            versions += [_version(entry, name)] if len(versions) < MOST_VERSIONS else []
    for versions in sorted(recordings.values(), key=_place):
        fit = [version for version in versions if _is_fit(version, versions, largest)]
        if fit:
            best = min(fit, key=lambda version: (version.name != wanted, FORMATS.index(version.format)))
            yield _described(best, versions, creator)


def _version(entry: Mapping[str, Any], name: str) -> _Version:
    return _Version(
        name=name,
        entry=entry,
        format=_first(entry.get("format")) or _FORMAT_OF.get(_suffix(name), ""),
        seconds=_seconds(entry.get("length")),
        size=whole_in(entry.get("size"), highest=2**53),
        called_sample=bool(_SAMPLE.search(splitext(name)[0])),
    )


def _described(file: _Version, versions: list[_Version], creator: str) -> AudioFile:
    """Only one of a recording's files may carry its tags."""

    def tag(name: str) -> str:
        values = (known(_first(version.entry.get(name))) for version in (file, *versions))
        return next((value for value in values if value), "")

    own_name = text_in(basename(file.name), LONGEST_TITLE)
    title, artist = names_from_file(own_name)
    return AudioFile(
        name=file.name,
        title=tag("title") or title or splitext(own_name)[0] or own_name,
        artist=tag("artist") or tag("creator") or creator or artist or "",
        seconds=file.seconds,
        size=file.size,
        genre=tag("genre"),
        names=frozenset(version.name for version in versions),
    )


def _recording(entry: Mapping[str, Any], name: str) -> str:
    """What the files of one recording have in common: the name of the original without its ending."""
    original = _first(entry.get("original"))
    base = original if _suffix(original) in _AUDIO_SUFFIXES else name
    return _SAMPLE.sub("", _QUALITY.sub("", splitext(base)[0]))


def _is_fit(file: _Version, versions: list[_Version], largest: int) -> bool:
    return (
        file.format in FORMATS
        and not _is_true(file.entry.get("private"))
        and not _LOW_QUALITY.search(splitext(file.name)[0])
        and (file.size or 0) <= largest
        and not _is_sample(file, versions)
    )


def _is_sample(file: _Version, versions: list[_Version]) -> bool:
    """Much shorter than the recording, or called a sample; songs may be called so too, but they are longer
    and alone."""
    longest = max(version.seconds or 0.0 for version in versions)
    seconds = file.seconds or longest
    if seconds < CUT_SHORT * longest:
        return True
    alone = all(version.called_sample for version in versions)
    return file.called_sample and (not alone or seconds <= SAMPLE_SECONDS)


def _suffix(name: str) -> str:
    return splitext(name)[1].casefold()


def _is_plain(name: str) -> bool:
    """A name that can be kept and asked for: not too long, without control characters and lone surrogates."""
    return len(name) <= LONGEST_NAME and not any(unicodedata.category(char) in {"Cc", "Cs"} for char in name)


def _place(versions: list[_Version]) -> tuple[int, str]:
    """Where a recording stands on the release: by its track number (`3`, `3/12`), then by name."""
    tracks = (re.match(r"\d{1,4}", _first(version.entry.get("track"))) for version in versions)
    number = next((int(track[0]) for track in tracks if track), 10_000)
    return number, versions[0].name.casefold()


def _seconds(length: object) -> float | None:
    """Of `245.31`, `4:05` or `1:02:03`; None where it is none of these, or nothing."""
    written = _first(length).split(":") if isinstance(length, str | list) else [length]
    if len(written) > 3:
        return None
    seconds = 0.0
    for part in map(number_in, written):
        if part is None or part < 0:
            return None
        seconds = 60 * seconds + part
    return seconds if 0 < seconds <= LONGEST_SECONDS else None


def _genres(subject: object) -> tuple[str, ...]:
    """Subjects come as a list or as one string with semicolons."""
    subjects = [part.strip() for text in texts_in(subject) for part in text.split(";")]
    return tuple(dict.fromkeys(part for part in subjects if 0 < len(part) <= 40))[:MOST_GENRES]


def _words_of_rights(about: Mapping[str, Any]) -> Iterable[str]:
    """Free text that allows nothing, but may forbid."""
    for field in ("rights", "possible-copyright-status"):
        for text in texts_in(about.get(field)):
            yield re.sub(r"[\s_-]+", " ", text).casefold()


def _is_true(value: object) -> bool:
    return value is True or _first(value).casefold() == "true"


def _first(value: object) -> str:
    return next(iter(texts_in(value)), "")
