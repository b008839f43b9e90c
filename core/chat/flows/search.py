"""The name of a song: its results, a page at a time, and what is said about them."""

from __future__ import annotations

from core.catalog.views import SearchAnswer
from core.chat.actions import MOST_OFFSET, page_action, pick_action
from core.chat.flows import basics, library, playlists
from core.chat.session import Searched
from core.chat.song_texts import MARK, result_line, shortened
from core.chat.turn import Turn
from core.chat.vocabulary import Word
from core.chat.words import meaning
from core.errors import MelodyError
from core.ports import Button

PAGE = 5
LONGEST_ECHO = 60


async def find(turn: Turn, text: str) -> None:
    """Answer a name with the songs that it may mean."""
    await _show(turn, Searched(" ".join(text.split())), offset=0)


async def named(turn: Turn) -> None:
    """`/song kesariya`. The word alone is a name too; the command alone is asked what to look for."""
    text = turn.argument or turn.incoming.text or ""
    if text.startswith("/"):
        await basics.not_a_song(turn)
    else:
        await find(turn, text)


async def show_page(turn: Turn, token: str, offset: int) -> None:
    """Another page of results that this chat has seen."""
    searched = await turn.sessions.find(turn.incoming, token)
    if searched is None:
        await turn.say("search-forgotten")
    else:
        await _turn_to(turn, searched, offset)


async def wrong_song(turn: Turn, token: str) -> None:
    """It was not the one: what else there is, or how to say it better."""
    searched = await turn.sessions.find(turn.incoming, token)
    if searched is None:
        await turn.say("search-forgotten")
    elif searched.next_offset is None:
        await turn.say("search-say-more", query=_echo(searched))
    else:
        await _show(turn, searched, searched.next_offset)


async def go_on(turn: Turn, text: str) -> bool:
    """ "More" of the list shown last. False where it was not said or there is none, so that songs with such
    names are found."""
    if meaning(text) is not Word.MORE:
        return False
    searched = await turn.sessions.last(turn.incoming)
    if searched is None:
        return False
    if searched.next_offset is None:
        await turn.say(
            "search-say-more" if searched.of_all_music else "library-no-more", query=_echo(searched)
        )
    else:
        await _turn_to(turn, searched, searched.next_offset)
    return True


async def _turn_to(turn: Turn, searched: Searched, offset: int) -> None:
    if searched.shelf and searched.shelf.startswith(playlists.SHELF):
        await playlists.show_more(turn, searched.shelf, offset)
    elif searched.shelf:
        await library.show(turn, searched, offset)
    else:
        await _show(turn, searched, offset)


async def _show(turn: Turn, searched: Searched, offset: int) -> None:
    turn.show_activity()
    try:
        answer = await turn.music.search(
            searched.query, limit=PAGE, offset=offset, user_id=turn.identity.user_id
        )
    except MelodyError as error:
        await turn.say(error.message_key, **error.params)
        return
    if not answer.items:
        await _show_nothing(turn, searched, answer, offset)
        return
    end = offset + len(answer.items)
    has_more = end < min(answer.total, MOST_OFFSET)
    found = [item.id for item in answer.items]
    counts_on = turn.capabilities.buttons
    searched = searched.showing(found, offset, end if has_more else None, counts_on=counts_on)
    token = searched.token if await turn.sessions.keep(turn.incoming, searched) else None
    text = _results_text(turn, searched, answer, offset)
    if has_more and token is None:
        text = f"{text}\n{turn.texts.say('search-no-more')}"
    await turn.show_in_place(text, *_choices(turn, answer, token, offset, has_more))


async def _show_nothing(turn: Turn, searched: Searched, answer: SearchAnswer, offset: int) -> None:
    text = turn.texts.say("search-say-more" if offset else "search-nothing", query=_echo(searched))
    if answer.partial:
        text = f"{text}\n\n{turn.texts.say('search-partial')}"
    await turn.show(text)


def _results_text(turn: Turn, searched: Searched, answer: SearchAnswer, offset: int) -> str:
    """Where there are no buttons the choices tell the songs, else the text does."""
    texts, has_buttons = turn.texts, turn.capabilities.buttons
    lines = [texts.say("search-which", query=_echo(searched))]
    if has_buttons:
        songs = enumerate(answer.items, start=offset + 1)
        lines += ["", *(f"{number}. {result_line(item, texts)}" for number, item in songs), ""]
    if any(item.can_fetch for item in answer.items):
        lines.append(texts.say("search-mark", mark=MARK))
    if answer.partial:
        lines.append(texts.say("search-partial"))
    lines.append(texts.say("search-tap" if has_buttons else "search-type"))
    return "\n".join(lines)


def _choices(
    turn: Turn, answer: SearchAnswer, token: str | None, offset: int, has_more: bool
) -> list[tuple[Button, ...]]:
    """A row of numbers under the text, or a choice a song where there are no buttons; then the pages."""
    texts = turn.texts
    picks = [pick_action(item.id, token) for item in answer.items]
    if turn.capabilities.buttons:
        numbers = range(offset + 1, offset + len(picks) + 1)
        rows = [tuple(Button(str(number), pick) for number, pick in zip(numbers, picks, strict=True))]
    else:
        lines = (result_line(item, texts) for item in answer.items)
        rows = [(Button(line, pick),) for line, pick in zip(lines, picks, strict=True)]
    pages = []
    if token is not None and offset > 0:
        pages.append(Button(texts.say("button-back"), page_action(token, max(0, offset - PAGE))))
    if token is not None and has_more:
        pages.append(Button(texts.say("button-more"), page_action(token, offset + len(picks))))
    return [*rows, tuple(pages)] if pages else rows


def _echo(searched: Searched) -> str:
    return shortened(searched.query, LONGEST_ECHO)
