"""The words by which videos of songs are advertised, and the names of those who publish them."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


NOISE_WORDS = _words("""
    official officially lyric lyrics lyrical lirik music video videos videoclip visual visualizer visualiser
    visualized clip clips audio song songs full version hd hq uhd fhd 8d 3d hdr remaster remastered mv m/v pv
    premiere premier out now exclusive new latest superhit super hit hits explicit clean uncensored subtitle
    subtitles subtitled subs sub eng english cc quality high definition stereo dolby atmos original color
    colour coded han rom performance track single hindi punjabi tamil telugu bengali bangla marathi gujarati
    kannada malayalam bhojpuri haryanvi urdu bollywood kollywood tollywood translation translated meaning
    oficial videoclipe clipe letra letras com legenda legendado subtitulado español completo completa
    officiel paroles offizielles offizieller musikvideo ufficiale testo resmi klip officiële
    официальный официальное клип видео премьера песни песня текст аудио новинка трека
    공식 뮤직비디오 가사 أغنية فيديو كليب حصريا الرسمي गाना गीत वीडियो
""")
"""A bracket or a part of a title that is made of these alone says nothing of the song."""

NOISE_GLUED = re.compile(
    r"(?:官方|公式|高清|完整版|歌詞付き|歌詞|歌词|動態|动态|動画|字幕|版|"
    r"뮤직비디오|공식|mv|pv|hd|4k|lyrics?|video|audio)+"
)
"""The same where words are written without spaces."""

FILLER_WORDS = _words("with in the a an of by for and & + x w/ on от с и de du et mit und")

EDGE_WORDS = _words(
    "lyrics lyrical lyric mv m/v hd hq uhd 4k 8k official visualizer visualiser videoclip lirik letra "
    "1080p 720p"
)
"""Single words that hardly ever end a title but are often added to it."""

_VIDEO = r"(?:video|audio|lyrics?|lyrical|music)"
NOISE_PHRASE = re.compile(
    rf"""(?<!\w)(?:
        (?:official|exclusive|new|latest)\s+(?:full\s+|hd\s+|4k\s+|music\s+|lyrics?\s+|lyrical\s+|audio\s+)*
            (?:video|audio|song|clip|mv|m/v|visuali[sz]er|lyrics?|trailer)
      | (?:song\s+)?full\s+(?:hd\s+|4k\s+)?(?:{_VIDEO}\s*)+(?:songs?)?
      | full\s+songs?
      | (?:4k|hd)\s+(?:full\s+)?(?:video|audio)(?:\s+songs?)?
      | (?:video|lyrics?|lyrical|audio)\s+songs?
      | lyrics?\s+video | lyrical\s+video | music\s+video | video\s+(?:clip|oficial|lyric) | clip\s+officiel
      | song\s+with\s+lyrics | with\s+(?:english\s+)?(?:lyrics|subtitles)
      | официальн\w+\s+(?:клип|видео) | премьера\s+(?:клипа|песни|трека)
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Where the title ends and the advertisement begins, though no bracket says so."""

NOISE_PREFIX = re.compile(
    rf"^(?:(?:official|full|exclusive|new|hd|4k|{_VIDEO}|song|premiere|mv|премьера|клип)[\s-]*){{1,4}}[:：|]\s*"
    r"(?=\S)",
    re.IGNORECASE,
)
"""`Lyrical:`, `Full Video:`, `Official Audio:`"""

_TONGUE = (
    r"(?:hindi|punjabi|haryanvi|bhojpuri|marathi|gujarati|bengali|bangla|tamil|telugu|kannada|malayalam|urdu)"
)
ADVERTISED_SONG = re.compile(
    rf"(?:(?:latest|new|best|top|superhit|hit|{_TONGUE})\s+)+(?:romantic\s+|sad\s+|love\s+|party\s+|dance\s+)*"
    r"(?:video\s+|movie\s+|film\s+)?songs?(?:\s+(?:19|20)\d\d)?",
    re.IGNORECASE,
)
"""`Latest Punjabi Songs 2024`"""

FROM_FILM = re.compile(
    r"(?:from|из)\s*[:-]?\s*[\"“«'‘].*[\"”»'’]|from\s+(?:the\s+)?(?:film|movie|album)\b.*", re.IGNORECASE
)
"""`From "Film"`, inside a bracket."""

FEATURING = re.compile(
    r"[(\[]\s*(?:feat|ft|featuring)\b\.?\s*(?P<bracketed>[^()\[\]]+)[)\]]"
    r"|\s(?:feat\.|ft\.|feat|ft|featuring)\s+(?P<bare>[^()\[\]|｜\"「『]+?)(?=\s+[-–—|｜]|\s*[()\[\]|｜\"「『]|$)",
    re.IGNORECASE,
)

CREDIT = re.compile(
    r"(?:(?P<singer>(?:lead\s+)?(?:singers?|sung\s+by|vocals?(?:\s+by)?|artistes?|artists?|गायक|गायिका))"
    r"|music(?:\s+(?:by|director|composer))?|composers?|composed\s+by|lyrics(?:\s+by)?|lyricist|written\s+by|"
    r"starring|star\s?cast|cast|directors?|directed\s+by|producers?|produced\s+by|label|feat)"
    r"\s*(?:[:：]|\s[-–—]\s|(?<=by)\s)\s*(?P<names>.+)",
    re.IGNORECASE,
)
"""`Singer: …`, `Music - …`: who did what."""

CHANNEL_SUFFIX = re.compile(
    r"[\s\-–—_]*(?:\b(?:official(?:\s+(?:youtube\s+)?channel)?|officiel|oficial|ufficiale|music|musik|musica|channel|"
    r"tv|videos?|on\s+youtube|youtube)|公式|公式チャンネル|官方頻道|官方频道|공식)$",
    re.IGNORECASE,
)

LABEL = re.compile(
    r"""(?<!\w)(?:
        t-?series\w* | saregama\w* | zee\s?music\w* | sony\s?music\w* | tips(?:\s+\w+)? | yrf | eros\s?now\w*
      | shemaroo\w* | (?:aditya|lahari|think|times|mango|wave|humble|jjust)\s+music | ultra\s+\w+ | venus
      | white\s+hill\s+\w+ | desi\s+(?:music\s+factory|melodies) | muzik\s?247 | divo\s+\w+ | sun\s+tv
      | goldmines\s*\w* | rajshri\w* | geet\s?mp3 | (?:warner|universal|stone)\s+music\w* | 1thek\w*
      | genie\s?music | smtown | nocopyrightsounds | ncs
      | records? | recordings | entertainments? | films? | studios? | productions? | movies? | cinemas?
      | labels? | company | network | digital | series | telefilms | cassettes? | soundtracks? | jukebox
      | playlists? | hits | songs? | gaane | melod(?:y|ies) | vibes | nation | karaoke | \d*clouds | lyrics?
      | lyrical | лейбл | рекордс
    )(?!\w)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Channels of those who publish what others sing."""

NO_ARTIST = re.compile(r"various artists?|release|music|unknown artist|разные исполнители", re.IGNORECASE)
"""What YouTube names a topic channel where it knows no artist."""
