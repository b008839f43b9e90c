"""Rows of a `.jsonl` file: one song a line, taken as it is or refused with a reason.

    {"title": "तुम ही हो", "artist": "Arijit Singh", "album": "Aashiqui 2", "language": "hi", "duration": 262,
     "release_year": 2013, "genre": ["film"], "external_ids": {"isrc": "INS181300050", "spotify": "…"}}

Only `title` is needed. `popularity` (0 to 100), `explicit`, `thumbnail_url` and `other_titles` (or `aliases`)
are taken too, fields of other names are passed over. Nothing is cut off, trimmed or guessed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO, NoReturn

from core.catalog.importing.languages import NO_LANGUAGE, language_code
from core.catalog.importing.listed_song import (
    IMPORT,
    LONGEST_ID,
    LONGEST_NAME,
    ListedSong,
    can_be_id,
    digest,
    identity,
)

LONGEST_LINE = 64 * 1024
"""Bytes; no song needs more."""
LONGEST_URL = 2000
MOST_GENRES = 20
MOST_TITLES = 50
MOST_EXTERNAL_IDS = 50
LONGEST_DURATION = 24 * 3600
YEARS = range(1000, 3000)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What no text in PostgreSQL can hold."""


class RowRefused(ValueError):
    """A line is not taken; the message says why, in plain words and with nothing of its content."""


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Number and content of each line that is not blank; None instead of one that is too long."""
    number = 0
    while line := file.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            _skip_rest(file)
            yield number, None
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if stripped := line.strip():
            yield number, stripped


def _skip_rest(file: BinaryIO) -> None:
    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def song_in(line: bytes | None) -> ListedSong:
    """The song of one line. Raises RowRefused."""
    if line is None:
        raise RowRefused(f"longer than {LONGEST_LINE:,} bytes")
    row = _object_in(line)
    title = _name(row, "title")
    if not title.strip():
        raise RowRefused("no title")
    artist, album = _name(row, "artist"), _name(row, "album") or None
    duration = _duration(row)
    song = ListedSong(
        source=IMPORT,
        external_id=identity(title, artist, album, duration),
        title=title,
        artist=artist,
        album=album,
        language=_language(row),
        duration=duration,
        release_year=_year(row),
        genre=_texts(row, "genre", MOST_GENRES) or None,
        popularity=_popularity(row),
        explicit=_flag(row, "explicit"),
        thumbnail_url=_address(row, "thumbnail_url"),
        external_ids=_external_ids(row),
        other_titles=_texts(row, "other_titles", MOST_TITLES) + _texts(row, "aliases", MOST_TITLES),
    )
    return replace(song, facts={"digest": digest(song)})


def _object_in(line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.decode(), parse_constant=_no_number)
    except UnicodeDecodeError:
        raise RowRefused("not UTF-8") from None
    except (ValueError, RecursionError):
        raise RowRefused("not JSON") from None
    if not isinstance(row, dict):
        raise RowRefused("not a JSON object")
    return row


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _text(row: Mapping[str, Any], field: str, longest: int) -> str:
    """A text; empty where there is none."""
    value = row.get(field)
    return "" if value is None else _storable(value, field, longest)


def _storable(value: object, field: str, longest: int) -> str:
    if not isinstance(value, str):
        raise RowRefused(f"{field} is not a text")
    if len(value) > longest:
        raise RowRefused(f"{field} is longer than {longest:,} characters")
    if UNSTORABLE.search(value):
        raise RowRefused(f"{field} holds a character that is none (U+0000 or half of a pair)")
    return value


def _name(row: Mapping[str, Any], field: str) -> str:
    return _text(row, field, LONGEST_NAME)


def _texts(row: Mapping[str, Any], field: str, most: int) -> tuple[str, ...]:
    """A list of texts, or one text; blank ones are left out."""
    value = row.get(field)
    if value is None:
        return ()
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list):
        raise RowRefused(f"{field} is not a list of texts")
    if len(values) > most:
        raise RowRefused(f"{field} has more than {most} entries")
    return tuple(
        dict.fromkeys(text for each in values if (text := _storable(each, field, LONGEST_NAME)).strip())
    )


def _number(row: Mapping[str, Any], field: str) -> int | float | None:
    value = row.get(field)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowRefused(f"{field} is not a number")
    if value < 0:
        raise RowRefused(f"{field} is negative")
    return value


def _duration(row: Mapping[str, Any]) -> int | None:
    """Whole seconds; 0 means that nobody knows."""
    seconds = _number(row, "duration")
    if seconds is not None and seconds > LONGEST_DURATION:
        raise RowRefused("duration is longer than a day; it is in seconds")
    return None if seconds is None else round(seconds) or None


def _year(row: Mapping[str, Any]) -> int | None:
    """A year; 0 means that nobody knows."""
    year = _number(row, "release_year")
    if year is None or year == 0:
        return None
    if year not in YEARS:
        raise RowRefused("release_year is not a year")
    return int(year)


def _popularity(row: Mapping[str, Any]) -> int | None:
    value = _number(row, "popularity")
    if value is not None and value > 100:
        raise RowRefused("popularity is more than 100")
    return None if value is None else round(value)


def _flag(row: Mapping[str, Any], field: str) -> bool | None:
    value = row.get(field)
    if value is not None and not isinstance(value, bool):
        raise RowRefused(f"{field} is neither true nor false")
    return value


def _language(row: Mapping[str, Any]) -> str | None:
    """An ISO 639 code in small letters, the shortest there is."""
    text = _text(row, "language", LONGEST_NAME).strip()
    code = language_code(text)
    if text and code is None and text.lower() not in NO_LANGUAGE:
        raise RowRefused("language is not an ISO 639 code like hi or en")
    return code


def _address(row: Mapping[str, Any], field: str) -> str | None:
    address = _text(row, field, LONGEST_URL)
    if address and not address.startswith(("https://", "http://")):
        raise RowRefused(f"{field} is not an http address")
    return address or None


def _external_ids(row: Mapping[str, Any]) -> dict[str, str]:
    """Ids elsewhere by name of the place; numbers become texts, an ISRC is written as it is stored."""
    value = row.get("external_ids")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise RowRefused("external_ids is not an object")
    if len(value) > MOST_EXTERNAL_IDS:
        raise RowRefused(f"external_ids has more than {MOST_EXTERNAL_IDS} entries")
    ids: dict[str, str] = {}
    for name, each in value.items():
        text = str(each) if isinstance(each, int) and not isinstance(each, bool) else each
        if text is not None and (known := _storable(text, "external_ids", LONGEST_ID).strip()):
            if not can_be_id(known):
                raise RowRefused("external_ids has an entry that is too long")
            ids[_storable(name, "external_ids", LONGEST_NAME)] = known
    if isrc := ids.get("isrc"):
        ids["isrc"] = isrc.replace("-", "").replace(" ", "").upper()
    return ids
