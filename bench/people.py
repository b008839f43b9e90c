"""Many people who use both messengers: what each does, in order, and how its answer is known.

Every update is answered by one message (a tap by its acknowledgement before). A message to a chat has to
answer the oldest update that waits there, else order was not kept.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from core.adapters.channels.telegram.seal import Seal
from core.chat.choices import number_in
from core.chat.texts import texts_in
from core.chat.words import meaning

EN = texts_in("en")
SENDER = "whatsapp:+14155238886"
TELEGRAM_TOKEN = "4200000001:of-no-worth"
SEAL = Seal(TELEGRAM_TOKEN)
ANSWERS = {"help": "help", "settings": "settings-now", "library": "library-empty-recent"}
"""What commands are answered with."""
SAVED = EN.say("library-saved", title="\0").partition("\0")[0]
"""How an answer begins that says that a song was saved."""
NOTHING = EN.say("search-nothing", query="\0").partition("\0")[0]
"""How an answer begins where no song was found."""
GIVEN_UP = EN.say("search-partial")
"""What an answer ends with where not all could be asked in time."""
ACCOUNT = "AC" + "0123456789abcdef" * 2


@dataclass(frozen=True)
class Song:
    id: str
    title: str


@dataclass
class Deed:
    """Something a person does: the body of the webhook, and the sign of its answer."""

    kind: str
    chat: str
    body: bytes
    answered_by: Callable[[str, str], bool]
    """Of an answer's text and buttons."""
    asked: str = ""
    """What was written, or what the button does."""
    due: float = 0.0
    answered: float | None = None


@dataclass
class Crowd:
    """All deeds in the order in which they are done, and what is waited for in each chat."""

    deeds: list[Deed]
    waiting: dict[str, deque[Deed]] = field(default_factory=dict)
    out_of_order: list[str] = field(default_factory=list)
    superfluous: int = 0
    given_up: int = 0
    """Searches that took too long, so that the answer says so."""
    left: int = 0
    all_answered: asyncio.Event = field(default_factory=asyncio.Event)

    def does(self, deed: Deed, due: float) -> None:
        deed.due = due
        self.left += 1
        self.all_answered.clear()
        self.waiting.setdefault(deed.chat, deque()).append(deed)

    def heard(self, chat: str, text: str, buttons: str) -> None:
        waiting = self.waiting.get(chat)
        if not waiting:
            self.superfluous += 1
            return
        deed = waiting.popleft()
        deed.answered = time.perf_counter()
        self.left -= 1
        self.given_up += GIVEN_UP in text
        if self.left == 0:
            self.all_answered.set()
        if not deed.answered_by(text, buttons):
            self.out_of_order.append(f"{deed.kind} {deed.asked!r}: {text[:160]!r} {buttons[:80]!r}")


def crowd(count: int, people: int, songs: Sequence[Song], seed: int = 11) -> Crowd:
    """`count` deeds by `people`, every fifth of them on WhatsApp. Two deeds of a person follow close upon
    each other (a name, and a number of its results), so that it shows when order is not kept."""
    chance = random.Random(seed)
    named = [song for song in songs if _is_a_name(song.title)]
    everybody = [_Person(number, chance, named) for number in range(people)]
    deeds: list[Deed] = []
    while len(deeds) < count:
        for person in everybody:
            deeds.extend(person.next_deeds())
            if len(deeds) >= count:
                break
    return Crowd(deeds[:count])


