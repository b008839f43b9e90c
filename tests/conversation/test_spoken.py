"""Words instead of taps, in each language."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.chat.texts import languages, texts_in
from core.chat.vocabulary import WORDS, Word
from core.chat.wishes import Wish
from core.chat.words import before_a_name, meaning, numbered, wish_in
from core.conversion.recipe import Recipe
from core.library.models import LibraryEntry
from core.ports import AudioFormat, Quality, Stem
from tests.conversation import songs
from tests.conversation.catalogue import MusicFolder
from tests.conversation.studio import SmallStudio
from tests.conversation.terminal import AtTerminal
from tests.fakes.telegram import Person

EN = texts_in("en")
COMMANDS = {Word.LIBRARY: "library-empty-recent", Word.HISTORY: "history-empty", Word.QUEUE: "queue-empty"}
COMMANDS |= {Word.SETTINGS: "settings-now", Word.LANGUAGE: "settings-language", Word.PRIVACY: "privacy"}
COMMANDS |= {Word.PLAYLIST: "playlist-none", Word.DELETE: "forget-first"}
BUTTONS = {Word.CANCEL: "button-cancel", Word.SAVE: "button-save", Word.MORE: "button-more"}
BUTTONS |= {Word.INSTRUMENTAL: "button-instrumental", Word.PLAY: "button-play", Word.VOCALS: "button-vocals"}
BUTTONS |= {Word.SLOWER: "button-slower", Word.FASTER: "button-faster"}
IN_HELP = (Word.KEY, Word.TEMPO, Word.GUIDE, Word.VOCALS)
EACH_LANGUAGE = [
    pytest.param(language, marks=() if language == "hi" else pytest.mark.broad) for language in sorted(WORDS)
]


async def asks(studio: SmallStudio, person: Person, text: str) -> str:
    person.says(text)
    await studio.serve()
    return person.from_bot[-1].text or ""


@pytest.mark.broad
@pytest.mark.parametrize("language", EACH_LANGUAGE)
async def test_commands_have_words_in_each_language(studio: SmallStudio, language: str) -> None:
    asha = studio.telegram.person("Asha", language=language)
    for word, key in COMMANDS.items():
        spoken = WORDS[language][word][0]
        assert await asks(studio, asha, spoken) == texts_in(language).say(key), spoken


@pytest.mark.broad
@pytest.mark.parametrize("language", EACH_LANGUAGE)
async def test_rows_are_saved_played_and_made_by_their_number(
    studio: SmallStudio, folder: MusicFolder, language: str
) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    asha, words = studio.telegram.person("Asha", language=language), WORDS[language]
    texts = texts_in(language)
    shown = await asks(studio, asha, f"{words[Word.FIND][0]} tum hi ho")
    assert shown.splitlines()[0] == texts.say("search-which", query="tum hi ho")
    saved = texts.say("library-saved", title="Tum Hi Ho")
    assert await asks(studio, asha, f"{words[Word.SAVE][0]} 1") == saved
    await asks(studio, asha, f"{words[Word.PLAY][0]} 1")
    await asks(studio, asha, f"{words[Word.INSTRUMENTAL][0]} 1")
    titles = [message.audio.title for message in asha.from_bot if message.audio]
    assert titles == ["Tum Hi Ho", "Tum Hi Ho (Instrumental)"]


@pytest.mark.parametrize("language", EACH_LANGUAGE)
async def test_cancel_means_what_was_asked_for_last(studio: SmallStudio, language: str) -> None:
    asha, cancel = studio.telegram.person("Asha", language=language), WORDS[language][Word.CANCEL][0]
    for seed, title in enumerate(("Ilahi", "Kesariya"), start=1):
        asha.sends("audio", songs.m4a(seed=seed), title=title)
    await studio.hear()
    asha.says(cancel)
    await studio.hear()
    assert asha.from_bot[-1].text == texts_in(language).say("cancelled-one", title="Kesariya")
    assert await studio.jobs() == ["queued", "cancelled"]
    await studio.work()
    assert await asks(studio, asha, cancel) == texts_in(language).say("queue-empty")


async def test_save_alone_means_the_last_song(studio: SmallStudio) -> None:
    asha = studio.telegram.person("Asha")
    assert await asks(studio, asha, "save") == EN.say("search-nothing", query="save")
    asha.sends("audio", songs.m4a(), title="Ilahi")
    await studio.serve()
    assert await asks(studio, asha, "Save") == EN.say("library-saved", title="Ilahi")
    assert await studio.one(select(LibraryEntry.saved))


@pytest.mark.broad
@pytest.mark.parametrize("name", ["song 2", "play 7", "save 9", "save tonight", "more than words"])
async def test_what_is_no_word_of_ours_is_a_name(studio: SmallStudio, name: str) -> None:
    asha = studio.telegram.person("Asha")
    assert await asks(studio, asha, name) == EN.say("search-nothing", query=name)


@pytest.mark.broad
async def test_at_the_terminal(studio: SmallStudio, folder: MusicFolder, terminal: AtTerminal) -> None:
    await folder.put(songs.m4a(), "Tum Hi Ho")
    shown = await terminal.enters("gaana tum hi ho")
    assert shown[0] == EN.say("search-which", query="tum hi ho")
    assert await terminal.enters("save 1") == [EN.say("library-saved", title="Tum Hi Ho")]


def test_each_language_has_every_word() -> None:
    assert set(WORDS) == set(languages())
    for language, words in WORDS.items():
        assert set(words) == set(Word), language
        assert all(words.values()), language


def test_no_word_has_two_meanings() -> None:
    for words in WORDS.values():
        for word, all_spoken in words.items():
            for spoken in all_spoken:
                assert meaning(f" {spoken.upper()} ") is word, spoken


@pytest.mark.parametrize("language", sorted(WORDS))
def test_what_a_button_says_can_be_typed(language: str) -> None:
    texts = texts_in(language)
    assert {key: meaning(texts.say(key)) for key in BUTTONS.values()} == {
        key: word for word, key in BUTTONS.items()
    }


@pytest.mark.parametrize("language", sorted(WORDS))
def test_the_examples_of_the_help_work(language: str) -> None:
    """`After a song: key +2 · tempo 90 · guide 20 · vocals`, by this language's own words."""
    lines = texts_in(language).say("help", limit_mb=20, limit_minutes=15).splitlines()
    (line,) = [line for line in lines if " · " in line and "90" in line]
    examples = line.partition(": ")[2].split(" · ")
    assert [wish_in(example) is not None for example in examples] == [True] * 4, examples
    spoken = [meaning(example.rstrip("+\u20660123456789\u2069 ")) for example in examples]
    assert spoken == list(IN_HELP), examples


