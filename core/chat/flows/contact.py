"""The person's own phone number, as the messenger vouches for it."""

from __future__ import annotations

from core.accounts.phone import give_number, hint, in_full, vouch
from core.chat.messages import Contact
from core.chat.notices import tell_of_lost_number
from core.chat.turn import Turn
from core.ports import Reply


async def ask(turn: Turn) -> None:
    """Offer the button that shares the number, where the channel has one."""
    if not turn.capabilities.shares_contact:
        await turn.say("contact-not-here")
        return
    number = turn.identity.user.phone_number
    if number is None:
        text = turn.texts.say("contact-ask")
    else:
        text = turn.texts.say("contact-known", number=hint(number))
    await turn.reply(Reply(text, contact_button=turn.texts.say("contact-share")))


async def shared(turn: Turn, contact: Contact) -> None:
    """Keep the number of the card, when the messenger says that it is the sender's own."""
    if not contact.is_senders_own:
        await _end(turn, "contact-not-yours")
        return
    number = in_full(contact.phone_number)
    if number is None:
        await _end(turn, "contact-not-valid")
        return
    lost_by = await give_number(turn.session, turn.identity.user, number)
    if lost_by is not None:
        await tell_of_lost_number(turn.session, turn.outbox, lost_by, turn.default_language)
    vouch(turn.identity, number)
    await _end(turn, "contact-saved", number=hint(number))


async def _end(turn: Turn, key: str, **params: object) -> None:
    """Say so, and take the button away."""
    await turn.reply(Reply(turn.texts.say(key, **params), ends_asking=True))
