"""Conversations written down as they look: what a person does, and all that comes back, word for word.

A transcript begins with a heading and with the songs there are, then goes on in turns: `Asha: …` types,
`Asha taps […]` taps, `Asha sends the song …` sends a recording; what Melody answers stands below, and where
it changes a message that was there, `Melody changes it: …`. The test plays the person's part and compares the
whole. What says `Also at the terminal.` is played there too, where choices are numbered: there each line that
is said is looked for. What says `Also on WhatsApp.` is played there as well. `Asha sends the songs …, …`
sends several at once; how they stand is shown as it is in the end.
"""

from __future__ import annotations

import re
import zlib
from itertools import chain
from pathlib import Path

import pytest

from core.chat.texts import texts_in
from core.music import MusicSource
from tests.conversation import songs
from tests.conversation.bad_files import named_mp3_but_text
from tests.conversation.catalogue import MusicFolder, Shelf
from tests.conversation.studio import SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.telegram import ChatMessage, Person
from tests.fakes.twilio import TwilioStandIn

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
CENTRAL = {"from_a_name_to_the_music", "words_in_hindi"}
"""These are played each time; the others in the full run."""
SONG = re.compile(
    r"(?P<title>.+) — (?P<artist>.+) \((?:(?P<language>\w+), )?(?P<minutes>\d+):(?P<seconds>\d\d)\)"
)
SENDS_SEVERAL = re.compile(r"Asha sends the songs (.+)")
EDITED = re.compile(r"♪ |\d+ of \d+ ready")
LANGUAGES = {
    "English": "en", "Bengali": "bn", "Gujarati": "gu", "Hindi": "hi", "Kannada": "kn", "Malayalam": "ml",
    "Marathi": "mr", "Punjabi": "pa", "Tamil": "ta", "Telugu": "te", "Urdu": "ur",
}  # fmt: skip
AT_TERMINAL, ON_WHATSAPP = "Also at the terminal.", "Also on WhatsApp."
SAYS, CHANGES = "Melody: ", "Melody changes it: "
MARGIN = " " * len(SAYS)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf("spotify", "Spotify")


@pytest.fixture
def music_sources(shelf: Shelf) -> dict[str, MusicSource]:
    return {shelf.name: shelf}


@pytest.mark.parametrize(
    "transcript",
    [
        pytest.param(path, id=path.stem, marks=() if path.stem in CENTRAL else pytest.mark.broad)
        for path in TRANSCRIPTS
    ],
)
async def test_it_goes_as_it_is_written(
    studio: SmallStudio, folder: MusicFolder, shelf: Shelf, transcript: Path
) -> None:
    written = transcript.read_text("utf-8")
    phone = re.search(r"^The phone speaks (\w+)\.$", written, re.MULTILINE)
    asha = studio.telegram.person("Asha", language=LANGUAGES[phone[1] if phone else "English"])
    played: list[str] = []
    for line in written.splitlines():
        if place := re.match(r"In the music folder: |On Spotify: ", line):
            await _stock(line[place.end() :], folder if "folder" in place[0] else shelf)
        if not line.startswith("Asha"):
            if not asha.chat:
                played.append(line)
            continue
        before = {message.message_id: _shown(message) for message in asha.from_bot}
        _does(asha, line)
        await studio.serve()
        if "sends the songs" in line:
            await studio.refresh()
        played.append(line)
        fresh: list[list[str]] = []
        for message in asha.from_bot:
            shown = _shown(message)
            if message.message_id not in before:
                fresh.append(shown)
            elif before[message.message_id] != shown:
                played += _changed(shown)
        if "sends the songs" in line:  # which is made first is nobody's business
            fresh[1:] = sorted(fresh[1:])
        played += [*chain.from_iterable(fresh), ""]
    assert "\n".join(played) == written


@pytest.mark.broad
@pytest.mark.parametrize(
    "transcript",
    [path for path in TRANSCRIPTS if AT_TERMINAL in path.read_text("utf-8")],
    ids=lambda path: path.stem,
)
async def test_it_goes_the_same_at_the_terminal(
    terminal: AtTerminal, tmp_path: Path, transcript: Path
) -> None:
    shown: list[str] = []
    answer: list[str] = []
    for line in transcript.read_text("utf-8").splitlines():
        if line.startswith("Asha"):
            answer = await terminal.enters(_entered(line, shown, tmp_path))
            shown += answer
        elif line.startswith((SAYS, CHANGES, MARGIN)) and (said := _said(_heard(line))):
            assert any(said in spoken for spoken in answer), f"{said} is not in {answer}"


