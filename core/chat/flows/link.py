"""Links: of a music service, of our own player, and the one that opens this chat with a song."""

from __future__ import annotations

import re
import uuid

from core.catalog.links import links_in
from core.chat.flows import basics, linking, several, song
from core.chat.turn import Turn
from core.errors import MelodyError, NotFound

SURELY_LINK = re.compile(r"https?://\S|\bwww\.\w|\bspotify:\w+:\w", re.IGNORECASE)
MAYBE_LINK = re.compile(r"(?<![\w.])(?:[\w-]+\.)+[a-z]{2,}/\S", re.IGNORECASE)
"""`youtu.be/…`, as people copy it without its beginning; a song's name may look like it."""
START_SONG = "song_"
DEEP_LINK_CODE = re.compile(rf"/?start(?:@\w+)?\s+{linking.START_LINK}([a-z2-9]{{8}})", re.IGNORECASE)
"""A code as `/link` gives it, without its dash."""
DEEP_LINK = re.compile(r"/?start(?:@\w+)?\s+song_([0-9a-f]{32})", re.IGNORECASE)


def start_parameter(song_id: uuid.UUID) -> str:
    """What a chat that is opened by a link begins with, so that it shows the song's card."""
    return f"{START_SONG}{song_id.hex}"


async def start(turn: Turn) -> None:
    """A greeting, or what the link to this chat names: a song's card, or the account of another chat."""
    said = (turn.incoming.text or "").strip()
    if named := DEEP_LINK.fullmatch(said):
        await song.pick(turn, uuid.UUID(named[1]))
    elif code := DEEP_LINK_CODE.fullmatch(said):
        await linking.take(turn, code[1])
    else:
        await basics.welcome(turn)


async def open_in(turn: Turn, text: str) -> bool:
    """Show the song that a link in the text leads to, or make those of several. False where there is no
    link."""
    is_link = SURELY_LINK.search(text) is not None
    if not is_link and MAYBE_LINK.search(text) is None:
        return False
    if len(set(links_in(text))) > 1 and await several.take_links(turn, text):
        return True
    turn.show_activity()
    try:
        found = await turn.music.from_link(text)
    except NotFound:
        await turn.say("link-gone")
    except MelodyError as error:
        await turn.say(error.message_key, **error.params)
    else:
        if found is not None:
            await song.show_card(turn, found)
        elif is_link:
            await turn.say("link-unknown")
        else:
            return False
    return True
