"""One account in two chats: a code from one is typed into the other, then both are asked."""

from __future__ import annotations

import re
import uuid

from core.chat.meeting import ask_both, tell_both
from core.chat.pace import WRONG_CODES
from core.chat.turn import Turn
from core.errors import AlreadyLinked, LinkCodeUnknown
from core.membership.linking import CODE_SECONDS, Answer, answer, give_code, take_code

START_LINK = "link_"
"""Begins what a chat is opened with that a code is brought to; opening it joins nothing, both are asked."""
CODE = re.compile(r"[A-Z2-9]{4}\s?[-−–]\s?[A-Z2-9]{4}", re.ASCII | re.IGNORECASE)
"""As we write it; without the dash a name may look like it."""


async def start(turn: Turn) -> None:
    """A code to type into the other chat; with a code after the command, that one is taken."""
    if not turn.is_private:
        await turn.say("private-only")
    elif turn.argument:
        await take(turn, turn.argument)
    else:
        await _give(turn)


async def _give(turn: Turn) -> None:
    """A code, and the other chats' addresses that bring it along."""
    code = await give_code(turn.session, turn.identity)
    start = f"{START_LINK}{code.replace('-', '').lower()}"
    others = await turn.ways_in.besides(turn.incoming.channel, words=f"link {code}", start=start)
    lines = [turn.texts.say("link-code", code=code, minutes=round(CODE_SECONDS / 60))]
    lines += [
        turn.texts.say("link-there", chat=name.capitalize(), link=link) for name, link in others.items()
    ]
    await turn.show("\n".join(lines))


async def hear(turn: Turn, text: str) -> bool:
    """A code, alone or behind `link`. False where it is none."""
    words = text.split(maxsplit=1)
    is_code = CODE.fullmatch(text.strip()) or (len(words) == 2 and CODE.fullmatch(words[1].strip()))
    if not is_code or not turn.is_private:
        return False
    await take(turn, text.strip() if CODE.fullmatch(text.strip()) else words[1])
    return True


async def respond(turn: Turn, request_id: uuid.UUID, *, agrees: bool) -> None:
    """Yes or no, in one of the two chats; what comes of it is said in both."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    try:
        outcome, meeting = await answer(turn.session, turn.identity, request_id, agrees=agrees)
    except LinkCodeUnknown as error:
        await turn.say(error.message_key)
        return
    if outcome is Answer.WAITING:
        await turn.say("link-waiting")
        return
    await tell_both(turn.session, turn.outbox, meeting, outcome, turn.default_language)


async def take(turn: Turn, code: str) -> None:
    """Ask both chats whether they shall be one account, where the code is a good one."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    if not await turn.pace.allows(WRONG_CODES, turn.identity.id):
        await turn.say("link-too-many")
        return
    try:
        meeting = await take_code(turn.session, turn.identity, code)
    except LinkCodeUnknown as error:
        await turn.pace.take(WRONG_CODES, turn.identity.id)
        await turn.say(error.message_key)
        return
    except AlreadyLinked as error:
        await turn.say(error.message_key)
        return
    await ask_both(turn.session, turn.outbox, meeting, turn.default_language)