@pytest.mark.parametrize(
    "transcript",
    [
        pytest.param(path, id=path.stem, marks=pytest.mark.broad)
        for path in TRANSCRIPTS
        if ON_WHATSAPP in path.read_text("utf-8")
    ],
)
async def test_it_goes_the_same_on_whatsapp(
    whatsapp: WhatsAppStudio, twilio: TwilioStandIn, transcript: Path
) -> None:
    """An audio is told of by name in the message that follows it."""
    asha = twilio.person("Asha")
    heard, audios, played = 0, 0, 0
    for line in transcript.read_text("utf-8").splitlines():
        if line.startswith("Asha"):
            assert audios == played
            heard, audios, played = len(asha.texts), len(asha.audios), len(asha.audios)
            if sends := SENDS_SEVERAL.fullmatch(line):
                types = {
                    name: "text/plain" if name.endswith(".txt") else "audio/mp4" for name in _names(sends)
                }
                await asha.sends_all([(_sound(name), kind) for name, kind in types.items()])
            else:
                await asha.says(line.removeprefix("Asha: "))
            await whatsapp.serve()
            await whatsapp.all_is_said()
            audios = len(asha.audios)
        elif line.startswith(("Melody: ", MARGIN)) and (said := _said(line.removeprefix("Melody: ").strip())):
            if plays := re.fullmatch(r"♫ (.+) \(Instrumental\)", said):
                said, played = texts_in("en").say("ready", title=plays[1]), played + 1
            assert any(said in text for text in asha.texts[heard:]), f"{said} is not in {asha.texts[heard:]}"
    assert audios == played


def _entered(line: str, shown: list[str], folder: Path) -> str:
    """What a person at the terminal types to do the same."""
    if taps := re.fullmatch(r"Asha taps \[(.+)\]", line):
        choices = (re.fullmatch(r"\[(\d+)\] (.+)", spoken) for spoken in reversed(shown))
        return next(choice[1] for choice in choices if choice and choice[2] == taps[1])
    if sends := re.fullmatch(r"Asha sends the song (.+)", line):
        path = folder / f"{sends[1]}.m4a"
        path.write_bytes(songs.m4a(seed=2))
        return f"send {path}"
    if sends := SENDS_SEVERAL.fullmatch(line):
        paths = [folder / (name if name.endswith(".txt") else f"{name}.m4a") for name in _names(sends)]
        for path, name in zip(paths, _names(sends), strict=True):
            path.write_bytes(_sound(name))
        return " ".join(["send", *(f"'{path}'" for path in paths)])
    return line.removeprefix("Asha: ")


def _said(line: str) -> str:
    """Of a line of the transcript what the terminal shows too: choices come numbered there, and how songs
    stand in the end is shown only where a message can be edited."""
    if line.startswith("(plays) "):
        return f"♫ {line.removeprefix('(plays) ')}"
    if line.startswith("[") or line == "Tap a number.":
        return ""
    if EDITED.match(line):
        return ""
    return re.sub(r"^\d+\. ", "", line)


async def _stock(words: str, place: MusicFolder | Shelf) -> None:
    song = SONG.fullmatch(words)
    assert song is not None, words
    length = 60 * int(song["minutes"]) + int(song["seconds"])
    if isinstance(place, Shelf):
        place.lists("1", song["title"], song["artist"], duration=float(length))
    else:
        language = LANGUAGES[song["language"]]
        await place.put(songs.m4a(), song["title"], song["artist"], duration=length, language=language)


def _does(person: Person, line: str) -> None:
    if taps := re.fullmatch(r"Asha taps \[(.+)\]", line):
        person.taps(taps[1])
    elif sends := re.fullmatch(r"Asha sends the song (.+)", line):
        person.sends("audio", songs.m4a(seed=2), title=sends[1])
    elif sends := SENDS_SEVERAL.fullmatch(line):
        for name in _names(sends):
            about = {"file_name": name} if name.endswith(".txt") else {"title": name}
            person.sends("document" if "." in name else "audio", _sound(name), album=line, **about)
    else:
        person.says(line.removeprefix("Asha: "))


def _names(sends: re.Match[str]) -> list[str]:
    return sends[1].split(", ")


def _sound(name: str) -> bytes:
    """The same name is the same song; what is called `.txt` is none."""
    if name.endswith(".txt"):
        return named_mp3_but_text()
    return songs.m4a(seed=zlib.crc32(name.encode()) % 1000, title=name)


def _shown(message: ChatMessage) -> list[str]:
    """A message of the bot as it looks: its text or its audio, then its buttons."""
    if message.audio is not None:
        names = filter(None, (message.audio.title, message.audio.performer))
        lines = [f"(plays) {', '.join(names)}"]
    else:
        lines = (message.text or "").splitlines()
    lines += [" ".join(f"[{button.text}]" for button in row) for row in message.buttons]
    first, *rest = lines
    return [f"{SAYS}{first}", *((MARGIN + line).rstrip() for line in rest)]


def _changed(shown: list[str]) -> list[str]:
    return [CHANGES + shown[0].removeprefix(SAYS), *shown[1:]]


def _heard(line: str) -> str:
    return line.removeprefix(SAYS).removeprefix(CHANGES).strip()
