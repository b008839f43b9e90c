"""What core needs from outside, as Protocols, with the values that cross them.

Adapters implement these; only `core.outside` knows which. Audio is float32 in [-1, 1], shaped
(samples, 2), at 44,100 Hz; durations are seconds.
"""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:  # at run time only the audio work needs numpy
    import numpy as np
    from numpy.typing import NDArray

Samples: TypeAlias = "NDArray[np.float32]"
"""float32 in [-1, 1], shaped (samples, 2), 44,100 Hz."""
SAMPLE_RATE = 44_100


class Stem(StrEnum):
    INSTRUMENTAL = "instrumental"
    VOCALS = "vocals"
    MIX = "mix"
    """The whole recording as it is: nothing is separated."""
    SING = "sing"
    """Music and voice beside each other in one file of four channels, for the player
    (`core.media.sing_file`): never sent to a chat, where both would sound at once."""


SEPARATED = (Stem.INSTRUMENTAL, Stem.VOCALS)
"""What a separator makes of a mix; the two sum to it."""


class Quality(StrEnum):
    """`fast`: the vocals net alone, half the work. `best`: both nets."""

    FAST = "fast"
    BEST = "best"


class AudioFormat(StrEnum):
    """Formats a rendition is made in; the value is also the file's extension."""

    M4A = "m4a"
    MP3 = "mp3"

    @property
    def media_type(self) -> str:
        return {"m4a": "audio/mp4", "mp3": "audio/mpeg"}[self.value]


# --- separation ---------------------------------------------------------------------------------------


class Control(Protocol):
    """How a long piece of work talks to whoever ordered it. Thread-safe."""

    def progress(self, fraction: float) -> None:
        """Report how much is done, 0 to 1."""

    def raise_if_cancelled(self) -> None:
        """Raise `core.errors.Cancelled` when the work is no longer wanted."""


class SampleReader(Protocol):
    """A mix to read once from front to back."""

    samples: int
    """Length of the mix in samples per channel."""
    rms_dbfs: float
    """Level of the whole mix, dB below full scale (power mean over both channels)."""

    def read(self, count: int) -> Samples:
        """The next (n, 2) block, n <= count; n < count only at the end."""


StemWriter = Callable[[Mapping[Stem, Samples]], None]
"""Takes blocks in order; every stem's block has the same length and they sum to the mix."""


class Separator(Protocol):
    """An engine that takes a mix apart."""

    engine: str
    """Name and version of engine and model, e.g. `spleeter-2stems.1`: part of every recipe."""

    def prepare(self, say: Callable[[str], None] | None = None) -> None:
        """Fetch and load what is needed, once. Raises ModelUnavailable."""

    def separate(
        self, mix: SampleReader, write: StemWriter, *, quality: Quality, threads: int, control: Control
    ) -> None:
        """Blocking, in bounded memory; run it in a thread. Raises Cancelled, ModelUnavailable, EngineAway."""


@runtime_checkable
class HasAccount(Protocol):
    """A separator that works for an account of ours elsewhere."""

    service: str
    """Who does the work, as people know it."""

    def check(self) -> str:
        """One line about the account. Blocking. Raises EngineAway, ServiceUnavailable."""


# --- storage --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class StoredObject:
    """An immutable object, named by what is in it."""

    sha256: str
    size: int


COPY_PREFIX = "copy-"
"""How folders begin in which stores keep copies for as long as they are read; the sweep clears away what
killed processes left of them."""


class ObjectStore(Protocol):
    """Content-addressed objects: the key is the SHA-256 (hex) of the bytes."""

    async def put(self, path: Path) -> StoredObject:
        """Keep the file's bytes; keeping the same bytes twice is one object."""

    async def size(self, sha256: str) -> int:
        """Size in bytes. Raises NotFound."""

    def local_copy(self, sha256: str, work_dir: Path) -> AbstractAsyncContextManager[Path]:
        """A path to read the object from (not to change). Raises NotFound."""

    def read(self, sha256: str, start: int = 0, end: int | None = None) -> AsyncIterator[bytes]:
        """The bytes from start up to, not including, end. Raises NotFound."""

    async def delete(self, sha256: str) -> None:
        """Forget the object; no error when it is not there."""

    async def check(self) -> None:
        """Write, read and delete a probe object. Raises ServiceUnavailable, ConfigurationError."""

    def objects(self) -> AsyncIterator[StoredObject]:
        """All objects there are."""

    async def sweep_temporary(self, older_than: float) -> int:
        """Remove what killed processes left unfinished more than so many seconds ago; returns how much."""

    async def close(self) -> None: ...


# --- chat channels --------------------------------------------------------------------------------------


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
    open_seconds: float | None = None
    """How long after a person's message they may be written to of our own accord; None: at any time."""
    announces: bool = False
    """While deliveries are held, one message may tell the person that something waits for them."""


class Outcome(StrEnum):
    """What is known after a send. `uncertain` is never blindly repeated."""

    SENT = "sent"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    RETRY = "retry"
    HELD = "held"
    """Nothing was sent, and nothing may be until the person writes to us again."""


