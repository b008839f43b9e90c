"""What is said to people: texts with choices, and finished audio."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from core.ports.audio import AudioFormat

MOST_ACTION_BYTES = 55
"""Messengers hold 64 bytes, of which a channel may need some to know its own buttons again."""


@dataclass(frozen=True)
class Button:
    """A choice under a message; `action`, at most MOST_ACTION_BYTES long, comes back as `Incoming.action`."""

    label: str
    action: str


@dataclass(frozen=True)
class Announcement:
    """Something waits for a person to whom nothing else may be sent before they write again."""

    title: str
    language: str


@dataclass(frozen=True)
class Page:
    """A page of the player that a message leads to; its address carries no credential."""

    label: str
    url: str


@dataclass(frozen=True)
class Reply:
    """A text for a person, already in their language; plain text, no markup."""

    text: str
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of buttons. Where a channel has none they are shown numbered."""
    answers: str | None = None
    """The message that this replies to, for all to see; lost where that message is gone."""
    contact_button: str | None = None
    """Asks for the person's own phone number by a button with this label, where the channel can."""
    ends_asking: bool = False
    """Takes such a button away."""
    announces: Announcement | None = None
    """Sent only while deliveries are held, where the channel can (`Capabilities.announces`)."""
    picture_url: str | None = None
    """A public picture to show beside the text, small, where the channel can: a song's cover."""
    opens: Page | None = None
    """Below everything else: a button where the channel has some, else a line of the text."""
    code: str | None = None
    """The sign-in code that the text brings, for channels with a form of their own for codes. Such a reply is
    sent at once and never kept."""

    @property
    def text_with_link(self) -> str:
        """For channels where a page can't be opened by a button."""
        return self.text if self.opens is None else f"{self.text}\n\n{self.opens.label}: {self.opens.url}"


@dataclass(frozen=True)
class AudioMessage:
    """A finished rendition on its way to a person."""

    title: str
    performer: str | None
    duration: float
    format: AudioFormat
    size: int
    file_name: str
    caption: str | None
    media_ref: str | None = None
    file: Path | None = None
    """The bytes; needed only where there is no usable media_ref."""
    cover: bytes | None = None
    """JPEG, at most 320x320 and 200 kB."""
    sha256: str | None = None
    """Of the stored object, for channels that fetch by link."""
    buttons: tuple[tuple[Button, ...], ...] = ()
    """Rows of choices under the audio, where the channel shows them there (`Capabilities.audio_buttons`)."""

    def with_file(self, file: Path, cover: bytes | None) -> AudioMessage:
        """The same message with the bytes to upload."""
        return replace(self, file=file, cover=cover)
