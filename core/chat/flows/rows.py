"""A row of the list that the person saw last, or answers to, by its number: `2`, `save 2`, `cancel 2`."""

from __future__ import annotations

import uuid
from dataclasses import replace

from core.chat.actions import (
    Action,
    Cancel,
    MakeInstrumental,
    PickSong,
    PlaylistAction,
    PlaySong,
    Redo,
    SaveSong,
    parse_action,
)
from core.chat.choices import answered_row, lately_shown_row, number_in
from core.chat.flows import buttons, jobs, library, playlists, song
from core.chat.turn import Turn
from core.chat.vocabulary import Word
from core.chat.words import numbered

WORDS = frozenset({Word.SAVE, Word.INSTRUMENTAL, Word.PLAY, Word.CANCEL})
"""What can be wanted of a row, beside seeing it."""


async def choose(turn: Turn, text: str) -> bool:
    """A number alone, in the digits of any script, does what the row's button does. False where no row has
    it, so that songs with such names are found."""
    number = number_in(text)
    action = None if number is None else await _action(turn, number)
    match None if action is None else parse_action(action):
        case None:
            return False
        case Cancel(job_id):
            await jobs.cancel_one(turn, job_id)
        case _:
            assert action is not None
            await buttons.tapped(turn, action)
    return True


async def hear(turn: Turn, text: str) -> bool:
    """A word of ours with a row's number. False where the two make no sense together."""
    said = numbered(text)
    if said is None or said[0] not in WORDS:
        return False
    word, number = said
    action = turn.incoming.about or await _action(turn, number)
    row = None if action is None else parse_action(action)
    if word is Word.CANCEL:
        return await _cancel(turn, row)
    match word, row:
        case Word.PLAY, Redo(job_id):
            await jobs.redo(turn, job_id)
        case Word.PLAY, PlaylistAction():
            await playlists.act(turn, replace(row, verb="play"))
        case _:
            song_id = await _song_of(turn, row)
            if song_id is None:
                return False
            await do(turn, word, song_id)
    return True


async def do(turn: Turn, word: Word, song_id: uuid.UUID) -> None:
    """Save the song, make its instrumental, or play it."""
    match word:
        case Word.SAVE:
            await library.save(turn, song_id)
        case Word.INSTRUMENTAL:
            await song.make(turn, song_id)
        case _:
            await song.play(turn, song_id)


async def _cancel(turn: Turn, row: Action | None) -> bool:
    """Of a list of something else the queue is shown, to choose from it."""
    match row:
        case Cancel(job_id) | Redo(job_id):
            await jobs.cancel_one(turn, job_id)
        case _:
            await jobs.queue(turn)
    return True


async def _song_of(turn: Turn, row: Action | None) -> uuid.UUID | None:
    """The song that a row is, or that its job makes."""
    match row:
        case PickSong(song_id) | MakeInstrumental(song_id) | PlaySong(song_id) | SaveSong(song_id):
            return song_id
        case Redo(job_id) | Cancel(job_id):
            return await jobs.song_of(turn, job_id)
        case _:
            return None


async def _action(turn: Turn, number: int) -> str | None:
    """Of the list that is answered, else of the last one; where that is forgotten, of what the chat still
    shows."""
    answered = await answered_row(turn.session, turn.incoming, turn.capabilities, number)
    if answered is not None:
        return answered
    shown = await turn.sessions.last(turn.incoming)
    if shown is not None:
        return shown.action(number)
    return await lately_shown_row(turn.session, turn.incoming, number) if turn.is_private else None
