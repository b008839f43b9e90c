"""What people type instead of tapping: `save 1`, `instrumental 2`, `cancel`, `gaana kesariya`."""

from __future__ import annotations

from core.chat.flows import jobs, library, remake, rows, search, settings
from core.chat.turn import Turn
from core.chat.vocabulary import Word
from core.chat.words import before_a_name, meaning


async def hear(turn: Turn, text: str) -> bool:
    """Do what the words say; False where they are the name of a song, as far as we know."""
    if meaning(text) is Word.CANCEL:
        if not await jobs.cancel_last(turn):
            await turn.say("queue-empty")
        return True
    if meaning(text) in {Word.SAVE, Word.INSTRUMENTAL, Word.PLAY}:
        return await _about_the_last(turn, meaning(text))
    return await rows.hear(turn, text) or await remake.hear(turn, text) or await _named(turn, text)


async def _about_the_last(turn: Turn, word: Word | None) -> bool:
    """The word alone is about the song that was shown or asked for last."""
    song_id = await remake.last_song(turn)
    if song_id is None or word is None:
        return False
    await rows.do(turn, word, song_id)
    return True


async def _named(turn: Turn, text: str) -> bool:
    """`gaana kesariya`: the word is none of the name. `Song 2` is a name as it stands, and so is `my songs
    know …` where the person's library knows no such."""
    said = before_a_name(text)
    if said is None or said[1].isdecimal():
        return False
    match said:
        case ((Word.FIND | Word.PLAY), name):
            await search.find(turn, name)
            return True
        case Word.LIBRARY, name:
            return await library.find(turn, name)
        case Word.LANGUAGE, name:
            return await settings.named_language(turn, name)
        case _:
            return False
