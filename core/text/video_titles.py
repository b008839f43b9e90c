"""What song a video is of, from its title and its channel's name.

Nobody writes video titles by a rule; these are the habits that are common enough to read:

    Artist - Title (Official Video) | Film          labels and artists everywhere
    Title | Artist | Film · Title - Film | Actor | Singer | …      Indian labels
    Title / Artist · Artist「Title」 · [MV] Artist _ Title        Japan and Korea
    Title, on the channel "Artist - Topic"          YouTube's own, made from what labels deliver

Where a title leaves open who sings, no artist is better than an actor or a label in their place.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from core.text.video_words import (
    ADVERTISED_SONG,
    CHANNEL_SUFFIX,
    CREDIT,
    EDGE_WORDS,
    FEATURING,
    FILLER_WORDS,
    FROM_FILM,
    LABEL,
    NO_ARTIST,
    NOISE_GLUED,
    NOISE_PHRASE,
    NOISE_PREFIX,
    NOISE_WORDS,
)

UNTITLED = "Untitled"
LONGEST = 500
"""Letters that are read; YouTube allows a hundred."""
MOST_WORDS_OF_A_NAME = 3
DASH = re.compile(r"\s+[-–—−_]+\s*|\s*[-–—−]+\s+")
PIPE = re.compile(r"\s*[|｜│┃‖]+\s*|\s+[/•·]+\s+")
BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|\{([^{}]*)\}|【([^【】]*)】|（([^（）]*)）")
QUOTED = re.compile(r"[「『]([^「」『』]+)[」』]|[\"“”]([^\"“”]+)[\"“”]|(?<!\w)['‘]([^'‘’]+)['’](?!\w)")
HASHTAG = re.compile(r"(?<!\w)#[^\W\d]\w*")
WORD = re.compile(r"[^\s,.:;!?()\[\]{}|\"“”]+")
EDGES = " \t-–—−_|｜:;,~/\\*•·"
DUET = re.compile(r"\s+[xX×]\s+")
NO_PERSON = re.compile(r"[\d,&:]")
OPENED = " ([{（【-|:"
YEAR = re.compile(r"(?:19|20)\d\d")
PICTURE_SIZE = re.compile(r"\d{1,2}k|\d{3,4}p(?:\d{2})?|\d{2,3}fps", re.IGNORECASE)
FIRST_EMOJI = "\U0001f000"
NOT_SHOWN = {0xFE0F: None, 0x20E3: None}
"""What makes emoji of other letters."""
VEVO = re.compile(r"vevo$", re.IGNORECASE)
INNER_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
TOPIC = " - topic"


def names_of(video_title: str, channel_title: str) -> tuple[str, str]:
    """(title, artist) of the song in a video; the title is never empty, the artist is where nothing tells.

    Both arguments are plain text: unescape HTML first.
    """
    raw, channel = _squeezed(video_title[:LONGEST]), _squeezed(channel_title[:LONGEST])
    if channel.casefold().endswith(TOPIC):
        artist = channel[: -len(TOPIC)].strip()
        title, featured = _without_featuring(_without_brackets(raw, " "))
        return _first_name(title, raw), _joined("" if NO_ARTIST.fullmatch(artist) else artist, featured)
    is_label, owner = bool(LABEL.search(channel)), _owner(channel)
    text, featured = _without_featuring(_without_brackets(_without_symbols(raw)))
    segments = [segment for part in PIPE.split(text) if (segment := _segment(part))]
    credited = _credited(segments)
    segments = [segment for segment in segments if not CREDIT.match(segment)] or [raw]
    title, artist = _title_and_artist(segments, owner, is_label)
    artist = credited or artist or ("" if is_label else owner)
    if _same_name(title, owner) and (beside := _beside_owner(_without_brackets(raw), owner)):
        return beside, owner  # the song is called "Music", or "★"
    return _first_name(title, segments[0], raw), _joined(artist, featured)


def _title_and_artist(segments: Sequence[str], owner: str, is_label: bool) -> tuple[str, str]:
    """From what stands between the pipes, already clean; the artist is empty where it isn't told."""
    first, *others = segments
    parts = [part for piece in DASH.split(first) if (part := _segment(piece))] or [first]
    if is_label:
        others = [other for other in others if not _same_name(other, owner)]
        return _in_quotes(first, "") or _by_position_at_a_label(parts, others)
    return _in_quotes(first, owner) or _beside_the_owner(parts, others, owner) or _by_position(parts, others)


