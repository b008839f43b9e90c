"""Audio that may or may not have arrived: the person is asked, never sent the same twice unasked."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update

from core.chat.actions import send_again_action
from core.chat.turn import Turn
from core.db.notify import WORK, notify
from core.delivery.audio import audio_source
from core.delivery.models import AUDIO, Delivery
from core.ports import Button

MOST_OFFERS = 3


async def offer(turn: Turn) -> None:
    """Ask about each audio whose arrival nobody knows of, once."""
    query = (
        select(Delivery)
        .where(
            Delivery.channel == turn.incoming.channel,
            Delivery.chat == turn.incoming.chat,
            Delivery.kind == AUDIO,
            Delivery.status == "uncertain",
            Delivery.settled.is_(False),
        )
        .order_by(Delivery.number)
        .limit(MOST_OFFERS)
        .with_for_update()
    )
    for delivery in (await turn.session.execute(query)).scalars():
        delivery.settled = True
        button = Button(turn.texts.say("button-send-again"), send_again_action(delivery.id))
        await turn.say("maybe-sent", (button,), title=await _title(turn, delivery))


async def send_again(turn: Turn, delivery_id: uuid.UUID) -> None:
    """The person says that it did not arrive: it is one more delivery, wanted by them."""
    claimed = (
        update(Delivery)
        .where(
            Delivery.id == delivery_id,
            Delivery.channel == turn.incoming.channel,
            Delivery.chat == turn.incoming.chat,
            Delivery.status == "uncertain",
        )
        .values(
            status="pending",
            settled=False,
            lease_token=None,
            lease_until=None,
            attempts=0,
            dispatched_at=None,
        )
        .returning(Delivery)
    )
    delivery = (await turn.session.execute(claimed)).scalar_one_or_none()
    if delivery is None:
        await turn.say("already-over")
        return
    await turn.say("sending-again", title=await _title(turn, delivery))
    await notify(turn.session, WORK)


async def _title(turn: Turn, delivery: Delivery) -> str:
    return (await audio_source(turn.session, delivery)).message.title
