"""What YouTube's Data API answers: videos as songs, and the reasons of its refusals."""

from __future__ import annotations

import html
import math
import re
import unicodedata
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from core.adapters.sources.http import Answer
from core.adapters.sources.youtube_links import is_video_id
from core.music import Licence, SourceExhausted, SourceRefused, SourceSong, SourceUnavailable
from core.text.video_titles import names_of

QUOTA_ZONE = "America/Los_Angeles"
"""Where the day begins for YouTube's quotas."""
ISO_DURATION = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
LONGEST_SECONDS = 7 * 86_400.0
NO_LANGUAGE = {"zxx", "und", "mul", "mis"}
"""ISO 639's codes for no words, unknown, several, uncoded."""
GENRES = frozenset(
    """
    ambient bhajan bhangra blues bollywood carnatic classical country dance devotional disco edm electronic
    filmi folk funk ghazal gospel hindustani house indie jazz k-pop kirtan latin lofi metal pop punk qawwali
    r&b rap reggae reggaeton rock soul sufi techno trance
    """.split()  # noqa: SIM905
)
"""Tags that name a genre; all others are what the publisher wants to be found by."""
GENRE_SPELLINGS = {
    "hip hop": "hip hop",
    "hip-hop": "hip hop",
    "hiphop": "hip hop",
    "lo-fi": "lofi",
    "kpop": "k-pop",
}

WEB_ADDRESS = re.compile(r"https://[!-~]{1,1000}")
STREAMS = ("live", "upcoming")
UNFINISHED = ("uploaded", "failed", "rejected", "deleted")

_EXHAUSTED = {"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"}
_TOO_FAST = {"rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"}
_REFUSALS = {
    "keyInvalid": "the API key is not valid",
    "API_KEY_INVALID": "the API key is not valid",
    "keyExpired": "the API key has expired",
    "accessNotConfigured": "the YouTube Data API is not enabled in the key's project",
    "SERVICE_DISABLED": "the YouTube Data API is not enabled in the key's project",
    "API_KEY_SERVICE_BLOCKED": "the API key is restricted to other APIs",
    "API_KEY_HTTP_REFERRER_BLOCKED": "the API key is restricted to web pages",
    "API_KEY_IP_ADDRESS_BLOCKED": "the API key is restricted to other addresses than this server's",
    "ipRefererBlocked": "the API key is restricted to other addresses than this server's",
    "CONSUMER_SUSPENDED": "the API key's project is suspended",
    "forbidden": "access is forbidden to this API key",
}


def refusal(answer: Answer) -> SourceUnavailable:
    """The error that a failed answer means; never holds anything of the request."""
    reasons = reasons_of(answer)
    if _EXHAUSTED & set(reasons):
        return SourceExhausted("YouTube's quota for today is used up", next_quota_day(datetime.now(UTC)))
    if _TOO_FAST & set(reasons) or answer.status == 429:
        return SourceUnavailable("YouTube asks to wait", answer.retry_after)
    known = next((_REFUSALS[reason] for reason in reasons if reason in _REFUSALS), None)
    if known is not None or answer.status in {401, 403}:
        return SourceRefused(f"YouTube: {known or _described(answer, reasons)}")
    return SourceUnavailable(f"YouTube answers with {_described(answer, reasons)}", answer.retry_after)


def reasons_of(answer: Answer) -> list[str]:
    """The reasons in an error's body: of `errors[]`, which says less, and of the newer `details[]`."""
    error = _dict(_dict(answer.json()).get("error"))
    entries = [*_list(error.get("details")), *_list(error.get("errors"))]
    reasons = [_dict(entry).get("reason") for entry in entries]
    return [reason for reason in reasons if isinstance(reason, str)]


def _described(answer: Answer, reasons: list[str]) -> str:
    plain = [reason[:60] for reason in reasons if re.fullmatch(r"\w{1,60}", reason, re.ASCII)]
    return f"HTTP {answer.status}" + (f" ({plain[-1]})" if plain else "")


def next_quota_day(now: datetime) -> datetime:
    """The next midnight in California, in UTC."""
    there = now.astimezone(ZoneInfo(QUOTA_ZONE))
    return datetime.combine(there.date() + timedelta(days=1), time(), there.tzinfo).astimezone(UTC)


def items_of(answer: Answer) -> list[dict[str, Any]]:
    """The entries of a good answer, in order. Raises SourceUnavailable when it is no list of YouTube's."""
    body = answer.json()
    items = body.get("items") if isinstance(body, dict) else None
    if not isinstance(items, list):
        raise SourceUnavailable("YouTube's answer is no list")
    return [item for item in items if isinstance(item, dict)]


def found_ids(items: list[dict[str, Any]]) -> list[str]:
    """Video ids of search.list, best first, each once; upcoming and running streams are left out."""
    ids: dict[str, None] = {}
    for item in items:
        video_id = _dict(item.get("id")).get("videoId")
        is_live = _dict(item.get("snippet")).get("liveBroadcastContent") in STREAMS
        if isinstance(video_id, str) and is_video_id(video_id) and not is_live:
            ids[video_id] = None
    return list(ids)


