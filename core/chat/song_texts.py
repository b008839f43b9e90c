"""Songs of the catalogue in words: a row of results, and the card of one song."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from core.catalog.licences import Credit, credits_of
from core.catalog.views import Listing, SongView
from core.chat.bidi import isolated_if_leftward, turns_direction
from core.chat.texts import Texts
from core.library.shelves import OwnSong

MARK = "♫"
"""Stands on what can be played and converted at once."""
LOCAL = "local"
LONGEST_IN_ROW = 80
LONGEST_ON_CARD = 300
MOST_SOURCES = 3
MOST_LINKS = 5
LONGEST_LINK = 500
"""Longer ones are left out: half a link leads nowhere."""


def result_line(song: SongView, texts: Texts) -> str:
    """`♫ Tum Hi Ho — Arijit Singh · 4:22 · Hindi · Spotify, YouTube`."""
    facts = [_name(song, LONGEST_IN_ROW), *_length_and_language(song, texts)]
    labels = list(dict.fromkeys(_label(listing, texts) for listing in song.listings))
    if labels:
        facts.append(", ".join(labels[:MOST_SOURCES]))
    line = " · ".join(facts)
    return f"{MARK} {line}" if song.can_fetch else line


def card(song: SongView, texts: Texts) -> str:
    """All about the song, and what is needed to sing over it."""
    lines = [about(song, texts)]
    if not song.can_fetch:
        lines += ["", texts.say("song-needs-audio")]
    return "\n".join(lines)


def about(song: SongView, texts: Texts) -> str:
    """The name, what is known, where it can be heard, its licence."""
    year = str(song.release_year) if song.release_year else None
    album = shortened(song.album, LONGEST_ON_CARD) if song.album else None
    known = [fact for fact in (album, year) if fact] + _length_and_language(song, texts)
    lines = [f"{MARK if song.can_fetch else '♪'} {_name(song, LONGEST_ON_CARD)}"]
    if known:
        lines.append(" · ".join(known))
    lines += _links(song.listings, texts)
    if credit := credits_of(song.licence, song.licence_url, None):
        lines.append(licence_line(credit, texts))
    return "\n".join(lines)


def facts_line(song: SongView, texts: Texts) -> str:
    """`Arijit Singh · 4:22 · Hindi`: what stands under a title that is shown by itself."""
    artist = [shortened(song.artist, LONGEST_IN_ROW)] if song.artist else []
    return " · ".join([*artist, *_length_and_language(song, texts)])


def own_line(song: OwnSong, texts: Texts) -> str:
    """`♫ Kesariya — Arijit Singh · 4:28 · yours`: a row of the library, of what somebody sent."""
    length = [texts.length(song.duration)] if song.duration else []
    return " · ".join(
        [f"{MARK} {_name(song, LONGEST_IN_ROW)}", *length, isolated_if_leftward(texts.say("library-yours"))]
    )


def own_card(song: OwnSong, texts: Texts) -> str:
    """A song that only those who sent it see."""
    length = texts.length(song.duration) if song.duration else None
    year = str(song.release_year) if song.release_year else None
    album = shortened(song.album, LONGEST_ON_CARD) if song.album else None
    known = [fact for fact in (album, year, length) if fact]
    lines = [f"{MARK} {_name(song, LONGEST_ON_CARD)}", *([" · ".join(known)] if known else [])]
    return "\n".join([*lines, texts.say("library-yours-only")])


def licence_line(credit: Credit, texts: Texts) -> str:
    """`Licence: CC BY-SA 4.0 · https://…`."""
    parts = [part for part in (credit.licence_name, credit.licence_url) if part]
    return texts.say("song-licence", licence=" · ".join(parts))


def shortened(name: str, length: int) -> str:
    """The name on one line, at most so many characters, without what would disturb the text around it."""
    cleaned = " ".join("".join(map(_printable, name)).split())
    if len(cleaned) > length:
        cleaned = f"{cleaned[: length - 1].rstrip()}…"
    return isolated_if_leftward(cleaned)


def _name(song: SongView | OwnSong, length: int) -> str:
    title = shortened(song.title, length)
    return f"{title} — {shortened(song.artist, length)}" if song.artist else title


def _length_and_language(song: SongView, texts: Texts) -> list[str]:
    length = texts.length(song.duration) if song.duration else None
    language = texts.language_name(song.language)
    return [isolated_if_leftward(fact) for fact in (length, language) if fact]


def _label(listing: Listing, texts: Texts) -> str:
    return isolated_if_leftward(texts.say("source-local")) if listing.source == LOCAL else listing.label


def _links(listings: Iterable[Listing], texts: Texts) -> list[str]:
    """`on Spotify: https://…`, one line a source."""
    found: dict[str, str] = {}
    for listing in listings:
        if listing.url and len(listing.url) <= LONGEST_LINK:
            found.setdefault(_label(listing, texts), listing.url)
    links = list(found.items())[:MOST_LINKS]
    return [texts.say("song-heard-on", source=source, url=url) for source, url in links]


def _printable(char: str) -> str:
    """Line ends and control characters are a space; marks that turn the direction of text are nothing."""
    if turns_direction(char):
        return ""
    return " " if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} else char
