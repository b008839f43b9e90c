"""Words without a song: greetings, help, and what we can't make sense of."""

from __future__ import annotations

from core.accounts.service import quality_of
from core.chat.actions import OPEN_PLAYER, quality_action
from core.chat.texts import Texts
from core.chat.turn import Turn
from core.ports import Button, Capabilities, Quality

MEGABYTE = 1_000_000


async def welcome(turn: Turn) -> None:
    has_player = turn.player_url is not None and turn.is_private
    button = Button(turn.texts.say("button-open-player"), OPEN_PLAYER)
    await turn.say("welcome", *([(button,)] if has_player else []))


async def help_(turn: Turn) -> None:
    has_player = turn.player_url is not None
    await turn.show(help_text(turn.texts, turn.capabilities, turn.max_song_seconds, has_player=has_player))


def help_text(
    texts: Texts, capabilities: Capabilities, max_song_seconds: int, *, has_player: bool = False
) -> str:
    """What can be done here; what this channel or studio can't do is not spoken of."""
    limits = {"limit_mb": capabilities.max_fetch_bytes // MEGABYTE, "limit_minutes": max_song_seconds // 60}
    *lines, last = texts.say("help", **limits).splitlines()
    if has_player:
        lines.append(texts.say("help-open"))
    if capabilities.shares_contact:
        lines.append(texts.say("help-phone"))
    return "\n".join([*lines, last])


async def not_a_song(turn: Turn) -> None:
    await turn.say("send-a-song")


async def offer_quality(turn: Turn) -> None:
    """Show the saved choice and both that there are."""
    texts = turn.texts
    buttons = tuple(Button(texts.say(f"quality-{quality}"), quality_action(quality)) for quality in Quality)
    now = texts.say(f"quality-{quality_of(turn.identity.user)}")
    await turn.say("quality-choose", buttons, quality=now)
