"""Playlists in the chat: make, show, fill, play, rename and delete them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from core.chat.actions import PlaylistAction, pick_action, playlist_action
from core.chat.flows import library, song
from core.chat.session import Rows, Searched
from core.chat.song_texts import own_line, result_line, shortened
from core.chat.turn import Turn
from core.library.models import Playlist
from core.library.playlists import (
    LONGEST_NAME,
    MOST_PLAYLISTS,
    MOST_SONGS,
    Adding,
    add_song,
    delete_playlist,
    make_playlist,
    playlist_of,
    playlists_of,
    songs_in,
)
from core.library.shelves import own_song
from core.ports import Button

AT_ONCE = 10
"""So many songs are shown, and played, at one tap."""
IN_A_ROW = 5
LONGEST_LABEL = 30
SHELF = "playlist:"
"""Begins `core.chat.session.Searched.shelf` where songs of a playlist were shown."""


async def open_(turn: Turn) -> None:
    """`/playlist`, `/playlist new NAME`, `/playlist rename NUMBER NAME`."""
    word, _, rest = turn.argument.partition(" ")
    if not turn.is_private:
        await turn.say("private-only")
    elif word.casefold() == "new" and rest:
        await _make(turn, rest)
    elif word.casefold() == "rename" and rest:
        await _rename(turn, rest)
    else:
        await _show_all(turn)


async def offer(turn: Turn, song_id: uuid.UUID) -> None:
    """The playlists that a song can be put into."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    mine = await playlists_of(turn.session, turn.user_id)
    if not mine:
        await turn.say("playlist-none")
        return
    rows = [(Button(_label(one), playlist_action("add", one.id, song_id)),) for one in mine]
    await turn.say("playlist-which", *rows)


