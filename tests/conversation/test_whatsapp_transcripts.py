"""Conversations on WhatsApp written down as they look, with content templates: buttons, lists, late songs.

A transcript begins with a heading and the songs there are, then goes on in turns: `Asha: …` types, `Asha taps
[…]` taps a button or a row, `Asha sends the song …` sends a recording, `A day passes.` closes WhatsApp's 24
hours. Below stands all that Melody sends: buttons as `[…]`, the rows of a list below `[list: …]`.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.adapters.channels.whatsapp.templates import ready_name
from core.config import Settings
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.whatsapp import WhatsAppStudio, whatsapp_studio
from tests.fakes.twilio import Message, Person, TwilioStandIn

pytestmark = pytest.mark.broad

TRANSCRIPTS = sorted((Path(__file__).parent / "transcripts" / "whatsapp").glob("*.txt"))
SONG = re.compile(
    r"In the music folder: (?P<title>.+) — (?P<artist>.+) \((?P<minutes>\d+):(?P<seconds>\d\d)\)"
)
MARGIN = " " * len("Melody: ")


@pytest.fixture
async def studio(settings: Settings, twilio: TwilioStandIn) -> AsyncIterator[WhatsAppStudio]:
    """A studio that is set up, with the ready template that WhatsApp approved of."""
    async with whatsapp_studio(settings, twilio) as before:
        await before.set_up()
    twilio.content.decide()
    sid = twilio.content.named(ready_name("en")).sid
    async with whatsapp_studio(settings, twilio, twilio_template_ready_sid=sid) as running:
        yield running


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
async def test_it_goes_as_it_is_written(
    studio: WhatsAppStudio, twilio: TwilioStandIn, tmp_path: Path, transcript: Path
) -> None:
    written = transcript.read_text("utf-8")
    folder = MusicFolder(studio, tmp_path / "music")
    asha = twilio.person("Asha")
    played: list[str] = []
    for line in written.splitlines():
        if song := SONG.fullmatch(line):
            title, artist, minutes, seconds = song.groups()
            length = 60 * int(minutes) + int(seconds)
            await folder.put(songs.m4a(seed=length), title, artist, duration=length, language="hi")
        if not line.startswith(("Asha", "A day")):
            if not asha.chat:
                played.append(line)
            continue
        before = len(asha.heard)
        await _does(studio, asha, line)
        played += [line, *(shown for message in asha.heard[before:] for shown in _shown(message)), ""]
    assert "\n".join(played) == written


async def _does(studio: WhatsAppStudio, asha: Person, line: str) -> None:
    if line == "A day passes.":
        await studio.day_passes(asha)
    elif taps := re.fullmatch(r"Asha taps \[(.+)\]", line):
        await asha.taps(taps[1])
    elif sends := re.fullmatch(r"Asha sends the song (.+)", line):
        await asha.sends(songs.m4a(title=sends[1], seed=2), "audio/mp4")
    else:
        await asha.says(line.removeprefix("Asha: "))
    await studio.hear()
    if "sends" not in line:
        await studio.serve()
        await studio.texts_are_due()
        await studio.serve()


def _shown(message: Message) -> list[str]:
    """A message as it looks: its words or its audio, then what can be tapped."""
    lines = message.body.splitlines() if message.audio is None else ["(an audio message)"]
    buttons = [choice for choice in message.choices if choice.description is None]
    lines += [" ".join(f"[{button.title}]" for button in buttons)] if buttons else []
    if message.list_button is not None:
        lines.append(f"[list: {message.list_button}]")
        lines += [f"  {row.title} | {row.description}" for row in message.choices]
    first, *rest = lines
    return [f"Melody: {first}", *((MARGIN + line).rstrip() for line in rest)]
