"""Ways out to people: what each can do, and how it is used."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from core.ports.audio import AudioFormat
from core.ports.messages import AudioMessage, Reply
from core.ports.sending import Attempt, SendResult


@dataclass(frozen=True)
class Capabilities:
    """What a channel can do, as data: flows and renderers ask this, never the channel's name."""

    max_text: int
    edits_text: bool
    """Sent messages can be edited, so progress is shown in place."""
    audio_replaces_text: bool
    """A sent text message can be turned into an audio message."""
    buttons: bool
    audio_format: AudioFormat
    max_audio_bytes: int
    """The largest audio we can surely send there."""
    max_fetch_bytes: int
    """The largest file we can surely take from there: what is announced to be larger is refused at once."""
    perhaps_fetch_bytes: int | None = None
    """What we take at most where the messenger may hand out larger ones, which it will say itself."""
    perhaps_audio_bytes: int | None = None
    """What we send at most where the messenger may take larger ones, which the channel finds out."""
    collected: bool = False
    """The person's own client collects its deliveries; no worker pushes them."""
    audio_by_link: bool = False
    """The messenger fetches audio from a link of ours; nothing is uploaded."""
    looks_back: bool = False
    """The channel can find out whether an earlier send arrived, and does so before it sends again."""
    shares_contact: bool = False
    """People can be asked there for their phone number, which the channel vouches for."""
    audio_buttons: bool = False
    """Choices stand under the audio itself; else a short message with them follows it."""
    files_come_singly: bool = False
    """Files that a person sends at once arrive as so many messages, and nothing says that they belong
    together."""
    announces: bool = False
    """While deliveries are held, one message may tell the person that something waits for them."""


class Channel(Protocol):
    """A way out to people. Every method is one call outside and never repeats it by itself.

    A text may be several messages where one is too short for it. With an `attempt` that is unclear, a
    channel that `looks_back` sends only what did not arrive before.
    """

    name: str
    account: str
    """Our own account there, e.g. the bot's id: media references are good for it only."""
    capabilities: Capabilities

    async def send_text(self, chat: str, reply: Reply, attempt: Attempt | None = None) -> SendResult:
        """Send a text as a new message."""

    async def edit_text(self, chat: str, message_ref: str, reply: Reply) -> SendResult:
        """Change a sent text; "not modified" counts as sent."""

    async def send_audio(
        self, chat: str, audio: AudioMessage, replaces: str | None, attempt: Attempt | None = None
    ) -> SendResult:
        """Turn the message `replaces` into the audio, or send the audio as a new message."""

    async def fetch(self, file_ref: str, into: Path, max_bytes: int) -> None:
        """Download what a person sent. Raises TooLarge, NotFound, ServiceUnavailable."""

    async def show_activity(self, chat: str) -> None:
        """Show that we are at it ("typing …") while an answer takes a moment; failures are of no
        consequence."""

    async def acknowledge(self, callback_ref: str, text: str | None) -> None:
        """Tell the messenger that a button's tap arrived; failures are of no consequence."""

    async def check(self) -> str:
        """One line that says who we are there. Raises ServiceUnavailable, ConfigurationError."""

    async def close(self) -> None: ...


@runtime_checkable
class OpenedByLink(Protocol):
    """A channel whose chat with us has an address that anybody can open."""

    async def address(self, words: str, start: str) -> str:
        """The chat, beginning with `words` ready to be sent, or, where the messenger hands over a parameter
        instead, with `start` (as `InlineChoice.start`). Raises ServiceUnavailable, ConfigurationError."""
