"""Songs of all, as the API shows them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from core.catalog.views import SearchAnswer, SongView

SONG: JsonDict = {
    "id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
    "title": "तुम ही हो",
    "artist": "Arijit Singh",
    "album": "Aashiqui 2",
    "language": "hi",
    "duration": 262,
    "genre": ["filmi"],
    "release_year": 2013,
    "popularity": 81,
    "explicit": False,
    "thumbnail_url": None,
    "external_ids": {"isrc": "INS181300050", "spotify": "4abXYZ"},
    "sources": [
        {"source": "local", "label": "Own collection", "url": None},
        {"source": "spotify", "label": "Spotify", "url": "https://open.spotify.com/track/4abXYZ"},
    ],
    "can_fetch": True,
    "licence": None,
    "licence_url": None,
}


class SongListing(BaseModel):
    """A place where a song is listed. What comes from there is shown with its name and a link."""

    source: str = Field(description="`local`, or the name of a music source")
    label: str = Field(description="What people know it as")
    url: str | None = Field(description="The page where the song can be heard")


class SongItem(BaseModel):
    """A song that everyone may see."""

    model_config = ConfigDict(json_schema_extra={"examples": [SONG]})

    id: UUID = Field(description="Stays for good")
    title: str
    artist: str = Field(description="Empty where nobody knows")
    album: str | None
    language: str | None = Field(description="ISO 639 code")
    duration: int | None = Field(description="Seconds")
    genre: list[str]
    release_year: int | None
    popularity: int = Field(description="0 to 100")
    explicit: bool
    thumbnail_url: str | None
    external_ids: dict[str, str] = Field(description="Its ids elsewhere, by source; `isrc` among them")
    sources: list[SongListing]
    can_fetch: bool = Field(
        description="It can be played and converted at once; else somebody has to send it"
    )
    licence: str | None = Field(description="Under which its audio is offered, e.g. `by-sa`")
    licence_url: str | None

    @classmethod
    def of(cls, song: SongView) -> SongItem:
        return cls.model_validate(song_fields(song))


def song_fields(song: SongView) -> dict[str, Any]:
    """What a `SongItem` is made of; pages are checked once, as a whole, and not song by song."""
    return {
        "id": song.id,
        "title": song.title,
        "artist": song.artist,
        "album": song.album,
        "language": song.language,
        "duration": song.duration,
        "genre": song.genre,
        "release_year": song.release_year,
        "popularity": song.popularity,
        "explicit": song.explicit,
        "thumbnail_url": song.thumbnail_url,
        "external_ids": song.external_ids,
        "sources": [{"source": each.source, "label": each.label, "url": each.url} for each in song.listings],
        "can_fetch": song.can_fetch,
        "licence": song.licence,
        "licence_url": song.licence_url,
    }


class SearchPage(BaseModel):
    """One page of what was found, best first, one item a song."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"items": [SONG], "total": 1, "partial": True, "sources": {"local": "ok", "spotify": "late"}}
            ]
        }
    )

    items: list[SongItem]
    total: int = Field(description="How many songs were found; `offset` reaches them all")
    partial: bool = Field(description="Some source is missing from this answer; asking again may bring more")
    sources: dict[str, str] = Field(
        description="Each source that was asked: `ok`, `late`, `failed`, `resting` or `exhausted`"
    )

    @classmethod
    def of(cls, answer: SearchAnswer) -> SearchPage:
        return cls.model_validate(
            {
                "items": [song_fields(song) for song in answer.items],
                "total": answer.total,
                "partial": answer.partial,
                "sources": answer.sources,
            }
        )


class TrendingSongs(BaseModel):
    """What is heard most now, the most heard first."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"items": [SONG], "timeframe": "weekly"}]})

    items: list[SongItem]
    timeframe: str = Field(description="`weekly` or `daily`")
