"""A person's library: its shelves, a page at a time, and what is done with the songs in it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from core.catalog.activity import Activity, count_activity
from core.catalog.views import SongView
from core.chat.actions import MOST_OFFSET, page_action, pick_action, remove_action, shelf_action
from core.chat.session import Searched
from core.chat.song_texts import own_line, result_line, shortened
from core.chat.turn import Turn
from core.errors import MelodyError, StillMaking
from core.library.service import save_song, unsave_song
from core.library.shelves import OwnSong, Shelf, ShelfPage, own_song, page_of
from core.membership.removing import remove_song
from core.ports import Button

PAGE = 5
LONGEST_NAME = 200
LONGEST_ECHO = 60


async def open_(turn: Turn) -> None:
    """The songs used last; with a name after the command, those of the library that sound like it."""
    await show(turn, Searched(turn.argument[:LONGEST_NAME], shelf=Shelf.RECENT), offset=0)


async def find(turn: Turn, name: str) -> bool:
    """The songs of the library that sound like this. False where it has none, or others would see them."""
    name = name[:LONGEST_NAME]
    if not turn.is_private:
        return False
    page = await page_of(turn.session, turn.user_id, Shelf.RECENT, limit=1, offset=0, name=name)
    if page.songs:
        await show(turn, Searched(name, shelf=Shelf.RECENT), offset=0)
    return bool(page.songs)


async def show_shelf(turn: Turn, shelf: Shelf) -> None:
    await show(turn, Searched("", shelf=shelf), offset=0)


async def show(turn: Turn, searched: Searched, offset: int) -> None:
    """A page of a shelf; never in a group, where others would see it."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    shelf = Shelf(searched.shelf or Shelf.RECENT)
    page = await page_of(turn.session, turn.user_id, shelf, limit=PAGE, offset=offset, name=searched.query)
    if not page.songs:
        await _show_nothing(turn, searched, shelf)
        return
    try:
        public = await turn.music.views([song.id for song in page.songs if not song.is_private])
    except MelodyError as error:
        await turn.say(error.message_key, **error.params)
        return
    end = offset + len(page.songs)
    has_more = end < min(page.total, MOST_OFFSET)
    found = [song.id for song in page.songs]
    counts_on = turn.capabilities.buttons
    searched = searched.showing(found, offset, end if has_more else None, counts_on=counts_on)
    token = searched.token if await turn.sessions.keep(turn.incoming, searched) else None
    lines = _lines(turn, page, {view.id: view for view in public})
    await turn.show_in_place(
        _text(turn, searched, shelf, lines, offset),
        *_picks(turn, page, lines, offset),
        *_ways_on(turn, searched, shelf, token, offset, end if has_more else None),
    )


async def save(turn: Turn, song_id: uuid.UUID) -> None:
    """Keep the song: what was said holds even where it was kept before."""
    title = await title_of(turn, song_id)
    if title is None:
        await turn.say("song-gone")
        return
    if await save_song(turn.session, turn.user_id, song_id):
        await count_activity(turn.session, song_id, Activity.SAVE)
    await turn.say("library-saved", title=title)


async def unsave(turn: Turn, song_id: uuid.UUID) -> None:
    title = await title_of(turn, song_id)
    if title is None:
        await turn.say("song-gone")
        return
    await unsave_song(turn.session, turn.user_id, song_id)
    await turn.say("library-unsaved", title=title)


async def remove(turn: Turn, song_id: uuid.UUID, *, is_sure: bool) -> None:
    """Take a song out for good, after asking."""
    song = await own_song(turn.session, turn.user_id, song_id)
    if song is None:
        await turn.say("song-gone")
        return
    title = shortened(song.title, LONGEST_ECHO)
    if not is_sure:
        button = Button(turn.texts.say("button-remove-sure"), remove_action(song_id, is_sure=True))
        await turn.say("library-remove-sure", (button,), title=title)
        return
    try:
        await remove_song(turn.session, turn.user_id, song_id)
    except StillMaking:
        await turn.say("library-still-making", title=title)
    else:
        await turn.say("library-removed", title=title)


async def title_of(turn: Turn, song_id: uuid.UUID) -> str | None:
    """Of a song that this person may see."""
    own = await own_song(turn.session, turn.user_id, song_id)
    if own is not None and own.is_private:
        return shortened(own.title, LONGEST_ECHO)
    found = await turn.music.views([song_id])
    return shortened(found[0].title, LONGEST_ECHO) if found else None


async def _show_nothing(turn: Turn, searched: Searched, shelf: Shelf) -> None:
    if searched.query:
        await turn.say("library-not-found", query=shortened(searched.query, LONGEST_ECHO))
    else:
        await turn.say(f"library-empty-{shelf}")


def _lines(turn: Turn, page: ShelfPage, public: Mapping[uuid.UUID, SongView]) -> list[str]:
    return [_line(turn, song, public.get(song.id)) for song in page.songs]


def _line(turn: Turn, song: OwnSong, view: SongView | None) -> str:
    return own_line(song, turn.texts) if view is None else result_line(view, turn.texts)


def _text(turn: Turn, searched: Searched, shelf: Shelf, lines: list[str], offset: int) -> str:
    """Where there are no buttons the choices tell the songs, else the text does."""
    texts, has_buttons = turn.texts, turn.capabilities.buttons
    heading = texts.say(f"library-shelf-{shelf}")
    if searched.query:
        heading = texts.say("library-found", query=shortened(searched.query, LONGEST_ECHO))
    numbered = [f"{number}. {line}" for number, line in enumerate(lines, start=offset + 1)]
    shown = [heading, *(["", *numbered, ""] if has_buttons else [])]
    return "\n".join([*shown, texts.say("search-tap" if has_buttons else "search-type")])


def _picks(turn: Turn, page: ShelfPage, lines: list[str], offset: int) -> list[tuple[Button, ...]]:
    actions = [pick_action(song.id, None) for song in page.songs]
    if turn.capabilities.buttons:
        numbers = range(offset + 1, offset + len(actions) + 1)
        return [tuple(Button(str(number), action) for number, action in zip(numbers, actions, strict=True))]
    return [(Button(line, action),) for line, action in zip(lines, actions, strict=True)]


def _ways_on(
    turn: Turn, searched: Searched, shelf: Shelf, token: str | None, offset: int, next_offset: int | None
) -> list[tuple[Button, ...]]:
    """The pages before and after, and the other shelf."""
    texts, pages = turn.texts, []
    if token is not None and offset > 0:
        pages.append(Button(texts.say("button-back"), page_action(token, max(0, offset - PAGE))))
    if token is not None and next_offset is not None:
        pages.append(Button(texts.say("button-more"), page_action(token, next_offset)))
    rows = [tuple(pages)] if pages else []
    if searched.query:
        return rows
    other = Shelf.SAVED if shelf is Shelf.RECENT else Shelf.RECENT
    return [*rows, (Button(texts.say(f"button-shelf-{other}"), shelf_action(other)),)]
