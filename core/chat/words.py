"""The words people type, in each language of ours: they work whatever language we answer in.

One table a language; a word may stand in several. All are compared without case. What is no word of ours is
the name of a song, so only whole messages count, never a word within one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache

from core.chat.wishes import TEMPO_STEP, Wish
from core.conversion.recipe import Recipe
from core.ports import Stem


class Word(StrEnum):
    """What a word means; the first ones are the names of commands."""

    HELP = "help"
    LIBRARY = "library"
    HISTORY = "history"
    QUEUE = "queue"
    SETTINGS = "settings"
    LANGUAGE = "language"
    PRIVACY = "privacy"
    FIND = "find"
    """Before a song's name."""
    PLAY = "play"
    """Before a song's name, or the number of a row."""
    INSTRUMENTAL = "instrumental"
    SAVE = "save"
    CANCEL = "cancel"
    MORE = "more"
    KEY = "key"
    TEMPO = "tempo"
    GUIDE = "guide"
    VOCALS = "vocals"
    SLOWER = "slower"
    FASTER = "faster"


WORDS: Mapping[str, Mapping[Word, tuple[str, ...]]] = {
    "en": {
        Word.HELP: ("help",),
        Word.LIBRARY: ("library", "my songs"),
        Word.HISTORY: ("history",),
        Word.QUEUE: ("queue", "status"),
        Word.SETTINGS: ("settings", "setting"),
        Word.LANGUAGE: ("language",),
        Word.PRIVACY: ("privacy",),
        Word.FIND: ("song", "find", "search", "search for"),
        Word.PLAY: ("play",),
        Word.INSTRUMENTAL: ("instrumental", "karaoke"),
        Word.SAVE: ("save",),
        Word.CANCEL: ("cancel", "stop it"),
        Word.MORE: ("more", "next"),
        Word.KEY: ("key", "pitch", "transpose"),
        Word.TEMPO: ("tempo", "speed"),
        Word.GUIDE: ("guide", "guide vocal"),
        Word.VOCALS: ("vocals", "vocals only", "only vocals"),
        Word.SLOWER: ("slower",),
        Word.FASTER: ("faster",),
    },
    "hi": {
        Word.HELP: ("मदद", "सहायता", "madad"),
        Word.LIBRARY: ("लाइब्रेरी", "मेरे गाने", "mere gaane"),
        Word.HISTORY: ("इतिहास",),
        Word.QUEUE: ("कतार",),
        Word.SETTINGS: ("सेटिंग", "सेटिंग्स"),
        Word.LANGUAGE: ("भाषा", "bhasha"),
        Word.PRIVACY: ("निजता", "गोपनीयता"),
        Word.FIND: ("गाना", "गीत", "gaana", "gana", "geet"),
        Word.PLAY: ("बजाओ", "चलाओ", "सुनाओ", "सुनें", "bajao", "chalao", "sunao"),
        Word.INSTRUMENTAL: ("सिर्फ़ संगीत", "संगीत", "कराओके", "sangeet"),
        Word.SAVE: ("सहेजें", "सहेजो", "सेव", "sahejo"),
        Word.CANCEL: ("रद्द", "रद्द करें", "रद्द करो", "radd karo"),
        Word.MORE: ("और", "aur"),
        Word.KEY: ("सुर", "स्केल", "sur", "scale"),
        Word.TEMPO: ("लय", "रफ़्तार", "रफ्तार", "गति", "raftaar"),
        Word.GUIDE: ("गाइड",),
        Word.VOCALS: ("आवाज़", "आवाज", "सिर्फ़ आवाज़", "awaaz", "sirf awaaz"),
        Word.SLOWER: ("धीमा", "धीरे", "dheere"),
        Word.FASTER: ("तेज़ी से", "और तेज़", "tez karo"),
    },
    "ta": {
        Word.HELP: ("உதவி", "udhavi"),
        Word.LIBRARY: ("நூலகம்", "என் பாட்டுகள்"),
        Word.HISTORY: ("வரலாறு",),
        Word.QUEUE: ("வரிசை",),
        Word.SETTINGS: ("அமைப்புகள்",),
        Word.LANGUAGE: ("மொழி", "mozhi"),
        Word.PRIVACY: ("தனியுரிமை",),
        Word.FIND: ("பாட்டு", "பாடல்", "paattu", "pattu", "paadal"),
        Word.PLAY: ("கேள்", "போடு", "podu"),
        Word.INSTRUMENTAL: ("இசை மட்டும்", "இசை", "isai"),
        Word.SAVE: ("சேமி", "semi"),
        Word.CANCEL: ("ரத்து", "ரத்து செய்", "raththu"),
        Word.MORE: ("மேலும்", "innum"),
        Word.KEY: ("சுருதி", "sruthi"),
        Word.TEMPO: ("வேகம்", "vegam"),
        Word.GUIDE: ("வழிகாட்டி",),
        Word.VOCALS: ("குரல்", "குரல் மட்டும்"),
        Word.SLOWER: ("மெதுவாக",),
        Word.FASTER: ("வேகமாக",),
    },
    "te": {
        Word.HELP: ("సహాయం", "sahayam"),
        Word.LIBRARY: ("లైబ్రరీ", "నా పాటలు"),
        Word.HISTORY: ("చరిత్ర",),
        Word.QUEUE: ("వరుస",),
        Word.SETTINGS: ("సెట్టింగ్\u200cలు", "సెట్టింగ్స్"),
        Word.LANGUAGE: ("భాష",),
        Word.PRIVACY: ("గోప్యత",),
        Word.FIND: ("పాట", "paata", "pata"),
        Word.PLAY: ("వినండి", "వినిపించు", "vinipinchu"),
        Word.INSTRUMENTAL: ("సంగీతం మాత్రమే", "సంగీతం", "sangeetham"),
        Word.SAVE: ("సేవ్ చేయి", "సేవ్"),
        Word.CANCEL: ("రద్దు", "రద్దు చేయి", "raddu"),
        Word.MORE: ("మరిన్ని", "inka"),
        Word.KEY: ("శ్రుతి", "శృతి", "shruti"),
        Word.TEMPO: ("వేగం",),
        Word.GUIDE: ("గైడ్",),
        Word.VOCALS: ("గొంతు", "గొంతు మాత్రమే"),
        Word.SLOWER: ("నెమ్మదిగా",),
        Word.FASTER: ("వేగంగా",),
    },
    "bn": {
        Word.HELP: ("সাহায্য", "sahajyo"),
        Word.LIBRARY: ("লাইব্রেরি", "আমার গান"),
        Word.HISTORY: ("ইতিহাস",),
        Word.QUEUE: ("সারি",),
        Word.SETTINGS: ("সেটিং", "সেটিংস"),
        Word.LANGUAGE: ("ভাষা",),
        Word.PRIVACY: ("গোপনীয়তা",),
        Word.FIND: ("গান", "gaan"),
        Word.PLAY: ("বাজাও", "শোনাও", "শুনুন", "bajao"),
        Word.INSTRUMENTAL: ("শুধু সুর", "shur"),
        Word.SAVE: ("সেভ করুন", "সেভ", "সেভ করো"),
        Word.CANCEL: ("বাতিল", "বাতিল করুন", "batil"),
        Word.MORE: ("আরও", "aro"),
        Word.KEY: ("স্কেল", "সুর"),
        Word.TEMPO: ("লয়", "গতি"),
        Word.GUIDE: ("গাইড",),
        Word.VOCALS: ("গলা", "শুধু গলা"),
        Word.SLOWER: ("ধীরে",),
        Word.FASTER: ("জোরে", "দ্রুত"),
    },
}
_AMOUNT = re.compile(r"(?P<word>.*?)\s*[:=]?\s*(?P<sign>[+\-−–]?)\s*(?P<number>\d{1,3})\s*%?")
_NUMBERED = re.compile(r"(?P<word>.*\D)\s+(?P<number>\d{1,4})")
SpokenWish = Callable[[Recipe], Wish]
"""What is wished for, given how the song was made last."""