class _Person:
    """Goes through all that people do again and again, each beginning elsewhere."""

    def __init__(self, number: int, chance: random.Random, songs: Sequence[Song]) -> None:
        self._number = number
        self._chance = chance
        self._songs = songs
        self._on_whatsapp = number % 5 == 4
        self._turn = number // 5
        self._serial = 0
        self._has_found = False
        self._has_a_list = False

    def next_deeds(self) -> list[Deed]:
        self._turn += 1
        if self._on_whatsapp:
            return [self._searches(), self._picks()] if self._turn % 2 else [self._asks("help")]
        match self._turn % 6:
            case 0:
                return [self._asks("help")]
            case 1:
                return [self._searches(), self._picks()]
            case 2:
                return [self._taps_song()]
            case 3:
                return [self._asks("settings"), self._taps_setting()]
            case 4:
                return [self._searches()]
            case _:
                return [self._asks("library"), self._taps_song()]

    # --- what they do -------------------------------------------------------------------------------------

    def _asks(self, command: str) -> Deed:
        beginning = EN.say(ANSWERS[command], limit_mb=0, limit_minutes=0)[:20]
        text = command if self._on_whatsapp else f"/{command}"
        return self._deed("command", text, lambda said, _: said.startswith(beginning))

    def _searches(self) -> Deed:
        words = _misspelt(self._chance.choice(self._songs).title, self._chance)

        def is_answer(said: str, _: str) -> bool:
            self._has_found = not said.startswith(NOTHING)
            self._has_a_list |= self._has_found
            return words[:30] in said

        return self._deed("search", words, is_answer)

    def _picks(self) -> Deed:
        """A number of the results: the answer is the song's card. A search that found nothing, or was given
        up, leaves what was shown before it on the screen, and the number means that: a row of the list, or
        on WhatsApp the first choice of the card, which saves the song. Without any it is a name."""

        def is_answer(said: str, buttons: str) -> bool:
            if not self._has_a_list:
                return said.startswith(NOTHING)
            was_missed = self._on_whatsapp and not self._has_found
            return said.startswith(SAVED) if was_missed else _is_card(said, buttons)

        return self._deed("number", "1", is_answer)

    def _taps_song(self) -> Deed:
        song = self._chance.choice(self._songs)
        return self._tap(f"song:{song.id}", lambda said, _: song.title in said)

    def _taps_setting(self) -> Deed:
        return self._tap("set:quality", lambda said, _: said == EN.say("settings-quality"))

    # --- as their messenger brings it ---------------------------------------------------------------------

    def _deed(self, kind: str, text: str, answered_by: Callable[[str, str], bool]) -> Deed:
        if self._on_whatsapp:
            return Deed(f"whatsapp {kind}", self._address, self._form(text), answered_by, text)
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text[0] == "/" else []
        message = self._message | {"from": self._user, "text": text, "entities": entities}
        return Deed(kind, f"telegram:{self._id}", self._update("message", message), answered_by, text)

    def _tap(self, data: str, answered_by: Callable[[str, str], bool]) -> Deed:
        sealed = SEAL.close(str(self._id), data)
        query = {"id": str(self._next()), "from": self._user, "chat_instance": "1", "data": sealed}
        body = self._update("callback_query", query | {"message": self._message})
        return Deed("tap", f"telegram:{self._id}", body, answered_by, data)

    def _update(self, kind: str, content: dict[str, object]) -> bytes:
        return json.dumps({"update_id": self._next(), kind: content}).encode()

    def _form(self, text: str) -> bytes:
        sid = f"SM{self._next():032x}"
        form = {"MessageSid": sid, "SmsMessageSid": sid, "SmsSid": sid, "AccountSid": ACCOUNT}
        form |= {"ApiVersion": "2010-04-01", "From": self._address, "To": SENDER, "ProfileName": "Bench"}
        form |= {"Body": text, "NumMedia": "0", "NumSegments": "1", "SmsStatus": "received"}
        return urlencode(form | {"ExternalUserId": f"whatsapp:IN.{self._id}"}).encode()

    def _next(self) -> int:
        self._serial += 1
        return self._number * 100_000 + self._serial

    @property
    def _id(self) -> int:
        return 700_000_000 + self._number

    @property
    def _address(self) -> str:
        return f"whatsapp:+9198{10_000_000 + self._number}"

    @property
    def _user(self) -> dict[str, object]:
        return {"id": self._id, "is_bot": False, "first_name": "Bench", "language_code": "en"}

    @property
    def _message(self) -> dict[str, object]:
        chat = {"id": self._id, "type": "private", "first_name": "Bench"}
        return {"message_id": self._next(), "date": int(time.time()), "chat": chat}


def _is_card(said: str, buttons: str) -> bool:
    return "save:" in buttons or EN.say("button-save") in said


def _is_a_name(title: str) -> bool:
    """Whether a chat looks for it as it stands: `99` is a row of a list, `gaan …` asks for what follows."""
    return number_in(title) is None and meaning(title.split()[0]) is None


def _misspelt(title: str, chance: random.Random) -> str:
    """One letter is missing in every second long name; spaces are as an answer repeats them."""
    if len(title) > 5 and chance.random() < 0.5:
        place = chance.randrange(1, len(title) - 1)
        title = f"{title[:place]}{title[place + 1 :]}"
    return " ".join(title.split())
