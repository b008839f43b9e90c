"""Conversations written down as they look: what a person does, and all that comes back, word for word.

A transcript begins with a heading and with the songs there are, then goes on in turns: `Asha: …` types,
`Asha taps […]` taps, `Asha sends the song …` sends a recording; what Melody answers stands below, and where
it changes a message that was there, `Melody changes it: …`. The test plays the person's part and compares the
whole. What says `Also at the terminal.` is played there too, where
choices are numbered: there each line that is said is looked for.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from core.music import MusicSource
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder, Shelf
from tests.conversation.studio import SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import ChatMessage, Person

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts").glob("*.txt"))
CENTRAL = {"from_a_name_to_the_music", "words_in_hindi"}
"""These are played each time; the others in the full run."""
SONG = re.compile(
    r"(?P<title>.+) — (?P<artist>.+) \((?:(?P<language>\w+), )?(?P<minutes>\d+):(?P<seconds>\d\d)\)"
)
LANGUAGES = {
    "English": "en", "Bengali": "bn", "Gujarati": "gu", "Hindi": "hi", "Kannada": "kn", "Malayalam": "ml",
    "Marathi": "mr", "Punjabi": "pa", "Tamil": "ta", "Telugu": "te", "Urdu": "ur",
}  # fmt: skip
AT_TERMINAL = "Also at the terminal."
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
        played.append(line)
        for message in asha.from_bot:
            if before.get(message.message_id) != (shown := _shown(message)):
                played += _changed(shown) if message.message_id in before else shown
        played.append("")
    assert "\n".join(played) == written


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


def _entered(line: str, shown: list[str], folder: Path) -> str:
    """What a person at the terminal types to do the same."""
    if taps := re.fullmatch(r"Asha taps \[(.+)\]", line):
        choices = (re.fullmatch(r"\[(\d+)\] (.+)", spoken) for spoken in reversed(shown))
        return next(choice[1] for choice in choices if choice and choice[2] == taps[1])
    if sends := re.fullmatch(r"Asha sends the song (.+)", line):
        path = folder / f"{sends[1]}.m4a"
        path.write_bytes(songs.m4a(seed=2))
        return f"send {path}"
    return line.removeprefix("Asha: ")


def _said(line: str) -> str:
    """Of a line of the transcript what the terminal shows too: choices come numbered there."""
    if line.startswith("(plays) "):
        return f"♫ {line.removeprefix('(plays) ')}"
    if line.startswith("[") or line == "Tap a number.":
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
    else:
        person.says(line.removeprefix("Asha: "))


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