def _in_quotes(text: str, owner: str) -> tuple[str, str] | None:
    """`Artist「Title」`, `Artist 'Title'` and `"Title" Film`: the quoted words are the title.

    `owner` is empty where the channel is a label's, which may have any artist.
    """
    found = QUOTED.search(text)
    if found is None:
        return None
    title = next(group for group in found.groups() if group is not None).strip()
    before, after = _segment(text[: found.start()]), _segment(text[found.end() :])
    if not title or (before and after):
        return None  # a quotation inside a title
    is_corner = found.group(1) is not None
    if before and not is_corner and (DASH.search(before) or (owner and not _shares_name(before, owner))):
        return None  # a title that ends with a quotation
    return title, before


def _beside_the_owner(parts: Sequence[str], others: Sequence[str], owner: str) -> tuple[str, str] | None:
    """Where the channel's name stands in the title, that is the artist and the rest is not."""
    mine = next((part for part in parts if _same_name(part, owner)), None)
    if mine is not None and len(parts) > 1:
        rest = list(parts)
        rest.remove(mine)
        return " - ".join(rest), mine
    if mine is not None and others:
        return others[0], mine
    if (mine := next((other for other in others if _same_name(other, owner)), None)) is not None:
        return " - ".join(parts), mine
    before, _, after = parts[0].partition(":")
    return (after.strip(), before) if after.strip() and _same_name(before, owner) else None


def _by_position(parts: Sequence[str], others: Sequence[str]) -> tuple[str, str]:
    """`Artist - Title`, `Title | Artist | Film`."""
    if len(parts) > 1:
        return " - ".join(parts[1:]), parts[0]
    return parts[0], others[0] if len(others) > 1 and _could_be_people(others[0], fewest=1) else ""


def _by_position_at_a_label(parts: Sequence[str], others: Sequence[str]) -> tuple[str, str]:
    """Labels write `Title - Film | Actor | Actor | Composer | Singer`, in any order, as often as
    `Artist - Title | Film` and `Title | Artist`."""
    if len(parts) > 1:
        return (parts[0], "") if len(others) > 1 else (" - ".join(parts[1:]), parts[0])
    is_told = others and ":" not in parts[0] and _could_be_people(others[0], fewest=2)
    return parts[0], others[0] if is_told else ""


def _beside_owner(text: str, owner: str) -> str:
    """What else stands around the dashes, though it looks like noise."""
    pieces = (_squeezed(piece) for piece in DASH.split(PIPE.split(text)[0]))
    return " - ".join(piece for piece in pieces if piece and not _same_name(piece, owner))


def _owner(channel: str) -> str:
    """Whose channel it is: `ArijitSinghVEVO`, `Coldplay Official` and `Ira Music` say it by their names."""
    if VEVO.search(channel):
        bare = VEVO.sub("", channel).strip()
        return bare if " " in bare else INNER_CAPITAL.sub(" ", bare)
    previous, name = "", channel
    while name != previous:
        previous, name = name, CHANNEL_SUFFIX.sub("", name).strip(EDGES)
    return name or channel


def _credited(segments: Sequence[str]) -> str:
    """The singers, where a segment says `Singer: …`."""
    for segment in segments:
        if found := CREDIT.match(segment):
            return _segment(found.group("names")) if found.group("singer") else ""
    return ""


def _without_brackets(text: str, instead: str = " | ") -> str:
    """Without brackets that tell nothing of the song: `(Official Video)`, `[4K]`, `(From "Film")`.

    A pipe comes in their place, since what follows `(Official Video)` is no more of the title.
    """

    def kept(found: re.Match[str]) -> str:
        inside = next(group for group in found.groups() if group is not None).strip()
        return instead if _is_noise(inside) or FROM_FILM.fullmatch(inside) else found.group()

    previous = ""
    while text != previous:  # brackets in brackets
        previous, text = text, BRACKETS.sub(kept, text)
    return text


