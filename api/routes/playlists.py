"""A person's playlists: rows of songs with a name, put in order."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from api.deps import CurrentPerson, UsesServices, transaction
from api.errors import problems
from api.etags import NOT_MODIFIED, tagged
from api.schemas.library import (
    LibraryItem,
    PlaceInPlaylist,
    Playlists,
    PlaylistSongs,
    PlaylistSummary,
    PlaylistWish,
)
from core.accounts.service import user_of
from core.errors import NotFound, PlaylistFull, TooManyPlaylists
from core.library.models import Playlist
from core.library.own_audio import visible_song
from core.library.pages import library_songs
from core.library.playlists import (
    MOST_PLAYLISTS,
    MOST_SONGS,
    Adding,
    add_song,
    delete_playlist,
    make_playlist,
    move_song,
    playlist_of,
    playlists_of,
    rename_playlist,
    sizes_of,
    songs_in,
    take_out,
)

router = APIRouter(prefix="/api/v1/playlists", tags=["playlists"])


@router.get("", response_model=Playlists, responses={**NOT_MODIFIED, **problems(401, 422, 503)})
async def playlists(request: Request, person: CurrentPerson, services: UsesServices) -> Response:
    """All playlists of the person; there are never more than 20."""
    async with transaction(services.database) as session:
        mine = await playlists_of(session, person.user_id)
        sizes = await sizes_of(session, person.user_id)
    items = [PlaylistSummary.of(one, sizes.get(one.id, 0)) for one in mine]
    return tagged(request, Playlists(items=items))


@router.post("", status_code=201, responses=problems(401, 409, 422, 503))
async def make(body: PlaylistWish, person: CurrentPerson, services: UsesServices) -> PlaylistSummary:
    """A new playlist, empty so far. Errors: `too-many-playlists`."""
    async with transaction(services.database) as session:
        await user_of(session, person.user_id)
        playlist = await make_playlist(session, person.user_id, body.name)
        if playlist is None:
            raise TooManyPlaylists(limit=MOST_PLAYLISTS)
        await session.refresh(playlist)
    return PlaylistSummary.of(playlist, 0)


@router.get(
    "/{playlist_id}",
    response_model=PlaylistSongs,
    responses={**NOT_MODIFIED, **problems(401, 404, 422, 503)},
)
async def playlist(
    playlist_id: UUID, request: Request, person: CurrentPerson, services: UsesServices
) -> Response:
    """A playlist with its songs, never more than 200, in their order."""
    async with transaction(services.database) as session:
        found = await _mine(session, person.user_id, playlist_id)
        ids = await songs_in(session, found)
        songs = await library_songs(session, person.user_id, ids, services.music.labels)
    items = [LibraryItem.of(song) for song in songs]
    summary = PlaylistSummary.of(found, len(items))
    return tagged(request, PlaylistSongs(**summary.model_dump(), items=items))


@router.patch("/{playlist_id}", responses=problems(401, 404, 422, 503))
async def rename(
    playlist_id: UUID, body: PlaylistWish, person: CurrentPerson, services: UsesServices
) -> PlaylistSummary:
    """Give a playlist another name."""
    async with transaction(services.database) as session:
        found = await _mine(session, person.user_id, playlist_id)
        await rename_playlist(session, found, body.name)
        count = len(await songs_in(session, found))
    return PlaylistSummary.of(found, count)


@router.delete("/{playlist_id}", status_code=204, responses=problems(401, 404, 422, 503))
async def delete(playlist_id: UUID, person: CurrentPerson, services: UsesServices) -> None:
    """Delete a playlist; its songs stay in the library."""
    async with transaction(services.database) as session:
        await delete_playlist(session, await _mine(session, person.user_id, playlist_id))


@router.put(
    "/{playlist_id}/songs/{song_id}",
    responses={
        201: {"model": PlaylistSummary, "description": "Put in now"},
        **problems(401, 404, 409, 422, 503),
    },
)
async def put_song(
    playlist_id: UUID,
    song_id: UUID,
    person: CurrentPerson,
    services: UsesServices,
    response: Response,
    body: PlaceInPlaylist | None = None,
) -> PlaylistSummary:
    """Put a song into a playlist, once, or move it to another place in it. Errors: `playlist-full`."""
    async with transaction(services.database) as session:
        found = await _mine(session, person.user_id, playlist_id)
        await visible_song(session, person.user_id, song_id)
        adding = await add_song(session, found, song_id)
        if adding is Adding.FULL:
            raise PlaylistFull(limit=MOST_SONGS)
        if body is not None and body.position is not None:
            await move_song(session, found, song_id, body.position)
        count = len(await songs_in(session, found))
    response.status_code = 201 if adding is Adding.ADDED else 200
    return PlaylistSummary.of(found, count)


@router.delete("/{playlist_id}/songs/{song_id}", status_code=204, responses=problems(401, 404, 422, 503))
async def take_song_out(
    playlist_id: UUID, song_id: UUID, person: CurrentPerson, services: UsesServices
) -> None:
    """Take a song out of a playlist; it stays in the library."""
    async with transaction(services.database) as session:
        found = await _mine(session, person.user_id, playlist_id)
        if not await take_out(session, found, song_id):
            raise NotFound(f"{song_id} is not in the playlist")


async def _mine(session: AsyncSession, user_id: UUID, playlist_id: UUID) -> Playlist:
    """Raises NotFound, for other people's too."""
    found = await playlist_of(session, user_id, playlist_id)
    if found is None:
        raise NotFound(f"no playlist {playlist_id} of this person")
    return found