def meaning(text: str) -> Word | None:
    """What a whole message, or its first words, mean; None for what is no word of ours."""
    return _meanings().get(_plain(text))


def numbered(text: str) -> tuple[Word, int] | None:
    """`save 2` -> (Word.SAVE, 2), in any of our languages and their digits."""
    said = _NUMBERED.fullmatch(_plain(text))
    word = meaning(said["word"]) if said else None
    return None if said is None or word is None else (word, int(said["number"]))


def before_a_name(text: str) -> tuple[Word, str] | None:
    """`gaana kesariya` -> (Word.FIND, "kesariya"): a word of ours, then something more."""
    words = text.split()
    for length in (2, 1):
        word = meaning(" ".join(words[:length]))
        if word is not None and len(words) > length:
            return word, " ".join(words[length:])
    return None


def wish_in(text: str) -> SpokenWish | None:
    """`key +2`, `tempo 90`, `guide 20`, `vocals`, `slower`, in any of our languages and their digits."""
    match meaning(text):
        case Word.VOCALS:
            return lambda recipe: Wish(stem=Stem.VOCALS)
        case Word.SLOWER:
            return lambda recipe: Wish(tempo=recipe.tempo - TEMPO_STEP)
        case Word.FASTER:
            return lambda recipe: Wish(tempo=recipe.tempo + TEMPO_STEP)
    said = _AMOUNT.fullmatch(_plain(text))
    if said is None:
        return None
    number = int(said["number"]) * (-1 if said["sign"] in {"-", "−", "–"} else 1)
    match meaning(said["word"]):
        case Word.KEY:
            return lambda recipe: Wish(key=number)
        case Word.TEMPO:
            return lambda recipe: Wish(tempo=number)
        case Word.GUIDE:
            return lambda recipe: Wish(guide=number)
    return None


@cache
def _meanings() -> Mapping[str, Word]:
    return {
        _plain(spoken): word
        for language in WORDS.values()
        for word, all_spoken in language.items()
        for spoken in all_spoken
    }


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
