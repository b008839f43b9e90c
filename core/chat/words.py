"""The words people type, in each language of ours: they work whatever language we answer in.

One table a language; a word may stand in several. All are compared without case. What is no word of ours is
the name of a song, so only whole messages count, never a word within one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache

from core.chat.plain import plain
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
        Word.LIBRARY: ("நூலகம்", "என் பாடல்கள்", "என் பாட்டுகள்"),
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
        Word.SAVE: ("సేవ్ చేయండి", "సేవ్ చేయి", "సేవ్"),
        Word.CANCEL: ("రద్దు", "రద్దు చేయండి", "రద్దు చేయి", "raddu"),
        Word.MORE: ("మరిన్ని", "inka"),
        Word.KEY: ("శ్రుతి", "శృతి", "shruti"),
        Word.TEMPO: ("వేగం",),
        Word.GUIDE: ("గైడ్",),
        Word.VOCALS: ("గాత్రం", "గాత్రం మాత్రమే", "గొంతు", "గొంతు మాత్రమే"),
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
        Word.INSTRUMENTAL: ("শুধু বাজনা", "বাজনা", "শুধু সুর", "bajna", "shur"),
        Word.SAVE: ("সেভ করুন", "সেভ", "সেভ করো"),
        Word.CANCEL: ("বাতিল", "বাতিল করুন", "batil"),
        Word.MORE: ("আরও", "aro"),
        Word.KEY: ("স্কেল", "সুর"),
        Word.TEMPO: ("লয়", "গতি"),
        Word.GUIDE: ("গাইড",),
        Word.VOCALS: ("কণ্ঠ", "শুধু কণ্ঠ", "গলা", "শুধু গলা"),
        Word.SLOWER: ("ধীরে",),
        Word.FASTER: ("তাড়াতাড়ি", "দ্রুত", "জোরে"),
    },
    "mr": {
        Word.HELP: ("मदत", "साहाय्य", "madat"),
        Word.LIBRARY: ("लायब्ररी", "माझी गाणी", "तुमची गाणी", "majhi gani"),
        Word.HISTORY: ("इतिहास",),
        Word.QUEUE: ("रांग", "raang"),
        Word.SETTINGS: ("सेटिंग", "सेटिंग्ज", "सेटिंग्स", "निवडी"),
        Word.LANGUAGE: ("भाषा", "bhasha"),
        Word.PRIVACY: ("गोपनीयता", "खासगी माहिती"),
        Word.FIND: ("गाणं", "गाणे", "गीत", "शोधा", "gaana", "gaane", "gane", "shodha"),
        Word.PLAY: ("ऐका", "ऐकवा", "वाजवा", "वाजव", "लावा", "aika", "vajva", "vajav"),
        Word.INSTRUMENTAL: ("फक्त संगीत", "संगीत", "कराओके", "कराओकी", "fakt sangeet", "sangeet"),
        Word.SAVE: ("जतन करा", "जतन कर", "जतन", "सेव्ह", "सेव्ह करा", "jatan kara"),
        Word.CANCEL: ("रद्द करा", "रद्द कर", "रद्द", "radda kara", "radd kara"),
        Word.MORE: ("आणखी", "अजून", "aankhi", "ajun"),
        Word.KEY: ("पट्टी", "सूर", "सुर", "स्केल", "patti"),
        Word.TEMPO: ("लय", "गती", "वेग", "gati"),
        Word.GUIDE: ("गाइड", "हलका आवाज"),
        Word.VOCALS: ("आवाज", "फक्त आवाज", "aavaj", "fakt aavaj"),
        Word.SLOWER: ("हळू", "हळूहळू", "सावकाश", "halu"),
        Word.FASTER: ("वेगात", "वेगाने", "भरभर", "vegat"),
    },
    "gu": {
        Word.HELP: ("મદદ", "સહાય", "madad"),
        Word.LIBRARY: ("લાઇબ્રેરી", "મારાં ગીતો", "મારા ગીતો", "તમારાં ગીતો", "mara geeto"),
        Word.HISTORY: ("ઇતિહાસ", "ઈતિહાસ"),
        Word.QUEUE: ("કતાર",),
        Word.SETTINGS: ("સેટિંગ", "સેટિંગ્સ"),
        Word.LANGUAGE: ("ભાષા", "bhasha"),
        Word.PRIVACY: ("ગોપનીયતા", "પ્રાઇવસી"),
        Word.FIND: ("ગીત", "ગાયન", "શોધો", "geet", "shodho"),
        Word.PLAY: ("સાંભળો", "સંભળાવો", "વગાડો", "sambhalo", "sambhlavo", "vagado"),
        Word.INSTRUMENTAL: ("ફક્ત સંગીત", "સંગીત", "કરાઓકે", "કરાઓકી", "fakt sangeet", "sangeet"),
        Word.SAVE: ("સાચવો", "સાચવી લો", "સેવ", "સેવ કરો", "sachvo"),
        Word.CANCEL: ("રદ કરો", "રદ", "rad karo"),
        Word.MORE: ("વધુ", "વધારે", "હજી", "vadhu", "vadhare"),
        Word.KEY: ("સૂર", "સુર", "સ્કેલ"),
        Word.TEMPO: ("લય", "ગતિ", "ઝડપ", "zadap"),
        Word.GUIDE: ("ગાઇડ", "હળવો અવાજ"),
        Word.VOCALS: ("અવાજ", "ફક્ત અવાજ", "avaj", "fakt avaj"),
        Word.SLOWER: ("ધીમું", "વધુ ધીમું", "ધીમે", "dhime"),
        Word.FASTER: ("વધુ ઝડપી", "ઝડપથી", "zadapthi"),
    },
    "kn": {
        Word.HELP: ("ಸಹಾಯ", "sahaya"),
        Word.LIBRARY: ("ಲೈಬ್ರರಿ", "ನನ್ನ ಹಾಡುಗಳು", "nanna haadugalu"),
        Word.HISTORY: ("ಇತಿಹಾಸ",),
        Word.QUEUE: ("ಸರದಿ", "ಸಾಲು"),
        Word.SETTINGS: ("ಸೆಟ್ಟಿಂಗ್", "ಸೆಟ್ಟಿಂಗ್ಸ್", "ಸೆಟ್ಟಿಂಗ್\u200cಗಳು"),
        Word.LANGUAGE: ("ಭಾಷೆ", "bhashe"),
        Word.PRIVACY: ("ಗೌಪ್ಯತೆ", "ಖಾಸಗಿತನ"),
        Word.FIND: ("ಹಾಡು", "ಗೀತೆ", "ಹುಡುಕಿ", "ಹುಡುಕು", "haadu", "hadu"),
        Word.PLAY: ("ಕೇಳಿ", "ಕೇಳಿಸಿ", "ಕೇಳಿಸು", "ಪ್ಲೇ ಮಾಡಿ", "kelisu"),
        Word.INSTRUMENTAL: ("ಸಂಗೀತ ಮಾತ್ರ", "ಸಂಗೀತ", "ಕರೋಕೆ", "sangeetha"),
        Word.SAVE: ("ಉಳಿಸಿ", "ಉಳಿಸು", "ಸೇವ್ ಮಾಡಿ", "ulisi"),
        Word.CANCEL: ("ರದ್ದು", "ರದ್ದು ಮಾಡಿ", "ರದ್ದು ಮಾಡು", "raddu maadi"),
        Word.MORE: ("ಇನ್ನಷ್ಟು", "ಮತ್ತಷ್ಟು", "innashtu"),
        Word.KEY: ("ಶ್ರುತಿ", "ಶೃತಿ", "shruthi"),
        Word.TEMPO: ("ಲಯ", "ವೇಗ", "ಗತಿ", "vega"),
        Word.GUIDE: ("ಗೈಡ್", "ಮೆಲುದನಿ"),
        Word.VOCALS: ("ದನಿ", "ದನಿ ಮಾತ್ರ", "ಧ್ವನಿ", "ಧ್ವನಿ ಮಾತ್ರ", "dani"),
        Word.SLOWER: ("ನಿಧಾನ", "ನಿಧಾನವಾಗಿ", "nidhana"),
        Word.FASTER: ("ವೇಗವಾಗಿ", "ಜೋರಾಗಿ", "vegavagi"),
    },
    "ml": {
        Word.HELP: ("സഹായം", "sahayam"),
        Word.LIBRARY: ("ലൈബ്രറി", "എന്റെ പാട്ടുകൾ", "ente paattukal"),
        Word.HISTORY: ("ചരിത്രം",),
        Word.QUEUE: ("വരി", "ക്യൂ"),
        Word.SETTINGS: ("ക്രമീകരണം", "ക്രമീകരണങ്ങൾ", "സെറ്റിങ്സ്"),
        Word.LANGUAGE: ("ഭാഷ", "bhasha"),
        Word.PRIVACY: ("സ്വകാര്യത",),
        Word.FIND: ("പാട്ട്", "ഗാനം", "തിരയൂ", "paattu", "pattu", "gaanam"),
        Word.PLAY: ("കേൾക്കൂ", "കേള്\u200dക്കൂ", "കേൾപ്പിക്കൂ", "പ്ലേ ചെയ്യൂ", "kelkku"),
        Word.INSTRUMENTAL: ("സംഗീതം മാത്രം", "സംഗീതം", "കരോക്കെ", "sangeetham"),
        Word.SAVE: ("സൂക്ഷിക്കൂ", "സൂക്ഷിക്കുക", "സേവ് ചെയ്യൂ", "സേവ്"),
        Word.CANCEL: ("റദ്ദാക്കൂ", "റദ്ദാക്കുക", "റദ്ദ്", "raddakku"),
        Word.MORE: ("കൂടുതൽ", "കൂടുതല്\u200d", "ഇനിയും", "kooduthal"),
        Word.KEY: ("ശ്രുതി", "sruti"),
        Word.TEMPO: ("വേഗത", "വേഗം", "ലയം", "vegatha"),
        Word.GUIDE: ("ഗൈഡ്", "നേർത്ത ശബ്ദം"),
        Word.VOCALS: ("ശബ്ദം", "ശബ്ദം മാത്രം", "shabdam"),
        Word.SLOWER: ("പതുക്കെ", "മെല്ലെ", "pathukke"),
        Word.FASTER: ("വേഗത്തിൽ", "വേഗത്തില്\u200d", "vegathil"),
    },
    "pa": {
        Word.HELP: ("ਮਦਦ", "ਸਹਾਇਤਾ", "madad"),
        Word.LIBRARY: ("ਲਾਇਬ੍ਰੇਰੀ", "ਮੇਰੇ ਗੀਤ", "ਮੇਰੇ ਗਾਣੇ", "mere geet"),
        Word.HISTORY: ("ਇਤਿਹਾਸ",),
        Word.QUEUE: ("ਕਤਾਰ",),
        Word.SETTINGS: ("ਸੈਟਿੰਗਾਂ", "ਸੈਟਿੰਗ", "ਸੈਟਿੰਗਜ਼"),
        Word.LANGUAGE: ("ਭਾਸ਼ਾ", "ਬੋਲੀ", "bhasha"),
        Word.PRIVACY: ("ਨਿੱਜਤਾ", "ਪਰਦੇਦਾਰੀ", "ਗੋਪਨੀਯਤਾ"),
        Word.FIND: ("ਗੀਤ", "ਗਾਣਾ", "ਖੋਜ", "ਖੋਜੋ", "geet", "gaana", "gana"),
        Word.PLAY: ("ਸੁਣੋ", "ਸੁਣਾਓ", "ਚਲਾਓ", "ਵਜਾਓ", "sunao", "chalao", "vajao"),
        Word.INSTRUMENTAL: ("ਸਿਰਫ਼ ਸੰਗੀਤ", "ਸਿਰਫ ਸੰਗੀਤ", "ਸੰਗੀਤ", "ਕਰਾਓਕੇ", "sangeet"),
        Word.SAVE: ("ਸਾਂਭੋ", "ਸੇਵ", "ਸੇਵ ਕਰੋ", "sambho"),
        Word.CANCEL: ("ਰੱਦ", "ਰੱਦ ਕਰੋ", "radd karo"),
        Word.MORE: ("ਹੋਰ", "hor"),
        Word.KEY: ("ਸੁਰ", "ਸਕੇਲ"),
        Word.TEMPO: ("ਲੈਅ", "ਲੈ", "ਗਤੀ", "ਰਫ਼ਤਾਰ", "ਰਫਤਾਰ"),
        Word.GUIDE: ("ਗਾਈਡ", "ਹਲਕੀ ਆਵਾਜ਼", "ਹਲਕੀ ਆਵਾਜ"),
        Word.VOCALS: ("ਆਵਾਜ਼", "ਆਵਾਜ", "ਸਿਰਫ਼ ਆਵਾਜ਼", "ਸਿਰਫ ਆਵਾਜ਼", "ਸਿਰਫ ਆਵਾਜ"),
        Word.SLOWER: ("ਹੌਲੀ", "ਹੌਲੀ ਹੌਲੀ", "hauli"),
        Word.FASTER: ("ਹੋਰ ਤੇਜ਼", "ਹੋਰ ਤੇਜ", "hor tez"),
    },
    "ur": {
        Word.HELP: ("مدد", "madad"),
        Word.LIBRARY: ("لائبریری", "میرے گانے", "mere gaane"),
        Word.HISTORY: ("تاریخ", "ہسٹری"),
        Word.QUEUE: ("قطار",),
        Word.SETTINGS: ("ترتیبات", "سیٹنگ", "سیٹنگز"),
        Word.LANGUAGE: ("زبان", "zaban", "zubaan"),
        Word.PRIVACY: ("رازداری", "پرائیویسی"),
        Word.FIND: ("گانا", "گیت", "نغمہ", "تلاش", "gaana", "gana", "geet", "naghma"),
        Word.PLAY: ("سنیں", "سنیے", "سناؤ", "چلاؤ", "بجاؤ", "sunao", "chalao", "bajao"),
        Word.INSTRUMENTAL: ("صرف موسیقی", "موسیقی", "کراوکے", "mausiqi"),
        Word.SAVE: ("محفوظ", "محفوظ کریں", "محفوظ کرو", "سیو", "mehfooz"),
        Word.CANCEL: ("منسوخ", "منسوخ کریں", "منسوخ کرو", "mansookh"),
        Word.MORE: ("اور", "مزید", "aur", "mazeed"),
        Word.KEY: ("سُر", "سر", "اسکیل"),
        Word.TEMPO: ("رفتار", "لے"),
        Word.GUIDE: ("گائیڈ", "ہلکی آواز"),
        Word.VOCALS: ("آواز", "صرف آواز"),
        Word.SLOWER: ("آہستہ", "دھیما", "دھیرے"),
        Word.FASTER: ("اور تیز", "تیزی سے"),
    },
}
_AMOUNT = re.compile(r"(?P<word>.*?)\s*[:=]?\s*(?P<sign>[+\-−–]?)\s*(?P<number>\d{1,3})\s*[%٪]?")
_NUMBERED = re.compile(r"(?P<word>.*\D)\s+(?P<number>\d{1,4})")
SpokenWish = Callable[[Recipe], Wish]
"""What is wished for, given how the song was made last."""
_ENDS = "!?.।۔؟ "
"""What people put behind a word, by the scripts' own signs: `मदद।`, `مدد۔`."""


def meaning(text: str) -> Word | None:
    """What a whole message, or its first words, mean; None for what is no word of ours."""
    return _meanings().get(plain(text).rstrip(_ENDS))


def numbered(text: str) -> tuple[Word, int] | None:
    """`save 2` -> (Word.SAVE, 2), in any of our languages and their digits."""
    said = _NUMBERED.fullmatch(plain(text))
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
    said = _AMOUNT.fullmatch(plain(text))
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
        plain(spoken): word
        for language in WORDS.values()
        for word, all_spoken in language.items()
        for spoken in all_spoken
    }