async def act(turn: Turn, action: PlaylistAction) -> None:
    """What a button under a playlist, or with its name, says."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    mine = await playlists_of(turn.session, turn.user_id)
    named = next((one for one in mine if one.id.hex.startswith(action.beginning)), None)
    playlist = None if named is None else await playlist_of(turn.session, turn.user_id, named.id)
    if playlist is None:
        await turn.say("playlist-gone")
        return
    match action.verb:
        case "add" if action.song_id is not None:
            await _add(turn, playlist, action.song_id)
        case "play":
            await _play(turn, playlist, action.offset)
        case "drop":
            yes = Button(turn.texts.say("button-remove-sure"), playlist_action("gone", playlist.id))
            await turn.say("playlist-delete-sure", (yes,), name=_label(playlist))
        case "gone":
            await delete_playlist(turn.session, playlist)
            await turn.say("playlist-deleted", name=_label(playlist))
        case _:
            await _show(turn, playlist, action.offset)


async def _show_all(turn: Turn) -> None:
    mine = await playlists_of(turn.session, turn.user_id)
    if not mine:
        await turn.say("playlist-none")
        return
    rows = [
        (Button(f"{number}. {_label(one)}", playlist_action("show", one.id)),)
        for number, one in enumerate(mine, start=1)
    ]
    await turn.sessions.keep_list(turn.incoming, Rows.PLAYLISTS, [one.id for one in mine])
    await turn.say("playlist-all", *rows)


async def _make(turn: Turn, name: str) -> None:
    playlist = await make_playlist(turn.session, turn.user_id, name)
    if playlist is None:
        await turn.say("playlist-too-many", limit=MOST_PLAYLISTS)
    else:
        await turn.say("playlist-made", name=_label(playlist))


async def _rename(turn: Turn, said: str) -> None:
    number, _, name = said.partition(" ")
    mine = await playlists_of(turn.session, turn.user_id)
    if not (number.isdecimal() and name and len(number) <= 3 and 1 <= int(number) <= len(mine)):
        await turn.say("playlist-rename-how")
        return
    playlist = mine[int(number) - 1]
    playlist.name = name[:LONGEST_NAME]
    await turn.session.flush()
    await turn.say("playlist-renamed", name=_label(playlist))


async def _add(turn: Turn, playlist: Playlist, song_id: uuid.UUID) -> None:
    title = await library.title_of(turn, song_id)
    if title is None:
        await turn.say("song-gone")
        return
    match await add_song(turn.session, playlist, song_id):
        case Adding.FULL:
            await turn.say("playlist-full", limit=MOST_SONGS)
        case _:
            await turn.say("playlist-added", title=title, name=_label(playlist))


async def _show(turn: Turn, playlist: Playlist, offset: int) -> None:
    songs = await songs_in(turn.session, playlist)
    shown = songs[offset : offset + AT_ONCE]
    end = offset + AT_ONCE if offset + AT_ONCE < len(songs) else None
    say = turn.texts.say
    lines = [await _line(turn, song_id) for song_id in shown]
    if not shown:
        text = f"{_label(playlist)}\n{say('playlist-empty')}"
    elif turn.capabilities.buttons:
        numbered = (f"{number}. {line}" for number, line in enumerate(lines, start=offset + 1))
        text = "\n".join([_label(playlist), "", *numbered])
    else:
        text = f"{_label(playlist)}\n{say('search-type')}"
    rows = _picks(turn, shown, lines, offset)
    if shown:
        rows.append((Button(say("button-play"), playlist_action("play", playlist.id, offset=offset)),))
    if end is not None:
        rows.append((Button(say("button-more"), playlist_action("show", playlist.id, offset=end)),))
    rows.append((Button(say("button-delete-playlist"), playlist_action("drop", playlist.id)),))
    await _keep(turn, playlist, shown, offset, end)
    show = turn.show_in_place if offset else turn.show  # the list of all playlists stays as it is
    await show(text, *rows)


def _picks(
    turn: Turn, shown: Sequence[uuid.UUID], lines: Sequence[str], offset: int
) -> list[tuple[Button, ...]]:
    """A choice a song: its number under the text, or its line where there are no buttons."""
    if not turn.capabilities.buttons:
        return [
            (Button(line, pick_action(song_id, None)),) for line, song_id in zip(lines, shown, strict=True)
        ]
    numbers = [
        Button(str(number), pick_action(song_id, None)) for number, song_id in enumerate(shown, offset + 1)
    ]
    return [tuple(numbers[start : start + IN_A_ROW]) for start in range(0, len(numbers), IN_A_ROW)]


async def _keep(
    turn: Turn, playlist: Playlist, shown: Sequence[uuid.UUID], offset: int, end: int | None
) -> None:
    """What is typed next, a number or `save 2`, means these songs."""
    searched = await turn.sessions.last(turn.incoming) if offset else None
    shelf = f"{SHELF}{playlist.id.hex}"
    if searched is None or searched.shelf != shelf:
        searched = Searched("", shelf=shelf)
    counts_on = turn.capabilities.buttons
    await turn.sessions.keep(turn.incoming, searched.showing(shown, offset, end, counts_on=counts_on))


async def show_more(turn: Turn, shelf: str, offset: int) -> None:
    """The next songs of the playlist that `shelf` names."""
    beginning = shelf.removeprefix(SHELF)[:12]
    await act(turn, PlaylistAction("show", beginning, offset=offset))


async def _play(turn: Turn, playlist: Playlist, offset: int) -> None:
    """The songs one by one, as they are; what is not to be had says so."""
    songs = await songs_in(turn.session, playlist)
    for song_id in songs[offset : offset + AT_ONCE]:
        await song.play(turn, song_id)
    if offset + AT_ONCE < len(songs):
        more = playlist_action("play", playlist.id, offset=offset + AT_ONCE)
        await turn.say("playlist-play-on", (Button(turn.texts.say("button-more"), more),))


async def _line(turn: Turn, song_id: uuid.UUID) -> str:
    own = await own_song(turn.session, turn.user_id, song_id)
    if own is not None and own.is_private:
        return own_line(own, turn.texts)
    views = await turn.music.views([song_id])
    return result_line(views[0], turn.texts) if views else turn.texts.say("title-recording")


def _label(playlist: Playlist) -> str:
    return shortened(playlist.name, LONGEST_LABEL)
