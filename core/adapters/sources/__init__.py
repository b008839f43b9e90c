"""Music sources: which of them this installation has."""

from __future__ import annotations

from collections.abc import Callable

from core.config import SOURCES, Settings
from core.errors import ConfigurationError
from core.music import MusicSource

UNASKED = {"youtube_music"}
"""Unofficial: only where the operator names it."""


def configured(settings: Settings) -> dict[str, MusicSource]:
    """The sources that are wanted and set up, in the order of `SOURCES`.

    Raises ConfigurationError when one that is named has no key.
    """
    named = wanted(settings)
    found: dict[str, MusicSource] = {}
    for name in SOURCES:
        if name == "local" or name not in named:
            continue
        source = _MAKERS[name](settings)
        if source is not None:
            found[name] = source
        elif settings.sources is not None:
            raise ConfigurationError(f"MELODY_SOURCES names {name}, but {_KEYS[name]} is not set")
    return found


def wanted(settings: Settings) -> list[str]:
    """The names that the operator asks for; without a word of his all official ones."""
    if settings.sources is None:
        return [name for name in SOURCES if name not in UNASKED]
    return [name.strip() for name in settings.sources.split(",") if name.strip()]


def _spotify(settings: Settings) -> MusicSource | None:
    if settings.spotify_client_id is None or settings.spotify_client_secret is None:
        return None
    from core.adapters.sources.spotify import SpotifySource

    return SpotifySource(
        settings.spotify_client_id,
        settings.spotify_client_secret.get_secret_value(),
        settings.spotify_api_url,
        settings.spotify_accounts_url,
    )


def _youtube(settings: Settings) -> MusicSource | None:
    if settings.youtube_api_key is None:
        return None
    from core.adapters.sources.youtube import YouTubeSource
    from core.adapters.sources.youtube_audio import YouTubeAudio

    return YouTubeSource(
        settings.youtube_api_key.get_secret_value(),
        settings.youtube_api_url,
        audio=YouTubeAudio(settings.work_path / "yt-dlp") if settings.youtube_audio else None,
    )


def _youtube_music(settings: Settings) -> MusicSource | None:
    from core.adapters.sources.youtube_music import YouTubeMusicSource

    return YouTubeMusicSource()


def _lastfm(settings: Settings) -> MusicSource | None:
    if settings.lastfm_api_key is None:
        return None
    from core.adapters.sources.lastfm import LastfmSource

    return LastfmSource(settings.lastfm_api_key.get_secret_value(), settings.lastfm_api_url)


def _internet_archive(settings: Settings) -> MusicSource | None:
    from core.adapters.sources.internet_archive import InternetArchiveSource

    return InternetArchiveSource(settings.internet_archive_url, noncommercial=settings.operator_noncommercial)


def _jamendo(settings: Settings) -> MusicSource | None:
    if settings.jamendo_client_id is None:
        return None
    from core.adapters.sources.jamendo import JamendoSource

    return JamendoSource(
        settings.jamendo_client_id.get_secret_value(),
        settings.jamendo_api_url,
        noncommercial=settings.operator_noncommercial,
    )


_MAKERS: dict[str, Callable[[Settings], MusicSource | None]] = {
    "spotify": _spotify,
    "youtube": _youtube,
    "youtube_music": _youtube_music,
    "lastfm": _lastfm,
    "internet_archive": _internet_archive,
    "jamendo": _jamendo,
}
_KEYS = {
    "spotify": "MELODY_SPOTIFY_CLIENT_ID or MELODY_SPOTIFY_CLIENT_SECRET",
    "youtube": "MELODY_YOUTUBE_API_KEY",
    "lastfm": "MELODY_LASTFM_API_KEY",
    "jamendo": "MELODY_JAMENDO_CLIENT_ID",
}