def _without_featuring(text: str) -> tuple[str, str]:
    """(text without `feat. …`, the guests' names)."""
    found = FEATURING.search(text)
    if found is None:
        return text, ""
    guests = _segment(found.group("bracketed") or found.group("bare") or "")
    rest = f"{text[: found.start()]} {text[found.end() :]}"
    return (rest, guests) if guests and _segment(rest) else (text, "")


def _without_symbols(text: str) -> str:
    """Without hashtags, emoji and the notes and stars around a title, unless there is nothing else."""
    plain = HASHTAG.sub(" ", text).translate(NOT_SHOWN)
    plain = "".join(" " if letter >= FIRST_EMOJI and _is_symbol(letter) else letter for letter in plain)
    plain = _squeezed(plain)
    while plain and _is_symbol(plain[0]):
        plain = plain[1:].lstrip()
    while plain and _is_symbol(plain[-1]):
        plain = plain[:-1].rstrip()
    return plain or text


def _is_symbol(letter: str) -> bool:
    return unicodedata.category(letter) == "So"


def _segment(text: str) -> str:
    """A part of a title without what advertises it; empty when it does nothing else."""
    text = _squeezed(text).strip(EDGES)
    if _is_noise(text) or ADVERTISED_SONG.fullmatch(text):
        return ""
    text = NOISE_PREFIX.sub("", text)
    if (found := NOISE_PHRASE.search(text)) and (before := text[: found.start()].strip(EDGES).rstrip(OPENED)):
        text = before
    words = text.split()
    while len(words) > 1 and words[-1].strip("()[].,!").casefold() in EDGE_WORDS:
        words.pop()
    return " ".join(words).strip(EDGES)


def _is_noise(text: str) -> bool:
    """Only words like official, video, 4K, with a year perhaps."""
    words = [word.casefold().strip("-–—/&+'") for word in WORD.findall(text)]
    telling = [word for word in words if word and word not in FILLER_WORDS and not YEAR.fullmatch(word)]
    return bool(telling) and all(_advertises(word) for word in telling)


def _advertises(word: str) -> bool:
    return word in NOISE_WORDS or bool(NOISE_GLUED.fullmatch(word) or PICTURE_SIZE.fullmatch(word))


def _could_be_people(text: str, fewest: int) -> bool:
    """A name or a duet's, by its looks: few words and no figures. Lists of names are a film's cast more often
    than not, and single words are films."""
    words = [len(name.split()) for name in DUET.split(text)]
    return all(fewest <= count <= MOST_WORDS_OF_A_NAME for count in words) and not NO_PERSON.search(text)


def _same_name(one: str, other: str) -> bool:
    return bool(other) and _letters(one) == _letters(other) != ""


def _shares_name(one: str, other: str) -> bool:
    """One holds the other: `BTS (방탄소년단)` and `BTS`."""
    first, second = _letters(one), _letters(other)
    return bool(first and second) and (first in second or second in first)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _joined(artist: str, featured: str) -> str:
    if not featured or _letters(featured) in _letters(artist):
        return artist
    return f"{artist}, {featured}" if artist else featured


def _first_name(*candidates: str) -> str:
    """The first that has a letter, a figure or a symbol, else the first that has anything."""
    cleaned = [_unquoted(_squeezed(text).strip(EDGES)) for text in candidates]
    readable = (text for text in cleaned if any(letter.isalnum() or _is_symbol(letter) for letter in text))
    shown = (_squeezed(text) for text in candidates if _squeezed(text))
    return next(readable, None) or next(shown, UNTITLED)


def _unquoted(text: str) -> str:
    found = QUOTED.fullmatch(text)
    return next(group for group in found.groups() if group is not None).strip() if found else text


def _squeezed(text: str) -> str:
    """One space between words, and no control characters."""
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in text).split())
