"""Choices: once for all songs, for one song alone, and the language that is spoken."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.accounts.models import User
from core.chat.actions import setting_action
from core.chat.flows.settings import CHOICES
from core.chat.language_names import own_name
from core.chat.texts import languages, texts_in
from core.conversion.models import ConversionJob
from core.conversion.preferences import Preferences, Stems, parse_code, preferences_of
from core.ports import AudioFormat, Quality
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.studio import SmallStudio, forges_tap
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

pytestmark = pytest.mark.broad

EN = texts_in("en")


async def asks(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.hear()
    return person.from_bot[-1].text or ""


async def taps(studio: SmallStudio, person: Person, *labels: str) -> None:
    for label in labels:
        person.taps(label)
        await studio.serve()


async def recipes(studio: SmallStudio) -> list[str]:
    async with studio.services.database.transaction() as session:
        return sorted((await session.execute(select(ConversionJob.recipe))).scalars())


async def test_the_settings_show_what_holds_and_what_there_is(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    assert await asks(studio, asha, "/settings") == EN.say("settings-now")
    assert asha.from_bot[-1].labels == [
        "Quality: Best",
        "You get: the music",
        "Guide vocal: 0 %",
        "Key: 0",
        "Tempo: 100 %",
        "File: what suits this chat",
        "Language: English",
    ]
    await taps(studio, asha, "Key: 0")
    assert "✓ 0" in asha.from_bot[-1].labels
    assert [len(row) for row in asha.from_bot[-1].buttons] == [5, 5, 3]


async def test_what_is_chosen_holds_for_every_song(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    await asks(studio, asha, "/settings")
    await taps(studio, asha, "Quality: Best", "Fast", "Key: 0", "+2", "Tempo: 100 %", "90 %")
    await taps(studio, asha, "Guide vocal: 0 %", "20 %", "File: what suits this chat", "MP3")
    await taps(studio, asha, "You get: the music", "both, as two audios")
    assert asha.from_bot[-1].labels[:2] == ["Quality: Fast", "You get: both, as two audios"]
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    assert await recipes(studio) == [
        "pass-through.1/fast/instrumental/mp3/g20/k+2/t90",
        "pass-through.1/fast/vocals/mp3/k+2/t90",
    ]
    titles = [message.audio.title for message in asha.from_bot if message.audio]
    assert sorted(map(str, titles)) == ["Ilahi (Instrumental, +2, 90 %, ♪ 20 %)", "Ilahi (Vocals, +2, 90 %)"]
    await taps(studio, asha, "File: MP3", EN.say("format-suits"))
    assert "File: what suits this chat" in asha.from_bot[0].labels


async def test_options_hold_for_one_song_alone(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    asha = studio.telegram.person("Asha")
    await asks(studio, asha, "tum hi ho")
    await taps(studio, asha, "1", "Options")
    assert (asha.from_bot[-1].text or "").splitlines()[0] == EN.say("options-now")
    await taps(studio, asha, "Key −", "Key −", "Faster", "Guide vocal: 0 %", "Quality: Best", "Make it")
    assert await recipes(studio) == ["pass-through.1/fast/instrumental/m4a/g20/k-2/t105"]
    assert preferences_of(await studio.one(select(User))) == Preferences()


async def test_the_language_is_chosen_and_taken_back(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha", language="ta")
    assert await asks(studio, asha, "/language") == texts_in("ta").say("settings-language")
    assert asha.from_bot[-1].labels == [
        *map(own_name, languages()),
        f"✓ {texts_in('ta').say('language-follow')}",
    ]
    assert set(asha.from_bot[-1].labels[:-1]) == {
        "English", "हिन्दी", "தமிழ்", "తెలుగు", "বাংলা", "मराठी", "ગુજરાતી", "ಕನ್ನಡ", "മലയാളം", "ਪੰਜਾਬੀ", "اردو",
    }  # fmt: skip
    await taps(studio, asha, "हिन्दी")
    assert asha.from_bot[-1].text == texts_in("hi").say("language-chosen", language="हिन्दी")
    assert await asks(studio, asha, "/start") == texts_in("hi").say("welcome")
    await asks(studio, asha, "/language")
    await taps(studio, asha, texts_in("hi").say("language-follow"))
    assert await asks(studio, asha, "/start") == texts_in("ta").say("welcome")


async def test_forged_choices_change_nothing(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    for name, value in (
        ("key", "7"),
        ("quality", "x"),
        ("language", "xx"),
        ("name", "Mallory"),
        ("tempo", ""),
    ):
        forges_tap(studio.telegram, asha, setting_action(name, value))
    forges_tap(studio.telegram, asha, "set:phone")
    forges_tap(studio.telegram, asha, f"so:{'0' * 32}:big99k+0t100m")
    await studio.hear()
    assert [message.text for message in asha.from_bot] == [EN.say("button-old")] * 7
    assert (await studio.one(select(User))).preferences == {}


async def test_in_a_group_settings_stay_closed(studio: SmallStudio) -> None:
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")
    asha.says("/settings", chat=group)
    forges_tap(studio.telegram, asha, setting_action("key", 1), chat=group)
    await studio.hear()
    said = [message.text for message in studio.telegram.chat(group) if message.from_bot]
    assert said == [EN.say("private-only")] * 2


async def test_at_the_terminal(terminal: AtTerminal) -> None:
    shown = await terminal.enters("settings")
    assert shown[:2] == [EN.say("settings-now"), "[1] Quality: Best"]
    shown = await terminal.enters("1")
    assert shown[0] == EN.say("settings-quality")


@pytest.mark.parametrize(
    "chosen",
    [
        Preferences(),
        Preferences(Quality.FAST, Stems.BOTH, 40, -6, 130, AudioFormat.MP3),
        Preferences(Quality.BEST, Stems.VOCALS, 0, 6, 70, AudioFormat.M4A),
    ],
)
def test_what_a_button_carries_is_what_was_chosen(chosen: Preferences) -> None:
    assert parse_code(chosen.code()) == chosen
    assert len(f"opt:{'0' * 32}:{chosen.code()}") <= 64


def test_choices_of_another_version_are_as_none() -> None:
    saved = {"quality": "perfect", "key": 12, "tempo": "fast", "guide": True, "stems": "both", "x": 1}
    assert preferences_of(User(preferences=saved)) == Preferences(stems=Stems.BOTH)


def test_every_choice_has_words_in_each_language() -> None:
    for language in languages():
        texts = texts_in(language)
        for name in (*CHOICES, "language"):
            assert texts.say(f"settings-{name}")
            assert "✓" in texts.say(f"setting-{name}", value="✓")
