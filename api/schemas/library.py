"""A person's library and playlists, as the API shows them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from api.schemas.music import SONG, SongItem, song_fields
from core.library.models import Playlist
from core.library.pages import LibrarySong
from core.library.playlists import LONGEST_NAME, MOST_SONGS
from core.media.tags import clean_text

OWN_SONG: JsonDict = {**SONG, "is_private": False}
ENTRY: JsonDict = {
    "song_id": "0f8f3e0c-6a5b-4a8e-9c2d-0d4f5b6a7c81",
    "song": OWN_SONG,
    "saved": True,
    "added_at": "2026-11-20T18:04:11.120934Z",
    "play_count": 3,
    "last_played_at": "2026-11-22T06:30:00Z",
    "has_instrumental": True,
    "instrumental_status": "completed",
}
PLAYLIST: JsonDict = {
    "id": "7b1f6a52-0c6f-4e0e-9d5a-8d4e7f3a2b10",
    "name": "For the road",
    "song_count": 1,
    "created_at": "2026-11-20T18:04:11.120934Z",
}

InstrumentalStatus = Literal["none", "pending", "processing", "completed", "failed"]


def _told(name: str) -> str:
    """One line without what can't be seen."""
    told = clean_text(name)
    if not told:
        raise ValueError("has to say something")
    return told


PlaylistName = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(_told)]


def _in_our_time(moment: datetime) -> datetime:
    if not 2000 <= moment.year <= 9000:
        raise ValueError("is no time at which anybody heard a song here")
    return moment


PlayedAt = Annotated[AwareDatetime, AfterValidator(_in_our_time)]


class PersonsSong(SongItem):
    """A song that this person may see: one of all, or a recording of their own."""

    model_config = ConfigDict(json_schema_extra={"examples": [OWN_SONG]})

    is_private: bool = Field(description="A recording that the person sent; nobody else sees it")

    @classmethod
    def of_library(cls, found: LibrarySong) -> Self:
        return cls.model_validate(_song_fields(found))


class LibraryItem(BaseModel):
    """A song and how it stands in the person's library."""

    model_config = ConfigDict(json_schema_extra={"examples": [ENTRY]})

    song_id: UUID
    song: PersonsSong
    saved: bool = Field(description="Kept on purpose; what was only heard or converted is in the library too")
    added_at: datetime | None = Field(description="Null where it is not in the library")
    play_count: int
    last_played_at: datetime | None
    has_instrumental: bool = Field(description="One was made, and `playback` leads to it")
    instrumental_status: InstrumentalStatus = Field(description="How the newest one stands")

    @classmethod
    def of(cls, found: LibrarySong) -> Self:
        return cls.model_validate(_fields(found))


def _song_fields(found: LibrarySong) -> dict[str, Any]:
    return song_fields(found.song) | {"is_private": found.is_private}


def _fields(found: LibrarySong) -> dict[str, Any]:
    """What a `LibraryItem` is made of."""
    return {
        "song_id": found.song.id,
        "song": _song_fields(found),
        "saved": found.saved,
        "added_at": found.added_at,
        "play_count": found.play_count,
        "last_played_at": found.last_played_at,
        "has_instrumental": found.has_instrumental,
        "instrumental_status": found.instrumental_status,
    }


class LibraryItems(BaseModel):
    """One page of the library."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"items": [ENTRY], "next_cursor": "WyJ1c2VkIiwgIjIwMjYtMTEtMjIiXQ"}]}
    )

    items: list[LibraryItem]
    next_cursor: str | None = Field(
        description="For the next page; null on the last one. While `q` searches, a page may be short or "
        "empty though another one follows"
    )

    @classmethod
    def of(cls, songs: Iterable[LibrarySong], next_cursor: str | None) -> Self:
        items = [_fields(found) for found in songs]
        return cls.model_validate({"items": items, "next_cursor": next_cursor})


class Saving(BaseModel):
    saved: bool = Field(
        default=True, description="False takes it off the saved songs; it stays in the library"
    )


class Play(BaseModel):
    """A play, told at once or later."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"play_id": "1d8f7f4e-52c4-4c8b-8d7d-4a9d3d1f0b6e", "played_at": "2026-11-22T06:30:00Z"}
            ]
        }
    )

    play_id: UUID | None = Field(
        default=None, description="The client's name for it: told of twice within 30 days, it counts once"
    )
    played_at: PlayedAt | None = Field(default=None, description="Where it was earlier than now")


class PlaylistSummary(BaseModel):
    """A playlist, without its songs."""

    model_config = ConfigDict(json_schema_extra={"examples": [PLAYLIST]})

    id: UUID
    name: str
    song_count: int
    created_at: datetime

    @classmethod
    def of(cls, playlist: Playlist, song_count: int) -> Self:
        return cls(id=playlist.id, name=playlist.name, song_count=song_count, created_at=playlist.created_at)


class Playlists(BaseModel):
    items: list[PlaylistSummary] = Field(description="The oldest first")


class PlaylistSongs(PlaylistSummary):
    """A playlist with its songs in their order."""

    model_config = ConfigDict(json_schema_extra={"examples": [{**PLAYLIST, "items": [ENTRY]}]})

    items: list[LibraryItem]


class PlaylistWish(BaseModel):
    """What a playlist is to be called."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"name": "For the road"}]})

    name: PlaylistName


class PlaceInPlaylist(BaseModel):
    position: int | None = Field(
        default=None,
        ge=0,
        lt=MOST_SONGS,
        description="0 is the first. Without it a new song goes to the end and an old one stays where it is",
    )
