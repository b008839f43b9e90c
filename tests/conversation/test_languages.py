"""Each language where there are no buttons: chosen by number, then spoken, in its own digits and words."""

from __future__ import annotations

import re

import pytest

from core.adapters.channels.telegram.channel import CAPABILITIES as TELEGRAM
from core.chat.flows.basics import help_text
from core.chat.language_names import language_named, own_name
from core.chat.texts import languages, texts_in
from core.chat.vocabulary import WORDS, Word
from tests.conversation import songs
from tests.conversation.catalogue import in_catalogue
from tests.conversation.studio import SmallStudio
from tests.conversation.whatsapp import WhatsAppStudio
from tests.fakes.twilio import Person, TwilioStandIn

pytestmark = pytest.mark.broad

NOUGHT = {
    "en": "0", "hi": "०", "mr": "०", "bn": "০", "gu": "૦", "kn": "೦", "ml": "൦", "pa": "੦", "ta": "௦",
    "te": "౦", "ur": "۰",
}  # fmt: skip
MOST = 1600


def in_digits_of(language: str, number: str) -> str:
    return "".join(chr(ord(NOUGHT[language]) + int(digit)) for digit in number)


async def asks(studio: WhatsAppStudio, person: Person, text: str) -> str:
    """The answer to a text; a long one comes in several messages."""
    told = len(person.texts)
    await person.says(text)
    await studio.hear()
    return "\n".join(person.texts[told:])


@pytest.mark.parametrize("language", languages())
async def test_a_language_is_chosen_by_number_and_spoken(
    whatsapp: WhatsAppStudio, twilio: TwilioStandIn, language: str
) -> None:
    await in_catalogue(whatsapp, "Tum Hi Ho", "Arijit Singh")
    asha, texts, words = twilio.person("Asha"), texts_in(language), WORDS[language]
    offered = await asks(whatsapp, asha, "language")
    assert re.findall(r"^\d+\. (.+)$", offered, re.MULTILINE)[:-1] == [*map(own_name, languages())]
    number = in_digits_of(language, asha.number_of(own_name(language)))
    chosen = texts.say("language-chosen", language=own_name(language))
    assert await asks(whatsapp, asha, number) == chosen

    found = await asks(whatsapp, asha, f"{words[Word.FIND][0]} tum hi ho")
    assert found.splitlines()[0] == texts.say("search-which", query="tum hi ho")
    assert texts.say("search-type") in found
    card = await asks(whatsapp, asha, in_digits_of(language, "1"))
    assert texts.say("song-needs-audio") in card
    assert f". {texts.say('button-save')}" in card
    saved = texts.say("library-saved", title="Tum Hi Ho")
    assert await asks(whatsapp, asha, texts.say("button-save")) == saved

    for word, key in ((Word.HELP, "help"), (Word.PRIVACY, "privacy"), (Word.DELETE, "forget-first")):
        told = len(asha.texts)
        said = await asks(whatsapp, asha, words[word][0])
        wanted = texts.say(key, limit_mb=16, limit_minutes=15)
        assert said.split()[: len(wanted.split())] == wanted.split()
        assert all(len(body.encode("utf-16-le")) // 2 <= MOST for body in asha.texts[told:])
    no = re.split("[,،]", texts.say("button-forget-not"))[0]
    assert await asks(whatsapp, asha, no) == texts.say("forget-not")


async def test_a_yes_is_asked_for_twice(whatsapp: WhatsAppStudio, twilio: TwilioStandIn) -> None:
    """A word that begins one choice alone is that choice."""
    asha, texts = twilio.person("Asha"), texts_in("hi")
    await asks(whatsapp, asha, "language hindi")
    assert (await asks(whatsapp, asha, "/delete")).startswith(texts.say("forget-first"))
    assert (await asks(whatsapp, asha, "हाँ")).startswith(texts.say("forget-second"))
    assert await asks(whatsapp, asha, "नहीं।") == texts.say("forget-not")


@pytest.mark.parametrize("said", ["/language Tamil", "language தமிழ்", "भाषा तमिल", "மொழி ta", "/மொழி tamil"])
async def test_a_language_is_chosen_by_its_name(studio: SmallStudio, said: str) -> None:
    asha = studio.telegram.person("Asha")
    asha.says(said)
    await studio.hear()
    assert asha.from_bot[-1].text == texts_in("ta").say("language-chosen", language="தமிழ்")


def test_each_language_is_known_by_its_names_in_all() -> None:
    names = {"bn": "bengali", "hi": "हिंदी", "ml": "Malayalam", "pa": "punjabi", "te": "తెలుగు", "ur": "اردو"}
    assert {code: language_named(name) for code, name in names.items()} == {code: code for code in names}
    assert all(language_named(own_name(code)) == code for code in languages())
    assert language_named("klingon") is None


async def test_what_was_copied_from_urdu_is_understood(studio: SmallStudio) -> None:
    """Commands and codes stand in isolates there; a messenger copies those along."""
    asha, urdu = studio.telegram.person("Asha", language="ur"), texts_in("ur")
    asha.says("\u2066/library\u2069")
    asha.says("\u2066link \u2068ABCD-EFGH\u2069\u2069")
    asha.says("\u200f/help")
    await studio.hear()
    assert [message.text for message in asha.from_bot] == [
        urdu.say("library-empty-recent"),
        urdu.say("error-link-code"),
        help_text(urdu, TELEGRAM, 900),
    ]


async def test_a_title_keeps_its_direction_in_every_message(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha", language="ur")
    asha.sends("audio", songs.m4a(), title="What's Up?")
    await studio.hear()
    assert (asha.from_bot[-1].text or "").splitlines()[0] == "♪ \u2068What's Up?\u2069"
    asha.says(WORDS["ur"][Word.CANCEL][0])
    await studio.hear()
    assert asha.from_bot[-1].text == "منسوخ کر دیا گیا: \u2068What's Up?\u2069"
