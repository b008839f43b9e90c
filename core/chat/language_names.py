"""What our languages are called: by themselves, and in each other."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from babel import Locale

from core.chat.plain import plain
from core.chat.texts import languages

ALSO = {"bengali": "bn", "panjabi": "pa"}
"""Names that Unicode's tables no longer use, and people do."""


def own_name(code: str) -> str:
    """`हिन्दी` for `hi`."""
    return _name(code, code).capitalize()


def language_named(said: str) -> str | None:
    """The code of what `hindi`, `हिंदी`, `இந்தி` or `hi` names; None where it is no language of ours."""
    return _codes().get(plain(said))


@cache
def _codes() -> Mapping[str, str]:
    names = {plain(_name(code, spoken)): code for code in languages() for spoken in languages()}
    return {**names, **ALSO, **{code: code for code in languages()}}


def _name(code: str, spoken: str) -> str:
    """What the language is called in the one that is spoken."""
    return str(Locale.parse(code).get_language_name(spoken) or code)
