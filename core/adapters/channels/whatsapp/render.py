"""A reply in WhatsApp's terms: plain text with numbered choices, in messages of at most 1,600 characters."""

from __future__ import annotations

from core.chat.choices import choices_of
from core.ports import AudioMessage, Reply

MAX_BODY = 1600
"""UTF-16 code units: the count that is the larger one wherever two counts differ."""


def bodies(reply: Reply) -> list[str]:
    """The messages that say a reply, in order; the choices stand at the end of the last one.

    A choice is never torn from its number: texts break between paragraphs where they can, else between
    lines, words, and at last characters.
    """
    choices = [f"{number}. {choice.label}" for number, choice in enumerate(choices_of(reply), 1)]
    text = "\n\n".join(part for part in (reply.text_with_link.strip(), "\n".join(choices)) if part)
    return split(text or "…", MAX_BODY)


def link_body(audio: AudioMessage, link: str) -> str:
    """The words around the link to an audio that is too large for an audio message."""
    name = f"{audio.performer} — {audio.title}" if audio.performer else audio.title
    return f"♪ {_cut(name, 400)[0]}\n{link}"


def split(text: str, limit: int) -> list[str]:
    """The text in pieces of at most `limit` UTF-16 code units."""
    pieces = []
    while text:
        piece, text = _cut(text, limit)
        if piece:
            pieces.append(piece)
    return pieces


def _cut(text: str, limit: int) -> tuple[str, str]:
    """(the longest good beginning, the rest)."""
    head = _head(text, limit)
    if len(head) == len(text):
        return text.rstrip(), ""
    for separator in ("\n\n", "\n", " "):
        at = head.rfind(separator)
        if at > len(head) // 2:
            return head[:at].rstrip(), text[at:].lstrip()
    return head.rstrip(), text[len(head) :].lstrip()


def _head(text: str, limit: int) -> str:
    """The first `limit` UTF-16 code units, without half a character."""
    return text.encode("utf-16-le", "replace")[: 2 * limit].decode("utf-16-le", "ignore")
