"""People on WhatsApp who write to our number: what they do becomes Twilio's forms."""

from __future__ import annotations

import asyncio
import re
import time
from typing import TYPE_CHECKING

from tests.fakes.twilio.model import WINDOW_SECONDS, Choice, Media, Message, new_sid

if TYPE_CHECKING:
    from tests.fakes.twilio.stand_in import TwilioStandIn


class Person:
    """Somebody with WhatsApp. Whatever they do returns the form that was brought to the webhook."""

    def __init__(self, twilio: TwilioStandIn, name: str, phone: str, user_id: str | None) -> None:
        self._twilio = twilio
        self.name = name
        self.phone = f"whatsapp:{phone}"
        self.user_id = None if user_id is None else f"whatsapp:{user_id}"
        self.hides_phone = False
        self.wrote_at: float | None = None
        """Seconds of time.time(): the 24 hours count from here."""
        self.opted_out = False
        self.last_form: dict[str, str] = {}
        """What was brought to the webhook last, or should have been."""

    @property
    def address(self) -> str:
        return self.user_id if self.hides_phone and self.user_id is not None else self.phone

    # --- what they see ------------------------------------------------------------------------------------

    @property
    def chat(self) -> list[Message]:
        """All messages of the chat as they see it, oldest first."""
        with self._twilio.lock:
            mine = {self.phone, self.user_id}
            return [m for m in self._twilio.messages if m.person in mine and m.has_arrived]

    @property
    def heard(self) -> list[Message]:
        """What came from us."""
        return [message for message in self.chat if not message.inbound]

    @property
    def texts(self) -> list[str]:
        """The texts that came from us."""
        return [message.body for message in self.heard if message.body]

    @property
    def audios(self) -> list[bytes]:
        return [audio for message in self.heard if (audio := message.audio) is not None]

    # --- what they do -------------------------------------------------------------------------------------

    @property
    def is_in_window(self) -> bool:
        """Whether they wrote within the last 24 hours."""
        return self.wrote_at is not None and self.wrote_at + WINDOW_SECONDS >= time.time()

    async def says(self, text: str, **extra: str) -> dict[str, str]:
        """Write a text; `extra` are further fields of the form."""
        return await self._brings({"Body": text, "MessageType": "text", **extra}, [])

    async def sends(self, data: bytes, media_type: str, caption: str = "") -> dict[str, str]:
        """Send a file."""
        kind = media_type.partition("/")[0]
        return await self._brings(
            {"Body": caption, "MessageType": kind}, [Media(new_sid("ME"), data, media_type)]
        )

    async def sends_all(self, files: list[tuple[bytes, str]]) -> dict[str, str]:
        """Several files in one message."""
        return await self._brings({"Body": ""}, [Media(new_sid("ME"), *file) for file in files])

    async def answers(self, to: Message, text: str) -> dict[str, str]:
        """Write a text that points at a message of ours."""
        pointing = {"OriginalRepliedMessageSid": to.sid, "OriginalRepliedMessageSender": to.ours}
        return await self.says(text, **pointing)

    async def taps(self, label: str, *, told: bool = True) -> dict[str, str]:
        """Tap a button or a row of the newest message that has it; without `told` its id is not named. Raises
        LookupError."""
        message, choice = self._choice(label)
        form = {
            "Body": choice.title,
            "MessageType": "interactive",
            "OriginalRepliedMessageSid": message.sid,
            "OriginalRepliedMessageSender": message.ours,
        }
        if choice.description is None:
            named = {"ButtonText": choice.title, "ButtonPayload": choice.id, "ButtonType": "REPLY"}
        else:
            named = {"ListTitle": choice.title, "ListId": choice.id, "ListDescription": choice.description}
        return await self._brings(form | (named if told else {}), [])

    def _choice(self, label: str) -> tuple[Message, Choice]:
        for message in reversed(self.heard):
            for choice in message.choices:
                if label in {choice.title, re.sub(r"^\d+\. ", "", choice.title)}:
                    return message, choice
        raise LookupError(f"nothing says {label!r}: {[message.choices for message in self.heard]}")

    def number_of(self, label: str) -> str:
        """The number before a choice of the newest message that has it. Raises LookupError."""
        for text in reversed(self.texts):
            if found := re.search(rf"^(\d+)\. {re.escape(label)}$", text, re.MULTILINE):
                return found[1]
        raise LookupError(f"nobody offers {label!r}: {self.texts}")

    async def _brings(self, about: dict[str, str], media: list[Media]) -> dict[str, str]:
        twilio = self._twilio
        message = Message(
            sid=new_sid("MM" if media else "SM"),
            inbound=True,
            person=self.address,
            ours=twilio.sender,
            body=about.get("Body", ""),
            media=media,
            status="received",
        )
        with twilio.lock:
            twilio.messages.append(message)
            self.wrote_at = time.time()
        form = self.last_form = self._form(message, about)
        if not twilio.is_cut_off:
            await asyncio.to_thread(twilio.bring, form)
        return form

    def _form(self, message: Message, about: dict[str, str]) -> dict[str, str]:
        twilio = self._twilio
        form = {
            "MessageSid": message.sid,
            "SmsMessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": twilio.account_sid,
            "ApiVersion": "2010-04-01",
            "From": self.address,
            "To": twilio.sender,
            "ProfileName": self.name,
            "NumMedia": str(len(message.media)),
            "NumSegments": "1",
            "ReferralNumMedia": "0",
            "SmsStatus": "received",
            "Forwarded": "false",
            "FrequentlyForwarded": "false",
            "ChannelMetadata": '{"type":"whatsapp","data":{"context":{"ProfileName":"x"}}}',
        }
        if self.user_id is not None:
            form["ExternalUserId"] = self.user_id
        if not self.hides_phone:
            form["WaId"] = self.phone.removeprefix("whatsapp:+")
        for number, item in enumerate(message.media):
            path = f"/2010-04-01/Accounts/{twilio.account_sid}/Messages/{message.sid}/Media/{item.sid}"
            form[f"MediaUrl{number}"] = twilio.url + path
            form[f"MediaContentType{number}"] = item.content_type
        return {**form, **about}
