"""Whatever is sent: a clear word in the sender's language, and nothing left over."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from core.adapters.separators.spleeter.local import LocalSeparator
from core.adapters.separators.spleeter.weights import WHEEL_NAME
from core.bootstrap import build
from core.chat.texts import texts_in
from core.config import Settings
from tests.conversation import bad_files, songs
from tests.conversation.studio import PassThrough, SmallStudio
from tests.fakes.telegram import Person, TelegramStandIn

pytestmark = pytest.mark.broad

MEGABYTE = 1_000_000
LANGUAGES = ("en", "hi")


async def told(studio: SmallStudio, person: Person) -> str:
    """What the one message says that the person gets, when all is done."""
    await studio.serve()
    await studio.refresh()
    (message,) = person.from_bot
    assert message.audio is None
    assert message.labels == []
    assert message.text is not None
    return message.text


async def refused_with(studio: SmallStudio, data: bytes, file_name: str, key: str, **params: Any) -> None:
    """Send the file in each language: the reason comes in that language, and nothing stays."""
    for language in LANGUAGES:
        person = studio.telegram.person(f"Speaks {language}", language=language)
        person.sends("document", data, file_name=file_name)
        reason = texts_in(language).say(key, **params)
        text = await told(studio, person)
        assert text.splitlines()[1:] == [texts_in(language).say("status-failed", reason=reason)]
        assert await studio.leftovers() == {}
    assert studio.separator.made == []


async def test_text_named_mp3(studio: SmallStudio) -> None:
    await refused_with(studio, bad_files.named_mp3_but_text(), "Tum Hi Ho.mp3", "error-not-audio")


async def test_an_empty_file(studio: SmallStudio) -> None:
    await refused_with(studio, b"", "song.m4a", "error-empty")


async def test_a_truncated_file(studio: SmallStudio) -> None:
    await refused_with(studio, bad_files.truncated(), "song.m4a", "error-damaged")


async def test_ten_hours_of_silence_in_a_small_file(studio: SmallStudio) -> None:
    silence = bad_files.long_silence()
    assert len(silence) < MEGABYTE
    await refused_with(studio, silence, "silence.flac", "error-too-long", limit_minutes=15)


async def test_a_playlist_that_names_a_local_file(studio: SmallStudio) -> None:
    for name in ("list.m3u8", "song.mp3"):
        await refused_with(studio, bad_files.playlist(), name, "error-not-audio")


async def test_a_forged_sample_table(studio: SmallStudio) -> None:
    await refused_with(studio, bad_files.forged_sample_table(), "song.m4a", "error-damaged")


async def test_a_format_we_do_not_take(studio: SmallStudio) -> None:
    await refused_with(studio, bad_files.unsupported(), "song.wv", "error-unsupported-format")


async def test_a_video_without_sound(studio: SmallStudio) -> None:
    await refused_with(studio, bad_files.picture_only(), "clip.mp4", "error-damaged")


async def test_hardly_any_sound(studio: SmallStudio) -> None:
    await refused_with(studio, songs.wav(0.2), "click.wav", "error-too-short")


async def test_more_than_the_messenger_hands_out(studio: SmallStudio) -> None:
    """Refused by what the messenger says of it, without a download."""
    large = bytes(20 * 1024 * 1024 + 1)
    for language in LANGUAGES:
        person = studio.telegram.person("Asha", language=language)
        person.sends("document", large, file_name="long.wav")
        assert await told(studio, person) == texts_in(language).say("error-too-large", limit_mb=20)
    assert studio.telegram.calls("getFile") == []
    assert await studio.jobs() == []
    assert await studio.leftovers() == {}


async def test_more_than_the_messenger_hands_out_and_does_not_say(studio: SmallStudio) -> None:
    large = bytes(20 * 1024 * 1024 + 1)
    for language in LANGUAGES:
        person = studio.telegram.person("Asha", language=language)
        person.sends("document", large, file_name="long.wav", hides_size=True)
        reason = texts_in(language).say("error-too-large", limit_mb=20)
        assert (await told(studio, person)).splitlines()[1:] == [
            texts_in(language).say("status-failed", reason=reason)
        ]
    assert studio.telegram.calls("download") == []
    assert await studio.leftovers() == {}


async def test_longer_than_the_operator_allows(studio: SmallStudio) -> None:
    """Refused by what the messenger says of it, without a download."""
    for language in LANGUAGES:
        person = studio.telegram.person("Asha", language=language)
        person.sends("audio", songs.m4a(), title="Raga", duration=902)
        assert await told(studio, person) == texts_in(language).say("error-too-long", limit_minutes=15)
    assert studio.telegram.calls("getFile") == []
    assert await studio.leftovers() == {}


async def test_a_file_that_the_messenger_has_no_more(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    update = asha.sends("audio", songs.m4a(), title="Gone")
    studio.telegram.expire(update["message"]["audio"]["file_id"])
    english = texts_in("en")
    assert await told(studio, asha) == "♪ Gone\n" + english.say(
        "status-failed", reason=english.say("error-not-found")
    )
    assert await studio.leftovers() == {}


async def test_what_was_refused_may_be_sent_again(studio: SmallStudio) -> None:
    """The messenger calls it the same file; a good one follows under another name."""
    asha = studio.telegram.person("Asha")
    for _ in range(2):
        asha.sends("document", bad_files.named_mp3_but_text(), file_name="Ilahi.mp3")
        await studio.serve()
    asha.sends("document", songs.wav(), file_name="Ilahi.wav")
    await studio.serve()
    assert [message.audio is not None for message in asha.from_bot] == [False, False, True]
    assert await studio.jobs() == ["failed", "failed", "completed"]


class TestWithoutModelAndNetwork:
    """What lies where the model should is not the model, and there is no way to another."""

    @pytest.fixture
    async def studio(
        self, settings: Settings, telegram: TelegramStandIn, tmp_path: Path
    ) -> AsyncIterator[SmallStudio]:
        (tmp_path / WHEEL_NAME).write_bytes(b"a login page of some network")
        bot = {"telegram_token": SecretStr(telegram.token), "telegram_api_url": telegram.url}
        services = build(settings.model_copy(update=bot), separator=LocalSeparator(tmp_path))
        yield SmallStudio(services, telegram, PassThrough())
        await services.close()

    async def test_the_sender_is_told_and_nothing_is_left(self, studio: SmallStudio) -> None:
        for language in LANGUAGES:
            person = studio.telegram.person("Asha", language=language)
            person.sends("document", songs.wav(), file_name="Ilahi.wav")
            words = texts_in(language)
            text = await told(studio, person)
            assert text.splitlines()[1:] == [words.say("status-failed", reason=words.say("error-no-model"))]
            assert await studio.leftovers() == {}
