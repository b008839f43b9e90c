"""What we keep of a person, and forgetting all of it."""

from __future__ import annotations

from core.chat.actions import FORGET_NOT, FORGET_ONCE, FORGET_SURE
from core.chat.turn import Turn
from core.membership.erasing import ask_to_forget
from core.ports import Button


async def privacy(turn: Turn) -> None:
    """What is kept, and where songs go."""
    said = turn.texts.say("privacy")
    if turn.engines.services:
        elsewhere = turn.texts.say("privacy-elsewhere", service=", ".join(turn.engines.services))
        said = f"{said}\n\n{elsewhere}"
    await turn.show(said)


async def ask_first(turn: Turn) -> None:
    """What would go, and whether the person wants that."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    texts = turn.texts
    yes = Button(texts.say("button-forget-once"), FORGET_ONCE)
    await turn.say("forget-first", (yes,), (Button(texts.say("button-forget-not"), FORGET_NOT),))


async def answered(turn: Turn, action: str) -> None:
    """The first yes asks once more, the second begins it."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    texts = turn.texts
    if action == FORGET_NOT:
        await turn.say("forget-not")
    elif action == FORGET_ONCE:
        sure = Button(texts.say("button-forget-sure"), FORGET_SURE)
        await turn.say("forget-second", (Button(texts.say("button-forget-not"), FORGET_NOT),), (sure,))
    else:
        await turn.say("forget-begun")
        identity = turn.identity
        chat = (identity.channel, turn.incoming.chat)
        await ask_to_forget(turn.session, identity.user_id, texts.language, chat)
