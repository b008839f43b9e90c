"""Numbers that are typed mean what stands before the songs on the screen, whatever page that is."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.chat.texts import texts_in
from tests.conversation import songs
from tests.conversation.catalogue import in_catalogue
from tests.conversation.studio import SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.telegram import Person
from tests.fakes.twilio import TwilioStandIn

pytestmark = pytest.mark.broad

EN = texts_in("en")


async def seven_songs(studio: SmallStudio) -> None:
    for number in range(1, 8):
        await in_catalogue(studio, f"Raga {number}", "Ravi Shankar", popularity=100 - number)


async def test_where_each_page_begins_with_one(whatsapp: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    await seven_songs(whatsapp)
    asha = twilio.person("Asha")
    for said in ("raga", "more"):
        await asha.says(said)
        await whatsapp.hear()
    second_page = asha.texts[-1].splitlines()
    (first_row,) = [line for line in second_page if line.startswith("1. ")]
    await asha.says("save 1")
    await whatsapp.hear()
    title = first_row.removeprefix("1. ").partition(" — ")[0]
    assert asha.texts[-1] == EN.say("library-saved", title=title)
    await asha.says("save 4")  # that is no song: it turns back the page
    await whatsapp.hear()
    assert asha.texts[-1] == EN.say("search-nothing", query="save 4")


async def test_where_numbers_go_on_as_long_as_the_terminal_is_open(
    terminal: AtTerminal, studio: SmallStudio
) -> None:
    await seven_songs(studio)
    await terminal.enters("raga 7")
    shown = await terminal.enters("raga 3")
    (row,) = [line for line in shown if "Raga 3 " in line]
    number = row.partition("]")[0].removeprefix("[")
    assert int(number) > 1
    assert await terminal.enters(f"save {number}") == [EN.say("library-saved", title="Raga 3")]
    assert await terminal.enters(f"{number} சேமி") == [EN.say("library-saved", title="Raga 3")]


async def says(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.serve()
    return person.from_bot[-1].text or ""


async def test_after_the_history_a_number_means_a_row_of_it(studio: SmallStudio) -> None:
    await seven_songs(studio)
    asha = studio.telegram.person("Asha")
    for seed, title in enumerate(("Ilahi", "Kesariya"), start=1):
        asha.sends("audio", songs.m4a(seed=seed), title=title)
        await studio.serve()
    await says(studio, asha, "raga")
    assert "2. Ilahi" in await says(studio, asha, "/history")
    assert await says(studio, asha, "save 2") == EN.say("library-saved", title="Ilahi")
    for number in ("२", "(2)", "play 2"):
        asha.says(number)
        await studio.serve()
        audio = asha.from_bot[-1].audio
        assert audio is not None
        assert audio.title == "Ilahi (Instrumental)"
    assert len(studio.separator.made) == 2
    assert await says(studio, asha, "more") == EN.say("library-no-more")
    assert await says(studio, asha, "3") == EN.say("search-nothing", query="3")


async def test_after_the_queue_a_number_cancels_that_job(studio: SmallStudio) -> None:
    await seven_songs(studio)
    asha = studio.telegram.person("Asha")
    for seed, title in enumerate(("Ilahi", "Kesariya", "Jai Ho"), start=1):
        asha.sends("audio", songs.m4a(seed=seed), title=title)
    await studio.hear()
    asha.says("/queue")
    asha.says("3")
    asha.says("cancel 2")
    await studio.hear()
    said = [message.text for message in asha.from_bot[-2:]]
    assert said == [EN.say("cancelled-one", title=title) for title in ("Jai Ho", "Kesariya")]
    assert await studio.jobs() == ["queued", "cancelled", "cancelled"]
    asha.says("raga")
    asha.says("cancel 1")
    await studio.hear()
    assert (asha.from_bot[-1].text or "").startswith(EN.say("queue-now"))
    assert await studio.jobs() == ["queued", "cancelled", "cancelled"], "row 1 was no job"


async def test_without_any_memory_the_chat_itself_tells(studio: SmallStudio) -> None:
    """What Redis forgot stands in the messages that were sent."""
    await seven_songs(studio)
    asha = studio.telegram.person("Asha")
    second = next(line for line in (await says(studio, asha, "raga")).splitlines() if line.startswith("2. "))
    title = second.removeprefix("2. ").partition(" — ")[0]
    await says(studio, asha, "/quality")
    await studio.services.redis.flushdb()
    assert (await says(studio, asha, "2")).startswith(f"♪ {title}")
    await studio.services.redis.flushdb()
    assert await says(studio, asha, "save 2") == EN.say("library-saved", title=title)
    assert await says(studio, asha, "9") == EN.say("search-nothing", query="9")


async def test_after_the_playlists_a_number_shows_one(studio: SmallStudio) -> None:
    await seven_songs(studio)
    asha = studio.telegram.person("Asha")
    for said in ("/playlist new Monsoon", "/playlist new Sangeet", "raga", "/playlist"):
        await says(studio, asha, said)
    assert (await says(studio, asha, "2")).splitlines()[0] in {"Monsoon", "Sangeet"}


async def test_on_whatsapp_a_word_with_a_number_means_the_list_seen_last(
    whatsapp: WhatsAppStudio, twilio: TwilioStandIn
) -> None:
    await seven_songs(whatsapp)
    asha = twilio.person("Asha")
    await asha.sends(songs.m4a(seed=1, title="Ilahi"), "audio/mp4")
    await whatsapp.serve()
    for said in ("raga", "/history", "save 1"):
        await asha.says(said)
        await whatsapp.hear()
    assert asha.texts[-1] == EN.say("library-saved", title="Ilahi")


async def test_at_the_terminal_a_word_means_the_number_on_the_screen(
    terminal: AtTerminal, studio: SmallStudio, tmp_path: Path
) -> None:
    """There `save 3` is about what stands behind [3], not about the third row of a list."""
    await seven_songs(studio)
    file = tmp_path / "Ilahi.m4a"
    file.write_bytes(songs.m4a(seed=1))
    await terminal.enters(f"send {file}")
    await terminal.enters("raga")
    row = next(line for line in await terminal.enters("/history") if "Ilahi" in line)
    number = row.partition("]")[0].removeprefix("[")
    assert await terminal.enters(f"save {number}") == [EN.say("library-saved", title="Ilahi")]
    choice = next(line for line in await terminal.enters("settings") if line.startswith("["))
    number = choice.partition("]")[0].removeprefix("[")
    nothing = EN.say("search-nothing", query=f"save {number}").splitlines()
    assert await terminal.enters(f"save {number}") == nothing
