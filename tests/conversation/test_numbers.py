"""Numbers that are typed mean what stands before the songs on the screen, whatever page that is."""

from __future__ import annotations

import pytest

from core.chat.texts import texts_in
from tests.conversation.catalogue import in_catalogue
from tests.conversation.studio import SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.conversation.whatsapp import WhatsAppStudio
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
