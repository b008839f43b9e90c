"""Links in what people write."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from urllib.parse import urlsplit

MOST_LINKS = 10
LONGEST_LINK = 2000
SONG_PATH = re.compile(r"/song/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?", re.IGNORECASE)

_LINK = re.compile(r"https?://\S+|\bspotify:track:\w+|(?<![\w@./])(?:[\w-]+\.)+[a-z]{2,}/\S+", re.IGNORECASE)
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_PUNCTUATION = ".,;:!?\"'»”’…。、"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def links_in(text: str) -> Iterator[str]:
    """The links in a text, without the punctuation around them; `https://` is added where it was left out.

    >>> list(links_in("hear (https://youtu.be/aB3dE5fG7hI), or youtu.be/x?t=1!"))
    ['https://youtu.be/aB3dE5fG7hI', 'https://youtu.be/x?t=1']
    """
    for number, found in enumerate(_LINK.finditer(text)):
        if number == MOST_LINKS:
            return
        link = _trimmed(found[0])
        if len(link) <= LONGEST_LINK:
            yield link if ":" in link.partition("/")[0] else f"https://{link}"


def our_song(url: str, public_url: str | None) -> uuid.UUID | None:
    """The song that a link of ours leads to; without a public URL, ours are those to this machine."""
    try:
        parts, ours = urlsplit(url), urlsplit(public_url or "")
        is_ours = parts.netloc == ours.netloc if public_url else parts.hostname in _LOOPBACK
    except ValueError:
        return None
    found = SONG_PATH.fullmatch(parts.path)
    return uuid.UUID(found[1]) if found and is_ours else None


def _trimmed(link: str) -> str:
    """The link without what closes the sentence or the brackets around it."""
    while link and (link[-1] in _PUNCTUATION or _closes_too_much(link)):
        link = link[:-1]
    return link


def _closes_too_much(link: str) -> bool:
    opening = _CLOSING.get(link[-1])
    return opening is not None and link.count(link[-1]) > link.count(opening)
