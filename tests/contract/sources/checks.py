"""What every source is asked at its worst, and what must hold whatever it answers."""

from __future__ import annotations

import math

from core.music import MusicSource, SourceSong
from tests.contract.sources.subjects import Subject
from tests.fakes.sources.base import HttpStandIn

ODD_QUERIES = [
    '"',
    "AC/DC: Who Made Who?",
    '50% "more" & more + #1 <b>',
    "'; DROP TABLE songs; --",
    "(a+)+$ .* [x] \\ % _ ~ ^ { }",
    "artist:Ira AND NOT title:x OR *:*",
    "तुम ही हो",
    "夜のあかり",
    "🎵🎵",
    "\u202eabc\u200d",
    "\x00\x07\x1b",
    "\ud800 half",
    "   ",
    "",
    "a" * 200,
    "म" * 200,
]
ODD_IDS = [
    "",
    " ",
    "/",
    "../../etc",
    "a/b?c#d",
    "%00",
    "\x00",
    "\ud800",
    "म",
    "x" * 1000,
    "_/_/_",
    "a/_/b/_/c",
]
ODD_BODIES = [
    b"null",
    b"7",
    b'"text"',
    b"[]",
    b"[[null]]",
    b"{}",
    b'{"error": null}',
    b'{"a": NaN}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
]


def check_sound(song: SourceSong, source: MusicSource) -> None:
    """The song may be stored and shown."""
    assert song.source == source.name
    assert 1 <= len(song.external_id) <= 1000
    assert song.title.strip()
    texts = [song.external_id, song.title, song.artist, song.album or "", *song.genres, *song.other_titles]
    texts += [song.url or "", song.thumbnail_url or "", song.isrc or "", song.language or ""]
    texts += [*song.external_ids.keys(), *song.external_ids.values()]
    for text in texts:
        assert isinstance(text, str)
        assert "\x00" not in text
        text.encode("utf-8")
    for address in (song.url, song.thumbnail_url):
        assert address is None or address.startswith(("https://", "http://"))
    assert song.duration is None or (math.isfinite(song.duration) and song.duration > 0)
    assert song.release_year is None or 1000 <= song.release_year <= 2100
    assert song.popularity is None or 0 <= song.popularity <= 100
    assert isinstance(song.explicit, bool)
    assert isinstance(song.downloadable, bool)


def check_discreet(error: BaseException, subject: Subject, stand_in: HttpStandIn) -> None:
    """The error may be logged."""
    told = f"{error} {error.__cause__ or ''}"
    assert "://" not in told
    for secret in subject.secrets(stand_in):
        assert secret not in told
