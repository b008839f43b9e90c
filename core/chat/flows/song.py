"""A song that somebody picked: its card, and its audio as an instrumental or as it is."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from core.catalog.activity import Activity, count_activity
from core.catalog.availability import recording_of
from core.catalog.models import Recording
from core.catalog.searching.picks import record_pick
from core.catalog.views import SongView
from core.chat.actions import (
    make_action,
    offer_playlists_action,
    option_action,
    play_action,
    remove_action,
    save_action,
    unsave_action,
    wrong_song_action,
)
from core.chat.flows.recording import ask_for, recipes, refuse_too_long
from core.chat.session import Searched
from core.chat.song_texts import LONGEST_LINK, card, own_card
from core.chat.turn import Turn
from core.conversion.preferences import Preferences
from core.conversion.recipe import Recipe, as_it_is
from core.errors import AudioNotOffered, MelodyError, NotFound, QuotaUsed, TooBusy, TooLong
from core.library import own_audio
from core.library.service import note_play
from core.library.shelves import OwnSong, own_song
from core.ports import Button, Page, Reply


async def pick(turn: Turn, song_id: uuid.UUID, token: str | None = None) -> None:
    """The song's card; what the person meant by the name they typed is remembered."""
    turn.show_activity()
    searched = None if token is None else await turn.sessions.find(turn.incoming, token)
    try:
        song = await turn.music.song(song_id)
    except NotFound:
        await _show_own(turn, song_id)
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
    own = await own_song(turn.session, turn.user_id, song.id)
    if song.can_fetch:
        rows.append(_to_hear(turn, song.id))
    rows.append(_to_keep(turn, song.id, own))
    if searched is not None:
        rows.append((Button(texts.say("button-wrong-song"), wrong_song_action(searched.token)),))
    await turn.sessions.keep_card(turn.incoming, song.id)
    reply = Reply(card(song, texts), tuple(rows), picture_url=_cover(song), opens=_page(turn, song.id))
    await turn.reply(reply)


def _page(turn: Turn, song_id: uuid.UUID) -> Page | None:
    """The song in the player, where there is one; a recording of one's own only shows there to whoever sent
    it."""
    if turn.player_url is None:
        return None
    return Page(turn.texts.say("button-open-player"), f"{turn.player_url}/song/{song_id}")


def _cover(song: SongView) -> str | None:
    """Messengers fetch it themselves, so it has to be for everybody to see."""
    url = song.thumbnail_url
    return url if url and url.startswith("https://") and len(url) <= LONGEST_LINK else None


async def _show_own(turn: Turn, song_id: uuid.UUID) -> None:
    """The card of what this person sent; in a group it would be shown to others."""
    own = await own_song(turn.session, turn.user_id, song_id)
    if own is None or not own.is_private or not turn.is_private:
        await turn.say("song-gone")
        return
    await turn.sessions.keep_card(turn.incoming, song_id)
    rows = (_to_hear(turn, song_id), _to_keep(turn, song_id, own))
    await turn.reply(Reply(own_card(own, turn.texts), rows, opens=_page(turn, song_id)))


def _to_hear(turn: Turn, song_id: uuid.UUID) -> tuple[Button, ...]:
    texts = turn.texts
    instrumental = Button(texts.say("button-instrumental"), make_action(song_id))
    play = Button(texts.say("button-play"), play_action(song_id))
    return instrumental, play, Button(texts.say("button-options"), option_action(song_id))


def _to_keep(turn: Turn, song_id: uuid.UUID, own: OwnSong | None) -> tuple[Button, ...]:
    """Save or no longer save; what is in the library can be taken out, where nobody else reads along."""
    texts = turn.texts
    if own is not None and own.saved:
        kept = Button(texts.say("button-unsave"), unsave_action(song_id))
    else:
        kept = Button(texts.say("button-save"), save_action(song_id))
    if not turn.is_private:
        return (kept,)
    lists = Button(texts.say("button-to-playlist"), offer_playlists_action(song_id))
    if own is None:
        return kept, lists
    return kept, lists, Button(texts.say("button-remove"), remove_action(song_id))


async def make(turn: Turn, song_id: uuid.UUID, wanted: Preferences | None = None) -> None:
    """Start the song's instrumental, or what else the person has chosen."""
    await _ask(turn, song_id, recipes(turn, wanted), Activity.CONVERT)


async def play(turn: Turn, song_id: uuid.UUID) -> None:
    """Send the song as it is."""
    await _ask(turn, song_id, (as_it_is(turn.capabilities.audio_format),), Activity.PLAY)


async def make_as(turn: Turn, song_id: uuid.UUID, recipe: Recipe) -> None:
    """Start one particular version of the song."""
    await _ask(turn, song_id, (recipe,), Activity.CONVERT)


async def _ask(turn: Turn, song_id: uuid.UUID, wanted: Sequence[Recipe], activity: Activity) -> None:
    """The status message that follows is the answer."""
    try:
        recording = await recording_for(turn, song_id)
        refuse_too_long(turn, recording.duration)
        is_new = [await ask_for(turn, recording, recipe) for recipe in wanted]
    except NotFound:
        await turn.say("song-gone")
    except (AudioNotOffered, TooLong, TooBusy, QuotaUsed) as error:
        await turn.refuse(error)
    else:
        if any(is_new):
            await count_activity(turn.session, song_id, activity)
        if any(is_new) and activity is Activity.PLAY:
            await note_play(turn.session, turn.user_id, song_id)


async def recording_for(turn: Turn, song_id: uuid.UUID) -> Recording:
    """The song's audio, locked: of a song of all, or of what this person sent.

    Raises NotFound, AudioNotOffered.
    """
    if not turn.is_private:
        return await recording_of(turn.session, song_id)
    return await own_audio.recording_for(turn.session, turn.user_id, song_id)