def is_playable(video: dict[str, Any], region: str) -> bool:
    """A recording that people in this country may see; neither a stream nor something still uploading."""
    if _dict(video.get("snippet")).get("liveBroadcastContent") in STREAMS:
        return False
    details, status = _dict(video.get("contentDetails")), _dict(video.get("status"))
    if duration_of(details.get("duration")) is None:
        return False
    if status.get("privacyStatus") == "private" or status.get("uploadStatus") in UNFINISHED:
        return False
    limits = _dict(details.get("regionRestriction"))
    allowed, blocked = limits.get("allowed"), limits.get("blocked")
    if isinstance(allowed, list) and region not in allowed:
        return False
    return not (isinstance(blocked, list) and region in blocked)


def song_of(video: dict[str, Any], *, source: str, downloadable: bool) -> SourceSong | None:
    """A video of videos.list as a song; None when it has no usable id or title."""
    video_id, snippet = video.get("id"), _dict(video.get("snippet"))
    raw_title = line_of(html.unescape(_text(snippet.get("title"))))
    if not isinstance(video_id, str) or not is_video_id(video_id) or not raw_title:
        return None
    title, artist = names_of(raw_title, html.unescape(_text(snippet.get("channelTitle"))))
    notes = _delivery_notes(_text(snippet.get("description")))
    if notes is not None and notes.artists:
        artist = notes.artists
    details, status = _dict(video.get("contentDetails")), _dict(video.get("status"))
    licence = _licence(status.get("license"))
    return SourceSong(
        source=source,
        external_id=video_id,
        title=title,
        artist=artist,
        url=f"https://www.youtube.com/watch?v={video_id}",
        album=notes.album if notes else None,
        duration=duration_of(details.get("duration")),
        release_year=notes.year if notes else None,
        language=_language(snippet.get("defaultAudioLanguage")),
        genres=_genres(snippet.get("tags")),
        explicit=_dict(details.get("contentRating")).get("ytRating") == "ytAgeRestricted",
        thumbnail_url=_thumbnail(snippet.get("thumbnails")),
        popularity=popularity_of(_dict(video.get("statistics")).get("viewCount")),
        other_titles=(raw_title,) if raw_title != title else (),
        licence=licence,
        licence_url="https://creativecommons.org/licenses/by/3.0/" if licence is Licence.BY else None,
        downloadable=downloadable,
    )


def duration_of(value: object) -> float | None:
    """Seconds of an ISO 8601 duration (`PT1H2M3S`, `P1DT2H`); None for `P0D`, which is a running stream."""
    found = ISO_DURATION.fullmatch(value) if isinstance(value, str) and len(value) < 40 else None
    if found is None:
        return None
    weeks, days, hours, minutes, seconds = (float(group or 0) for group in found.groups())
    total = (((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds
    return total if 0 < total <= LONGEST_SECONDS else None


def popularity_of(views: object) -> int | None:
    """0 to 100 by the logarithm of the views: ten a decade, so that ten thousand are 40 and a billion 90."""
    if not isinstance(views, str | int) or not str(views).isdecimal() or len(str(views)) > 18:
        return None
    return min(100, round(10 * math.log10(max(1, int(views)))))


def year_of(value: object) -> int | None:
    """Of four figures that can be the year of a recording."""
    is_year = isinstance(value, str) and re.fullmatch(r"(?:1[89]|20)[0-9]{2}", value)
    return int(value) if is_year and isinstance(value, str) else None


class _DeliveryNotes:
    """What YouTube writes under a recording that a label delivered (channels "… - Topic"):

    Provided to YouTube by Label / Title · Artist · Artist / Album / ℗ … / Released on: 2013-04-08
    """

    def __init__(self, paragraphs: list[str]) -> None:
        names = [name.strip() for name in paragraphs[1].split(" · ")] if len(paragraphs) > 1 else []
        self.artists = ", ".join(name for name in names[1:] if name)
        album = paragraphs[2] if len(paragraphs) > 2 else ""
        self.album = (
            album if album and "\n" not in album and not album.startswith(("℗", "Released")) else None
        )
        released = re.search(r"^Released on: (\d{4})-\d\d-\d\d$", "\n".join(paragraphs), re.MULTILINE)
        self.year = year_of(released.group(1)) if released else None


def _delivery_notes(description: str) -> _DeliveryNotes | None:
    if not description.startswith("Provided to YouTube by "):
        return None
    return _DeliveryNotes([part.strip() for part in description[:5_000].split("\n\n") if part.strip()])


def _licence(value: object) -> Licence:
    match value:
        case "creativeCommon":
            return Licence.BY
        case "youtube":
            return Licence.ALL_RIGHTS_RESERVED
        case _:
            return Licence.UNKNOWN


def _language(value: object) -> str | None:
    """The primary part of a BCP 47 tag."""
    primary = _text(value).partition("-")[0].casefold()
    is_code = primary.isascii() and primary.isalpha() and len(primary) in {2, 3}
    return primary if is_code and primary not in NO_LANGUAGE else None


def _genres(tags: object) -> tuple[str, ...]:
    names = (_text(tag).strip().casefold() for tag in _list(tags))
    named = (GENRE_SPELLINGS.get(name, name) for name in names)
    return tuple(dict.fromkeys(name for name in named if name in GENRES or name == "hip hop"))


def _thumbnail(pictures: object) -> str | None:
    for size in ("high", "medium", "default"):
        url = _dict(_dict(pictures).get(size)).get("url")
        if isinstance(url, str) and WEB_ADDRESS.fullmatch(url):
            return url
    return None


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def line_of(text: str) -> str:
    """In one line, without what no database takes: control characters, halves of surrogate pairs."""
    plain = (" " if unicodedata.category(letter) in {"Cc", "Cs"} else letter for letter in text)
    return " ".join("".join(plain).split())
