"""The commands that Telegram shows: each language's words, in private chats and in groups."""

from __future__ import annotations

import asyncio
import contextlib

import pytest

from bot.telegram.way_in import COMMANDS, GROUP_COMMANDS, TelegramWayIn
from core.chat import conversation
from core.chat.flows.group import PRIVATE_ONLY
from core.chat.texts import FALLBACK, languages, texts_in
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.studio import SmallStudio

EN = texts_in("en")
BOT = "@melody_standin_bot"


@pytest.mark.broad
@pytest.mark.parametrize("player", [None, "https://studio.example.org"])
async def test_telegram_is_told_of_them_in_every_language(studio: SmallStudio, player: str | None) -> None:
    """The command that opens the player only where there is one."""
    studio.services.player_url = player
    telegram = studio.services.telegram
    assert telegram is not None
    way_in = asyncio.create_task(TelegramWayIn(studio.services, telegram).run())
    all_of_them = 2 * len(languages())
    try:
        await studio.telegram.wait_for_async(lambda: len(studio.telegram.world.commands) == all_of_them)
    finally:
        way_in.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await way_in
    for language in languages():
        code = "" if language == FALLBACK else language
        for scope, names in (("all_private_chats", COMMANDS), ("all_group_chats", GROUP_COMMANDS)):
            shown = studio.telegram.commands[scope, code]
            assert shown == [
                {"command": name, "description": texts_in(language).say(f"command-{name}")}
                for name in names
                if name != "open" or player is not None
            ]


def test_each_of_them_is_answered_where_it_is_shown() -> None:
    assert set(COMMANDS) <= set(conversation.COMMANDS)
    assert set(GROUP_COMMANDS) <= set(COMMANDS) - PRIVATE_ONLY


@pytest.mark.broad
async def test_a_song_by_command(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Kesariya", "Arijit Singh")
    asha, group = studio.telegram.person("Asha"), studio.telegram.group("Singers")
    for said in ("/song kesariya", "/song", "song"):
        asha.says(said)
    asha.says(f"/song{BOT} kesariya", chat=group)
    await studio.hear()
    found, asked, a_name = (message.text or "" for message in asha.from_bot)
    assert "1. ♫ Kesariya — Arijit Singh" in found
    assert asked == EN.say("send-a-song")
    assert a_name == EN.say("search-nothing", query="song")
    (there,) = (message for message in studio.telegram.chat(group) if message.from_bot)
    assert there.text == found


@pytest.mark.broad
async def test_words_with_a_slash_are_words(studio: SmallStudio, folder: MusicFolder) -> None:
    await folder.put(songs.m4a(), "Kesariya", "Arijit Singh")
    asha = studio.telegram.person("Asha")
    for said in ("/cancel", "/मदद", "/play kesariya", f"/save{BOT} 1", "/karaoke@other_bot", "/nonsense"):
        asha.says(said)
        await studio.hear()
    nothing, help_text, found, saved, no_word = (message.text or "" for message in asha.from_bot)
    assert nothing == EN.say("queue-empty")
    assert "/library" in help_text
    assert "1. ♫ Kesariya — Arijit Singh" in found
    assert saved == EN.say("library-saved", title="Kesariya")
    assert no_word == EN.say("send-a-song")


@pytest.mark.broad
async def test_a_name_behind_the_library(studio: SmallStudio, folder: MusicFolder) -> None:
    for title in ("Kesariya", "My Songs Know What You Did"):
        await folder.put(songs.m4a(seed=len(title)), title, "Somebody")
    asha = studio.telegram.person("Asha")
    for said in ("kesariya", "save 1", "library kesariya", "my songs know what you did"):
        asha.says(said)
        await studio.hear()
    *_, in_library, everywhere = (message.text or "" for message in asha.from_bot)
    assert in_library.startswith(EN.say("library-found", query="kesariya"))
    assert everywhere.startswith(EN.say("search-which", query="my songs know what you did"))
