"""A person's choices: for all their songs, in the settings, or for one song, in its options.

Where a channel can, one message shows them all the way: each tap changes it.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import replace

from core.chat.actions import make_so_action, option_action, setting_action
from core.chat.language_names import language_named, own_name
from core.chat.status import texts_for
from core.chat.texts import languages, texts_in
from core.chat.turn import Turn
from core.conversion.preferences import Preferences, Stems, choose, preferences_of
from core.conversion.recipe import FASTEST, LARGEST_GUIDE, LARGEST_KEY, SLOWEST
from core.ports import AudioFormat, Button, Quality

CHOICES: dict[str, tuple[str | int, ...]] = {
    "quality": tuple(Quality),
    "stems": tuple(Stems),
    "guide": tuple(range(0, LARGEST_GUIDE + 1, 10)),
    "key": tuple(range(-LARGEST_KEY, LARGEST_KEY + 1)),
    "tempo": tuple(range(SLOWEST, FASTEST + 1, 5)),
    "format": ("", *AudioFormat),
}
"""What there is to choose, by the name of the setting; "" takes a choice back."""
LANGUAGE = "language"
IN_A_ROW = {"quality": 2, "stems": 1, "guide": 5, "key": 5, "tempo": 5, "format": 3, LANGUAGE: 3}
PRESENT = "✓ "


async def show(turn: Turn) -> None:
    """All settings with what is chosen now; a tap shows the choices of one."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    chosen = preferences_of(turn.identity.user)
    rows = [(Button(_summary(turn, name, chosen), setting_action(name)),) for name in CHOICES]
    language = turn.texts.say("setting-language", value=own_name(turn.texts.language))
    await turn.say_in_place("settings-now", *rows, (Button(language, setting_action(LANGUAGE)),))


async def offer(turn: Turn, name: str) -> None:
    """The choices of one setting, the present one marked."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    if name == LANGUAGE:
        await offer_languages(turn)
        return
    chosen = _shown(getattr(preferences_of(turn.identity.user), name))
    buttons = [
        Button(_marked(_value(turn, name, value), value == chosen), setting_action(name, value))
        for value in CHOICES[name]
    ]
    await turn.say_in_place(f"settings-{name}", *_in_rows(buttons, IN_A_ROW[name]))


async def choose_one(turn: Turn, name: str, value: str) -> None:
    """Keep a choice, and show what holds now."""
    if not turn.is_private:
        await turn.say("private-only")
        return
    if name == LANGUAGE:
        await choose_language(turn, value)
        return
    choose(turn.identity.user, name, _stored(name, value))
    await show(turn)


async def language(turn: Turn) -> None:
    """`/language` offers ours; `/language hindi` chooses one at once."""
    if not await named_language(turn, turn.argument):
        await offer_languages(turn)


async def named_language(turn: Turn, name: str) -> bool:
    """Speak the language of that name from now on. False where it names none of ours."""
    code = language_named(name)
    if code is None:
        return False
    await choose_language(turn, code)
    return True


async def offer_languages(turn: Turn) -> None:
    """Our languages, each by its own name; where none is chosen we follow the messenger."""
    chosen = turn.identity.user.preferences.get(LANGUAGE)
    buttons = [
        Button(_marked(own_name(code), code == chosen), setting_action(LANGUAGE, code))
        for code in languages()
    ]
    follow = Button(_marked(turn.texts.say("language-follow"), chosen is None), setting_action(LANGUAGE, ""))
    await turn.say_in_place("settings-language", *_in_rows(buttons, IN_A_ROW[LANGUAGE]), (follow,))


async def choose_language(turn: Turn, code: str) -> None:
    """From now on in this language; the answer is the first in it."""
    user = turn.identity.user
    kept = {name: value for name, value in user.preferences.items() if name != LANGUAGE}
    user.preferences = {**kept, LANGUAGE: code} if code else kept
    texts = texts_in(code) if code else texts_for(user, turn.identity, turn.default_language)
    await turn.show_in_place(texts.say("language-chosen", language=own_name(texts.language)))


def is_choice(name: str, value: str) -> bool:
    """Whether a button may say so."""
    if name == LANGUAGE:
        return value in ("", *languages())
    return value in map(str, CHOICES.get(name, ()))


# --- for one song -----------------------------------------------------------------------------------------


async def show_options(turn: Turn, song_id: uuid.UUID, wanted: Preferences | None) -> None:
    """How this one song is to be made; each tap changes one thing, the last one makes it."""
    now = wanted or preferences_of(turn.identity.user)

    def to(label: str, **changes: object) -> Button:
        return Button(label, option_action(song_id, replace(now, **changes)))  # type: ignore[arg-type]

    texts = turn.texts
    quality = Quality.FAST if now.quality is Quality.BEST else Quality.BEST
    stems = list(Stems)[(list(Stems).index(now.stems) + 1) % len(Stems)]
    guide = now.guide + 20 if now.guide + 20 <= LARGEST_GUIDE else 0
    rows = [
        (to(_summary(turn, "quality", now), quality=quality), to(_summary(turn, "stems", now), stems=stems)),
        (
            to(texts.say("button-key-lower"), key=max(-LARGEST_KEY, now.key - 1)),
            to(texts.say("button-key-higher"), key=min(LARGEST_KEY, now.key + 1)),
            to(texts.say("button-slower"), tempo=max(SLOWEST, now.tempo - 5)),
            to(texts.say("button-faster"), tempo=min(FASTEST, now.tempo + 5)),
        ),
        (to(_summary(turn, "guide", now), guide=guide),),
        (Button(texts.say("button-make-so"), make_so_action(song_id, now)),),
    ]
    summary = "\n".join(_summary(turn, name, now) for name in CHOICES if name != "format")
    show = turn.show if wanted is None else turn.show_in_place  # the song's card stays as it is
    await show(f"{texts.say('options-now')}\n{summary}", *rows)


def _summary(turn: Turn, name: str, chosen: Preferences) -> str:
    """`Quality: Best`."""
    return turn.texts.say(f"setting-{name}", value=_value(turn, name, _shown(getattr(chosen, name))))


def _value(turn: Turn, name: str, value: str | int) -> str:
    match name:
        case "quality":
            return turn.texts.say(f"quality-{value}")
        case "stems":
            return turn.texts.say(f"stems-{value}")
        case "key":
            return f"{value:+d}" if value else "0"
        case "guide" | "tempo":
            return f"{value} %"
        case _:
            return str(value).upper() or turn.texts.say("format-suits")


def _shown(value: str | int | None) -> str | int:
    """A choice as a button has it: none is ""."""
    return "" if value is None else value


def _stored(name: str, value: str) -> str | int | None:
    """A button's value as it is kept: "" is none."""
    if not value:
        return None
    return int(value) if name in {"guide", "key", "tempo"} else value


def _marked(label: str, is_chosen: bool) -> str:
    return f"{PRESENT}{label}" if is_chosen else label


def _in_rows(buttons: Sequence[Button], size: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[start : start + size]) for start in range(0, len(buttons), size)]
