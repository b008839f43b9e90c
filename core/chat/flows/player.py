"""The way from a private chat into the player, and out of every browser again."""

from __future__ import annotations

from core.chat.turn import Turn
from core.signin.links import LINK_SECONDS, give_link, withdraw_links
from core.signin.sessions import end_all


async def open_(turn: Turn) -> None:
    """A link that signs in whoever asked for it: never where others read along."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    assert turn.player_url is not None
    link = await give_link(turn.session, turn.identity, turn.player_url)
    await turn.say("open-player", link=link, minutes=round(LINK_SECONDS / 60))


async def sign_out(turn: Turn) -> None:
    """End all sessions of this person, and links that were not opened yet."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    await withdraw_links(turn.session, turn.user_id)
    await end_all(turn.session, turn.user_id)
    await turn.say("signed-out")
