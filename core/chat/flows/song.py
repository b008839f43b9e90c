"""A song that somebody picked: its card, and its audio as an instrumental or as it is."""

from __future__ import annotations

import uuid

from core.catalog.activity import count_activity
from core.catalog.availability import recording_of
from core.catalog.picks import record_pick
from core.catalog.views import SongView
from core.chat.actions import make_action, play_action, wrong_song_action
from core.chat.flows.recording import ask_for, instrumental_recipe, refuse_too_long
from core.chat.session import Searched
from core.chat.song_texts import card
from core.chat.turn import Turn
from core.conversion.recipe import Recipe, as_it_is
from core.errors import AudioNotOffered, MelodyError, NotFound, TooBusy, TooLong
from core.ports import Button


async def pick(turn: Turn, song_id: uuid.UUID, token: str | None = None) -> None:
    """The song's card; what the person meant by the name they typed is remembered."""
    turn.show_activity()
    searched = None if token is None else await turn.sessions.find(turn.incoming, token)
    try:
        song = await turn.music.song(song_id)
    except NotFound:
        await turn.say("song-gone")
        return
    except MelodyError as error:
        await turn.say(error.message_key, **error.params)
        return
    if searched is not None:
        await record_pick(turn.session, turn.identity.user_id, searched.query, song.id)
    await show_card(turn, song, searched)


async def show_card(turn: Turn, song: SongView, searched: Searched | None = None) -> None:
    """What is known of the song, and what can be done with it."""
    texts = turn.texts
    rows: list[tuple[Button, ...]] = []
    if song.can_fetch:
        instrumental = Button(texts.say("button-instrumental"), make_action(song.id))
        rows.append((instrumental, Button(texts.say("button-play"), play_action(song.id))))
    if searched is not None:
        rows.append((Button(texts.say("button-wrong-song"), wrong_song_action(searched.token)),))
    await turn.show(card(song, texts), *rows)


async def make(turn: Turn, song_id: uuid.UUID) -> None:
    """Start the song's instrumental."""
    await _ask(turn, song_id, instrumental_recipe(turn), "convert")


async def play(turn: Turn, song_id: uuid.UUID) -> None:
    """Send the song as it is."""
    await _ask(turn, song_id, as_it_is(turn.capabilities.audio_format), "play")


async def _ask(turn: Turn, song_id: uuid.UUID, recipe: Recipe, activity: str) -> None:
    """The status message that follows is the answer."""
    try:
        recording = await recording_of(turn.session, song_id)
        refuse_too_long(turn, recording.duration)
        is_new = await ask_for(turn, recording, recipe)
    except NotFound:
        await turn.say("song-gone")
    except (AudioNotOffered, TooLong, TooBusy) as error:
        await turn.say(error.message_key, **error.params)
    else:
        if is_new:
            await count_activity(turn.session, song_id, activity)