@pytest.mark.parametrize("text", ["tempo 0.8", "speed 0.8x", "लय ०.८", "வேகம் 0,80", "tempo: 80%"])
def test_a_tempo_may_be_a_factor(text: str) -> None:
    spoken = wish_in(text)
    assert spoken is not None
    assert spoken(Recipe("none", Quality.BEST, Stem.INSTRUMENTAL, AudioFormat.M4A)) == Wish(tempo=80)
    assert wish_in("guide 0.8") is wish_in("ratio 0.8") is wish_in("tempo 12.5") is None


def test_words_are_known_however_a_keyboard_writes_them() -> None:
    assert meaning("आवा\u095b") is meaning("आवाज़") is Word.VOCALS  # ज़ as one sign and as two
    assert meaning("ল\u09df") is meaning("লয়") is Word.TEMPO
    assert meaning("ಪ್ಲೇಲಿಸ್ಟ್ಗಳು") is meaning("ಪ್ಲೇಲಿಸ್ಟ್\u200cಗಳು") is Word.PLAYLIST
    assert meaning("\u200fمدد۔") is meaning("मदद।") is meaning("Help!") is Word.HELP


@pytest.mark.parametrize(
    "text",
    [
        "save 2", "2 save", "2. save", "सहेजें २", "२ सहेजें", "சேமி ௨", "సేవ్ ౨", "সেভ ২", "जतन करा २", "સાચવો ૨",
        "ಉಳಿಸಿ ೨", "സൂക്ഷിക്കൂ ൨", "ਸਾਂਭੋ ੨", "محفوظ کریں ۲", "۲ محفوظ کریں", "محفوظ ٢",
    ],
)  # fmt: skip
def test_a_number_stands_on_either_side_in_any_digits(text: str) -> None:
    assert numbered(text) == (Word.SAVE, 2)


@pytest.mark.parametrize("text", ["2", "2 states", "song2", "save 2 me", "99 luftballons 2", "7 7"])
def test_other_numbers_are_no_rows(text: str) -> None:
    assert numbered(text) is None


def test_what_stands_behind_a_word() -> None:
    assert before_a_name("gaana  kesariya tera") == (Word.FIND, "kesariya tera")
    assert before_a_name("search for Kesariya") == (Word.FIND, "Kesariya")
    assert before_a_name("kesariya") is None