@dataclass(frozen=True)
class SendResult:
    outcome: Outcome
    message_ref: str | None = None
    """The channel's id of the message, to edit it later."""
    media_ref: str | None = None
    """The channel's id of the uploaded media, to send it again without an upload."""
    retry_after: float | None = None
    """Seconds to wait, with RETRY."""
    blocked: bool = False
    """The person does not want to hear from us any more."""
    error: str | None = None
    """For the delivery's record: never a secret, never a phone number."""


@dataclass(frozen=True)
class Attempt:
    """One try to send a delivery."""

    delivery_id: uuid.UUID
    unclear_since: datetime | None = None
    """When the first try began of which nobody knows whether it arrived; None where there is none such."""


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


class OtpSender(Protocol):
    """Sends codes by text message. Every method is one call outside and never repeats it by itself."""

    name: str

    async def send(self, number: str, code: str, *, lifetime: float) -> SendResult:
        """Send a code to an E.164 number; it is good for `lifetime` seconds. SENT means accepted.

        Raises ConfigurationError for what the operator has to mend, ServiceUnavailable.
        """

    async def check(self) -> str:
        """One line that says how codes are sent. Raises ServiceUnavailable, ConfigurationError."""

    async def close(self) -> None: ...


@dataclass(frozen=True)
class InlineChoice:
    """A row that a person may put into a chat of theirs, in which we need not be."""

    ref: str
    """Names the choice when it was taken; at most 64 bytes."""
    title: str
    description: str
    text: str
    """What is put into the chat: a text, or the audio's caption."""
    button: str
    """The label of the button under it, which opens a chat with us."""
    start: str
    """What that chat begins with: 1 to 64 of A-Z a-z 0-9 _ -."""
    media_ref: str | None = None
    """Audio that the channel holds: it is put into the chat itself."""
    thumbnail_url: str | None = None


@dataclass(frozen=True)
class InlineAnswer:
    """One page of rows for somebody who types in a chat of theirs."""

    choices: tuple[InlineChoice, ...]
    next_offset: str
    """Comes back with the question for the next page, at most 64 bytes; empty where there is none."""
    keep_seconds: int
    """How long the channel may give this person the same answer by itself."""
    nothing: str | None = None
    """The label of a way into our chat, where there are no rows."""


@runtime_checkable
class AnswersInline(Protocol):
    """A channel whose people can ask us from any chat."""

    account: str

    async def answer_inline(self, query_ref: str, answer: InlineAnswer) -> None:
        """Show the rows; an answer that comes too late is of no consequence, as is any failure."""


@runtime_checkable
class OpenedByLink(Protocol):
    """A channel whose chat with us has an address that anybody can open."""

    async def address(self, words: str, start: str) -> str:
        """The chat, beginning with `words` ready to be sent, or, where the messenger hands over a parameter
        instead, with `start` (as `InlineChoice.start`). Raises ServiceUnavailable, ConfigurationError."""


@dataclass(frozen=True)
class AudioOrigin:
    """Where recordings can be fetched from: a channel, the music folder, a source."""

    fetch: Callable[[str, Path, int], Awaitable[None]]
    """`fetch(file_ref, into, max_bytes)`. Raises TooLarge, NotFound, ServiceUnavailable."""
    max_bytes: int


# --- what media finds out about a recording ------------------------------------------------------------


@dataclass(frozen=True)
class Tags:
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    year: int | None = None
    genre: str | None = None


@dataclass(frozen=True)
class RecordingFacts:
    """What the safe child found in a recording. Everything is of decoded sound, not of headers."""

    container: str
    codec: str
    seconds: float
    samples: int
    rms_dbfs: float
    loudness_lufs: float
    """Integrated loudness (EBU R 128); -70 for silence."""
    true_peak_db: float
    tags: Tags
    bad_packets: int = 0
    peaks: list[int] = field(default_factory=list)
    """Waveform: up to 1,000 values 0..255, the largest magnitude in equal stretches."""
    cover: bytes | None = None
    """JPEG, at most 320x320 and 200 kB."""


# --- browsers ------------------------------------------------------------------------------------------


class Pushed(StrEnum):
    """What became of a push message. `uncertain` is never repeated."""

    SENT = "sent"
    GONE = "gone"
    """The browser does not want any more; its subscription is worth nothing."""
    RETRY = "retry"
    REFUSED = "refused"
    CONFIGURATION = "configuration"
    """The service does not believe that it is us; the browser still wants."""
    UNCERTAIN = "uncertain"


@dataclass(frozen=True)
class PushResult:
    outcome: Pushed
    error: str | None = None
    retry_after: float | None = None
    """Seconds to wait, with RETRY."""


class PushTarget(Protocol):
    """A browser, as it named itself."""

    @property
    def endpoint(self) -> str: ...
    @property
    def p256dh(self) -> bytes: ...
    @property
    def auth(self) -> bytes: ...


class PushService(Protocol):
    async def ready(self) -> None:
        """Get what sending needs from ourselves, so that `send` can't fail for it."""

    async def send(self, browser: PushTarget, message: bytes, *, topic: str) -> PushResult:
        """Leave a message for a browser; of several with the same topic it is shown the last. Never raises
        for what the other side does."""

    async def close(self) -> None: ...
